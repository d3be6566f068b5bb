"""Both change days of three zones, 48 hours, step by step over every sweep: nothing twice, nothing skipped.

Time is moved for Python and for the database alike: `Now()` becomes the time that Python says, as if both ran
by the same clock. All else is the product's own: its sweeps, its services, its outbox.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from athletes.dispatcher import SWEEPS
from athletes.models import CheckIn, EscalationEvent, Notification
from athletes.models.escalations import DIGEST
from athletes.services import delivery, escalations
from guidance import Disposition
from tests import factories
from tests.faults.harness.outcome import Outcome, scale

# The moments at which the clocks change; Lord Howe's by half an hour.
CHANGES = {
    "Europe/Berlin": ["2026-03-29 01:00", "2026-10-25 01:00"],
    "America/New_York": ["2026-03-08 07:00", "2026-11-01 06:00"],
    "Australia/Lord_Howe": ["2026-04-04 15:00", "2026-10-03 15:30"],
}
CASES = [(zone, moment) for zone, moments in CHANGES.items() for moment in moments]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LONG = 2 * DAY
STEP = timedelta(minutes=scale(30, 5, 1))
# Between them they stand in every hour that one of the zones leaves out or has twice.
MORNINGS = [time(1, 45), time(2, 15)]
CATCH_UP = timedelta(hours=4)
QUIET = (time(22, 0), time(2, 15))  # ends in what is left out, or comes twice


@pytest.fixture
def one_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database's clock is Python's."""

    def as_sql(self: Now, compiler: Any, connection: Any, **more: Any) -> tuple[str, list[Any]]:
        cast = "::timestamptz" if connection.vendor == "postgresql" else ""
        return f"%s{cast}", [connection.ops.adapt_datetimefield_value(timezone.now())]

    for name in ("as_sql", f"as_{connection.vendor}"):
        monkeypatch.setattr(Now, name, as_sql)


def moments(start: datetime) -> Iterator[datetime]:
    now = start
    while now <= start + LONG:
        yield now
        now += STEP


def live_through(start: datetime) -> None:
    """What the dispatcher and its postman do, at each step."""
    with time_machine.travel(start, tick=False) as traveller:
        for now in moments(start):
            traveller.move_to(now)
            for sweep in SWEEPS:
                for row in list(sweep.find().values_list("pk", flat=True)):
                    sweep.do(row)
            for row in list(Notification.objects.due().values_list("pk", flat=True)):
                assert delivery.deliver(notification_id=row)


def make_world(zone: str, start: datetime) -> Any:
    """Who wants a morning page, who hurts, what is planned and what waits."""
    squad = factories.make_club()
    club = squad.club
    club.timezone, (club.quiet_from, club.quiet_until) = zone, QUIET
    club.save()
    readers = [squad.coach, factories.make_coach(squad)]
    for reader, at in zip(readers, MORNINGS, strict=True):
        reader.digest_at = at
        reader.save()
    danger = _report(squad, zone)
    escalations.open_or_raise(report=danger, level=Disposition.SAME_DAY, reason="Please look.")
    check_ins = []
    for minutes in range(-180, 181, 30):  # around the change
        due = start + DAY + timedelta(minutes=minutes)
        check_ins.append(_check_in(_report(squad, zone), due))
    return readers, check_ins


def _report(squad: Any, zone: str) -> Any:
    athlete = factories.make_athlete(squad, timezone=zone)
    return factories.make_report(athlete, factories.SORE)


def _check_in(report: Any, due: datetime) -> CheckIn:
    times = {"due_at": due, "remind_at": due + 3 * HOUR, "missed_at": due + 6 * HOUR}
    return factories.make_only_check_in(report, state="planned", **times)


@pytest.mark.django_db
@pytest.mark.parametrize(("zone", "change"), CASES)
def test_nothing_twice_and_nothing_skipped(zone: str, change: str, one_clock: None) -> None:
    outcome = Outcome(f"daylight-saving-{zone.replace('/', '-')}-{change[:10]}")
    changes_at = datetime.fromisoformat(change).replace(tzinfo=UTC)
    _is_a_change(ZoneInfo(zone), changes_at)
    start = changes_at - DAY
    with time_machine.travel(start, tick=False):
        readers, check_ins = make_world(zone, start)
    live_through(start)
    outcome.note("steps", f"{LONG // STEP + 1} of {STEP.seconds // 60} min")
    _clocks(outcome, start)
    _check_ins(outcome, check_ins)
    for reader in readers:
        _mornings(outcome, reader, ZoneInfo(zone), start)
    _messages(outcome)
    outcome.check()


