"""Reports of 16 clients while everything is killed, frozen and emptied: none lost, none doubled."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.databases import PostgresServer, on_postgres
from tests.faults.harness import ledger
from tests.faults.harness.chaos import Chaos
from tests.faults.harness.crowd import Crowd, Stored, plan_reports
from tests.faults.harness.outcome import SCALE, Outcome, milliseconds, scale
from tests.journeys.client import CAST
from tests.stack import Stack, running_stack, wait_for

NAME = "reports-under-chaos"
SEED = 4
DRAINED_S = 10.0


@contextmanager
def whole_stack(**env: str) -> Iterator[tuple[Stack, PostgresServer | None]]:
    """A second worker and a second dispatcher besides what a stack has; on PostgreSQL with a server that may die."""
    server = PostgresServer().start_and_wait() if on_postgres() else None
    try:
        with running_stack(server=server, cast=CAST, **env) as stack:
            stack.add_worker().start()
            stack.add("dispatcher").start()
            stack.supervise(*([server] if server else []))
            yield stack, server
    finally:
        if server:
            server.close()


def measure(count: int, *, seed: int = SEED, pace_s: float = 0.0) -> Outcome:
    """`count` reports, a tenth dangerous, a fifth sent twice, a fault every two seconds from `seed`."""
    outcome = Outcome(NAME)
    with whole_stack() as (stack, server):
        reports = plan_reports(stack, count, seed=seed)
        crowd = Crowd(stack, seed=seed, pace_s=pace_s)
        chaos = Chaos(stack, seed=seed, server=server)
        chaos.start()
        start = time.monotonic()
        try:
            stored = crowd.post(reports)
        finally:
            chaos.end()
        posted_s = time.monotonic() - start
        up_at = _last_fault(stack, chaos)
        drained_at = ledger.wait_drained(stack, seconds=60)
        outcome.note("seed", seed)
        outcome.note("faults", chaos.summary())
        outcome.note("reports", f"{count} ({len(stored)} sent) in {posted_s:.0f} s")
        _count(outcome, stack, stored)
        took = float("inf") if drained_at is None else max(0.0, drained_at - up_at)
        held = took <= DRAINED_S
        outcome.must("judged, after the last fault, within 10 s", held, f"{took:.1f} s")
        _latencies(outcome, stored)
        wait_for(lambda: stack.status("/readyz") == 200, seconds=90, what="all is well again")
    return outcome


def _last_fault(stack: Stack, chaos: Chaos) -> float:
    """With all that was just posted behind it. When all programs were up again.

    In the full run everything is killed at once; in the others one more comes from the deck.
    """
    if SCALE != "full":
        chaos.strike(spare="web")
        chaos.end()
        return chaos.last_at
    for program in chaos.programs:
        program.kill()
    wait_for(lambda: stack.status("/livez") == 200, seconds=90, what="web answers again")
    wait_for(
        lambda: all(program.is_running for program in chaos.programs), seconds=90, what="all run"
    )
    return time.monotonic()


def _count(outcome: Outcome, stack: Stack, stored: list[Stored]) -> None:
    outcome.none("lost", ledger.lost(stack, stored))
    for what, times in ledger.doubled(stack, stored).items():
        outcome.none(f"doubled {what}", times)
    outcome.none("dangers without their verdict in the answer", ledger.without_the_verdict(stored))
    outcome.none("dangers that nobody was called for", ledger.without_a_call(stack, stored))
    outcome.none("set aside with a safe answer", ledger.set_aside(stack))


def _latencies(outcome: Outcome, stored: list[Stored]) -> None:
    outcome.note("answer, p50 / p95 / p99 / max", milliseconds([one.took_s for one in stored]))
    waited = [one.waited_s for one in stored]
    outcome.note("stored, with all tries, p50 / p95 / p99 / max", milliseconds(waited))
    again = sum(one.tries > 1 for one in stored)
    outcome.note("tried more than once", f"{again} of {len(stored)}")


def test_none_lost_none_doubled_every_danger_answered() -> None:
    # A few a second: what is measured is the faults, not how many reports two cores can judge.
    measure(scale(100, 1000, 10_000), pace_s=0.5).check()
