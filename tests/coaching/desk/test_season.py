"""The page of a season: plots with their tables and files, numbers that stay numbers."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from athletes import demo
from athletes.models import Athlete, CheckIn, Squad, User
from athletes.services import escalations, findings
from coaching.reading.season_files import FILES
from tests import factories
from tests.coaching.desk.conftest import MOST_QUERIES, client_of, queries_of

DAY = timedelta(days=1)


def page_of(squad):
    return reverse("desk:season", args=[squad.pk])


def text(client, squad, **query):
    return client.get(page_of(squad), query).content.decode()


def file_of(client, squad, what, **query):
    answer = client.get(reverse("desk:season_csv", args=[squad.pk, what]), query)
    assert answer.status_code == 200
    written = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(written, newline="")))


@pytest.fixture
def told(squad, athlete):
    """Last week a report, an answer, a check-in that was missed, a call that was seen, a finding."""
    now = timezone.now()
    at = (now - (now.weekday() + 6) * DAY).replace(hour=6)  # Tuesday of last week
    report = factories.make_report(athlete, factories.CLOT, assess=True, reported_at=at)
    report.escalations.update(opened_at=at, acknowledge_by=at + timedelta(hours=1))
    seen = {"by": squad.coach, "escalation": report.escalations.get()}
    escalations.acknowledge(**seen, at=at + timedelta(minutes=10))
    CheckIn.objects.filter(report=report).delete()
    answer = factories.make_report(athlete, factories.CLOT, assess=True, reported_at=at + DAY / 2)
    CheckIn.objects.filter(report=answer).delete()
    answer.escalations.all().delete()
    factories.make_check_in(
        report, state="answered", answer=answer, due_at=at + DAY / 4, settled_at=at + DAY / 2
    )
    factories.make_check_in(
        answer, state="missed", due_at=at + DAY, settled_at=at + 2 * DAY, kind="week"
    )
    findings.record_finding(
        by=squad.coach,
        episode=report.episode,
        cause="dvt",
        in_words="",
        clinician="Dr Weber",
        found_on=at.date(),
        method="ultrasound",
    )


def test_what_is_to_be_seen_is_said_in_numbers(desk, squad, told):
    page = text(desk, squad)
    assert "1 report of pain. 1 answer to a check-in." in page
    assert "1 of 2 check-ins were answered." in page
    assert "Half of the answers came within 6 h of the question." in page
    assert "of 2 check-ins" in page
    assert not re.search(r"\d ?%<", page.replace('%"', "")), "small numbers are no shares"


def test_a_clinicians_finding_stands_apart_from_likely_causes(desk, squad, told):
    page = text(desk, squad)
    likely, found = page.index("Pain by likely cause"), page.index("What clinicians found")
    assert likely < found
    assert "likely causes, not what they were" in page
    assert "1 problem" in page[found:]


def test_an_empty_season_says_what_comes_here(desk, squad, athlete):
    assert "Nothing was reported in these weeks" in text(desk, squad)


def test_the_weeks_stand_in_the_address(desk, squad, told):
    assert text(desk, squad, weeks="6").count('<tr><th scope="row">') > 6
    assert re.search(r'href="\?weeks=26" aria-current="true"', text(desk, squad, weeks="26"))
    assert re.search(r'href="\?weeks=12" aria-current="true"', text(desk, squad, weeks="7"))
    monday = timezone.now().date() - timedelta(days=timezone.now().weekday())
    page = text(desk, squad, since=monday.isoformat())
    assert "Nothing was reported in these weeks" in page, "it was told last week"
    assert f'value="{monday.isoformat()}"' in page


@pytest.mark.parametrize(
    ("since", "why"),
    [
        ("soon", "This is no day."),
        ("2099-01-01", "This day has not come yet."),
        ("2001-01-01", "That is too long ago"),
        ("", "Choose the day on which the season began."),
    ],
)
def test_a_day_that_cannot_be_is_said_beside_the_field_and_kept(desk, squad, told, since, why):
    answer = desk.get(page_of(squad), {"since": since})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert why in page
    assert f'value="{since}"' in page or not since
    file = desk.get(reverse("desk:season_csv", args=[squad.pk, "reports"]), {"since": since})
    assert file.status_code == 404


@pytest.mark.parametrize("what", sorted(FILES))
def test_every_file_has_its_heads_and_the_weeks_of_the_page(desk, squad, told, what):
    with translation.override("es"):
        rows = file_of(desk, squad, what, weeks="6")
    assert list(rows[0]) == list(FILES[what][0])
    weeks = {row["week_from_monday"] for row in rows if "week_from_monday" in row}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", week) for week in weeks)
    assert len(weeks) in ((0, 1) if what in ("calls", "athletes", "findings") else (6,))


def test_the_numbers_of_the_files_are_those_of_the_page(desk, squad, told):
    (athlete,) = file_of(desk, squad, "athletes")
    assert list(athlete.values()) == ["Ada Berg", "1", "1", "0", "6"]
    (call,) = file_of(desk, squad, "calls")
    assert (call["level"], call["minutes_to_acknowledge"]) == ("same_day", "10")
    assert call["acknowledged_in_time"] == "yes"
    (found,) = file_of(desk, squad, "findings")
    assert found["cause_found_by_clinician"] == "dvt"
    worst = {row["worst_pain_0_to_10"] for row in file_of(desk, squad, "sites")}
    assert worst == {"", "6"}


def test_every_plot_of_the_page_offers_a_file_that_is_there(desk, squad, told):
    links = re.findall(r'href="(/desk/squads/[^"]*\.csv[^"]*)" download', text(desk, squad))
    assert len(links) >= 7
    assert {desk.get(link.replace("&amp;", "&")).status_code for link in links} == {200}


def test_an_unknown_file_is_not_there(desk, squad, told):
    assert desk.get(reverse("desk:season_csv", args=[squad.pk, "salaries"])).status_code == 404


def test_the_nobody_of_a_drill_is_in_no_figure(desk, squad, told):
    Athlete.objects.update(is_drill=True)
    assert "Nothing was reported in these weeks" in text(desk, squad)


def test_more_athletes_ask_the_database_no_more_often(desk, squad, told):
    few = queries_of(desk, page_of(squad))
    for answers in (factories.CRAMP, factories.BONE, factories.CLOT, factories.STRAIN):
        runner = factories.make_athlete(squad)
        report = factories.make_report(runner, answers, assess=True)
        factories.make_check_in(report, state="missed", settled_at=timezone.now())
    assert queries_of(desk, page_of(squad)) == few <= MOST_QUERIES


def test_the_demo_club_has_a_season_to_look_at():
    demo.load(timezone.now())
    client = client_of(User.objects.get(email=demo.COACH))
    page = text(client, Squad.objects.get(name="Distance"))
    assert "4 of 5 check-ins were answered." in page
    assert page.count('<figure class="chart"') == 6
