"""A squad's board: who can train, who is silent, and the same as a file."""

import csv
import io
import re
import uuid
from datetime import UTC, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from athletes import access, demo
from athletes.availability import Because, records_of
from athletes.models import Athlete, CheckIn, Episode
from athletes.returning import State, ways_back
from athletes.services import holds, people
from guidance import Disposition
from tests import factories
from tests.coaching.desk.conftest import MOST_QUERIES, client_of, queries_of

DAY = timedelta(days=1)


def page_of(squad):
    return reverse("desk:board", args=[squad.pk])


def text(client, squad, **query):
    return client.get(page_of(squad), query).content.decode()


def names(page):
    return re.findall(r'<th scope="row"><a href="/desk/athletes/[^>]*>([^<]*)</a></th>', page)


def file_of(client, squad):
    answer = client.get(reverse("desk:board_csv", args=[squad.pk]))
    written = b"".join(answer.streaming_content).decode("utf-8-sig")
    return answer, list(csv.DictReader(io.StringIO(written, newline="")))


@pytest.fixture
def runners(squad, athlete):
    """Ada is out, Bo is modified, Cy is full, and of Di nobody has heard."""
    bo, cy = (factories.make_athlete(squad, name=name) for name in ("Bo Lind", "Cy Moss"))
    factories.make_athlete(squad, name="Di Noor")
    factories.make_report(athlete, factories.CLOT, assess=True)
    told = {"by": squad.coach, "reason": "A cold"}
    holds.hold_training(**told, athlete=bo, kind="modified")
    hold = holds.hold_training(**told, athlete=cy, kind="out", at=timezone.now() - 9 * DAY)
    holds.release_training(by=squad.coach, hold=hold, at=timezone.now() - 8 * DAY)


def test_the_worst_come_first_and_each_row_says_why(desk, squad, runners):
    page = text(desk, squad)
    assert names(page) == ["Ada Berg", "Bo Lind", "Di Noor", "Cy Moss"]
    assert "Right calf · A clinician must see it, or say yes, first" in page
    assert "Held by a coach or clinician: A cold" in page
    assert "Never heard of so far" in page
    assert "No problem is open" in page


@pytest.mark.parametrize(
    ("show", "shown"),
    [
        ("out", ["Ada Berg"]),
        ("modified", ["Bo Lind"]),
        ("unknown", ["Di Noor"]),
        ("silent", ["Di Noor"]),
        ("full", ["Cy Moss"]),
        ("nonsense", ["Ada Berg", "Bo Lind", "Di Noor", "Cy Moss"]),
    ],
)
def test_it_is_narrowed_to_what_one_asks_for(desk, squad, runners, show, shown):
    assert names(text(desk, squad, show=show)) == shown


def test_a_filter_that_finds_nobody_says_so_and_keeps_its_way_back(desk, squad, athlete):
    page = text(desk, squad, show="full")
    assert "Nobody of this squad is among these now." in page
    assert '<a href="?">Show everybody</a>' in page


def test_silence_is_marked_also_of_who_is_held(desk, squad, athlete):
    report = factories.make_report(
        athlete, factories.STRAIN, assess=True, reported_at=timezone.now() - 3 * DAY
    )
    CheckIn.objects.filter(report=report).delete()
    assert "Silent</span>" not in text(desk, squad)
    factories.make_check_in(
        report, state="missed", due_at=timezone.now() - DAY, settled_at=timezone.now()
    )
    page = text(desk, squad)
    assert '<span class="chip chip-warn">Silent</span> Did not answer a check-in' in page
    assert names(text(desk, squad, show="silent")) == ["Ada Berg"]


def test_each_week_is_told_in_words_and_not_by_colour_alone(desk, squad, runners):
    page = text(desk, squad)
    assert page.count('<li class="week') == 4 * 12
    assert re.search(r"Week from [^:]*: Out\. Days: 1 Out", page)
    assert re.search(r'data-availability="out"><span class="week-letter" [^>]*>O</span>', page)
    assert 'id="by-week-look-out"' in page, "the plot has a pattern for it"


def test_a_squad_without_athletes_says_what_comes_here(desk, squad):
    assert "Nobody is in this squad yet" in text(desk, squad)


