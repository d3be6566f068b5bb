"""The machine's own clock jumps by two hours while everything runs: nothing twice, nothing skipped, nobody waits.

The programs' clock is set (harness/moved_clock), the database's stays as it was, as where that is a machine of its
own; test_dispatchers.py moves the rows, so that both are set at once.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.factories import BREATHLESS, CLOT
from tests.faults.harness import ledger
from tests.faults.harness.outcome import Outcome
from tests.faults.test_dispatchers import ALARM_S, CAUGHT_UP_S, caught_up, count, key_of, steps
from tests.faults.test_escalations_under_chaos import moment
from tests.journeys.client import CAST, Client
from tests.stack import Stack, running_stack, wait_for

MOVED_CLOCK = Path(__file__).parent / "harness" / "moved_clock"
TWO_HOURS_S = 7200
SEEN_BY_ALL_S = 1.0  # each process looks at the file every 0.05 s
ROOM_S = 3.0  # for a second step that must not come


class MovedStack:
    """All programs, and the one clock that they share."""

    def __init__(self, stack: Stack, clock: Path) -> None:
        self.stack, self.clock = stack, clock
        self.coach = Client(stack)

    def move(self, seconds: int) -> None:
        """All programs are so far off the real time from now on."""
        self.clock.write_text(str(seconds))
        time.sleep(SEEN_BY_ALL_S)

    def clock_is_off_by(self, report: str) -> float:
        """As `report` has it, which has just come in; in seconds."""
        ((at,),) = self.stack.rows(
            "SELECT created_at FROM athletes_painreport WHERE id = ?", key_of(self.stack, report)
        )
        return (moment(at) - datetime.now(UTC)).total_seconds()

    def call(self, name: str, answers: dict[str, object]) -> str:
        """The escalation that a danger sign opened; its answer said so."""
        filed = self.coach.report(self.coach.new_athlete(name), answers).json()
        assert filed["screening"]["disposition"] in ("same_day", "emergency_now")
        off = self.clock_is_off_by(filed["id"]) - float(self.clock.read_text())
        assert abs(off) < CAUGHT_UP_S  # or nothing is tested
        ((found,),) = self.stack.rows(
            "SELECT id FROM athletes_escalation WHERE report_id = ?",
            key_of(self.stack, filed["id"]),
        )
        return ledger.plain(found)


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MovedStack]:
    clock = tmp_path_factory.mktemp("clock") / "off"
    clock.write_text("0")
    settings = {"PYTHONPATH": str(MOVED_CLOCK), "NIGGLE_CLOCK_FILE": str(clock)}
    with running_stack(cast=CAST, HEARTBEAT_STALE_S="6", **settings) as stack:
        yield MovedStack(stack, clock)


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("machine-clock-two-hours-forward", TWO_HOURS_S),
        ("machine-clock-two-hours-back", -TWO_HOURS_S),
    ],
)
def test_nobody_waits_for_a_clock_that_jumped(moved: MovedStack, name: str, seconds: int) -> None:
    outcome, stack = Outcome(name), moved.stack
    before = moved.call("Before", BREATHLESS)
    wait_for(lambda: caught_up(stack), seconds=CAUGHT_UP_S, what="who is first has been told")
    assert steps(stack)[before] == []
    moved.move(seconds)
    start = time.monotonic()
    after = [
        moved.call(f"After {number}", answers) for number, answers in enumerate((BREATHLESS, CLOT))
    ]
    wait_for(lambda: caught_up(stack), seconds=CAUGHT_UP_S, what="the others have been told")
    outcome.note("caught up after", f"{time.monotonic() - start:.1f} s")
    wait_for(lambda: stack.status("/readyz") == 200, seconds=ALARM_S, what="all is well again")
    outcome.note("all well again after", f"{time.monotonic() - start:.1f} s")
    # Its clock stands two hours wrong in the database. Rather too early than two hours late.
    wait_for(lambda: steps(stack)[after[0]], seconds=CAUGHT_UP_S, what="the next has been told")
    time.sleep(ROOM_S)
    taken = {one: len(steps(stack)[one]) for one in (before, *after)}
    outcome.must(
        "steps passed on in one go, at most", max(taken.values()) <= 1, max(taken.values())
    )
    outcome.none("reports not judged", ledger.pending(stack))
    count(outcome, stack)
    moved.move(0)
    wait_for(lambda: stack.status("/readyz") == 200, seconds=ALARM_S, what="well on the right time")
    wait_for(lambda: caught_up(stack), seconds=CAUGHT_UP_S, what="nothing is left lying")
    count(outcome, stack)
    outcome.check()
