"""A message goes out once, or again and again until it does; and says nothing about health."""

import json
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core import mail
from django.db.models import F
from django.utils import timezone

from athletes.check_in_links import magic_token
from athletes.dispatcher import Dispatcher
from athletes.models import Escalation, Notification, PushSubscription, User
from athletes.services import channels, comments, delivery, escalations, keys, notifications
from guidance import Disposition
from tests import factories
from tests.sinks import DROP, DROP_AFTER, FAIL, GONE, HANG, OK, open_sinks

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(squad):
    report = factories.make_report(factories.make_athlete(squad), factories.CLOT)
    return report.escalations.get()


@pytest.fixture
def sinks(settings, monkeypatch):
    """All three ways out lead to this machine, and nobody is waited for long."""
    monkeypatch.setattr(delivery, "PATIENCE_S", (0.4, 0.4, 0.4))
    monkeypatch.setattr(delivery, "LONGER_S", 0.2)
    with open_sinks() as opened:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", opened.mail.port
        settings.PRIVATE_TARGETS = opened.env["PRIVATE_TARGETS"].split(",")
        yield opened


@pytest.fixture
def everywhere(squad, sinks):
    """The coach has a browser that takes push, and the squad a webhook."""
    browser = sinks.push.new_browser()
    channels.subscribe_push(
        by=squad.coach, endpoint=browser.endpoint, p256dh=browser.p256dh, auth=browser.auth
    )
    channels.add_squad_channel(by=squad.coach, squad=squad, name="Chat", url=sinks.hook.url)
    # in the morning the dispatcher would announce the morning page too, and messages are counted here
    User.objects.filter(pk=squad.coach.pk).update(digest_on=timezone.now().date())
    return sinks


def a_mail(escalation):
    return escalation.notifications.get(channel="email")


def let_it_be_due(**which):
    past = timezone.now() - timedelta(seconds=1)
    Notification.objects.filter(state="pending", **which).update(
        next_attempt_at=past, dispatched_at=None
    )


def kinds(escalation):
    return list(escalation.events.values_list("kind", flat=True))


def told(escalation, kind="told"):
    """Outside the app, where a message has to be sent."""
    outside = escalation.events.filter(kind=kind).exclude(channel="in_app")
    return set(outside.values_list("channel", "actor", "reached"))


def test_a_message_goes_out_once_and_says_nothing_about_health(waiting):
    notice = a_mail(waiting)
    assert delivery.deliver(notification_id=notice.pk)
    assert not delivery.deliver(notification_id=notice.pk)
    (sent,) = mail.outbox
    words = (sent.subject + sent.body).lower()
    for private in (waiting.athlete.name.lower(), "calf", "clot", "swelling", "pain"):
        assert private not in words
    assert waiting.events.filter(kind="told", channel="email").count() == 1


