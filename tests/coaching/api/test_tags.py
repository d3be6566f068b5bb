"""`ETag`, `If-None-Match`, `If-Match`: nothing is sent twice, and nobody changes what they have not seen."""

from __future__ import annotations

import gzip
from typing import Any
from unittest.mock import patch

import pytest

from athletes.models import Athlete
from athletes.services import people
from coaching.api.tags import Tagged
from tests.factories import make_report

PATHS = ("/me/", "/athletes/", "/findings/", "/safety/")


def one(athlete: Athlete) -> str:
    return f"/athletes/{athlete.pk}/"


@pytest.mark.parametrize("path", PATHS)
def test_what_is_unchanged_is_not_sent_again(cast: Any, path: str) -> None:
    first = cast.api.robin.get(path)
    tag = first.headers["ETag"]
    assert tag.startswith('"')
    again = cast.api.robin.get(path, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == tag
    assert cast.api.robin.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert cast.api.robin.head(path).headers["ETag"] == tag


def test_the_tag_changes_with_what_is_told(cast: Any) -> None:
    before = cast.api.robin.get(one(cast.robin)).headers["ETag"]
    people.update_athlete(by=cast.users.robin, athlete=cast.robin, name="Robin Hood")
    changed = cast.api.robin.get(one(cast.robin), headers={"If-None-Match": before})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != before


def test_a_compressed_answer_keeps_a_strong_tag_of_its_own(cast: Any) -> None:
    zipped = cast.api.robin.get("/findings/", headers={"Accept-Encoding": "gzip"})
    plain = cast.api.robin.get("/findings/")
    assert gzip.decompress(zipped.content) == plain.content
    tag = zipped.headers["ETag"]
    assert tag == plain.headers["ETag"].removesuffix('"') + '-gzip"'
    both = {"Accept-Encoding": "gzip", "If-None-Match": tag}
    again = cast.api.robin.get("/findings/", headers=both)
    assert (again.status_code, again.headers["ETag"]) == (304, tag)
    assert (
        zipped.content
        == cast.api.robin.get("/findings/", headers={"Accept-Encoding": "gzip"}).content
    )


def test_an_edit_of_what_was_seen_is_made(cast: Any) -> None:
    seen = cast.api.coach.get(one(cast.robin), headers={"Accept-Encoding": "gzip"}).headers["ETag"]
    for tag, name in ((seen, "Rob"), ("*", "Bob")):
        done = cast.api.coach.patch(one(cast.robin), {"name": name}, headers={"If-Match": tag})
        assert (done.status_code, done.json()["name"]) == (200, name)


def test_who_comes_second_is_told_so_and_changes_nothing(cast: Any) -> None:
    seen = cast.api.coach.get(one(cast.robin)).headers["ETag"]
    cast.api.robin.patch(one(cast.robin), {"name": "Mine"})
    for tag in (seen, f"W/{cast.api.coach.get(one(cast.robin)).headers['ETag']}", '"x"', "x", ""):
        late = cast.api.coach.patch(one(cast.robin), {"name": "Late"}, headers={"If-Match": tag})
        assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    cast.robin.refresh_from_db()
    assert cast.robin.name == "Mine"


def test_what_one_does_not_see_has_no_tag_to_guess(cast: Any) -> None:
    for tag in ("*", '"x"'):
        answer = cast.api.outsider.patch(one(cast.robin), {"name": "X"}, headers={"If-Match": tag})
        assert answer.status_code == 404


def test_it_is_looked_at_under_the_lock_of_the_row(cast: Any) -> None:
    """Whoever changed it until the row was held counts."""
    seen = cast.api.coach.get(one(cast.robin)).headers["ETag"]
    real = Tagged.lock

    def late(view: Any) -> None:
        Athlete.objects.filter(pk=cast.robin.pk).update(name="First")
        real(view)

    with patch.object(Tagged, "lock", late):
        answer = cast.api.coach.patch(one(cast.robin), {"name": "X"}, headers={"If-Match": seen})
    assert answer.status_code == 412
    assert not Athlete.objects.filter(name="X").exists()


def test_a_problem_has_no_tag(cast: Any) -> None:
    report = make_report(cast.kim)
    assert "ETag" not in cast.api.robin.get(f"/reports/{report.pk}/").headers
