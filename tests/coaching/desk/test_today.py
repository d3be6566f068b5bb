"""Who needs somebody now, the most urgent first."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from athletes import access
from athletes.models import Athlete, Escalation, Heartbeat
from athletes.services import clock, escalations, looks, people
from tests import factories
from tests.coaching.desk.conftest import MOST_QUERIES, htmx, queries_of

TODAY = "/desk/"


def report_of(squad, name, answers=None, **fields):
    athlete = factories.make_athlete(squad, name=name)
    return factories.make_report(athlete, answers, assess=True, **fields)


def text(response):
    return response.content.decode()


def test_the_most_urgent_stands_first(squad, desk):
    report_of(squad, "Third", {**factories.CRAMP, "can_walk": "limp"})
    report_of(squad, "Second", factories.CLOT)
    report_of(squad, "First", factories.BREATHLESS)
    page = text(desk.get(TODAY))
    assert page.index("First") < page.index("Second") < page.index("Third")


def test_what_was_seen_comes_after_what_was_not(squad, desk):
    worse = report_of(squad, "Seen Already", factories.BREATHLESS).escalations.get()
    report_of(squad, "Still Waiting", factories.CLOT)
    escalations.acknowledge(by=squad.coach, escalation=worse)
    page = text(desk.get(TODAY))
    assert (
        page.index("Still Waiting") < page.index("Seen, not finished") < page.index("Seen Already")
    )


def test_who_was_passed_on_does_not_sink_below_who_came_last(squad, desk):
    first = report_of(squad, "Waits Long", factories.CLOT).escalations.get()
    Escalation.objects.update(acknowledge_by=timezone.now() - timedelta(minutes=5))
    report_of(squad, "Came Last", factories.CLOT)
    escalations.pass_on(escalation_id=first.pk)
    page = text(desk.get(TODAY))
    assert page.index("Waits Long") < page.index("Came Last")


def test_a_row_says_where_how_soon_and_how_long(desk, waiting):
    page = text(desk.get(TODAY))
    assert "Ada Berg" in page
    assert "Right calf." in page
    assert waiting.reason in page
    assert "left to acknowledge" in page


def test_a_clock_that_ran_out_is_shown(desk, waiting):
    Escalation.objects.update(acknowledge_by=timezone.now() - timedelta(minutes=5))
    assert "Overdue, being passed on" in text(desk.get(TODAY))


def test_who_was_told_next_is_shown(squad, desk, athlete):
    athlete.own_coaches.add(factories.make_coach(squad, name="Own Coach"))
    factories.make_coach(squad, role=access.OWNER, name="Second Owner")
    waiting = factories.make_report(athlete, factories.CLOT, assess=True).escalations.get()
    for chain in ("passed on to all coaches of the squad", "passed on to the club’s owners"):
        Escalation.objects.update(acknowledge_by=timezone.now() - timedelta(minutes=5))
        escalations.pass_on(escalation_id=waiting.pk)
        assert f"Overdue, {chain}" in text(desk.get(TODAY))


def test_that_nobody_is_left_is_shown_in_the_row(desk, waiting):
    Escalation.objects.update(nobody_left_at=timezone.now())
    assert "Everybody has been told, nobody has answered" in text(desk.get(TODAY))


def test_a_drill_is_marked(desk, athlete, waiting):
    assert ">Drill<" not in text(desk.get(TODAY))
    Athlete.objects.update(is_drill=True)
    assert ">Drill<" in text(desk.get(TODAY))
    assert ">Drill<" in text(desk.get(reverse("desk:escalation", args=[waiting.pk])))


def test_who_needs_nothing_stands_below(squad, desk, waiting):
    report_of(squad, "Only Sore", {**factories.CRAMP, "symptom_improving": "yes"})
    Escalation.objects.filter(athlete__name="Only Sore").delete()
    page = text(desk.get(TODAY))
    assert page.index("Ada Berg") < page.index("nothing to do for you") < page.index("Only Sore")


def test_nobody_waiting_says_that_nothing_was_missed_and_until_when_it_was_looked(desk, athlete):
    page = text(desk.get(TODAY))
    assert "Nobody is waiting, and nothing was missed." in page
    until = clock.watched_until()
    assert f"{until:%H:%M:%S} UTC" in page


@pytest.mark.parametrize("beat", [clock.DISPATCHER, clock.sweep_beat("clocks")])
def test_nobody_says_that_nothing_was_missed_while_the_watch_stands_still(desk, athlete, beat):
    Heartbeat.objects.filter(name=beat).update(at=timezone.now() - timedelta(minutes=5))
    page = text(desk.get(TODAY))
    assert "nothing was missed" not in page
    assert "Nobody is waiting, as far as is known." in page


def test_a_watch_that_never_ran_has_looked_at_nothing(desk, athlete):
    Heartbeat.objects.all().delete()
    assert clock.watched_until() is None


def test_a_report_that_is_not_judged_yet_is_said(squad, desk):
    factories.make_report(factories.make_athlete(squad))
    assert "1 report is being judged this moment" in text(desk.get(TODAY))


def test_a_new_coach_is_shown_the_next_step(desk):
    page = text(desk.get(TODAY))
    assert "Nobody is here yet" in page
    assert reverse("desk:squads") in page


def test_one_squad_is_chosen_in_the_address(squad, desk, waiting):
    other = people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    report_of(other, "Fast Runner", factories.CLOT)
    page = text(desk.get(TODAY, {"squad": other.pk}))
    assert "Fast Runner" in page
    assert "Ada Berg" not in page
    assert "Ada Berg" in text(desk.get(TODAY))


@pytest.mark.parametrize("squad_id", ["nonsense", "018f0000-0000-7000-8000-000000000000"])
def test_a_squad_that_is_not_ones_own_is_not_found(desk, squad_id):
    assert desk.get(TODAY, {"squad": squad_id}).status_code == 404


def test_htmx_gets_the_list_alone(desk, waiting):
    response = htmx(desk, TODAY)
    assert "Ada Berg" in text(response)
    assert "<html" not in text(response)
    assert "HX-Request" in response["Vary"]


def test_a_watch_that_stopped_is_said_on_the_page_and_in_the_live_list(desk, athlete):
    assert "watch is not running" not in text(desk.get(TODAY))
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=5))
    assert "watch is not running" in text(desk.get(TODAY))
    assert "watch is not running" in text(htmx(desk, TODAY))


def test_more_rows_ask_the_database_no_more_often(squad, desk):
    def fill(count):
        for number in range(count):
            waits = report_of(squad, f"Waiting {number}", factories.CLOT)
            looks.looked(by=squad.coach, athlete=waits.athlete)
            seen = report_of(squad, f"Seen {number}", factories.CLOT).escalations.get()
            escalations.acknowledge(by=squad.coach, escalation=seen)
            report_of(squad, f"Calm {number}")

    fill(2)
    before = queries_of(desk, TODAY)
    fill(10)
    assert queries_of(desk, TODAY) == before <= MOST_QUERIES
