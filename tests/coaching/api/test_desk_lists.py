"""The morning, a squad's board and season, outcomes and who is told: the desk's figures over REST."""

from __future__ import annotations

import csv
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from athletes.models import Athlete, AuditEntry
from athletes.services import escalations, findings, tokens
from coaching.reading.season_files import FILES
from tests.coaching.api.conftest import BASE, fields_of
from tests.factories import CLOT, SORE, STRAIN, make_athlete, make_report


def file_of(user: Any, path: str, **headers: str) -> Any:
    """As it is sent: no JSON."""
    secret = tokens.issue(by=user).secret
    return Browser().get(BASE + path, headers={"Authorization": f"Bearer {secret}", **headers})


def lines_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))


def found(cast: Any, athlete: Athlete, *, cause: str = "dvt") -> Any:
    """A report, and what a clinician found it to be."""
    report = make_report(athlete, CLOT, assess=True)
    findings.record_finding(
        by=cast.users.coach,
        episode=report.episode,
        cause=cause,
        in_words="" if cause else "A bruise",
        clinician="Dr Weber",
        found_on=timezone.now().date(),
        method="ultrasound",
    )
    return report.episode


def share_status(athlete: Athlete) -> None:
    Athlete.objects.filter(pk=athlete.pk).update(sharing="status")


def cost(client: Any, path: str) -> int:
    client.get("/me/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


# --- The morning -----------------------------------------------------------------------------------


def test_the_morning_names_who_waits_and_who_is_held(cast: Any) -> None:
    make_report(cast.robin, CLOT, assess=True)
    held = make_report(cast.kim, STRAIN, assess=True)
    (squad,) = cast.api.coach.get("/morning/").json()["squads"]
    assert squad["squad"]["name"] == cast.squad.name
    lines = {(line["why"], line["athlete_name"]): line for line in squad["lines"]}
    assert lines["unseen", "Robin"]["level"] == "same_day"
    assert lines["unseen", "Robin"]["text"]
    assert lines["held", "Kim"]["episode"] == str(held.episode_id)
    assert lines["held", "Kim"]["at"]


def test_the_morning_keeps_what_is_withheld(cast: Any) -> None:
    make_report(cast.robin, STRAIN, assess=True)
    share_status(cast.robin)
    (squad,) = cast.api.coach.get("/morning/").json()["squads"]
    for line in squad["lines"]:
        assert (line["status_only"], line["place"]) == (True, None)
        assert line["why"] != "unseen" or line["text"] is None


# --- The board -------------------------------------------------------------------------------------


def test_the_board_has_twelve_weeks_the_worst_first(cast: Any) -> None:
    make_report(cast.kim, CLOT, assess=True)
    told = cast.api.coach.get(f"/squads/{cast.squad.pk}/board/").json()
    assert len(told["weeks"]) == 12
    first, second = told["athletes"]
    assert (first["athlete_name"], first["status"], first["because"]) == ("Kim", "out", "clinician")
    assert [week["monday"] for week in first["weeks"]] == told["weeks"]
    assert first["weeks"][-1]["status"] == "out"
    assert first["weeks"][0] == {
        "monday": told["weeks"][0],
        "status": None,
        "days": {"out": 0, "modified": 0, "unknown": 0, "full": 0},
    }
    assert (second["status"], second["silence"], second["episode"]) == ("unknown", "never", None)


def test_one_week_can_be_asked_for(cast: Any) -> None:
    day = timezone.now().date() - timedelta(days=21)
    told = cast.api.coach.get(f"/squads/{cast.squad.pk}/board/?week={day}").json()
    assert told["weeks"] == [str(day - timedelta(days=day.weekday()))]


@pytest.mark.parametrize("path", ["board/?week=", "board.csv?week=", "season/?since="])
@pytest.mark.parametrize("day", ["soon", "2019-01-01", "2100-01-01", "2026-02-30"])
def test_a_day_that_cannot_be_shown_is_refused(cast: Any, path: str, day: str) -> None:
    answer = cast.api.coach.get(f"/squads/{cast.squad.pk}/{path}{day}")
    assert answer.status_code == 400
    assert set(fields_of(answer)) == {path.partition("?")[2].rstrip("=")}


def test_the_board_keeps_what_is_withheld(cast: Any) -> None:
    make_report(cast.kim, CLOT, assess=True)
    share_status(cast.kim)
    row = cast.api.coach.get(f"/squads/{cast.squad.pk}/board/").json()["athletes"][0]
    assert (row["status_only"], row["place"], row["status"]) == (True, None, "out")
    assert cast.api.clinician.get(f"/squads/{cast.squad.pk}/board/").json()["athletes"][0]["place"]


def test_the_boards_file_is_that_of_the_desk(cast: Any) -> None:
    make_report(make_athlete(cast.squad, name="=2+3"), CLOT, assess=True)
    answer = file_of(cast.users.coach, f"/squads/{cast.squad.pk}/board.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    desk = Browser()
    desk.force_login(cast.users.coach)
    page = desk.get(reverse("desk:board_csv", args=[cast.squad.pk]))
    assert answer.content == b"".join(page.streaming_content)
    assert "'=2+3" in {line[0] for line in lines_of(answer)}


# --- The season ------------------------------------------------------------------------------------


def season(cast: Any, query: str = "", who: str = "coach") -> Any:
    return getattr(cast.api, who).get(f"/squads/{cast.squad.pk}/season/{query}").json()


def test_the_season_tells_the_figures_of_the_desk(cast: Any) -> None:
    found(cast, cast.robin)
    escalations.acknowledge(
        by=cast.users.coach, escalation=cast.robin.escalations.get(), level="same_day"
    )
    told = season(cast)
    assert len(told["weeks"]) == 12
    assert told["reports"][-1]["reports_of_pain"] == 1
    assert {row["site"] for row in told["sites"]} == {"calf"}
    assert told["sites"][-1]["athletes_with_pain"] == 1
    assert told["causes"][-1]["problems"] == 1
    assert told["findings"] == [{"cause": "dvt", "in_words": "", "problems": 1}]
    assert told["calls"][0]["acknowledged_in_time"] is True
    assert {row["athlete_name"] for row in told["athletes"]} == {"Robin", "Kim"}


def test_who_shares_the_status_is_counted_and_not_told_of(cast: Any) -> None:
    found(cast, cast.robin)
    share_status(cast.robin)
    told = season(cast)
    assert (told["status_only"], told["reports"][-1]["reports_of_pain"]) == (1, 1)
    assert (told["sites"], told["causes"], told["findings"]) == ([], [], [])
    assert season(cast, who="clinician")["findings"]


@pytest.mark.parametrize(("query", "number"), [("?weeks=1", 1), ("?weeks=53", 53)])
def test_the_weeks_can_be_chosen(cast: Any, query: str, number: int) -> None:
    assert len(season(cast, query)["weeks"]) == number


def test_the_weeks_can_be_counted_from_a_day(cast: Any) -> None:
    since = timezone.now().date() - timedelta(weeks=3)
    weeks = season(cast, f"?since={since}")["weeks"]
    assert weeks[0] == str(since - timedelta(days=since.weekday()))
    assert len(weeks) == 4


@pytest.mark.parametrize("query", ["weeks=0", "weeks=54", "weeks=x", "weeks=-1", "weeks=3&since="])
def test_weeks_that_cannot_be_shown_are_refused(cast: Any, query: str) -> None:
    if query.endswith("since="):
        query += str(timezone.now().date())
    answer = cast.api.coach.get(f"/squads/{cast.squad.pk}/season/?{query}")
    assert (answer.status_code, set(fields_of(answer))) == (400, {"weeks"})


@pytest.mark.parametrize("what", sorted(FILES))
def test_each_figure_is_a_file(cast: Any, what: str) -> None:
    found(cast, cast.robin, cause="" if what == "findings" else "dvt")
    Athlete.objects.filter(pk=cast.robin.pk).update(name="@Robin")
    path = f"/squads/{cast.squad.pk}/season/{what}.csv"
    answer = file_of(cast.users.coach, f"{path}?weeks=2")
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{what}-')
    heads, *lines = lines_of(answer)
    assert heads == list(FILES[what][0])
    assert lines or what == "answers"
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "@"))]


