"""Holding training and handing over, through the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from athletes.models import HandOver, TrainingHold
from athletes.services import holds
from tests.coaching.api.conftest import fields_of
from tests.factories import SORE, make_coach, make_report

HOLDS, HANDED = "/training-holds/", "/hand-overs/"


@pytest.fixture
def report(cast: Any) -> Any:
    return make_report(cast.robin, SORE, assess=True)


def held(cast: Any, **more: Any) -> dict[str, Any]:
    return {"athlete": str(cast.robin.pk), "kind": "out", "reason": "Until the scan", **more}


def hold_of(cast: Any, **more: Any) -> TrainingHold:
    return holds.hold_training(
        by=cast.users.coach, athlete=cast.robin, kind="out", reason="Wait", **more
    )


# --- holds ---


def test_a_coach_holds_training_and_releases_it(cast: Any, report: Any) -> None:
    until = (timezone.now() + timedelta(days=3)).isoformat()
    told = held(cast, until=until, episode=str(report.episode_id))
    made = cast.api.coach.post(HOLDS, told)
    assert made.status_code == 201
    hold = made.json()
    assert (hold["in_force"], hold["set_by"]["id"]) == (True, str(cast.users.coach.uid))
    assert cast.api.coach.post(HOLDS, told).json()["id"] == hold["id"]
    assert cast.api.robin.get(f"{HOLDS}{hold['id']}/").json()["reason"] == "Until the scan"
    path = f"{HOLDS}{hold['id']}/release/"
    freed = cast.api.clinician.post(path, {"reason": "The scan is clear"}).json()
    assert (freed["in_force"], freed["release_reason"]) == (False, "The scan is clear")
    again = cast.api.coach.post(path, {"reason": "Again"}).json()
    assert again["release_reason"] == "The scan is clear"


def test_one_stands_at_a_time(cast: Any) -> None:
    cast.api.coach.post(HOLDS, held(cast))
    cast.api.coach.post(HOLDS, held(cast, kind="modified", reason="Easy runs"))
    standing = cast.api.coach.get(HOLDS, {"in_force": True}).json()["results"]
    assert [hold["kind"] for hold in standing] == ["modified"]
    ended = cast.api.coach.get(HOLDS, {"in_force": False}).json()["results"]
    assert [hold["kind"] for hold in ended] == ["out"]


def test_holds_are_filtered(cast: Any, report: Any) -> None:
    hold_of(cast, episode=report.episode)
    get = cast.api.coach.get
    assert get(HOLDS, {"athlete": str(cast.robin.pk)}).json()["count"] == 1
    assert get(HOLDS, {"athlete": str(cast.kim.pk)}).json()["count"] == 0
    assert get(HOLDS, {"episode": str(report.episode_id), "kind": "out"}).json()["count"] == 1
    assert set(fields_of(get(HOLDS, {"kind": "lost"}))) == {"kind"}


def test_one_whose_time_has_passed_holds_nobody(cast: Any) -> None:
    hold = hold_of(cast, until=timezone.now() + timedelta(hours=1))
    now = timezone.now()
    TrainingHold.objects.update(since=now - timedelta(hours=2), until=now - timedelta(hours=1))
    assert cast.api.coach.get(f"{HOLDS}{hold.pk}/").json()["in_force"] is False
    assert cast.api.coach.get(HOLDS, {"in_force": True}).json()["count"] == 0


def test_athletes_hold_and_release_nobody(cast: Any) -> None:
    assert cast.api.robin.post(HOLDS, held(cast)).status_code == 403
    assert set(fields_of(cast.api.outsider.post(HOLDS, held(cast)))) == {"athlete"}
    hold = hold_of(cast)
    assert cast.api.robin.post(f"{HOLDS}{hold.pk}/release/").status_code == 403
    assert cast.api.kim.get(f"{HOLDS}{hold.pk}/").status_code == 404
    assert cast.api.outsider.post(f"{HOLDS}{hold.pk}/release/").status_code == 404
    assert TrainingHold.objects.standing().exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "full"}, "kind"),
        ({"reason": ""}, "reason"),
        ({"until": "2020-01-01T00:00:00Z"}, "until"),
        ({"until": "9999-12-31T23:59:59Z"}, "until"),
        ({"until": "soon"}, "until"),
        ({"episode": "0197c1d2-0000-7000-8000-000000000001"}, "episode"),
        ({"since": "2026-01-01T00:00:00Z"}, "since"),
    ],
)
def test_a_hold_that_cannot_be_is_refused(cast: Any, wrong: dict[str, str], field: str) -> None:
    assert set(fields_of(cast.api.coach.post(HOLDS, held(cast, **wrong)))) == {field}
    assert not TrainingHold.objects.exists()


def test_a_problem_of_somebody_else_is_no_reason(cast: Any) -> None:
    theirs = make_report(cast.kim, SORE).episode
    refused = cast.api.coach.post(HOLDS, held(cast, episode=str(theirs.pk)))
    assert set(fields_of(refused)) == {"episode"}


# --- handing over ---


def handed(report: Any, **more: Any) -> dict[str, Any]:
    return {"episode": str(report.episode_id), **more}


def test_it_is_handed_to_a_clinician_of_the_club(cast: Any, report: Any) -> None:
    found = cast.api.coach.get(f"/episodes/{report.episode_id}/clinicians/").json()
    assert [one["id"] for one in found] == [str(cast.users.clinician.uid)]
    told = handed(report, clinician=found[0]["id"], note="Please look at the calf")
    made = cast.api.coach.post(HANDED, told)
    assert made.status_code == 201
    assert made.json()["clinician"]["id"] == found[0]["id"]
    assert cast.api.coach.post(HANDED, told).json()["id"] == made.json()["id"]
    subjects = cast.users.clinician.notifications.values_list("subject", flat=True)
    assert "An athlete was handed over to you" in subjects


def test_it_is_handed_to_somebody_outside(cast: Any, report: Any) -> None:
    made = cast.api.coach.post(HANDED, handed(report, to_name="Dr Weber"))
    assert (made.json()["clinician"], made.json()["to_name"]) == (None, "Dr Weber")
    rows = cast.api.robin.get(HANDED, {"episode": str(report.episode_id)}).json()["results"]
    assert [row["to_name"] for row in rows] == ["Dr Weber"]


def test_what_was_asked_is_withheld_from_who_is_told_the_status(cast: Any, report: Any) -> None:
    cast.api.coach.post(HANDED, handed(report, to_name="Dr Weber", note="Look at the calf"))
    cast.robin.sharing = "status"
    cast.robin.save()
    notes = {}
    for name in ("coach", "owner", "clinician", "robin"):
        (row,) = getattr(cast.api, name).get(HANDED).json()["results"]
        notes[name] = row["note"]
    told = "Look at the calf"
    assert notes == {"coach": told, "owner": None, "clinician": told, "robin": told}


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({}, "to_name"),
        ({"clinician": "0197c1d2-0000-7000-8000-000000000001"}, "clinician"),
        ({"clinician": "x"}, "clinician"),
        ({"to_name": "Dr Weber", "note": "x" * 1001}, "note"),
        ({"episode": "0197c1d2-0000-7000-8000-000000000001", "to_name": "x"}, "episode"),
    ],
)
def test_a_hand_over_that_cannot_be_is_refused(
    cast: Any, report: Any, told: dict[str, str], field: str
) -> None:
    refused = cast.api.coach.post(HANDED, {**handed(report), **told})
    assert set(fields_of(refused)) == {field}
    assert not HandOver.objects.exists()


def test_one_goes_to_one_person(cast: Any, report: Any) -> None:
    told = handed(report, to_name="Dr Weber", clinician=str(cast.users.clinician.uid))
    assert set(fields_of(cast.api.coach.post(HANDED, told))) == {"to_name"}


def test_somebody_who_is_no_clinician_of_theirs_is_not_there(cast: Any, report: Any) -> None:
    for person in (make_coach(cast.squad), make_coach(cast.other, role="clinician")):
        refused = cast.api.coach.post(HANDED, handed(report, clinician=str(person.uid)))
        assert set(fields_of(refused)) == {"clinician"}


def test_handing_over_is_the_desks(cast: Any, report: Any) -> None:
    clinician = str(cast.users.clinician.uid)
    for told in ({"to_name": "Dr Weber"}, {"clinician": clinician}):
        assert cast.api.robin.post(HANDED, handed(report, **told)).status_code == 403
        assert set(fields_of(cast.api.outsider.post(HANDED, handed(report, **told)))) == {"episode"}
    who = f"/episodes/{report.episode_id}/clinicians/"
    assert cast.api.robin.get(who).status_code == 403
    assert cast.api.kim.get(who).status_code == 404
