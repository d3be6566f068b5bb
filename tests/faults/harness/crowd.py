"""Sixteen clients who post reports and do not give up until each is stored."""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import requests

from tests.factories import BREATHLESS, CRAMP, SORE
from tests.journeys.client import COACH, Client
from tests.stack import Stack

CLIENTS = 16
DANGER = "emergency_now"
GIVE_UP_S = 240.0
ANSWER_S = 10.0  # then a client takes the connection for dead and sends again
ATHLETES = """
import json
from athletes.models import Squad, User
from athletes.services import people
coach, squad = User.objects.get(email="{coach}"), Squad.objects.get()
print(json.dumps([str(people.add_athlete(by=coach, squad=squad, name=f"Runner {{n}}", consent_told=True).pk) for n in range({count})]))
"""


@dataclass(frozen=True)
class Planned:
    """One report of one athlete. Sent twice, it is planned twice with the same key."""

    athlete: str
    key: str
    is_danger: bool
    answers: dict[str, object]


@dataclass(frozen=True)
class Stored:
    """What came of it for the client that sent it."""

    planned: Planned
    report: str
    disposition: str
    took_s: float  # of the answer that counted
    waited_s: float  # with all tries before it
    tries: int
    error_s: float  # the longest of the tries that failed


def new_athletes(stack: Stack, count: int) -> list[str]:
    printed = stack.run_python(ATHLETES.format(coach=COACH, count=count), timeout=300)
    ids: list[str] = json.loads(printed.splitlines()[-1])
    return ids


def plan_reports(
    stack: Stack, count: int, *, seed: int, dangerous: int | None = None
) -> list[Planned]:
    """A tenth of them `dangerous`, each of an athlete of its own; a fifth sent twice."""
    dice = random.Random(seed)
    dangerous = max(1, count // 10) if dangerous is None else dangerous
    athletes = new_athletes(stack, dangerous + max(1, count // 20))
    in_danger, others = athletes[:dangerous], itertools.cycle(athletes[dangerous:])
    kinds = [True] * dangerous + [False] * (count - dangerous)
    dice.shuffle(kinds)
    left = iter(in_danger)
    reports = [_planned(dice, next(left) if danger else next(others), danger) for danger in kinds]
    again = set(dice.sample(range(count), count // 5))
    # Next to each other: two clients send them at nearly the same time.
    return [sent for i, report in enumerate(reports) for sent in [report] * (1 + (i in again))]


def _planned(dice: random.Random, athlete: str, is_danger: bool) -> Planned:
    key = str(uuid.UUID(int=dice.getrandbits(128), version=4))
    answers = BREATHLESS if is_danger else dice.choice([CRAMP, SORE])
    return Planned(athlete, key, is_danger, answers)


class Crowd:
    """Posts all that is planned. `pace_s`: how long a client rests between two reports, on average."""

    def __init__(self, stack: Stack, *, seed: int, pace_s: float = 0.0) -> None:
        self.url = f"{stack.url}/api/v1/reports/"
        self.token = Client(stack).session.headers["Authorization"]
        self.seed, self.pace_s = seed, pace_s
        self._lock = threading.Lock()

    def post(self, planned: Iterable[Planned]) -> list[Stored]:
        waiting = iter(planned)
        with ThreadPoolExecutor(CLIENTS) as pool:
            clients = [pool.submit(self._client, waiting, n) for n in range(CLIENTS)]
            return [stored for client in clients for stored in client.result()]

    def _client(self, waiting: Iterator[Planned], number: int) -> list[Stored]:
        dice, done = random.Random(self.seed * CLIENTS + number), []
        with requests.Session() as session:
            session.headers["Authorization"] = self.token
            while True:
                with self._lock:
                    planned = next(waiting, None)
                if planned is None:
                    return done
                done.append(self._until_stored(session, planned))
                time.sleep(dice.uniform(0, 2 * self.pace_s))

    def _until_stored(self, session: requests.Session, planned: Planned) -> Stored:
        body = {
            "athlete": planned.athlete,
            "answers": planned.answers,
            "client_key": planned.key,
        }
        first, error_s = time.monotonic(), 0.0
        for tries in itertools.count(1):
            start = time.monotonic()
            answer = self._try(session, body)
            took = time.monotonic() - start
            if answer is not None and answer.ok:
                filed = answer.json()
                verdict = filed["screening"]["disposition"]
                waited = time.monotonic() - first
                return Stored(planned, filed["id"], verdict, took, waited, tries, error_s)
            # What is refused will not get better: only a fault of the site is worth another try.
            assert answer is None or answer.status_code >= 500, answer.text
            assert time.monotonic() - first < GIVE_UP_S, f"not stored after {tries} tries"
            error_s = max(error_s, took)
            time.sleep(min(0.1 * tries, 1.0))
        raise AssertionError("unreachable")

    def _try(self, session: requests.Session, body: dict[str, object]) -> requests.Response | None:
        try:
            return session.post(self.url, json=body, timeout=ANSWER_S)
        except requests.RequestException:
            return None