def test_who_coaches_another_squad_of_the_club_does_not_see_this_one(squad, runners):
    sprinters = people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    coach = factories.make_coach(sprinters)
    for name in ("desk:board", "desk:board_csv", "desk:season"):
        assert client_of(coach).get(reverse(name, args=[squad.pk])).status_code == 404
        assert client_of(coach).get(reverse(name, args=[sprinters.pk])).status_code == 200
        assert client_of(coach).get(reverse(name, args=[uuid.uuid4()])).status_code == 404
    clinician = factories.make_coach(squad, role=access.CLINICIAN)
    assert client_of(clinician).get(page_of(squad)).status_code == 200


def test_one_goes_on_to_the_same_page_of_another_squad(desk, squad, athlete):
    assert "squad-pages" not in text(desk, squad), "with one squad there is nowhere to go"
    other = people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    for name in ("desk:board", "desk:season"):
        here, there = (reverse(name, args=[one.pk]) for one in (squad, other))
        page = desk.get(here).content.decode()
        assert f'href="{here}" aria-current="page"' in page
        assert f'href="{there}">Sprinters' in page


def test_the_nobody_of_a_drill_and_who_has_left_are_on_no_board(desk, squad, runners):
    Athlete.objects.filter(name="Ada Berg").update(is_drill=True)
    Athlete.objects.filter(name="Bo Lind").update(left_at=timezone.now())
    assert names(text(desk, squad)) == ["Di Noor", "Cy Moss"]
    _, rows = file_of(desk, squad)
    assert {row["athlete"] for row in rows} == {"Di Noor", "Cy Moss"}


def test_the_file_has_the_days_of_each_kind_and_no_words_of_a_language(desk, squad, runners):
    with translation.override("es"):
        answer, rows = file_of(desk, squad)
    assert re.fullmatch(
        r'attachment; filename="availability-\d{4}-\d\d-\d\d\.csv"', answer["Content-Disposition"]
    )
    newest = {row["athlete"]: row for row in rows}
    assert newest["Ada Berg"]["availability_now"] == "out"
    assert newest["Ada Berg"]["reason_now"] == "clinician"
    assert newest["Bo Lind"]["days_modified"] == "1"
    assert newest["Di Noor"]["last_word_utc"] == ""
    assert len([row for row in rows if row["athlete"] == "Cy Moss"]) >= 2, "from the first word on"


def test_a_name_that_a_spreadsheet_would_run_is_made_a_text(desk, squad, athlete):
    Athlete.objects.filter(pk=athlete.pk).update(name='=HYPERLINK("http://x.test";"Ada")')
    _, rows = file_of(desk, squad)
    assert rows[0]["athlete"].startswith("'=")


def test_more_athletes_ask_the_database_no_more_often(desk, squad, runners):
    planned = factories.make_athlete(squad)
    factories.make_report(planned, factories.CRAMP, assess=True)
    desk.get(page_of(squad))  # the first page of a log-in asks who it is
    few = queries_of(desk, page_of(squad))
    for answers in (factories.CRAMP, factories.BONE, factories.CLOT, factories.STRAIN):
        runner = factories.make_athlete(squad)
        factories.make_report(runner, answers, assess=True, reported_at=timezone.now() - 3 * DAY)
        hold = {"by": squad.coach, "athlete": runner, "kind": "out", "reason": "Rest"}
        holds.hold_training(**hold)
    assert queries_of(desk, page_of(squad)) == few <= MOST_QUERIES


def test_the_board_and_the_way_back_to_running_never_say_different_things():
    """In the whole demo club: out for a clinician's sake is who must not run before a clinician's yes."""
    now = timezone.now()
    demo.load(now)
    episodes = list(Episode.objects.open().select_related("athlete"))
    found = {
        record.athlete.pk: record
        for record in records_of(Athlete.objects.all(), now, now.date(), zone=UTC)
    }
    compared = 0
    for way in ways_back(episodes, now).values():
        waits = way.state in (State.HELD, State.CLEARANCE)
        if way.judged[0].ladder is None and way.judged[0].level >= Disposition.SAME_DAY:
            waits = True  # no way back is offered for it at all
        record = found[way.episode.athlete_id]
        out = [
            part
            for part in record.stretches
            if part.holds_at(now)
            and part.because is Because.CLINICIAN
            and part.episode == way.episode
        ]
        assert bool(out) == waits, way.episode
        compared += 1
    assert compared >= 6