def test_a_file_that_is_none_is_not_there(cast: Any) -> None:
    answer = file_of(cast.users.coach, f"/squads/{cast.squad.pk}/season/names.csv")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_file_that_is_unchanged_is_not_sent_again(cast: Any) -> None:
    path = f"/squads/{cast.squad.pk}/season/reports.csv"
    tag = file_of(cast.users.coach, path)["ETag"]
    again = file_of(cast.users.coach, path, **{"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    make_report(cast.robin)
    assert file_of(cast.users.coach, path, **{"If-None-Match": tag}).status_code == 200


def test_a_file_is_noted_as_taken(cast: Any) -> None:
    make_report(cast.robin, CLOT, assess=True)
    file_of(cast.users.coach, f"/squads/{cast.squad.pk}/season/athletes.csv")
    taken = AuditEntry.objects.get(what="api:squad-season-csv")
    assert taken.action == "taken"
    assert set(taken.athlete_keys) == {str(cast.robin.pk), str(cast.kim.pk)}


@pytest.mark.parametrize("what", ["board/", "board.csv", "season/", "season/reports.csv"])
@pytest.mark.parametrize(("who", "status"), [("robin", 403), ("outsider", 404), ("nobody", 404)])
def test_only_who_looks_after_a_squad_reads_of_it(
    cast: Any, what: str, who: str, status: int
) -> None:
    client = getattr(cast.api, who)
    answer = client.get(f"/squads/{cast.squad.pk}/{what}")
    assert answer.status_code == status
    if status == 404:
        assert answer.content == client.get(f"/squads/{uuid4()}/{what}").content


# --- Outcomes --------------------------------------------------------------------------------------


def test_outcomes_put_what_was_said_beside_what_it_was(cast: Any) -> None:
    episode = found(cast, cast.robin)
    make_report(cast.kim, SORE, assess=True)  # neither over nor found
    told = cast.api.coach.get("/outcomes/").json()
    assert told["count"] == 1
    (row,) = told["results"]
    assert (row["episode"], row["named"], row["too_low"]) == (str(episode.pk), "first", False)
    assert row["causes"][0]["id"] == row["finding"]["cause"] == "dvt"
    figures = cast.api.coach.get("/outcomes/figures/").json()
    assert (figures["episodes"], figures["found"]) == (1, 1)
    assert (figures["first_right"]["count"], figures["first_right"]["of"]) == (1, 1)
    assert figures["not_named"]["count"] == 0


def test_of_none_there_is_no_share(cast: Any) -> None:
    figures = cast.api.coach.get("/outcomes/figures/").json()
    nothing = {"count": 0, "of": 0, "share": None, "low": None, "high": None}
    assert figures["first_right"] == figures["dangerous_too_low"] == nothing


def test_of_who_shares_the_status_not_even_a_count(cast: Any) -> None:
    found(cast, cast.robin)
    share_status(cast.robin)
    assert cast.api.coach.get("/outcomes/").json()["count"] == 0
    assert cast.api.coach.get("/outcomes/figures/").json()["episodes"] == 0
    assert cast.api.clinician.get("/outcomes/").json()["count"] == 1


def test_outcomes_are_those_of_ones_own_squads(cast: Any) -> None:
    found(cast, cast.robin)
    assert cast.api.coach.get(f"/outcomes/?squad={cast.squad.pk}").json()["count"] == 1
    assert cast.api.coach.get(f"/outcomes/?squad={cast.other.pk}").status_code == 400
    for who in ("robin", "outsider"):
        assert getattr(cast.api, who).get("/outcomes/").json()["count"] == 0


def test_whose_outcomes_were_read_is_noted(cast: Any) -> None:
    found(cast, cast.robin)
    cast.api.coach.get("/outcomes/")
    looked = AuditEntry.objects.get(what="api:outcome-list")
    assert looked.athlete_keys == [str(cast.robin.pk)]


# --- Who is told -----------------------------------------------------------------------------------


def test_the_chain_says_who_is_told_and_when(cast: Any) -> None:
    told = cast.api.clinician.get(f"/athletes/{cast.robin.pk}/chain/").json()
    assert told["calls_nobody"] is False
    first, *later = told["steps"]
    assert "Jo" in [person["name"] for person in first["people"]]
    assert set(first["after_s"].values()) == {0}
    for step in later:
        assert step["after_s"]["emergency_now"] > 0
    numbers = [step["chain_step"] for step in told["steps"]]
    assert numbers == sorted(set(numbers))


def test_a_contact_for_emergencies_is_never_told_of_less(cast: Any) -> None:
    club = cast.squad.club
    club.contact_name, club.contact_email = "Gate", "gate@club.test"
    club.save()
    last = cast.api.coach.get(f"/athletes/{cast.robin.pk}/chain/").json()["steps"][-1]
    assert last["contact"].startswith("Gate")
    assert last["after_s"]["same_day"] is None
    assert last["after_s"]["emergency_now"] > 0


@pytest.mark.parametrize(("who", "status"), [("robin", 403), ("kim", 404), ("outsider", 404)])
def test_the_chain_is_for_who_looks_after_the_athlete(cast: Any, who: str, status: int) -> None:
    client = getattr(cast.api, who)
    assert client.get(f"/athletes/{cast.robin.pk}/chain/").status_code == status
    assert client.post(f"/athletes/{cast.robin.pk}/looked/").status_code == status


# --- What it costs ---------------------------------------------------------------------------------


def test_ten_athletes_cost_as_many_queries_as_two(cast: Any) -> None:
    squad = f"/squads/{cast.squad.pk}"
    most = {
        "/morning/": 22,
        f"{squad}/board/": 26,
        f"{squad}/board.csv": 26,
        f"{squad}/season/": 16,
        "/outcomes/": 12,
        "/outcomes/figures/": 12,
        f"/athletes/{cast.robin.pk}/chain/": 16,
    }
    for number in range(2):
        found(cast, make_athlete(cast.squad, name=f"Runner {number}"))
    few = {path: _cost_of(cast, path) for path in most}
    for number in range(2, 10):
        found(cast, make_athlete(cast.squad, name=f"Runner {number}"))
    assert {path: _cost_of(cast, path) for path in most} == few
    assert not {path: (few[path], limit) for path, limit in most.items() if few[path] > limit}


def _cost_of(cast: Any, path: str) -> int:
    if not path.endswith(".csv"):
        return cost(cast.api.coach, path)
    secret = tokens.issue(by=cast.users.coach).secret
    with CaptureQueriesContext(connection) as queries:
        Browser().get(BASE + path, headers={"Authorization": f"Bearer {secret}"})
    return len(queries)
