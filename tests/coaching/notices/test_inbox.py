"""What one was told in the app."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from athletes.models import Notification
from athletes.services import (
    account_notices,
    comments,
    digests,
    escalations,
    exports,
    follow_up,
    notifications,
)
from athletes.services.webhooks import sending
from coaching import words
from tests import factories

PAGE = "/notices/"
NEW = '<span class="chip chip-strong">New</span>'


def text(response):
    return response.content.decode()


def tell(user, number=1, path="/desk/"):
    for index in range(number):
        notifications.queue(
            recipients=[user], key=f"k{index}", subject=f"Subject {index}", path=path, topic="talk"
        )
        Notification.objects.filter(subject=f"Subject {index}").update(
            created_at=timezone.now() - timedelta(hours=number - index)
        )


def test_the_newest_is_first_with_its_link_and_time(desk, squad):
    tell(squad.coach, 2, path="/desk/athletes/")
    page = text(desk.get(PAGE))
    assert page.index("Subject 1") < page.index("Subject 0")
    assert 'href="/desk/athletes/"' in page
    assert page.count(NEW) == 2


def test_each_message_stands_there_once_however_many_channels_it_takes(desk, squad):
    tell(squad.coach)
    assert squad.coach.notifications.count() > 1
    assert text(desk.get(PAGE)).count("Subject 0") == 1


def test_who_opens_the_page_has_read_what_is_on_it(desk, squad):
    tell(squad.coach, 21)
    assert '<span class="count">21<' in text(desk.get("/desk/squads/"))
    assert text(desk.get(PAGE)).count(NEW) == 20
    assert '<span class="count">1<' in text(desk.get("/desk/squads/"))
    assert NEW not in text(desk.get(PAGE))
    assert text(desk.get(f"{PAGE}?page=2")).count(NEW) == 1
    assert 'class="count"' not in text(desk.get("/desk/squads/"))


def test_what_only_looks_whether_the_page_is_there_reads_nothing(desk, squad):
    tell(squad.coach)
    desk.head(PAGE)
    assert squad.coach.notifications.unread().count() == 1


def test_only_ones_own(desk, phone, squad, athlete):
    tell(squad.coach)
    assert "Subject 0" not in text(phone.get(PAGE))
    assert "No notices" in text(phone.get(PAGE))
    assert squad.coach.notifications.unread().count() == 1


def test_an_athlete_reads_the_time_of_their_own_clock(phone, athlete):
    tell(athlete.user, path="/me/")
    at = Notification.objects.filter(recipient=athlete.user).first().created_at
    assert f"{at.astimezone(athlete.zone):%H:%M}" in text(phone.get(PAGE))


def test_more_than_can_be_counted_at_a_glance(desk, squad):
    rows = [
        Notification(
            recipient=squad.coach,
            channel="in_app",
            dedupe_key=f"many{number}",
            subject="x",
            path="/desk/",
            state="sent",
            next_attempt_at=timezone.now(),
        )
        for number in range(120)
    ]
    Notification.objects.bulk_create(rows)
    assert '<span class="count">99+<' in text(desk.get("/desk/squads/"))


def test_no_more_queries_for_many_than_for_few(desk, squad):
    def asked():
        desk.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            desk.get(PAGE)
        return len(queries)

    tell(squad.coach, 2)
    few = asked()
    tell(squad.coach, 40)
    assert asked() == few <= 16


@pytest.mark.parametrize("answers", [factories.CLOT, factories.BREATHLESS])
def test_a_notice_says_nothing_about_anybodys_health(desk, squad, athlete, answers):
    factories.make_report(athlete, answers, assess=True)
    page = text(desk.get(PAGE))
    assert "An athlete in your squad needs you" in page
    assert athlete.name not in page


def test_every_subject_can_be_translated(squad, athlete):
    report = factories.make_report(athlete)
    comments.add_comment(by=squad.coach, episode=report.episode, text="How is it?")
    written = {notice.subject for notice in athlete.user.notifications.all()}
    fixed = {
        follow_up.HOW_IS_IT,
        follow_up.ASK_THEM,
        follow_up.NOT_ANSWERED,
        digests.SUBJECT,
        sending.STOPPED,
    }
    fixed |= set(account_notices.SUBJECTS.values())
    fixed |= {exports.READY, exports.FAILED, *follow_up.TO_GUARDIANS.values()}
    assert written | fixed | set(escalations.SUBJECTS.values()) == set(words.SUBJECTS)
