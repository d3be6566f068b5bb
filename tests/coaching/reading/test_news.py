"""What is new in a row since the reader last had the athlete before them."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from athletes.models import Comment, Escalation, LastLook
from athletes.models.follow_up import MISSED
from athletes.services import check_ins, comments, escalations, looks
from coaching.reading.news import since_last_look
from guidance import check_in_told
from tests import factories
from tests.coaching.desk.conftest import client_of


def news(user, escalation):
    return since_last_look(user, [escalation.episode])[escalation.episode_id]


@pytest.fixture
def looked(squad, waiting):
    """The coach has had the athlete before them an hour ago."""
    looks.looked(by=squad.coach, athlete=waiting.athlete, at=timezone.now())
    return waiting


def test_who_was_never_looked_at_is_all_new(squad, desk, waiting):
    assert news(squad.coach, waiting).is_new
    assert "New to you" in desk.get("/desk/").content.decode()


def test_what_one_acknowledged_is_not_new_to_oneself(squad, desk, waiting):
    escalations.acknowledge(by=squad.coach, escalation=waiting)
    assert "New to you" not in desk.get("/desk/").content.decode()


def test_nothing_happened_is_no_news(squad, looked):
    assert not news(squad.coach, looked).is_new


@pytest.mark.parametrize("page", ["desk:escalation", "desk:report"])
def test_to_open_its_page_is_a_look(squad, desk, waiting, page):
    pk = waiting.pk if page == "desk:escalation" else waiting.report_id
    desk.get(reverse(page, args=[pk]))
    assert LastLook.objects.of(squad.coach).filter(athlete=waiting.athlete).exists()
    assert not news(squad.coach, waiting).is_new


def test_the_list_itself_is_no_look(desk, waiting):
    desk.get("/desk/")
    assert not LastLook.objects.exists()


def test_a_stranger_leaves_no_look(waiting):
    stranger = client_of(factories.make_club().coach)
    assert stranger.get(reverse("desk:escalation", args=[waiting.pk])).status_code == 404
    assert not LastLook.objects.exists()


def test_reports_and_comments_are_counted(squad, looked):
    athlete = looked.athlete
    for _ in range(2):
        factories.make_report(athlete, factories.CLOT)
        comments.add_comment(by=athlete.user, episode=looked.episode, text="Still sore")
    assert news(squad.coach, looked).words == ("2 new reports", "2 new comments")


def test_what_the_reader_did_is_no_news(squad, looked):
    comments.add_comment(by=squad.coach, episode=looked.episode, text="Rest today")
    factories.make_report(looked.athlete, factories.CLOT, by=squad.coach)
    assert not news(squad.coach, looked).is_new


def test_what_nobody_is_known_to_have_written_is_news(squad, looked):
    Comment.objects.create(episode=looked.episode, author=None, text="From one who left")
    assert news(squad.coach, looked).words == ("New comment",)


@pytest.mark.parametrize(
    ("trend", "words"),
    [
        ("worse", "Check-in answered: worse"),
        ("better", "Check-in answered: better"),
        ("same", "Check-in answered"),
    ],
)
def test_an_answered_check_in_says_how_it_goes(squad, looked, trend, words):
    check_in = factories.make_check_in(looked.report)
    check_ins.answer(
        by=looked.athlete.user,
        check_in=check_in,
        answers=check_in_told(trend, {"severity_nrs": 3}),
        client_key=uuid.uuid4(),
        face="phone",
    )
    assert words in news(squad.coach, looked).words
    assert "New report" not in news(squad.coach, looked).words


def test_a_check_in_that_nobody_answered_is_news(squad, looked):
    factories.make_check_in(looked.report, state=MISSED, settled_at=timezone.now())
    assert news(squad.coach, looked).words == ("Check-in not answered",)


def test_what_was_raised_and_passed_on_stands_first(squad, looked):
    factories.make_report(looked.athlete, factories.BREATHLESS)
    Escalation.objects.update(acknowledge_by=timezone.now() - timedelta(minutes=5))
    escalations.pass_on(escalation_id=looked.pk)
    assert news(squad.coach, looked).words == ("More urgent", "Passed on", "New report")


def test_it_asks_no_more_often_for_more_rows(squad):
    def asked(count):
        rows = []
        for number in range(count):
            athlete = factories.make_athlete(squad, name=f"Runner {number} of {count}")
            rows.append(factories.make_report(athlete).episode)
            looks.looked(by=squad.coach, athlete=athlete)
        with CaptureQueriesContext(connection) as queries:
            since_last_look(squad.coach, rows)
        return len(queries)

    assert asked(1) == asked(6) <= 6
