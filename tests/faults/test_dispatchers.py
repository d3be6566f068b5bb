"""No dispatcher, two, three; all stopped for an hour; the clock moved by two hours: nothing twice, nothing skipped."""

from __future__ import annotations

import contextlib
import time
from collections import defaultdict
from collections.abc import Iterator

import pytest

from coaching.serving.supervision import not_ready
from tests.factories import BREATHLESS, CRAMP
from tests.faults.harness import ledger
from tests.faults.harness.crowd import Crowd, plan_reports
from tests.faults.harness.outcome import Outcome, is_full, scale
from tests.journeys.client import CAST, Client
from tests.stack import Stack, running_stack, wait_for

STALE_S = 60 if is_full() else 6  # HEARTBEAT_STALE_S: its default in the full figures
ALARM_S = 90
CAUGHT_UP_S = 60
# As if all of this had been written so much earlier (or later: then the clock was set back).
SHIFT = """
from datetime import timedelta
from django.apps import apps
from django.db.models import DateTimeField, F, QuerySet
for model in apps.get_app_config("athletes").get_models():
    if model.__name__ == "Heartbeat": continue
    columns = [f.name for f in model._meta.concrete_fields if isinstance(f, DateTimeField)]
    moved = {name: F(name) + timedelta(hours=HOURS) for name in columns}
    if moved: QuerySet(model).update(**moved)
"""
NO_FULL_STEP = """SELECT p.id FROM athletes_escalationevent p WHERE p.kind = 'passed_on' AND NOT EXISTS (
    SELECT 1 FROM athletes_escalationevent t WHERE t.escalation_id = p.escalation_id
    AND t.kind = 'told' AND t.channel <> 'in_app' AND t.chain_step >= p.chain_step)"""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running_stack(cast=CAST, HEARTBEAT_STALE_S=str(STALE_S)) as running:
        yield running


def shift(stack: Stack, hours: float) -> None:
    stack.run_python(SHIFT.replace("HOURS", str(hours)))


def caught_up(stack: Stack) -> bool:
    unsent = "SELECT count(*) FROM athletes_notification WHERE state = 'pending'"
    return not ledger.pending(stack) and stack.rows(unsent) == [(0,)]


def steps(stack: Stack) -> dict[str, list[int]]:
    """The passings-on of each escalation, in the order of their keys: the times were moved."""
    found = defaultdict(list)
    for escalation, step in stack.rows(
        """SELECT escalation_id, chain_step FROM athletes_escalationevent
        WHERE kind = 'passed_on' ORDER BY id"""
    ):
        found[ledger.plain(escalation)].append(step)
    return found


def count(outcome: Outcome, stack: Stack) -> None:
    for what, sql in ledger.DOUBLED.items():
        outcome.none(f"doubled {what}", len(stack.rows(sql)))
    # A step at which nobody new would be told keeps its number: the club of this test is one person.
    wrong = [one for one in steps(stack).values() if one != sorted(set(one))]
    outcome.none("escalations with a step twice or out of order", len(wrong))
    # Hundreds are passed on a batch at a time: the last of them is told a moment after it has moved.
    with contextlib.suppress(AssertionError):
        wait_for(lambda: not stack.rows(NO_FULL_STEP), seconds=CAUGHT_UP_S, what="all are told")
    outcome.none("steps of which nobody was told", len(stack.rows(NO_FULL_STEP)))


def test_without_a_dispatcher_the_request_judges_and_the_switch_shows_it(stack: Stack) -> None:
    outcome = Outcome("no-dispatcher")
    coach = Client(stack)
    stack.dispatcher.kill()
    start = time.monotonic()
    wait_for(
        lambda: "dispatcher" in not_ready(f"{stack.url}/"), seconds=ALARM_S, what="/readyz names it"
    )
    alarm_s = time.monotonic() - start
    outcome.must("shown on /readyz within 90 s", alarm_s <= ALARM_S, f"{alarm_s:.0f} s")
    athlete = coach.new_athlete("Nobody dispatches")
    filed, took = coach.timed_report(athlete, BREATHLESS)
    judged = coach.assessment(filed["id"])["state"]
    outcome.must("judged in the request", judged == "done", f"{1000 * took:.0f} ms")
    stack.dispatcher.start()
    start = time.monotonic()
    wait_for(lambda: caught_up(stack), seconds=CAUGHT_UP_S, what="what was left lying is done")
    outcome.note("caught up after a new start", f"{time.monotonic() - start:.1f} s")
    wait_for(lambda: stack.status("/readyz") == 200, seconds=ALARM_S, what="all is well again")
    count(outcome, stack)
    outcome.check()


def test_two_and_three_dispatchers_do_nothing_twice(stack: Stack) -> None:
    outcome = Outcome("several-dispatchers")
    for number in (2, 3):
        stack.add("dispatcher").start()
        reports = plan_reports(stack, scale(40, 200, 1000), seed=number)
        stored = Crowd(stack, seed=number).post(reports)
        wait_for(lambda: caught_up(stack), seconds=CAUGHT_UP_S, what="all is done")
        outcome.note(f"{number} dispatchers", f"{len(reports)} reports sent")
        outcome.none(f"{number} dispatchers: lost", ledger.lost(stack, stored))
    count(outcome, stack)
    outcome.check()


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("all-stopped-for-an-hour", -1.0),
        ("clock-set-forward-two-hours", -2.0),
        ("clock-set-back-two-hours", 2.0),
    ],
)
def test_time_that_nobody_saw_pass(stack: Stack, name: str, hours: float) -> None:
    outcome = Outcome(name)
    coach = Client(stack)
    for program in stack.programs.values():
        if "dispatcher" in program.name:
            program.kill()
    # Filed and left lying: not judged, not told, the emergency's clock (15 min) about to run out.
    report = coach.report(coach.new_athlete(name), BREATHLESS).json()["id"]
    plain = [coach.report(coach.new_athlete(name), CRAMP).json()["id"] for _ in range(3)]
    steps_before = {key: len(done) for key, done in steps(stack).items()}
    shift(stack, hours)
    stack.dispatcher.start()
    start = time.monotonic()
    wait_for(lambda: caught_up(stack), seconds=CAUGHT_UP_S, what="what was left lying is done")
    outcome.note("caught up after", f"{time.monotonic() - start:.1f} s")
    ((escalation,),) = stack.rows(
        "SELECT e.id FROM athletes_escalation e WHERE e.report_id = ?", key_of(stack, report)
    )
    if hours < 0:  # set back, it is told sooner or at its time, never two hours late
        wait_for(
            lambda: len(steps(stack)[ledger.plain(escalation)]) >= 1,
            seconds=CAUGHT_UP_S,
            what="the next in the chain is told",
        )
    time.sleep(3)  # room for a second step that must not come
    more = {key: len(done) - steps_before.get(key, 0) for key, done in steps(stack).items()}
    most = max(more.values(), default=0)
    outcome.must("steps passed on in one go, at most", most <= 1, most)
    outcome.none("reports not judged", ledger.pending(stack))
    assert len(plain) == 3
    count(outcome, stack)
    outcome.check()


def key_of(stack: Stack, report: str) -> str:
    """The id as the database keeps it."""
    return ledger.plain(report) if stack.database.url.startswith("sqlite") else report
