"""Escalations through the whole chain, into sinks that fail, hang and drop, while everything is killed.

Each is three messages: mail and push to the athlete's own coach, and the squad's own channel. A few go
through the whole chain, which has somebody new at each step: the squad's other coach, the owner, the
emergency contact. What a club waits for minutes for is made due at once, by setting their clocks back.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import psycopg

from tests.faults.harness.chaos import Chaos
from tests.faults.harness.feeder import Feeder, prepare
from tests.faults.harness.outcome import SCALE, Outcome, percentile, scale
from tests.faults.test_reports_under_chaos import whole_stack
from tests.sinks import Sinks, open_sinks, shares
from tests.stack import Stack, wait_for

SEED = 4
STEPS = 3
PASSED_ON = 0.03
FIRST_ATTEMPT_S = 15.0
SENT_TWICE = 0.001
MOODS = {"ok": 84, "fail": 6, "slow": 2, "hang": 2, "drop": 6}
# Own coach; both coaches; with the owner; the same and the contact. The squad's own channel each time.
EXPECTED = [
    Counter(email=1, push=1, squad=1),
    Counter(email=2, push=2, squad=1),
    Counter(email=3, push=3, squad=1),
    Counter(email=4, push=3, squad=1),
]
SENDERS = (
    "messenger",
    "dispatcher",
    "postgres",
)  # who dies with a message in hand, or cannot note it
CHAIN = """
from django.utils import timezone
from athletes import access
from athletes.models import Club, Membership, Squad, User
from athletes.services import channels, people
squad, ana = Squad.objects.get(), User.objects.get(email="coach@demo.test")
ben, olga = (User.objects.create_user(f"{{name}}@demo.test", name=name) for name in ("ben", "olga"))
people.grant_role(user=ben, squad=squad, role=access.COACH)
Membership.objects.create(user=olga, club=squad.club, role=access.OWNER)
Membership.objects.filter(user=ana, role=access.OWNER).update(ended_at=timezone.now())
Club.objects.update(contact_email="contact@demo.test")
for user, (endpoint, p256dh, auth) in zip((ana, ben, olga), {browsers!r}):
    channels.subscribe_push(by=user, endpoint=endpoint, p256dh=p256dh, auth=auth)
