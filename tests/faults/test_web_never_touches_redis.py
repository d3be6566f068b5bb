"""The web process never opens a connection to Redis, whatever is asked of it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.factories import BREATHLESS, CRAMP
from tests.journeys.client import ATHLETE, CAST, COACH, Client, browser_session
from tests.stack import Stack, running_stack, wait_for


class CountingListener:
    """Where Redis should be: takes every connection, counts it and says nothing."""

    def __init__(self) -> None:
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.door.getsockname()[1]
        self.taken: list[socket.socket] = []
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                visitor, _ = self.door.accept()
            except OSError:  # closed: the test is over
                return
            self.taken.append(visitor)

    @property
    def count(self) -> int:
        return len(self.taken)

    def close(self) -> None:
        self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()
        for visitor in self.taken:
            visitor.close()


@pytest.fixture(scope="module")
def broker() -> Iterator[CountingListener]:
    listener = CountingListener()
    yield listener
    listener.close()


@pytest.fixture(scope="module")
def stack(broker: CountingListener) -> Iterator[Stack]:
    """Only the site runs, and believes that Redis is where the listener is."""
    url = f"redis://127.0.0.1:{broker.port}/0"
    with running_stack(started=False, cast=CAST, REDIS_URL=url) as waiting:
        yield waiting.start_web()


def browse(stack: Stack, email: str, *paths: str) -> None:
    """Log in as a person does and open pages; each is there."""
    with browser_session(stack, email) as session:
        for path in paths:
            assert session.get(stack.url + path, timeout=30).status_code == 200, path


def test_pages_reports_and_readiness_leave_redis_alone(
    stack: Stack, broker: CountingListener
) -> None:
    browse(stack, COACH, "/", "/desk/", "/desk/athletes/", "/desk/squads/")
    browse(stack, ATHLETE, "/", "/me/")
    coach, athlete = Client(stack, COACH), Client(stack, ATHLETE)
    me = athlete.get("me/").json()["athlete"]
    for answers, is_danger in ((CRAMP, False), (BREATHLESS, True)):
        filed = athlete.report(me, answers)
        assert filed.status_code == 201
        assert (filed.json()["screening"]["disposition"] == "emergency_now") is is_danger
    assert coach.get("escalations/").json()["count"] >= 1
    assert stack.status("/readyz") == 503
    coach.session.close()
    athlete.session.close()
    assert broker.count == 0


def test_the_dispatcher_is_the_one_that_asks_for_redis(
    stack: Stack, broker: CountingListener
) -> None:
    """So the listener does see what comes."""
    stack.dispatcher.start()
    wait_for(lambda: broker.count, seconds=30, what="the dispatcher tries the broker")
