"""Faults at random, one every two seconds, from a seed: killed, frozen, restarted, emptied.

Chaos only breaks. What died is started again by the supervisor (tests/programs.py), as supervisord would.
"""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import redis

from tests.databases import PostgresServer
from tests.programs import Program
from tests.stack import Stack

EVERY_S = 2.0
FROZEN_S = (0.5, 4.0)
LIVES_S = (
    1.0  # what was started less than this ago is let be: it would only be killed while it starts
)


@dataclass(frozen=True)
class Fault:
    kind: str  # of program
    way: str
    do: Callable[[Program], None]

    def __str__(self) -> str:
        return f"{self.kind} {self.way}"


class Chaos(threading.Thread):
    """Between `start()` and `end()`. Which faults come is in the seed; when exactly is in the machine."""

    def __init__(self, stack: Stack, *, seed: int, server: PostgresServer | None = None) -> None:
        super().__init__(daemon=True, name="chaos")
        self.stack, self.random = stack, random.Random(seed)
        self.programs = [*stack.programs.values(), *([server] if server else [])]
        self.done: list[Fault] = []
        self.last_at = 0.0
        self.broke: BaseException | None = None
        self._deck = self._first_of_each_kind()
        self._thaw_at: dict[Program, float] = {}
        self._ended = threading.Event()

    def _first_of_each_kind(self) -> list[Fault]:
        """What is drawn first: each kind of program once, so that a short run leaves none out. On PostgreSQL
        the server's sudden end comes first of all."""
        deck, found = self._new_deck(), {}
        for fault in deck:
            found.setdefault(fault.kind, fault)
        if "postgres" in found:
            found["postgres"] = next(f for f in deck if str(f) == "postgres killed")
        first = list(found.values())
        self.random.shuffle(first)
        first.sort(key=lambda fault: fault.kind == "postgres")  # drawn from the end
        return first

    def _new_deck(self) -> list[Fault]:
        """Each kind of program in every way that it can go wrong, shuffled: no seed leaves one out for long."""
        deck = []
        for kind in dict.fromkeys(kind_of(program) for program in self.programs):
            deck += [
                Fault(kind, "killed", Program.kill if kind != "postgres" else PostgresServer.kill),
                Fault(kind, "frozen", self._freeze),
                Fault(kind, "restarted", Program.ask_to_restart),
                Fault(kind, "one process killed", self._kill_one),
            ]
        deck.append(Fault("redis", "emptied", lambda _: self.flush()))
        self.random.shuffle(deck)
        return deck

    def run(self) -> None:
        next_at = time.monotonic() + EVERY_S / 2
        try:
            while not self._ended.wait(0.05):
                self._thaw()
                if time.monotonic() >= next_at:
                    next_at += EVERY_S
                    self.strike()
        except BaseException as fault:  # told to the test, which ends the chaos
            self.broke = fault
            raise

    def strike(self, *, spare: str = "") -> None:
        """One fault, to a program that is up; never to one of the kind `spare`."""
        if len(self._deck) < 5:
            self._deck = self._new_deck() + self._deck
        for fault in reversed(self._deck):
            up = [program for program in self.programs if self._is_up(program, fault.kind)]
            if up and fault.kind != spare:
                self._deck.remove(fault)
                fault.do(self.random.choice(up))
                self.done.append(fault)
                self.last_at = time.monotonic()
                return

    def _is_up(self, program: Program, kind: str) -> bool:
        lived = time.monotonic() - program.started_at
        frozen = program in self._thaw_at
        return kind_of(program) == kind and program.is_running and not frozen and lived > LIVES_S

    def _kill_one(self, program: Program) -> None:
        program.kill_one(self.random.randrange(1000))

    def _freeze(self, program: Program) -> None:
        program.freeze()
        self._thaw_at[program] = time.monotonic() + self.random.uniform(*FROZEN_S)

    def _thaw(self, *, all_of_them: bool = False) -> None:
        for program, at in list(self._thaw_at.items()):
            if all_of_them or time.monotonic() >= at:
                program.thaw()
                del self._thaw_at[program]
                self.last_at = time.monotonic()

    def flush(self) -> None:
        with contextlib.suppress(redis.RedisError):  # it may have died this very moment
            self.client().flushall()

    def client(self) -> redis.Redis:
        path = str(self.stack.folder / "redis" / "redis.sock")
        return redis.Redis(unix_socket_path=path, socket_timeout=2)

    def end(self) -> None:
        """Nothing new is broken, nothing stays frozen."""
        self._ended.set()
        self.join(30)
        self._thaw(all_of_them=True)
        if self.broke is not None:
            raise AssertionError("the chaos itself failed") from self.broke

    def summary(self) -> str:
        """`web 12, worker 30, ...` and how often each way."""
        by_program = Counter(fault.kind for fault in self.done)
        by_way = Counter(fault.way for fault in self.done)
        return f"{len(self.done)}: {_listed(by_program)} ({_listed(by_way)})"


def kind_of(program: Program) -> str:
    """`worker5` is a worker."""
    return program.name.rstrip("0123456789")


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{name} {times}" for name, times in counted.most_common())
