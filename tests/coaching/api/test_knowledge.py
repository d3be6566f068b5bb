"""The knowledge over the API, and judging without storing."""

from __future__ import annotations

from typing import Any

from athletes.models import Escalation, PainReport
from guidance import KNOWLEDGE
from tests.coaching.api.conftest import fields_of
from tests.factories import BREATHLESS, CLOT, make_report


def test_every_finding_that_can_be_told_is_listed(cast: Any) -> None:
    page = cast.api.robin.get("/findings/").json()
    askable = [finding for finding in KNOWLEDGE.findings.values() if finding.can_be_told]
    assert [row["id"] for row in page["results"]] == [finding.id for finding in askable]
    assert page["count"] == len(askable)
    assert (page["next"], page["previous"]) == (None, None)


def test_a_finding_tells_its_question_and_choices(cast: Any) -> None:
    told = cast.api.robin.get("/findings/side/").json()
    assert told["kind"] == "one_of"
    assert {option["id"] for option in told["options"]} == {"left", "right", "both"}
    pain = cast.api.robin.get("/findings/severity_nrs/").json()
    assert (pain["minimum"], pain["maximum"]) == (0, 10)


def test_the_causes_are_listed_with_their_signs(cast: Any) -> None:
    rows = cast.api.robin.get("/causes/?page_size=3").json()
    assert (rows["count"], len(rows["results"])) == (len(KNOWLEDGE.causes), 3)
    told = cast.api.robin.get("/causes/dvt/").json()
    assert told["signs"]
    assert told["sources"][0]["title"]


def test_what_is_not_known_is_not_there(cast: Any) -> None:
    assert cast.api.robin.get("/findings/colour/").status_code == 404
    assert cast.api.robin.get("/causes/colour/").status_code == 404
    assert cast.api.robin.get("/findings/?page=99").status_code == 404


def test_answers_are_judged_without_storing_anything(cast: Any) -> None:
    told = cast.api.robin.post("/guidance/assess/", {"answers": BREATHLESS}).json()
    assert told["disposition"] == told["screening"]["disposition"] == "emergency_now"
    assert (told["state"], bool(told["causes"]), bool(told["safety_net"])) == ("done", True, True)
    assert not PainReport.objects.exists()
    assert not Escalation.objects.exists()


def test_the_judgement_has_the_shape_of_an_assessment(cast: Any) -> None:
    cast.robin.birth_date = None  # a report knows the age, answers alone do not
    cast.robin.save()
    report = make_report(cast.robin, CLOT, assess=True)
    stored = cast.api.robin.get(f"/reports/{report.pk}/assessment/").json()
    dry = cast.api.robin.post("/guidance/assess/", {"answers": CLOT}).json()
    assert set(stored) - set(dry) == {"id", "report", "finished_at", "status_only"}
    assert set(dry) - set(stored) == {"screening"}
    assert dry["causes"] == stored["causes"]


def test_bad_answers_are_named_and_strangers_refused(cast: Any) -> None:
    wrong = cast.api.robin.post("/guidance/assess/", {"answers": {"feverr": "yes"}})
    assert set(fields_of(wrong)) == {"answers.feverr"}
    assert cast.anonymous.post("/guidance/assess/", {"answers": CLOT}).status_code == 401