def _is_a_change(zone: ZoneInfo, at: datetime) -> None:
    before, after = (at + s * timedelta(seconds=1) for s in (-1, 1))
    assert before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset()


def _clocks(outcome: Outcome, start: datetime) -> None:
    """Waits an hour at each step, by the clock that no government moves."""
    passed = EscalationEvent.objects.filter(kind="passed_on").order_by("chain_step")
    at = list(passed.values_list("created_at", flat=True))
    between = [b - a for a, b in zip([start, *at], at, strict=False)]
    wrong = sum(not HOUR <= gap <= HOUR + STEP for gap in between)
    outcome.none("clocks that ran too short or too long", wrong)
    numbers = list(passed.values_list("chain_step", flat=True))
    # A step at which nobody new would be told is passed over: those of the start.
    gaps = [b - a for a, b in itertools.pairwise(numbers)]
    outcome.must("every step once", set(gaps) == {1}, f"{len(numbers)} steps")
    outcome.must("to the end", bool(at) and start + LONG - at[-1] <= HOUR + STEP)


def _is_late(done: datetime | None, due: datetime) -> bool:
    return done is None or not timedelta() <= done - due <= STEP


def _check_ins(outcome: Outcome, check_ins: list[CheckIn]) -> None:
    wrong = 0
    for check_in in check_ins:
        first = check_in.due_at
        check_in.refresh_from_db()
        wrong += check_in.state != "missed"
        wrong += _is_late(check_in.asked_at, first)
        wrong += _is_late(check_in.reminded_at, check_in.remind_at)
        wrong += _is_late(check_in.settled_at, check_in.missed_at)
    outcome.none("check-ins not asked, reminded and missed at their time", wrong)
    mails = Notification.objects.filter(check_in__in=check_ins, channel="email")
    told = Counter(mails.values_list("check_in", "recipient", "dedupe_key"))
    steps = Counter(mails.filter(recipient__memberships__role="athlete").values_list("check_in"))
    outcome.none("words to anybody twice", sum(times > 1 for times in told.values()))
    asked_twice = set(steps.values()) == {2} and len(steps) == len(check_ins)
    outcome.must("each athlete asked and reminded", asked_twice)


def _mornings(outcome: Outcome, reader: Any, zone: ZoneInfo, start: datetime) -> None:
    """Once on each day, as soon as that day's clock shows the hour or has jumped past it."""
    expected: dict[date, datetime] = {}
    for now in moments(start):
        wall = now.astimezone(zone).replace(tzinfo=None)
        hour = datetime.combine(wall.date(), reader.digest_at)
        if hour <= wall <= hour + CATCH_UP:
            expected.setdefault(wall.date(), now)
    found = defaultdict(list)
    for notice in Notification.objects.filter(topic=DIGEST, recipient=reader, channel="email"):
        found[notice.created_at.astimezone(zone).date()].append(notice.created_at)
    what = f"the morning page of {reader.digest_at:%H:%M} once a day, at its hour"
    once = {day: [at] for day, at in expected.items()}
    outcome.must(what, dict(found) == once and len(once) >= 2, f"{len(found)} days")


def _messages(outcome: Outcome) -> None:
    outside = Notification.objects.exclude(channel="in_app")
    outcome.none("messages left", outside.exclude(state="sent").count())
    held = [n for n in outside if not timedelta() <= n.sent_at - n.due_at <= STEP]
    outcome.none("messages not sent at their time", len(held))
    sent = Counter(str(one.extra_headers["Message-ID"]) for one in mail.outbox)
    outcome.none("mails sent twice", sum(times > 1 for times in sent.values()))
    outcome.must("mails sent", len(mail.outbox) == outside.count(), len(mail.outbox))
