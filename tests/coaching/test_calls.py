"""What happened to a call for a person, in words."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from athletes.models import CheckIn, EscalationEvent
from athletes.models.escalations import EVENT_KINDS
from coaching.calls import time_line
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def squad():
    return factories.make_club()


@pytest.fixture
def call(squad):
    athlete = factories.make_athlete(squad)
    return factories.make_report(athlete, factories.CLOT, assess=True).escalations.get()


def told(call, *events):
    """The sentences of these events, one second after each other."""
    began = timezone.now()
    rows = [
        EscalationEvent(
            escalation=call, level=call.level, created_at=began + timedelta(seconds=number), **event
        )
        for number, event in enumerate(events)
    ]
    return [line.text for line in time_line(rows, call.athlete.club)]


def test_who_was_told_on_which_way(call):
    anna = factories.make_user("Anna Berg")
    assert told(call, {"kind": "told", "actor": anna, "channel": "email"}) == [
        "Anna Berg was told by e-mail"
    ]
    assert told(call, {"kind": "not_told", "actor": anna, "channel": "push"}) == [
        "Anna Berg could not be told on the phone"
    ]
    assert told(call, {"kind": "told", "reached": "Milers on Slack", "channel": "squad"}) == [
        "A message went to Milers on Slack"
    ]
    outside = {"reached": "emergency contact", "channel": "email"}
    assert told(call, {"kind": "told", **outside}, {"kind": "not_told", **outside}) == [
        "The club’s emergency contact was told by e-mail",
        "The club’s emergency contact could not be told by e-mail",
    ]
    with translation.override("es"):
        assert told(call, {"kind": "told", **outside}) == [
            "Se avisó a quien figura como contacto de emergencia del club por correo"
        ]
    assert told(call, {"kind": "told", "channel": "email"}) == [
        "somebody who has left was told by e-mail"
    ]


def test_what_one_person_was_told_at_once_is_one_line(call):
    anna, tom = factories.make_user("Anna Berg"), factories.make_user("Tom Becker")
    ways = [{"kind": "told", "actor": anna, "channel": way} for way in ("in_app", "email", "email")]
    assert told(call, *ways, {"kind": "told", "actor": tom, "channel": "email"}) == [
        "Anna Berg was told in the app and by e-mail",
        "Tom Becker was told by e-mail",
    ]
    assert told(call, *ways, {**ways[0], "channel": "push"}) == [
        "Anna Berg was told in the app, by e-mail and on the phone"
    ]
    failed = {"kind": "not_told", "actor": anna, "channel": "push"}
    assert len(told(call, ways[0], failed, ways[1])) == 3


def test_it_is_one_line_too_where_another_was_told_in_between(call):
    anna, tom = factories.make_user("Anna Berg"), factories.make_user("Tom Becker")
    both = [
        {"kind": "told", "actor": person, "channel": way}
        for way in ("in_app", "email")
        for person in (anna, tom)
    ]
    squad_too = {"kind": "told", "reached": "Milers on Slack", "channel": "squad"}
    assert told(call, *both[:2], squad_too, *both[2:]) == [
        "Anna Berg was told in the app and by e-mail",
        "Tom Becker was told in the app and by e-mail",
        "A message went to Milers on Slack",
    ]
    again = told(call, *both[:2], {"kind": "passed_on", "chain_step": 1}, *both[2:])
    assert len(again) == 5, "what came after it was passed on is another telling"


def test_an_hour_later_is_another_line(call):
    anna = factories.make_user("Anna Berg")
    now = timezone.now()
    rows = [
        EscalationEvent(
            escalation=call, kind="told", actor=anna, channel=way, created_at=now + wait
        )
        for way, wait in (("in_app", timedelta(0)), ("email", timedelta(hours=1)))
    ]
    assert len(time_line(rows, call.athlete.club)) == 2


@pytest.mark.parametrize(
    ("step", "level", "chain"),
    [
        (1, "same_day", "passed on to all coaches of the squad"),
        (2, "same_day", "passed on to the club’s owners as well"),
        (3, "same_day", "the club’s owners were told once more"),
        (3, "emergency_now", "passed on to the club’s emergency contact as well"),
        (4, "emergency_now", "the club’s owners were told once more"),
    ],
)
def test_to_whom_it_was_passed_on(call, step, level, chain):
    call.level = level
    assert told(call, {"kind": "passed_on", "chain_step": step}) == [
        f"Nobody had seen it in time: {chain}"
    ]


def test_clinicians_are_named_where_the_club_has_them_in_the_chain(call):
    call.athlete.club.clinicians_in_chain = True
    assert told(call, {"kind": "passed_on", "chain_step": 1}) == [
        "Nobody had seen it in time: passed on to all coaches and clinicians of the squad"
    ]


def test_a_missed_check_in_says_so(call):
    missed = CheckIn(episode=call.episode, report=call.report)
    assert told(call, {"kind": "opened", "check_in": missed}, {"kind": "opened"}) == [
        "A check-in was not answered",
        "The report came in",
    ]


@pytest.mark.parametrize("kind", [kind for kind, _ in EVENT_KINDS])
@pytest.mark.parametrize("channel", ["", "in_app", "email", "push", "squad"])
def test_every_kind_has_its_sentence(call, kind, channel):
    (sentence,) = told(call, {"kind": kind, "channel": channel, "chain_step": 1})
    assert len(sentence) > 8
    assert "%" not in sentence


def test_what_failed_is_marked(call):
    kinds = ("told", "not_told", "nobody_left", "acknowledged")
    rows = [EscalationEvent(escalation=call, kind=kind) for kind in kinds]
    marked = [line.is_bad for line in time_line(rows, call.athlete.club)]
    assert marked == [False, True, True, False]


def test_it_follows_the_language_of_the_reader(call, monkeypatch):
    monkeypatch.setattr("coaching.calls._", lambda text: f"es:{text}")
    with translation.override("es"):
        assert told(call, {"kind": "opened"}) == ["es:The report came in"]
