"""The mail server is down, a browser's push address is gone for good, a webhook is slow: the others are told meanwhile,
what can be tried again is, what cannot is said, and the escalation goes on through the chain."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.factories import BREATHLESS
from tests.faults.harness import ledger
from tests.faults.harness.outcome import Outcome
from tests.faults.test_dispatchers import key_of
from tests.faults.test_escalations_under_chaos import FIRST_ATTEMPT_S, make_chain
from tests.journeys.client import CAST, Client
from tests.sinks import GONE, OK, SLOW, Sinks, open_sinks
from tests.stack import Stack, running_stack, wait_for

LONG_AGO = "2020-01-01 00:00:00+00:00"
PATIENCE_S = 60.0


@pytest.fixture
def sinks() -> Iterator[Sinks]:
    with open_sinks() as opened:
        yield opened


@pytest.fixture
def stack(sinks: Sinks) -> Iterator[Stack]:
    with running_stack(cast=CAST, **sinks.env) as running:
        make_chain(running, sinks)
        yield running


class Called:
    """One emergency, and who has been told of it on which channel: first two coaches and the squad's room; then, when
    it is passed on, the same and the owner."""

    def __init__(self, stack: Stack, name: str) -> None:
        coach = Client(stack)
        filed = coach.report(coach.new_athlete(name), BREATHLESS).json()
        report = key_of(stack, filed["id"])
        ((self.key,),) = stack.rows(
            "SELECT id FROM athletes_escalation WHERE report_id = ?", report
        )
        self.stack = stack

    def messages(self, state: str) -> Counter[str]:
        """By channel: those outside the app that are in `state`."""
        rows = self.stack.rows(
            """SELECT channel FROM athletes_notification
            WHERE escalation_id = ? AND state = ? AND channel <> 'in_app'""",
            self.key,
            state,
        )
        return Counter(channel for (channel,) in rows)

    def events(self, kind: str) -> Counter[str]:
        rows = self.stack.rows(
            "SELECT channel FROM athletes_escalationevent WHERE escalation_id = ? AND kind = ?",
            self.key,
            kind,
        )
        return Counter(channel for (channel,) in rows)

    def pass_on(self) -> None:
        """The time of whoever was told is over."""
        before = self.events("passed_on").total()
        sql = "UPDATE athletes_escalation SET acknowledge_by = ? WHERE id = ?"
        self.stack.rows(sql, LONG_AGO, self.key)
        wait_for(
            lambda: self.events("passed_on").total() > before, seconds=PATIENCE_S, what="passed on"
        )


def within(outcome: Outcome, what: str, happens: Callable[[], object]) -> None:
    start = time.monotonic()
    wait_for(happens, seconds=PATIENCE_S, what=what)
    took = time.monotonic() - start
    outcome.must(f"{what}, within 15 s", took <= FIRST_ATTEMPT_S, f"{took:.1f} s")


def goes_on(
    outcome: Outcome,
    stack: Stack,
    fault: str,
    *,
    first: Counter[str],
    both: Counter[str],
    said: str = "",
) -> Called:
    """Somebody is called during `fault`, and it is passed on: what has been sent after the first step, and after both.

    `said`: an event to wait for before it is passed on.
    """
    called = Called(stack, fault)
    within(outcome, f"{fault}: the others are told", lambda: called.messages("sent") == first)
    if said:
        wait_for(lambda: called.events(said), seconds=PATIENCE_S, what=f"it says {said}")
    called.pass_on()
    within(
        outcome,
        f"{fault}: those of the next step too",
        lambda: called.messages("sent") == both,
    )
    return called


def arrives(outcome: Outcome, called: Called, channel: str, count: int) -> None:
    wait_for(lambda: not called.messages("pending"), seconds=PATIENCE_S, what="it is tried again")
    sent = called.messages("sent")[channel]
    outcome.must(f"{channel} works again: all of it arrives", sent == count, sent)


def test_the_others_are_told_and_the_chain_goes_on(stack: Stack, sinks: Sinks) -> None:
    outcome = Outcome("channels-down")
    sinks.shut(sinks.mail)
    first, both = Counter(push=2, squad=1), Counter(push=5, squad=2)
    down = goes_on(outcome, stack, "mail server down", first=first, both=both)
    outcome.must("mail server down: nothing is given up", not down.events("not_told"))
    sinks.open_again(sinks.mail)
    arrives(outcome, down, "email", 5)

    sinks.hook.mood = SLOW
    first, both = Counter(email=2, push=2), Counter(email=5, push=5)
    slow = goes_on(outcome, stack, "webhook slow", first=first, both=both)
    sinks.hook.mood = OK
    arrives(outcome, slow, "squad", 2)

    sinks.push.mood = GONE
    first, both = Counter(email=2, squad=1), Counter(email=5, squad=2)
    goes_on(outcome, stack, "push address gone", first=first, both=both, said="not_told")
    tried = sum(attempt.mood == GONE for attempt in sinks.push.attempts)
    outcome.must("push address gone: each browser is tried once", tried == 3, tried)

    outcome.none("taken twice", sum(len(sink.taken_twice) for sink in sinks.all))
    # Not "told": mail of the first step that got through after the second is noted at the second.
    for what in ("escalations", "notifications"):
        outcome.none(f"doubled {what}", len(stack.rows(ledger.DOUBLED[what])))
    outcome.check()