def test_a_message_that_cannot_be_sent_is_tried_again_later(waiting, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    notice = a_mail(waiting)
    assert not delivery.deliver(notification_id=notice.pk)
    notice.refresh_from_db()
    assert (notice.state, notice.attempts, notice.error) == (
        "pending",
        1,
        "ConnectionRefusedError",
    )
    assert not Notification.objects.due().filter(pk=notice.pk).exists()


def test_an_address_that_cannot_be_is_given_up_at_once(waiting):
    notice = a_mail(waiting)
    User.objects.filter(pk=notice.recipient_id).update(email="a@b.test\nBcc: c@d.test")
    assert not delivery.deliver(notification_id=notice.pk)
    notice.refresh_from_db()
    assert (notice.state, notice.error) == ("failed", "BadHeaderError")
    assert told(waiting, "not_told") == {("email", notice.recipient_id, "")}


def test_a_message_that_fells_its_sender_each_time_is_given_up_in_the_end(waiting):
    notice = a_mail(waiting)
    Notification.objects.filter(pk=notice.pk).update(attempts=delivery.MAX_ATTEMPTS)
    assert not delivery.deliver(notification_id=notice.pk)
    notice.refresh_from_db()
    assert notice.state == "failed"
    assert not mail.outbox
    assert "not_told" in kinds(waiting)


def test_a_server_that_is_never_there_is_given_up_in_the_end_and_the_time_line_says_so(waiting):
    notice = a_mail(waiting)
    with patch("django.core.mail.EmailMessage.send", side_effect=ConnectionRefusedError):
        for _ in range(delivery.MAX_ATTEMPTS):
            let_it_be_due(pk=notice.pk)
            assert not delivery.deliver(notification_id=notice.pk)
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("failed", delivery.MAX_ATTEMPTS)
    assert told(waiting, "not_told") == {("email", notice.recipient_id, "")}
    assert waiting.state == "open"


@pytest.mark.parametrize(
    ("level", "longest_min"),
    [("emergency_now", 1), ("same_day", 1), ("coach_review", 15), ("", 15)],
)
def test_when_mail_works_again_nobody_waits_long(waiting, level, longest_min):
    notice = a_mail(waiting)
    Notification.objects.filter(pk=notice.pk).update(attempts=20, level=level)
    with patch("django.core.mail.EmailMessage.send", side_effect=ConnectionRefusedError):
        delivery.deliver(notification_id=notice.pk)
    notice.refresh_from_db()
    assert notice.state == "pending"
    wait = notice.next_attempt_at - timezone.now()
    assert timedelta(minutes=longest_min - 1) < wait + timedelta(seconds=5)
    assert wait < timedelta(minutes=longest_min, seconds=5)


def test_what_was_acknowledged_while_its_message_was_on_its_way_says_that_it_was_sent(
    squad, waiting
):
    notice = a_mail(waiting)

    def acknowledged_meanwhile(*_):
        escalations.acknowledge(by=squad.coach, escalation=waiting)

    with patch("django.core.mail.EmailMessage.send", acknowledged_meanwhile):
        assert delivery.deliver(notification_id=notice.pk)
    notice.refresh_from_db()
    assert notice.state == "sent"
    assert told(waiting) == {("email", squad.coach.pk, "")}


def raised_meanwhile(waiting):
    factories.make_report(waiting.athlete, factories.BREATHLESS)


def passed_on_meanwhile(waiting):
    past = timezone.now() - timedelta(seconds=1)
    Escalation.objects.filter(pk=waiting.pk).update(acknowledge_by=past)
    assert escalations.pass_on(escalation_id=waiting.pk)


@pytest.mark.parametrize(
    ("meanwhile", "said"),
    [
        (raised_meanwhile, [("same_day", 0), ("emergency_now", 0)]),
        (passed_on_meanwhile, [("same_day", 0), ("same_day", 1)]),
    ],
)
def test_the_time_line_says_what_each_message_said_though_the_call_moved_on_meanwhile(
    squad, waiting, meanwhile, said
):
    """Else who was told of the one looks as if they had been told of the other, and twice."""
    factories.make_coach(squad, name="Next")  # somebody to pass it on to
    first = a_mail(waiting)
    with patch("django.core.mail.EmailMessage.send", lambda *_: meanwhile(waiting)):
        assert delivery.deliver(notification_id=first.pk)
    pending = waiting.notifications.filter(recipient=squad.coach, channel="email", state="pending")
    for notice in pending:
        assert delivery.deliver(notification_id=notice.pk)
    events = waiting.events.filter(kind="told", actor=squad.coach, channel="email")
    assert [(event.level, event.chain_step) for event in events.order_by("pk")] == said


def test_messages_about_the_worst_danger_go_first_and_repeated_ones_last(squad, waiting):
    comments.add_comment(by=waiting.athlete.user, episode=waiting.episode, text="Hello")
    worse = factories.make_report(factories.make_athlete(squad), factories.BREATHLESS)
    due = Notification.objects.due().by_urgency()
    assert [n.escalation for n in due] == [worse.escalations.get(), waiting, None]
    a_mail(worse.escalations.get()).__class__.objects.filter(level="emergency_now").update(
        attempts=F("attempts") + 1
    )
    assert [n.escalation for n in due.all()] == [waiting, None, worse.escalations.get()]


def test_every_channel_gets_it_and_the_time_line_names_each(everywhere, squad):
    report = factories.make_report(factories.make_athlete(squad), factories.BREATHLESS)
    escalation = report.escalations.get()
    Dispatcher().round()
    assert told(escalation) == {
        ("email", squad.coach.pk, ""),
        ("push", squad.coach.pk, ""),
        ("squad", None, "Chat"),
    }
    shown = json.loads(everywhere.push.taken[0].text.splitlines()[-1])
    path = f"/desk/escalations/{escalation.pk}/"
    assert (shown["title"], shown["url"]) == (escalations.SUBJECTS[Disposition.EMERGENCY_NOW], path)
    for attempt in (everywhere.mail.taken[0], everywhere.hook.taken[0]):
        assert path in attempt.text
    headers = everywhere.push.taken[0].headers
    assert (headers["urgency"], int(headers["ttl"]) > 0) == ("high", True)
    assert len(headers["topic"]) <= 32
    assert headers["authorization"].endswith(keys.vapid()[1])


def test_no_planted_word_about_health_or_people_goes_out(everywhere, squad):
    athlete = factories.make_athlete(squad, name="Xanthippe Quagga")
    answers = {**factories.BREATHLESS}
    report = factories.make_report(athlete, answers, note="zugzwang in the calf")
    escalation = report.escalations.get()
    Escalation.objects.update(acknowledge_by=timezone.now() - timedelta(seconds=1))
    Dispatcher().round()
    assert len(everywhere.taken) >= 3
    private = ["xanthippe", "quagga", "zugzwang", "calf", "clot", "breath", "chest", "pain"]
    private += ["swelling", escalation.level.replace("_", " "), escalation.reason.lower()]
    for attempt in everywhere.taken:
        said = attempt.text.lower()
        assert not [word for word in private if word in said], said


@pytest.mark.parametrize("mood", [FAIL, HANG, DROP])
def test_one_channel_that_fails_holds_up_no_other_and_is_tried_again(everywhere, squad, mood):
    everywhere.mail.mood = mood
    report = factories.make_report(factories.make_athlete(squad), factories.CLOT)
    escalation = report.escalations.get()
    Dispatcher().round()
    assert {channel for channel, _, _ in told(escalation)} == {"push", "squad"}
    notice = a_mail(escalation)
    assert (notice.state, notice.attempts) == ("pending", 1)
    everywhere.mail.mood = OK
    let_it_be_due()
    Dispatcher().round()
    assert ("email", squad.coach.pk, "") in told(escalation)


@pytest.mark.parametrize("mood", [FAIL, HANG, DROP])
@pytest.mark.parametrize("which", ["push", "hook"])
def test_a_push_service_or_webhook_that_fails_is_tried_again(everywhere, squad, which, mood):
    sink = getattr(everywhere, which)
    sink.mood = mood
    report = factories.make_report(factories.make_athlete(squad), factories.CLOT)
    Dispatcher().round()
    channel = {"push": "push", "hook": "squad"}[which]
    notice = Notification.objects.get(channel=channel)
    assert (notice.state, notice.attempts) == ("pending", 1)
    assert notice.error
    sink.mood = OK
    let_it_be_due()
    Dispatcher().round()
    assert channel in {name for name, _, _ in told(report.escalations.get())}


@pytest.mark.parametrize("which", ["mail", "push", "hook"])
def test_what_is_sent_again_bears_the_same_id(everywhere, squad, which):
    sink = getattr(everywhere, which)
    sink.mood = DROP_AFTER  # it took the message, and could not say so
    factories.make_report(factories.make_athlete(squad), factories.CLOT)
    Dispatcher().round()
    sink.mood = OK
    let_it_be_due()
    Dispatcher().round()
    first, again = sink.taken
    assert first.message_id
    assert first.message_id == again.message_id


def test_a_browser_that_is_gone_is_not_tried_again_and_the_mail_still_goes(everywhere, squad):
    everywhere.push.mood = GONE
    report = factories.make_report(factories.make_athlete(squad), factories.CLOT)
    escalation = report.escalations.get()
    Dispatcher().round()
    notice = escalation.notifications.get(channel="push")
    assert (notice.state, notice.attempts) == ("failed", 1)
    assert PushSubscription.objects.get().gone_at is not None
    assert told(escalation, "not_told") == {("push", squad.coach.pk, "")}
    assert ("email", squad.coach.pk, "") in told(escalation)
    factories.make_report(escalation.athlete, factories.BREATHLESS)
    assert not escalation.notifications.filter(channel="push", level="emergency_now").exists()


def test_the_chain_goes_on_whatever_becomes_of_the_messages(everywhere, squad):
    for sink in everywhere.all:
        sink.mood = FAIL
    report = factories.make_report(factories.make_athlete(squad), factories.BREATHLESS)
    escalation = report.escalations.get()
    other = factories.make_coach(squad, role="owner")
    for _ in range(3):
        Escalation.objects.update(acknowledge_by=timezone.now() - timedelta(seconds=1))
        Dispatcher().round()
    assert escalation.notifications.filter(recipient=other, channel="email").exists()
    assert "passed_on" in kinds(escalation)
    assert told(escalation) == set()


@pytest.mark.parametrize("topic", ["calls", "follow_up", "talk", "digest"])
@pytest.mark.parametrize("channel", ["email", "push"])
@pytest.mark.parametrize("level", [Disposition.EMERGENCY_NOW, Disposition.SAME_DAY])
def test_nobody_can_switch_off_what_calls_for_them_now_or_today(
    everywhere, squad, waiting, topic, channel, level
):
    for any_topic in ("calls", "follow_up", "talk", "digest"):
        for any_channel in ("email", "push"):
            channels.choose_channel(
                by=squad.coach, topic=any_topic, channel=any_channel, wanted=False
            )
    notifications.queue(
        recipients=[squad.coach],
        key="planted",
        subject="S",
        path="/desk/",
        topic=topic,
        level=level,
        escalation=waiting,
    )
    assert Notification.objects.filter(dedupe_key__startswith="planted", channel=channel).exists()


@pytest.mark.parametrize("channel", ["email", "push"])
def test_what_does_not_call_can_be_switched_off_and_the_app_still_has_it(
    everywhere, squad, channel
):
    channels.choose_channel(by=squad.coach, topic="talk", channel=channel, wanted=False)
    for _ in range(2):  # the same key twice is one message
        notifications.queue(
            recipients=[squad.coach], key="planted", subject="S", path="/", topic="talk"
        )
    rows = Notification.objects.filter(dedupe_key__startswith="planted")
    assert sorted(rows.values_list("channel", flat=True)) == sorted(
        {"email", "push", "in_app"} - {channel}
    )


def test_a_slip_of_a_library_below_is_written_down_and_holds_up_nothing(waiting):
    with patch("athletes.services.senders.mail.get_connection", side_effect=KeyError("x")):
        Dispatcher().round()
    notice = a_mail(waiting)
    assert (notice.state, notice.attempts, notice.error) == ("pending", 1, "KeyError")


def test_the_emergency_contact_is_told_and_named_without_an_account(waiting, mailoutbox):
    notifications.queue_outside(
        key="planted",
        subject="S",
        path="/",
        level=Disposition.EMERGENCY_NOW,
        escalation=waiting,
        address="contact@club.test",
    )
    Dispatcher().round()
    assert ("email", None, "emergency contact") in told(waiting)
    assert ["contact@club.test"] in [sent.to for sent in mailoutbox]


def test_when_it_was_first_tried_stays(waiting):
    notice = a_mail(waiting)
    with patch("django.core.mail.EmailMessage.send", side_effect=ConnectionRefusedError):
        delivery.deliver(notification_id=notice.pk)
        notice.refresh_from_db()
        first = notice.first_attempt_at
        let_it_be_due(pk=notice.pk)
        delivery.deliver(notification_id=notice.pk)
    notice.refresh_from_db()
    assert (notice.first_attempt_at, notice.attempts) == (first, 2)
    assert first is not None


def test_a_clock_that_is_set_back_holds_no_message(waiting):
    ahead = timezone.now() + timedelta(hours=2)
    Notification.objects.filter(channel="email").update(
        created_at=ahead, due_at=ahead, next_attempt_at=ahead
    )
    Dispatcher().round()
    assert a_mail(waiting).state == "sent"


def test_a_clock_that_is_set_back_shortens_no_quiet_hours(squad, waiting):
    later = timezone.now() + timedelta(hours=2)
    notifications.queue(
        recipients=[squad.coach], key="planted", subject="S", path="/", not_before=later
    )
    Dispatcher().round()
    assert Notification.objects.get(dedupe_key__startswith="planted", channel="email").attempts == 0


def test_the_link_that_answers_a_check_in_goes_to_its_athlete_alone_and_stands_nowhere(
    squad, mailoutbox
):
    report = factories.make_report(factories.make_athlete(squad), factories.STRAIN, assess=True)
    check_in = report.check_ins.first()
    path = f"/me/check-ins/{check_in.pk}/"
    notifications.queue(
        recipients=[report.athlete.user, squad.coach],
        key="planted",
        subject="How is it today?",
        path=path,
        topic="follow_up",
        check_in=check_in,
    )
    Dispatcher().round()
    bodies = {sent.to[0]: sent.body for sent in mailoutbox if sent.subject == "How is it today?"}
    assert f"/c/{magic_token(check_in)}/" in bodies[report.athlete.user.email]
    assert path in bodies[squad.coach.email]
    assert "/c/" not in bodies[squad.coach.email]
    assert not Notification.objects.filter(path__startswith="/c/").exists()
