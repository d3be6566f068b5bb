"""One problem as a story over REST: its events, its pain, and the page for a clinician."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from athletes.models import Athlete, AuditEntry, Episode
from athletes.services import comments, escalations, findings, hand_overs, holds, tokens
from coaching.reading.cases import REPORTS_SHOWN
from tests.coaching.api.conftest import BASE, Client
from tests.factories import CLOT, make_report


@pytest.fixture
def episode(cast: Any) -> Episode:
    """With something of each kind."""
    report = make_report(cast.robin, CLOT, assess=True)
    coach, found = cast.users.coach, report.episode
    comments.add_comment(by=cast.robin.user, episode=found, text="Does it look bad?")
    escalations.acknowledge(by=coach, escalation=report.escalations.get())
    holds.hold_training(by=coach, athlete=cast.robin, kind="out", reason="Wait", episode=found)
    hand_overs.hand_over(by=coach, episode=found, to_name="Dr Weber", note="Please scan it")
    return found


def events(client: Client, episode: Episode, query: str = "") -> Any:
    return client.get(f"/episodes/{episode.pk}/events/{query}").json()


def test_the_events_come_newest_first_each_with_its_record(cast: Any, episode: Episode) -> None:
    told = events(cast.api.coach, episode)
    times = [event["at"] for event in told["results"]]
    assert times == sorted(times, reverse=True)
    kinds = {event["kind"]: event for event in told["results"]}
    assert {"report", "talk", "call", "seen", "hold", "hand_over"} <= kinds.keys()
    report = episode.reports.get()
    assert (kinds["report"]["about"], kinds["report"]["record"]) == ("report", str(report.pk))
    assert kinds["report"]["pain"] == report.pain_now
    assert kinds["talk"]["record"] == str(episode.comments.get().pk)
    assert "Does it look bad?" in kinds["talk"]["text"]


def test_events_are_given_in_pages(cast: Any, episode: Episode) -> None:
    whole = events(cast.api.coach, episode)["results"]
    first = events(cast.api.coach, episode, "?page_size=2")
    assert (first["count"], first["results"]) == (len(whole), whole[:2])
    assert events(cast.api.coach, episode, "?page_size=2&page=2")["results"] == whole[2:4]
    assert cast.api.coach.get(f"/episodes/{episode.pk}/events/?cursor=").status_code == 400


def test_the_athlete_reads_the_same(cast: Any, episode: Episode) -> None:
    assert events(cast.api.robin, episode) == events(cast.api.coach, episode)


def test_pain_that_nobody_told_is_null(cast: Any, episode: Episode) -> None:
    answers = {name: value for name, value in CLOT.items() if name != "severity_nrs"}
    make_report(cast.robin, answers)
    told = cast.api.robin.get(f"/episodes/{episode.pk}/pain/").json()
    assert [point["pain"] for point in told["points"]] == [CLOT.get("severity_nrs"), None]
    assert [held["text"] for held in told["held"]] == ["No training: Wait"]
    assert told["reports_from"] is None
    assert told["summary"]


def test_it_is_said_that_earlier_reports_are_left_out(cast: Any, episode: Episode) -> None:
    for _more in range(REPORTS_SHOWN):
        make_report(cast.robin, CLOT)
    told = cast.api.robin.get(f"/episodes/{episode.pk}/pain/").json()
    assert len(told["points"]) == REPORTS_SHOWN
    assert told["reports_from"] == told["points"][0]["at"]


def test_the_page_for_a_clinician_says_what_the_desks_says(cast: Any, episode: Episode) -> None:
    told = cast.api.coach.get(f"/episodes/{episode.pk}/sheet/").json()
    assert (told["asked"], told["level"], told["reviewed"]) == ("Please scan it", "same_day", False)
    assert {"story", "signs", "rules", "causes", "advice"} <= {part["id"] for part in told["parts"]}
    assert told["pain"]["points"]
    assert told["boundary"]


def fetch(user: Any, path: str) -> Any:
    secret = tokens.issue(by=user).secret
    return Browser().get(BASE + path, headers={"Authorization": f"Bearer {secret}"})


@pytest.mark.parametrize("paper", ["", "?paper=a4", "?paper=letter"])
def test_it_is_a_pdf_too(cast: Any, episode: Episode, paper: str) -> None:
    answer = fetch(cast.users.coach, f"/episodes/{episode.pk}/sheet.pdf{paper}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    assert answer["ETag"]
    assert answer["Content-Disposition"] == 'attachment; filename="hand-over.pdf"'
    taken = AuditEntry.objects.get(what="api:episode-sheet-pdf")
    assert (taken.action, taken.athlete_keys) == ("taken", [str(cast.robin.pk)])


def test_there_is_no_other_paper(cast: Any, episode: Episode) -> None:
    assert cast.api.coach.get(f"/episodes/{episode.pk}/sheet.pdf?paper=a0").status_code == 400


@pytest.mark.parametrize("what", ["events/", "pain/", "sheet/", "sheet.pdf"])
def test_what_is_withheld_is_not_told_in_part(cast: Any, episode: Episode, what: str) -> None:
    Athlete.objects.filter(pk=cast.robin.pk).update(sharing="status")
    path = f"/episodes/{episode.pk}/{what}"
    assert cast.api.coach.get(path).status_code == 403
    assert cast.api.owner.get(path).status_code == 403
    assert fetch(cast.users.clinician, path).status_code == 200
    own = cast.api.robin.get(path).status_code
    assert own == (403 if what.startswith("sheet") else 200)


@pytest.mark.parametrize("what", ["events/", "pain/", "sheet/", "sheet.pdf"])
@pytest.mark.parametrize("who", ["kim", "outsider", "nobody"])
def test_for_everybody_else_it_is_not_there(
    cast: Any, episode: Episode, what: str, who: str
) -> None:
    assert getattr(cast.api, who).get(f"/episodes/{episode.pk}/{what}").status_code == 404


@pytest.mark.parametrize("what", ["events/", "pain/", "sheet/"])
def test_a_long_story_costs_as_many_queries_as_a_short_one(
    cast: Any, episode: Episode, what: str
) -> None:
    def cost() -> int:
        cast.api.coach.get("/me/")
        with CaptureQueriesContext(connection) as queries:
            cast.api.coach.get(f"/episodes/{episode.pk}/{what}")
        return len(queries)

    def go_on() -> None:
        report = make_report(cast.robin, CLOT, assess=True)
        comments.add_comment(by=cast.users.coach, episode=episode, text="Rest")
        findings.record_finding(
            by=cast.users.coach,
            episode=episode,
            cause="dvt",
            in_words="",
            clinician="Dr Weber",
            found_on=report.reported_at.date(),
            method="ultrasound",
        )

    go_on()
    few = cost()
    for _more in range(4):
        go_on()
    assert cost() == few <= 60
