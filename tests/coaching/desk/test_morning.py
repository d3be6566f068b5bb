"""The page that a coach reads before the day begins. What stands in it: tests/athletes/test_morning.py."""

from datetime import timedelta

from django.utils import timezone

from athletes.models import CheckIn, Squad
from tests import factories
from tests.coaching.desk.conftest import MOST_QUERIES, client_of, queries_of

PAGE = "/desk/morning/"
WEEK = timedelta(days=8)


def text(response):
    return response.content.decode()


def test_an_empty_page_says_that_nothing_was_missed_and_when_it_looked(desk, squad):
    squad.club.timezone = "Asia/Tokyo"
    squad.club.save()
    page = text(desk.get(PAGE))
    assert "Nothing was missed." in page
    there = timezone.now().astimezone(squad.club.zone)
    assert f"Checked today {there:%H}:" in page
    assert "Asia/Tokyo" in page


def test_who_waits_unseen_leads_to_the_call(desk, waiting):
    page = text(desk.get(PAGE))
    assert "Waiting unseen" in page
    assert f"/desk/escalations/{waiting.pk}/" in page
    assert "the clock runs out" in page
    assert "Nothing was missed." not in page


def test_who_is_held_says_by_what_and_until_when(desk, athlete):
    report = factories.make_report(athlete, factories.CRAMP, assess=True)
    step = report.assessment.care_steps.get(advice="no_hard_runs_two_days")
    page = text(desk.get(PAGE))
    assert "Held from training" in page
    assert step.text in page
    assert f"{step.ends_at.astimezone(athlete.zone):%H:%M}" in page
    assert "(Europe/Berlin)" in page, "the club's clock is another"


def test_where_all_clocks_are_the_same_no_zone_is_named(desk, squad, athlete):
    squad.club.timezone = athlete.timezone
    squad.club.save()
    factories.make_report(athlete, factories.CRAMP, assess=True)
    assert "(Europe/Berlin)" not in text(desk.get(PAGE))


def test_a_check_in_of_today_and_one_that_was_missed(desk, athlete):
    report = factories.make_report(
        athlete, factories.SORE, assess=True, reported_at=timezone.now() - timedelta(days=2)
    )
    CheckIn.objects.filter(report=report).delete()
    now = timezone.now()
    for kind, state, due_at in (("a", "asked", now), ("b", "missed", now - timedelta(days=1))):
        factories.make_check_in(report, kind=kind, state=state, due_at=due_at)
    page = text(desk.get(PAGE))
    assert "Check-in today" in page
    assert "did not answer the check-in of" in page


def test_who_has_been_silent_for_a_week(desk, athlete):
    factories.make_report(athlete, factories.SORE, assess=True, reported_at=timezone.now() - WEEK)
    page = text(desk.get(PAGE))
    assert "Silent" in page
    assert "not a word for 8 days" in page


def test_one_squad_can_be_looked_at(desk, squad, athlete):
    other = Squad.objects.create(club=squad.club, name="Others")
    factories.make_report(athlete, factories.SORE, assess=True, reported_at=timezone.now() - WEEK)
    assert "Ada Berg" in text(desk.get(f"{PAGE}?squad={squad.pk}"))
    assert "Ada Berg" not in text(desk.get(f"{PAGE}?squad={other.pk}"))
    assert desk.get(f"{PAGE}?squad=1").status_code == 404


def test_a_coach_of_another_club_sees_nobody(athlete):
    factories.make_report(athlete, factories.SORE, assess=True, reported_at=timezone.now() - WEEK)
    stranger = client_of(factories.make_club().coach)
    assert "Nothing was missed." in text(stranger.get(PAGE))


def test_no_more_queries_for_many_athletes(desk, squad):
    def three_more():
        for answers in (factories.CRAMP, factories.CLOT, factories.SORE):
            factories.make_report(
                factories.make_athlete(squad),
                answers,
                assess=True,
                reported_at=timezone.now() - WEEK,
            )

    three_more()
    few = queries_of(desk, PAGE)
    three_more()
    assert queries_of(desk, PAGE) == few <= MOST_QUERIES
