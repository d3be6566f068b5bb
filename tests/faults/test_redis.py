"""Redis stopped, frozen, half-open, emptied, full, restarted again and again: reports and judgements go on.

One worker, so that “it consumes again” is about that one.
"""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

import redis
from celery import Celery
from kombu.exceptions import OperationalError

from tests.factories import BREATHLESS, SORE
from tests.faults.harness.ledger import DOUBLED
from tests.faults.harness.outcome import Outcome, is_full, milliseconds, scale
from tests.faults.harness.proxy import Proxy
from tests.journeys.client import CAST, Client
from tests.stack import Stack, running_stack, wait_for

NAME = "redis"
CONSUMES_AGAIN_S = 60.0
SILENT_S = "2" if is_full() else "1"  # BROKER_SILENT_S
JUDGED_S = 60.0  # a frozen Redis is given up on after 5 s, a report handed to it after BROKER_SILENT_S more
# A request that touches a frozen Redis hangs for 4 s at the very least; one that does not takes tens of
# milliseconds. Between the two lies room for a slow machine.
SURELY_NOT_WAITING_S = 2.0
AS_FAST = 3.0  # times; what lies below is the noise of a machine that does other things too


class Broker:
    """Redis behind a door, with all that can go wrong with it. Every fault has a begin and an end."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.real = stack.folder / "redis" / "redis.sock"
        self.proxy = Proxy(stack.folder / "redis" / "door.sock", self.real)
        url = f"redis+socket://{quote(str(stack.folder / 'redis' / 'door.sock'))}"
        for program in stack.programs.values():
            program.env["REDIS_URL"] = url

    def ask(self, *words: object) -> object:
        with redis.Redis(unix_socket_path=str(self.real), socket_timeout=5) as client:
            return client.execute_command(*words)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        self.stack.redis.wanted = False
        self.stack.redis.kill()
        yield
        self.stack.redis.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        self.stack.redis.freeze()
        yield
        self.stack.redis.thaw()

    @contextmanager
    def half_open(self) -> Iterator[None]:
        self.proxy.mute()
        yield
        self.proxy.speak()

    @contextmanager
    def emptied(self) -> Iterator[None]:
        self.ask("FLUSHALL")
        yield
        self.ask("FLUSHALL")

    @contextmanager
    def restarted_empty(self) -> Iterator[None]:
        self.stack.redis.wanted = False
        self.stack.redis.kill()
        shutil.rmtree(self.real.parent / "appendonlydir")
        self.stack.redis.start()
        yield

    @contextmanager
    def full(self) -> Iterator[None]:
        self.ask("CONFIG", "SET", "maxmemory", "1")
        yield
        self.ask("CONFIG", "SET", "maxmemory", "256mb")

    @property
    def faults(self) -> dict[str, Callable[[], object]]:
        return {
            "stopped": self.stopped,
            "frozen": self.frozen,
            "half-open": self.half_open,
            "emptied": self.emptied,
            "restarted empty": self.restarted_empty,
            "full": self.full,
        }


@contextmanager
def broken_broker() -> Iterator[Broker]:
    with running_stack(started=False, cast=CAST, BROKER_SILENT_S=SILENT_S) as stack:
        broker = Broker(stack)
        try:
            stack.start()
            stack.supervise()
            yield broker
        finally:
            broker.proxy.close()


def file_reports(coach: Client, athlete: str, count: int) -> tuple[list[str], list[float]]:
    """Ids and seconds, half of them dangerous. The verdict is right and at hand at once."""
    ids, took = [], []
    for number in range(count):
        answers, expected = [(BREATHLESS, "emergency_now"), (SORE, "self_care")][number % 2]
        filed, seconds = coach.timed_report(athlete, answers)
        assert filed["screening"]["disposition"] in (expected, "coach_review")
        ids.append(filed["id"])
        took.append(seconds)
    return ids, took


def seconds_until_consuming(broker: Broker) -> float:
    """Until a message that is put into the queue now is taken out by the worker."""
    start = time.monotonic()
    broker.stack.rows("DELETE FROM athletes_heartbeat WHERE name = 'worker'")
    beat = "SELECT name FROM athletes_heartbeat WHERE name = 'worker'"
    address = f"redis+socket://{quote(str(broker.real))}"
    with Celery(broker=address, set_as_current=False) as sender:

        def consumed() -> bool:
            try:
                sender.send_task("athletes.tasks.prove_alive", retry=False)
            except OperationalError:  # Redis is still coming up
                return False
            time.sleep(0.3)
            return bool(broker.stack.rows(beat))

        wait_for(consumed, seconds=CONSUMES_AGAIN_S, what="the worker consumes again")
    return time.monotonic() - start


def measure(count: int, *, restarts: int) -> Outcome:
    """`count` reports during each fault, and as many just before it; then `restarts` of Redis in a row."""
    outcome = Outcome(NAME)
    with broken_broker() as broker:
        coach = Client(broker.stack)
        for name, fault in broker.faults.items():
            _one_fault(outcome, broker, coach, name, fault, count)
        again = []
        for _ in range(restarts):
            broker.stack.redis.kill()
            again.append(seconds_until_consuming(broker))
        outcome.note(f"{restarts} restarts in a row, the worker consumes again after", _span(again))
        for what, sql in DOUBLED.items():
            outcome.none(f"doubled {what}", len(broker.stack.rows(sql)))
        outcome.note("restarts of the worker by the supervisor", _restarts(broker))
    return outcome


def _one_fault(
    outcome: Outcome,
    broker: Broker,
    coach: Client,
    name: str,
    fault: Callable[[], object],
    count: int,
) -> None:
    athlete = coach.new_athlete(f"Redis {name}")
    before, without = file_reports(coach, athlete, count)
    coach.wait_finished(before, seconds=JUDGED_S)
    with fault():  # type: ignore[attr-defined]
        during, took = file_reports(coach, athlete, count)
        start = time.monotonic()
        judged = coach.wait_finished(during, seconds=JUDGED_S)
        judged_s = time.monotonic() - start
    ratio = statistics.median(took) / statistics.median(without)
    as_fast = max(took) < SURELY_NOT_WAITING_S and (ratio < AS_FAST or not is_full())
    outcome.must(
        f"{name}: answers as fast as without",
        as_fast,
        f"{milliseconds(took)}, median {ratio:.2f} times",
    )
    outcome.must(
        f"{name}: judged meanwhile",
        {one["state"] for one in judged.values()} == {"done"},
        f"{len(judged)} in {judged_s:.1f} s",
    )
    if name == "half-open" and not is_full():
        broker.stack.worker.kill()  # deaf for most of a minute: only the full figures wait for it
    outcome.note(
        f"{name}: the worker consumes again after", f"{seconds_until_consuming(broker):.1f} s"
    )


def _span(seconds: list[float]) -> str:
    if not seconds:
        return "-"
    return f"{statistics.median(seconds):.1f} s in the middle, {max(seconds):.1f} s at most"


def _restarts(broker: Broker) -> int:
    assert broker.stack.supervisor is not None
    return broker.stack.supervisor.restarts["worker"]


def test_the_athlete_notices_nothing_and_every_report_is_judged() -> None:
    measure(scale(4, 10, 50), restarts=scale(2, 5, 45)).check()
