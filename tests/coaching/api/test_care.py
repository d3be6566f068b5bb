"""Care plans over the API: read, ticked off, and changed by the desk."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from athletes.models import CareStep
from athletes.services import step_changes
from tests.coaching.api.conftest import fields_of, signed_in
from tests.factories import CLOT, SORE, make_athlete, make_guardian, make_report

LIST = "/care-steps/"


@pytest.fixture
def report(cast: Any) -> Any:
    return make_report(cast.robin, SORE, assess=True)


@pytest.fixture
def step(report: Any) -> CareStep:
    """One that guards against no danger."""
    steps = report.assessment.care_steps.all()
    return next(step for step in steps if not step_changes.why_fixed(step))


@pytest.fixture
def guard(cast: Any) -> CareStep:
    """One of an answer that asks for a doctor today."""
    return make_report(cast.robin, CLOT, assess=True).assessment.care_steps.first()


def one(step: CareStep, action: str = "") -> str:
    return f"{LIST}{step.pk}/{action}"


# --- reading ---


def test_the_plan_is_read_by_who_sees_the_athlete(cast: Any, report: Any, step: CareStep) -> None:
    for who in (cast.api.robin, cast.api.coach, cast.api.owner, cast.api.clinician):
        rows = who.get(LIST).json()["results"]
        assert [row["position"] for row in rows] == sorted(row["position"] for row in rows)
        assert {row["report"] for row in rows} == {str(report.pk)}
        told = who.get(one(step)).json()
        assert (told["text"], told["state"], told["fixed"]) == (step.text, "open", "")
        assert told["athlete"] == str(cast.robin.pk)
    for who in (cast.api.kim, cast.api.outsider):
        assert who.get(LIST).json()["results"] == []
        assert who.get(one(step)).status_code == 404


def test_an_assessment_names_its_steps(cast: Any, report: Any, step: CareStep) -> None:
    told = cast.api.robin.get(f"/reports/{report.pk}/assessment/").json()["care_steps"]
    assert str(step.pk) in {one["step"] for one in told}
    dry = cast.api.robin.post("/guidance/assess/", {"answers": SORE}).json()
    assert {one["step"] for one in dry["care_steps"]} == {None}


def test_steps_are_filtered(cast: Any, report: Any, step: CareStep, guard: CareStep) -> None:
    get = cast.api.coach.get
    every = get(LIST).json()["count"]
    assert get(LIST, {"report": str(report.pk)}).json()["count"] < every
    assert get(LIST, {"athlete": str(cast.kim.pk)}).json()["count"] == 0
    assert get(LIST, {"episode": str(report.episode_id), "kind": "do"}).json()["count"] > 0
    assert get(LIST, {"state": ["open", "done"]}).json()["count"] == every
    assert set(fields_of(get(LIST, {"state": "lost"}))) == {"state"}
    starts = [row["starts_at"] for row in get(LIST, {"ordering": "-starts_at"}).json()["results"]]
    assert starts == sorted(starts, reverse=True)


def test_the_words_come_in_the_readers_language(cast: Any, step: CareStep) -> None:
    spanish = cast.api.robin.get(one(step), headers={"Accept-Language": "es"}).json()
    assert spanish["text"] != step.text


# --- ticking off ---


@pytest.mark.parametrize("state", ["done", "skipped"])
def test_a_step_is_ticked_and_that_is_taken_back(cast: Any, step: CareStep, state: str) -> None:
    told = cast.api.robin.patch(one(step), {"state": state}).json()
    assert (told["state"], told["settled_by"]["id"]) == (state, str(cast.users.robin.uid))
    back = cast.api.robin.patch(one(step), {"state": "open"}).json()
    assert (back["state"], back["settled_at"], back["settled_by"]) == ("open", None, None)


def test_a_guardian_ticks_for_the_child(cast: Any) -> None:
    child = make_athlete(cast.squad, name="Toni", birth_date=date(2016, 1, 2))
    parent = signed_in(make_guardian(child))
    steps = make_report(child, SORE, assess=True).assessment.care_steps
    assert parent.patch(one(steps.first()), {"state": "done"}).status_code == 200


@pytest.mark.parametrize(
    ("told", "field"),
    [({"state": "changed"}, "state"), ({}, "state"), ({"state": "done", "text": "x"}, "text")],
)
def test_what_a_step_cannot_become_is_named(
    cast: Any, step: CareStep, told: dict[str, str], field: str
) -> None:
    assert set(fields_of(cast.api.robin.patch(one(step), told))) == {field}


def test_who_was_second_is_told_so(cast: Any, step: CareStep) -> None:
    seen = cast.api.robin.get(one(step)).headers["ETag"]
    first = cast.api.robin.patch(one(step), {"state": "done"}, headers={"If-Match": seen})
    assert first.status_code == 200
    second = cast.api.robin.patch(one(step), {"state": "skipped"}, headers={"If-Match": seen})
    assert second.status_code == 412
    step.refresh_from_db()
    assert step.state == "done"


# --- changing ---


def test_a_coach_changes_a_step_and_takes_it_back(cast: Any, step: CareStep) -> None:
    told = {"reason": "The pool is closed", "text": "Walk"}
    changed = cast.api.coach.post(one(step, "change/"), told).json()
    assert (changed["state"], changed["coach_text"], changed["is_off"]) == (
        "changed",
        "Walk",
        False,
    )
    assert changed["changed_reason"] == "The pool is closed"
    undone = cast.api.coach.post(one(step, "undo/")).json()
    assert (undone["state"], undone["coach_text"]) == ("open", "")


def test_what_was_taken_out_is_not_there_to_be_done(cast: Any, step: CareStep) -> None:
    off = cast.api.coach.post(one(step, "change/"), {"reason": "Not needed"}).json()
    assert off["is_off"]
    refused = cast.api.robin.patch(one(step), {"state": "done"})
    assert (refused.status_code, refused.json()["code"]) == (409, "taken_out")
    assert CareStep.objects.get(pk=step.pk).is_off


def test_what_guards_against_a_danger_stays(cast: Any, guard: CareStep) -> None:
    assert cast.api.coach.get(one(guard)).json()["fixed"]
    refused = cast.api.coach.post(one(guard, "change/"), {"reason": "Not needed"})
    assert (refused.status_code, refused.json()["code"]) == (409, "fixed")
    guard.refresh_from_db()
    assert (guard.state, guard.coach_text) == ("open", "")


def test_nobody_changes_a_plan_that_is_not_theirs_to_change(cast: Any, step: CareStep) -> None:
    told = {"reason": "Not needed"}
    assert cast.api.robin.post(one(step, "change/"), told).status_code == 403
    assert cast.api.robin.post(one(step, "undo/")).status_code == 403
    assert cast.api.kim.post(one(step, "change/"), told).status_code == 404
    assert cast.api.outsider.post(one(step, "undo/")).status_code == 404


@pytest.mark.parametrize(
    ("told", "field"),
    [({}, "reason"), ({"reason": " "}, "reason"), ({"reason": "x", "text": "y" * 301}, "text")],
)
def test_a_change_says_why(cast: Any, step: CareStep, told: dict[str, str], field: str) -> None:
    assert set(fields_of(cast.api.coach.post(one(step, "change/"), told))) == {field}
