"""What clinicians found, over the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from athletes.models import ClinicianFinding, Episode
from tests.coaching.api.conftest import fields_of
from tests.factories import SORE, make_report


@pytest.fixture
def episode(cast: Any) -> Episode:
    return make_report(cast.robin, SORE).episode


FOUND = {
    "cause": "muscle_strain",
    "clinician": "Dr Weber",
    "found_on": timezone.now().date().isoformat(),
    "method": "ultrasound",
}


def findings_of(episode: Episode) -> str:
    return f"/episodes/{episode.pk}/findings/"


def test_a_finding_is_recorded_and_the_newest_comes_first(cast: Any, episode: Episode) -> None:
    cast.api.coach.post(findings_of(episode), FOUND)
    later = {**FOUND, "cause": "", "in_words": "A stress reaction"}
    response = cast.api.clinician.post(findings_of(episode), later)
    assert response.status_code == 201
    assert response.json()["recorded_by"]["id"] == str(cast.users.clinician.uid)
    found = cast.api.robin.get(findings_of(episode)).json()
    assert [one["in_words"] for one in found] == ["A stress reaction", ""]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"cause": "bad_luck"}, "cause"),
        ({"cause": ""}, "in_words"),
        ({"found_on": "2999-01-01"}, "found_on"),
        ({"method": "guess"}, "method"),
        ({"clinician": ""}, "clinician"),
        ({"episode": "x"}, "episode"),
    ],
)
def test_a_finding_that_cannot_be_is_refused(
    cast: Any, episode: Episode, wrong: dict[str, str], field: str
) -> None:
    response = cast.api.coach.post(findings_of(episode), {**FOUND, **wrong})
    assert response.status_code == 400
    assert set(fields_of(response)) == {field}
    assert not ClinicianFinding.objects.exists()


def test_findings_are_the_desks_to_record(cast: Any, episode: Episode) -> None:
    assert cast.api.robin.post(findings_of(episode), FOUND).status_code == 403
    assert cast.api.kim.post(findings_of(episode), FOUND).status_code == 404
    assert cast.api.outsider.get(findings_of(episode)).status_code == 404
