"""Escalations through the whole chain, into sinks that fail, hang and drop, while everything is killed.

The chain has somebody new at each step: own coach, the squad's other coach, the owner, the emergency contact.
What a club waits for minutes for is made due at once here, by setting the clock of each step back.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from datetime import datetime

import psycopg

from tests.faults.harness import ledger
from tests.faults.harness.chaos import Chaos
from tests.faults.harness.crowd import Crowd, plan_reports
from tests.faults.harness.outcome import SCALE, Outcome, percentile, scale
from tests.faults.test_reports_under_chaos import whole_stack
from tests.sinks import Sinks, open_sinks, shares
from tests.stack import Stack, wait_for

SEED = 4
STEPS = 3
FIRST_ATTEMPT_S = 15.0
SENT_TWICE = 0.001
MOODS = {"ok": 84, "fail": 6, "slow": 2, "hang": 2, "drop": 6}
# Own coach; both coaches; with the owner; the same and the contact. The squad's own channel each time.
EXPECTED = Counter({"email": 1 + 2 + 3 + 4, "push": 1 + 2 + 3 + 3, "squad": 4})
CHAIN = """
from django.utils import timezone
from athletes import access
from athletes.models import Athlete, Club, Membership, Squad, User
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
OWN_COACH = """
from athletes.models import Athlete, User
ana = User.objects.get(email="coach@demo.test")
for athlete in Athlete.objects.all(): athlete.own_coaches.set([ana])
"""
FIRST_ATTEMPTS = """SELECT due_at, first_attempt_at, channel FROM athletes_notification
    WHERE channel <> 'in_app' AND escalation_id IS NOT NULL"""


def make_chain(stack: Stack, sinks: Sinks) -> None:
    new = [sinks.push.new_browser() for _ in range(3)]
    browsers = [(browser.endpoint, browser.p256dh, browser.auth) for browser in new]
    stack.run_python(CHAIN.format(browsers=browsers, hook=sinks.hook.url))


def measure(count: int, *, seed: int = SEED, pace_s: float = 1.0) -> Outcome:
    outcome = Outcome("escalations-under-chaos")
    with open_sinks() as sinks, whole_stack(**sinks.env) as (stack, server):
        make_chain(stack, sinks)
        reports = plan_reports(stack, count, seed=seed, dangerous=count)
        stack.run_python(OWN_COACH, timeout=300)
        for number, sink in enumerate(sinks.all):
            sink.mood = shares(seed + number, **MOODS)
        crowd = Crowd(stack, seed=seed, pace_s=pace_s)
        chaos = Chaos(stack, seed=seed, server=server)
        chaos.start()
        try:
            stored = crowd.post(reports)
            for step in range(1, STEPS + 1):
                _pass_on(stack, step, count)
        finally:
            chaos.end()
        for sink in sinks.all:
            sink.mood = "ok"
        wait_for(lambda: _try(lambda: not _unsent(stack)), seconds=600, what="all is sent")
        outcome.note("seed", seed)
        outcome.note("faults", chaos.summary())
        outcome.note("moods of the sinks, percent", MOODS)
        outcome.note("escalations", count)
        outcome.note("all sent, after the last fault", f"{time.monotonic() - chaos.last_at:.0f} s")
        _count(outcome, stack, sinks)
        outcome.none("dangers without their verdict", ledger.without_the_verdict(stored))
        outcome.none("dangers that nobody was called for", ledger.without_a_call(stack, stored))
    return outcome


def _try(question):
    try:
        return question()
    except psycopg.OperationalError:  # the database is coming up again
        return None


def _pass_on(stack: Stack, step: int, count: int) -> None:
    """Every escalation's time is over; wait until the chain has gone on for each."""
    due = """UPDATE athletes_escalation SET acknowledge_by = opened_at
        WHERE state = 'open' AND chain_step < ?"""
    there = "SELECT count(*) FROM athletes_escalation WHERE chain_step >= ?"

    def gone_on() -> bool:
        return bool(_try(lambda: stack.rows(there, step) == [(count,)]))

    wait_for(lambda: _try(lambda: stack.rows(due, step) is not None), seconds=60, what="due")
    wait_for(gone_on, seconds=120 + count / 20, what=f"step {step} for all", every=0.2)


def _unsent(stack: Stack) -> int:
    sql = "SELECT count(*) FROM athletes_notification WHERE state = 'pending'"
    ((count,),) = stack.rows(sql)
    return int(count)


def _count(outcome: Outcome, stack: Stack, sinks: Sinks) -> None:
    waits = sorted(_wait_s(due, first) for due, first, _ in stack.rows(FIRST_ATTEMPTS))
    late = sum(wait > FIRST_ATTEMPT_S for wait in waits)
    at = ", ".join(f"{percentile(waits, share):.1f}" for share in (0.5, 0.99, 1.0))
    outcome.note("first attempt after due, p50, p99, max", f"{at} s")
    _promise(outcome, "first attempts later than 15 s", late == 0, late)
    outcome.note("messages", len(waits))
    steps = defaultdict(list)
    for escalation, step in stack.rows(
        """SELECT escalation_id, chain_step FROM athletes_escalationevent
        WHERE kind = 'passed_on' ORDER BY created_at, chain_step"""
    ):
        steps[escalation].append(step)
    wrong = sum(found != list(range(1, STEPS + 1)) for found in steps.values())
    outcome.none("escalations with a step skipped, doubled or out of order", wrong)
    told = defaultdict(Counter)
    for escalation, channel in stack.rows(
        "SELECT escalation_id, channel FROM athletes_notification WHERE state = 'sent' AND channel <> 'in_app'"
    ):
        told[escalation][channel] += 1
    short = sum(found != EXPECTED for found in told.values()) + len(steps) - len(told)
    outcome.none("escalations of which not everybody was told at every step", short)
    taken = Counter(attempt.message_id for attempt in sinks.taken)
    twice = sum(taken.values()) - len(taken)
    share = twice / max(1, len(taken))
    said = f"{twice} ({100 * share:.2f} %)"
    _promise(outcome, "sent twice, at most 0.1 %", share <= SENT_TWICE, said)
    outcome.must("as many message ids as messages", len(taken) == len(waits), len(taken))
    outcome.none("messages without an id", taken.get("", 0))


def _promise(outcome: Outcome, what: str, holds: bool, value: object) -> None:
    """Held where the machine does nothing else. In the short version a dozen tests run beside it, and one
    killed messenger among a few hundred messages is already more than one in a thousand."""
    if SCALE == "short":
        outcome.note(what, value)
    else:
        outcome.must(what, holds, value)


def _wait_s(due: object, first: object) -> float:
    """Seconds between two times as either database gives them; a first attempt that never was is late."""
    if first is None:
        return float("inf")
    return (_moment(first) - _moment(due)).total_seconds()


def _moment(value: object) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def test_nobody_is_left_out_and_hardly_anybody_told_twice() -> None:
    measure(scale(12, 200, 10_000)).check()