channels.add_squad_channel(by=ana, squad=squad, name="Room", url={hook!r})
"""
OUTBOX = """SELECT dedupe_key, channel, state, attempts, due_at, first_attempt_at, escalation_id
    FROM athletes_notification WHERE channel <> 'in_app'"""
GONE_ON = """SELECT count(*) FROM athletes_escalation
    WHERE level = 'emergency_now' AND chain_step >= ?"""
UNSENT = "SELECT count(*) FROM athletes_notification WHERE state = 'pending'"


def make_chain(stack: Stack, sinks: Sinks) -> None:
    new = [sinks.push.new_browser() for _ in range(3)]
    browsers = [(browser.endpoint, browser.p256dh, browser.auth) for browser in new]
    stack.run_python(CHAIN.format(browsers=browsers, hook=sinks.hook.url))


class TimeIsOver(threading.Thread):
    """The clock of each emergency runs out at once, until the last of the chain has been told."""

    EVERY_S = 0.5
    DUE = """UPDATE athletes_escalation SET acknowledge_by = opened_at
        WHERE state = 'open' AND level = 'emergency_now' AND chain_step < ?"""
    ENOUGH = """UPDATE athletes_escalation SET acknowledge_by = ?
        WHERE state = 'open' AND level = 'emergency_now' AND chain_step >= ?"""

    def __init__(self, stack: Stack) -> None:
        super().__init__(daemon=True, name="time is over")
        self.stack, self._ended = stack, threading.Event()

    def run(self) -> None:
        while not self._ended.wait(self.EVERY_S):
            _try(lambda: self.stack.rows(self.DUE, STEPS))
            later = str(datetime.now(UTC) + timedelta(minutes=14))
            _try(lambda later=later: self.stack.rows(self.ENOUGH, later, STEPS))

    def end(self) -> None:
        self._ended.set()
        self.join(60)


def measure(count: int, *, a_second: float, seed: int = SEED) -> Outcome:
    outcome = Outcome("escalations-under-chaos")
    passed_on = max(2, round(count * PASSED_ON))
    began = time.monotonic()
    with open_sinks() as sinks, whole_stack(**sinks.env) as (stack, server):
        make_chain(stack, sinks)
        plan = prepare(stack, count, passed_on=passed_on, seed=seed)
        for number, sink in enumerate(sinks.all):
            sink.mood = shares(seed + number, **MOODS)
        chaos, over = Chaos(stack, seed=seed, server=server), TimeIsOver(stack)
        chaos.start()
        over.start()
        feeder = Feeder(stack, plan, a_second=a_second)
        try:
            wait_for(lambda: feeder.is_done, seconds=120 + 3 * count / a_second, what="all opened")
            chain = _asked(stack, GONE_ON, STEPS, want=passed_on)
            wait_for(chain, seconds=180, what="the whole chain", every=0.5)
        finally:
            feeder.end()
            chaos.end()
            over.end()
        for sink in sinks.all:
            sink.mood = "ok"
        wait_for(_asked(stack, UNSENT, want=0), seconds=300, what="all is sent", every=0.5)
        outcome.note("seed", seed)
        outcome.note("faults", chaos.summary())
        outcome.note("moods of the sinks, percent", MOODS)
        outcome.note("escalations", f"{count} at {a_second:g} a second, {passed_on} passed on")
        outcome.note("opened behind time, p50 / p99 / max", feeder.behind)
        outcome.note("all sent, after the last fault", f"{time.monotonic() - chaos.last_at:.0f} s")
        rows = stack.rows(OUTBOX)
        _count_first_tries(outcome, sinks, rows)
        _count_steps(outcome, stack, rows, count, passed_on)
        _count_sent(outcome, sinks, rows, chaos)
        outcome.note("the whole run", f"{time.monotonic() - began:.0f} s")
    return outcome


def _try(question):
    try:
        return question()
    except psycopg.OperationalError:  # the database is coming up again
        return None


def _asked(stack: Stack, sql: str, *params: object, want: int):
    return lambda: _try(lambda: stack.rows(sql, *params) == [(want,)])


def _count_first_tries(outcome: Outcome, sinks: Sinks, rows: list) -> None:
    waits = [_wait_s(due, first) for _, _, _, _, due, first, _ in rows]
    outcome.note("messages", len(waits))
    outcome.note("first attempt after due, p50 / p99 / max", _spread(waits))
    outcome.none("first attempts later than 15 s", sum(wait > FIRST_ATTEMPT_S for wait in waits))
    # As those out there saw it. A mail server that hangs from the first word on never hears which message
    # it is: there only what came through at the first try can be told.
    came: dict[str, float] = {}
    for attempt in sorted(sinks.mail.attempts + sinks.push.attempts + sinks.hook.attempts, key=_at):
        came.setdefault(_number(attempt.message_id), attempt.at)
    seen = [
        came[number] - moment(due).timestamp()
        for key, channel, _, attempts, due, _, _ in rows
        if (number := _number_of(key)) in came and (channel != "email" or attempts == 1)
    ]
    outcome.note("first seen by the sinks after due, p50 / p99 / max", _spread(seen))
    late = sum(wait > FIRST_ATTEMPT_S for wait in seen)
    outcome.none("first seen by the sinks later than 15 s", late)


def _count_steps(outcome: Outcome, stack: Stack, rows: list, count: int, passed_on: int) -> None:
    steps = defaultdict(list)
    for escalation, step in stack.rows(
        """SELECT escalation_id, chain_step FROM athletes_escalationevent
        WHERE kind = 'passed_on' ORDER BY created_at, chain_step"""
    ):
        steps[escalation].append(step)
    wrong = sum(found != list(range(1, STEPS + 1)) for found in steps.values())
    outcome.none("escalations with a step skipped, doubled or out of order", wrong)
    outcome.must("passed on through the whole chain", len(steps) == passed_on, len(steps))
    # `escalation:KEY:LEVEL:STEP:...`: the step at which it was written.
    told: dict = defaultdict(lambda: defaultdict(Counter))
    for key, channel, state, _, _, _, escalation in rows:
        if state == "sent":
            told[escalation][int(key.split(":")[3])][channel] += 1
    outcome.must("escalations of which somebody was told", len(told) == count, len(told))
    last = {escalation: STEPS if escalation in steps else 0 for escalation in told}
    short = sum(
        [found[step] for step in range(last[escalation] + 1)] != EXPECTED[: last[escalation] + 1]
        or len(found) != last[escalation] + 1
        for escalation, found in list(told.items())
    )
    outcome.none("escalations of which not everybody was told at every step, or others were", short)
    events = """SELECT count(*) FROM athletes_escalationevent
        WHERE kind = 'told' AND channel <> 'in_app'"""
    ((noted,),) = stack.rows(events)
    outcome.must("as many notes of having told as messages", noted == len(rows), noted)


def _count_sent(outcome: Outcome, sinks: Sinks, rows: list, chaos: Chaos) -> None:
    taken = Counter(_number(attempt.message_id) for attempt in sinks.taken)
    expected = {_number_of(key) for key, *_ in rows}
    outcome.must("the message ids that came are those of the outbox", set(taken) == expected)
    twice = sum(taken.values()) - len(taken)
    share = twice / max(1, len(taken))
    kills = sum(fault.kind.startswith(SENDERS) for fault in chaos.done)
    if SCALE == "short":  # one among a hundred would be more than one in a thousand
        outcome.must("sent twice, at most one a sender that was hit", twice <= kills, twice)
    else:
        said = f"{twice} ({100 * share:.2f} %; {kills} faults of those who send)"
        outcome.must("sent twice, at most 0.1 %", share <= SENT_TWICE, said)


def _at(attempt) -> float:
    return attempt.at


def _number(message_id: str) -> str:
    """The same in the words of mail, push and webhook."""
    found = re.search(r"[0-9a-f]{32}", message_id)
    return found.group() if found else ""


def _number_of(dedupe_key: str) -> str:
    return hashlib.sha256(dedupe_key.encode()).hexdigest()[:32]


def _spread(waits: list[float]) -> str:
    return " / ".join(f"{percentile(waits, share):.1f}" for share in (0.5, 0.99, 1.0)) + " s"


def _wait_s(due: object, first: object) -> float:
    """A first attempt that never was is late."""
    if first is None:
        return float("inf")
    return (moment(first) - moment(due)).total_seconds()


def moment(value: object) -> datetime:
    """A time as either database gives it."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found.replace(tzinfo=found.tzinfo or UTC)


def test_nobody_is_left_out_and_hardly_anybody_told_twice() -> None:
    measure(scale(14, 600, 10_000), a_second=scale(2, 10, 12)).check()
