"""The talk about a problem, over the API, also after its end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from athletes.models import Comment, Episode
from tests.factories import SORE, make_report


@pytest.fixture
def episode(cast: Any) -> Episode:
    return make_report(cast.robin, SORE).episode


def say(client: Any, episode: Episode) -> Any:
    return client.post("/comments/", {"episode": str(episode.pk), "text": "It is better"})


@pytest.mark.parametrize("name", ["robin", "coach", "clinician", "owner"])
def test_who_sees_the_athlete_takes_part(cast: Any, episode: Episode, name: str) -> None:
    assert say(getattr(cast.api, name), episode).status_code == 201
    (row,) = cast.api.robin.get("/comments/").json()["results"]
    assert row["author"]["id"] == str(getattr(cast.users, name).uid)


@pytest.mark.parametrize(("days", "status"), [(29, 201), (31, 409)])
def test_after_the_end_it_goes_on_for_thirty_days(
    cast: Any, episode: Episode, days: int, status: int
) -> None:
    Episode.objects.update(closed_at=timezone.now() - timedelta(days=days))
    for client in (cast.api.robin, cast.api.coach):
        answer = say(client, episode)
        assert answer.status_code == status
    if status == 409:
        assert answer.json()["code"] == "closed"
        assert "report it" in answer.json()["detail"]
        assert not Comment.objects.exists()
    closed_at = Episode.objects.get(pk=episode.pk).closed_at
    assert closed_at is not None
    assert closed_at < timezone.now() - timedelta(days=1)
