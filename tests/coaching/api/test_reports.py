"""Reporting pain over the API, and reading what came of it."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import OperationalError

from athletes.models import Assessment, CareStep, PainReport
from athletes.services import assessments, care, tokens
from coaching.sources import with_references
from tests.coaching.api.conftest import fields_of
from tests.factories import BREATHLESS, CLOT, CRAMP, make_report

LIST = "/reports/"


def sent(athlete: Any = None, answers: Any = None, **fields: Any) -> dict[str, Any]:
    told = {"answers": CLOT if answers is None else answers, "client_key": str(uuid4()), **fields}
    return told if athlete is None else {"athlete": str(athlete.pk), **told}


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 400
    return fields_of(response)


def test_a_report_is_stored_and_its_danger_signs_are_answered_at_once(cast: Any) -> None:
    response = cast.api.coach.post(LIST, sent(cast.robin, note="After the flight"))
    assert response.status_code == 201
    told = response.json()
    report = PainReport.objects.get(pk=told["id"])
    assert (report.face, report.filed_by, report.note) == (
        "api",
        cast.users.coach,
        "After the flight",
    )
    assert told["athlete"] == str(cast.robin.pk)
    assert told["episode"] == str(report.episode_id)
    assert told["screening"]["disposition"] == told["disposition"] == "same_day"
    assert told["screening"]["tell_athlete"]
    assert told["screening"]["rules"][0]["because"]
    assert told["assessment"]["state"] == "pending"


def test_an_athlete_need_not_say_who_they_are(cast: Any) -> None:
    response = cast.api.robin.post(LIST, sent())
    assert response.json()["athlete"] == str(cast.robin.pk)
    assert "athlete" in errors(cast.api.coach.post(LIST, sent()))


def test_the_same_report_again_is_the_same_report(cast: Any) -> None:
    told = sent(cast.robin)
    first, again = (cast.api.robin.post(LIST, told) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert PainReport.objects.count() == 1


def test_the_same_key_with_other_content_is_a_conflict(cast: Any) -> None:
    told = sent(cast.robin)
    cast.api.robin.post(LIST, told)
    for other in ({"answers": CRAMP}, {"note": "more"}):
        response = cast.api.robin.post(LIST, {**told, **other})
        assert (response.status_code, response.json()["code"]) == (409, "conflict")
    assert PainReport.objects.get().answers["warmth"] == "yes"


def test_two_athletes_may_use_the_same_key(cast: Any) -> None:
    told = sent()
    assert cast.api.robin.post(LIST, told).status_code == 201
    assert cast.api.kim.post(LIST, told).status_code == 201


def test_unknown_findings_and_bad_values_are_all_named(cast: Any) -> None:
    answers = {"swelling": "perhaps", "feverr": "yes", "severity_nrs": 11, "warmth": "yes"}
    wrong = errors(cast.api.robin.post(LIST, sent(answers=answers, skipped_screens=["nowhere"])))
    assert set(wrong) == {
        "answers.swelling",
        "answers.feverr",
        "answers.severity_nrs",
        "skipped_screens",
    }
    assert not PainReport.objects.exists()


def test_true_and_false_are_taken_for_yes_and_no(cast: Any) -> None:
    answers = {"swelling": True, "warmth": False, "fever": "unsure"}
    told = cast.api.robin.post(LIST, sent(answers=answers)).json()
    assert told["answers"] == {"swelling": "yes", "warmth": "no", "fever": "unsure"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"client_key": None}, "client_key"),
        ({"client_key": "1"}, "client_key"),
        ({"answers": None}, "answers"),
        ({"answers": ["calf"]}, "answers"),
        ({"note": "x" * 2001}, "note"),
        ({"athlete": "robin"}, "athlete"),
        ({"athlete": True}, "athlete"),
        ({"skipped_screens": "danger"}, "skipped_screens"),
        ({"severity": "high"}, "severity"),
    ],
)
def test_what_cannot_be_used_is_named(cast: Any, change: dict[str, Any], field: str) -> None:
    assert field in errors(cast.api.robin.post(LIST, {**sent(), **change}))


@pytest.mark.parametrize("field", ["client_key", "answers"])
def test_what_is_missing_is_named(cast: Any, field: str) -> None:
    told = sent()
    del told[field]
    assert set(errors(cast.api.robin.post(LIST, told))) == {field}


def test_a_foreign_athlete_and_a_missing_one_are_the_same_mistake(cast: Any) -> None:
    told = sent()
    answers = [
        client.post(LIST, {**told, "athlete": str(athlete)})
        for client, athlete in [
            (cast.api.coach, cast.stranger.pk),
            (cast.api.coach, uuid4()),
            (cast.api.kim, cast.robin.pk),
        ]
    ]
    assert len({response.content for response in answers}) == 1
    assert set(errors(answers[0])) == {"athlete"}
    assert not PainReport.objects.exists()


def test_a_skipped_danger_screen_is_looked_at_by_a_person(cast: Any) -> None:
    from guidance import KNOWLEDGE

    danger = next(s.id for s in KNOWLEDGE.screens.values() if s.kind == "danger")
    told = cast.api.robin.post(LIST, sent(answers=CRAMP, skipped_screens=[danger])).json()
    assert told["screening"]["disposition"] == "coach_review"
    assert told["skipped_screens"] == [danger]


def test_a_failing_write_is_answered_with_what_to_do(cast: Any) -> None:
    with patch.object(PainReport.objects, "create", side_effect=OperationalError("disk full")):
        response = cast.api.robin.post(LIST, sent(answers=BREATHLESS))
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.json()["code"] == "not_stored"
    assert response.json()["screening"]["disposition"] == "emergency_now"


def test_a_database_that_cannot_even_be_read_does_not_hide_a_danger(cast: Any) -> None:
    with patch.object(tokens, "find", side_effect=OperationalError("gone")):
        response = cast.api.robin.post(LIST, sent(answers=BREATHLESS))
        unusable = cast.api.robin.post(LIST, sent(answers={"swelling": "perhaps"}))
        reading = cast.api.robin.get(LIST)
        for body in ("5", '["answers"]'):
            odd = cast.api.robin.generic("POST", LIST, body, content_type="application/json")
            assert odd.status_code == 503
    assert response.status_code == 503
    assert response.json()["screening"]["disposition"] == "emergency_now"
    assert (unusable.status_code, "screening" in unusable.json()) == (503, False)
    assert (reading.status_code, reading.json()["code"]) == (503, "unavailable")


# --- Reading ---------------------------------------------------------------------------------------


def test_reports_are_seen_by_the_athlete_and_the_desk_only(cast: Any) -> None:
    report = make_report(cast.robin)
    make_report(cast.stranger)
    for who in ("robin", "coach", "clinician", "owner"):
        client = getattr(cast.api, who)
        assert [row["id"] for row in client.get(LIST).json()["results"]] == [str(report.pk)]
        assert client.get(f"/reports/{report.pk}/").status_code == 200
    missing = cast.api.kim.get(f"/reports/{uuid4()}/")
    for who in ("kim", "outsider", "nobody"):
        client = getattr(cast.api, who)
        assert str(report.pk) not in client.get(LIST).content.decode()
        for path in (f"/reports/{report.pk}/", f"/reports/{report.pk}/assessment/"):
            response = client.get(path)
            assert (response.status_code, response.content) == (404, missing.content)


def test_reports_are_filtered(cast: Any) -> None:
    from datetime import UTC, datetime

    old = make_report(cast.robin, CRAMP, reported_at=datetime(2026, 1, 31, 23, 30, tzinfo=UTC))
    new = make_report(cast.kim, CLOT, reported_at=datetime(2026, 2, 1, 0, 30, tzinfo=UTC))
    for query, found in {
        "": {old, new},
        f"athlete={cast.robin.pk}": {old},
        f"athlete={cast.stranger.pk}": set(),
        f"episode={new.episode_id}": {new},
        "disposition=same_day": {new},
        "disposition=same_day&disposition=emergency_now": {new},
        "date=2026-01-31": {old},
        "reported_at__gte=2026-02-01": {new},
        "reported_at__gte=2026-02-01T00:30:00Z": {new},
        "reported_at__lte=2026-02-01T00:29:59Z": {old},
        "reported_at__gte=2026-02-01T00:00:00%2B02:00": {old, new},
    }.items():
        rows = cast.api.coach.get(f"{LIST}?{query}").json()["results"]
        assert {row["id"] for row in rows} == {str(report.pk) for report in found}, query


def test_reports_come_newest_first_or_as_asked(cast: Any) -> None:
    from datetime import UTC, datetime

    pain = {3: 2, 1: 9, 2: 4}
    for day, level in pain.items():
        make_report(
            cast.robin,
            {**CRAMP, "severity_nrs": level},
            reported_at=datetime(2026, 1, day, tzinfo=UTC),
        )

    def order(query: str) -> list[float]:
        return [row["pain_now"] for row in cast.api.coach.get(LIST + query).json()["results"]]

    assert order("") == [2, 4, 9]
    assert order("?ordering=reported_at") == [9, 4, 2]
    assert order("?ordering=-pain_now") == [9, 4, 2]


@pytest.mark.parametrize(
    "query",
    [
        "athlete=x",
        "episode=1",
        "disposition=bad",
        "date=today",
        "reported_at__gte=soon",
        "reported_at__gte=0001-01-01T00:00:00%2B23:59",
        "reported_at__lte=9999-12-31T23:59:59-23:59",
        "ordering=answers",
    ],
)
def test_a_filter_that_cannot_be_read_is_named(cast: Any, query: str) -> None:
    assert query.split("=")[0] in errors(cast.api.coach.get(f"{LIST}?{query}"))


def test_while_it_is_judged_the_assessment_tells_what_the_screening_knows(cast: Any) -> None:
    report = make_report(cast.robin, CLOT)
    told = cast.api.robin.get(f"/reports/{report.pk}/assessment/").json()
    assert (told["state"], told["disposition"]) == ("pending", "same_day")
    assert told["causes"] == told["care_steps"] == told["not_asked"] == []
    assert told["rules"] == with_references(report.screening["rules"])
    assert len(told["safety_net"]) > 1
    assert told["knowledge_version"]


def test_the_assessment_explains_itself(cast: Any) -> None:
    report = make_report(cast.robin, CRAMP, assess=True)
    told = cast.api.robin.get(f"/reports/{report.pk}/assessment/").json()
    assert told["state"] == "done"
    assert told["causes"][0]["id"] == "dehydration_cramp"
    assert {"id", "name", "fit", "for", "against"} <= set(told["causes"][0])
    assert told["care_steps"]
    assert {step["state"] for step in told["care_steps"]} == {"open"}
    assert told["finished_at"]
    summary = cast.api.robin.get(f"/reports/{report.pk}/").json()["assessment"]
    assert (summary["state"], summary["leading_cause"]) == ("done", "dehydration_cramp")


def test_a_step_that_was_done_is_shown_as_done(cast: Any) -> None:
    report = make_report(cast.robin, CRAMP, assess=True)
    step = CareStep.objects.filter(assessment__report=report).first()
    care.set_step_state(by=cast.users.robin, step=step, state="done")
    told = cast.api.robin.get(f"/reports/{report.pk}/assessment/").json()
    assert {row["id"]: row["state"] for row in told["care_steps"]}[step.advice] == "done"


def test_a_report_that_could_not_be_judged_never_sounds_calmer_than_its_screening(
    cast: Any, settings: Any
) -> None:
    settings.ASSESSMENT_MAX_ATTEMPTS = 0
    report = make_report(cast.robin, BREATHLESS)
    pending = Assessment.objects.get(report=report)
    assessments.assess_report(assessment_id=pending.pk, finished_by="worker")
    told = cast.api.robin.get(f"/reports/{report.pk}/assessment/").json()
    assert (told["state"], told["disposition"]) == ("failed", "emergency_now")
    assert told["safety_net"]


# --- Episodes and comments -------------------------------------------------------------------------


def test_an_episode_tells_its_latest_report(cast: Any) -> None:
    report = make_report(cast.robin, CLOT)
    (row,) = cast.api.robin.get("/episodes/?open=true").json()["results"]
    assert row["id"] == str(report.episode_id)
    assert (row["latest_pain"], row["latest_disposition"]) == (6.0, "same_day")
    assert row["place"] == "Right calf"
    assert cast.api.robin.get(f"/episodes/{report.episode_id}/").json() == row
    assert cast.api.kim.get(f"/episodes/{report.episode_id}/").status_code == 404


def test_the_desk_closes_an_episode_once(cast: Any) -> None:
    path = f"/episodes/{make_report(cast.robin).episode_id}/close/"
    assert cast.api.robin.post(path, {"reason": "gone"}).status_code == 403
    assert cast.api.outsider.post(path, {"reason": "gone"}).status_code == 404
    assert set(errors(cast.api.coach.post(path, {}))) == {"reason"}
    first = cast.api.coach.post(path, {"reason": "No pain for two weeks", "pain_free": True}).json()
    again = cast.api.coach.post(path, {"reason": "Other", "pain_free": False}).json()
    assert first == again
    assert first["closed_pain_free"] is True
    assert first["closed_reason"] == "No pain for two weeks"
    assert cast.api.coach.get("/episodes/?open=true").json()["count"] == 0


def test_athlete_and_coach_talk_about_an_episode(cast: Any) -> None:
    episode = str(make_report(cast.robin).episode_id)
    other = str(make_report(cast.kim).episode_id)
    for who, text in (("robin", "Better today"), ("coach", "Good, keep resting")):
        response = getattr(cast.api, who).post("/comments/", {"episode": episode, "text": text})
        assert response.status_code == 201
    rows = cast.api.robin.get(f"/comments/?episode={episode}").json()["results"]
    assert [row["text"] for row in rows] == ["Better today", "Good, keep resting"]
    assert rows[1]["author"] == {"id": str(cast.users.coach.uid), "name": "Jo"}
    assert cast.api.kim.get(f"/comments/?episode={episode}").json()["count"] == 0
    hidden = cast.api.robin.post("/comments/", {"episode": other, "text": "Hello"})
    missing = cast.api.robin.post("/comments/", {"episode": str(uuid4()), "text": "Hello"})
    assert hidden.content == missing.content
    assert set(errors(hidden)) == {"episode"}
    assert set(errors(cast.api.robin.post("/comments/", {"episode": episode, "text": " "}))) == {
        "text"
    }


def test_every_rule_and_step_names_its_sources_with_title_and_locator(cast: Any) -> None:
    report = make_report(cast.robin, CLOT, assess=True)
    told = cast.api.robin.get(f"/reports/{report.pk}/assessment/").json()
    screened = cast.api.robin.get(f"/reports/{report.pk}/").json()["screening"]
    for rule in [*told["rules"], *screened["rules"]]:
        assert [source["id"] for source in rule["references"]] == rule["sources"]
        assert all(source["title"] and source["locator"] for source in rule["references"])
    assert all(source["title"] for step in told["care_steps"] for source in step["sources"])
    assert told["reviewed"] is False


def test_a_source_that_the_knowledge_no_longer_has_stays_readable(cast: Any) -> None:
    report = make_report(cast.robin, CLOT, assess=True)
    result = report.assessment.result
    result["rules"][0]["sources"] = ["an-old-book"]
    Assessment.objects.update(result=result)
    told = cast.api.robin.get(f"/reports/{report.pk}/assessment/").json()
    assert told["rules"][0]["references"] == [
        {"id": "an-old-book", "title": "An old book", "locator": ""}
    ]


def test_a_report_tells_what_the_profile_knew(cast: Any) -> None:
    cast.api.robin.post(LIST, sent(answers={**CLOT, "prior_vte": "no"}))
    second = cast.api.robin.post(LIST, sent()).json()
    assert second["known_facts"]["prior_vte"] == "no"
