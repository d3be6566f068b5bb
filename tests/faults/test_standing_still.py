"""The dead-man's switch: whatever is stopped or frozen is named on `/readyz` and on the desk.

All clocks of the signs of life are parts of `HEARTBEAT_STALE_S`. With its default a program is missed within 90 s,
which the full figures show for each by itself; the short version has 3 s, and all stand still at once.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from coaching.context import STANDING_STILL
from tests.faults.harness.outcome import Outcome, is_full
from tests.journeys.client import CAST, COACH, browser_session
from tests.programs import Program
from tests.stack import Stack, running_stack, wait_for

STALE_S = 60.0 if is_full() else 3.0
NAMED_WITHIN_S = 90.0
BACK_WITHIN_S = 90.0
PROGRAMS = ["redis", "worker", "messenger", "dispatcher", "beat"]
TOGETHER = [[name] for name in PROGRAMS] if is_full() else [PROGRAMS]
NO_ANSWER_S = 1.0


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running_stack(cast=CAST, HEARTBEAT_STALE_S=str(STALE_S)) as running:
        running.supervise()  # a worker may die of a Redis that went away
        yield running


@pytest.fixture(scope="module")
def desk(stack: Stack) -> Iterator[requests.Session]:
    with browser_session(stack, COACH) as session:
        yield session


def not_ready(stack: Stack) -> list[str]:
    try:
        with urllib.request.urlopen(f"{stack.url}/readyz", timeout=10) as answer:
            told: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as answer:
        told = json.load(answer)
    return [str(name) for name in told["not_ready"]]


def is_on_the_desk(desk: requests.Session, stack: Stack, name: str) -> bool:
    page = desk.get(f"{stack.url}/desk/", timeout=30).text
    told = page.partition("Standing still:")[2].partition("</p>")[0]
    return str(STANDING_STILL.get(name, name)) in told


def is_named(stack: Stack, desk: requests.Session, name: str) -> bool:
    return name in not_ready(stack) and is_on_the_desk(desk, stack, name)


def kill(program: Program) -> None:
    """For good: the supervisor leaves it alone until it is started."""
    program.wanted = False
    program.kill()


@pytest.mark.parametrize(
    ("break_it", "mend_it"),
    [(Program.freeze, Program.thaw), (kill, Program.start)],
    ids=["frozen", "killed"],
)
def test_what_stands_still_is_missed_until_it_goes_on(
    stack: Stack, desk: requests.Session, request, break_it, mend_it
) -> None:
    fault = request.node.callspec.id
    outcome = Outcome(f"standing-still-{fault}")
    wait_for(lambda: not not_ready(stack), seconds=BACK_WITHIN_S, what="all is well")
    assert "Standing still:" not in desk.get(f"{stack.url}/desk/", timeout=30).text
    for names in TOGETHER:
        start = time.monotonic()
        for name in names:
            break_it(stack.programs[name])
        for name in names:
            what = f"{name}, {fault}, is on /readyz and on the desk"
            wait_for(
                lambda name=name: is_named(stack, desk, name), seconds=NAMED_WITHIN_S, what=what
            )
            took = time.monotonic() - start
            outcome.must(
                f"{name} {fault}: named within 90 s", took <= NAMED_WITHIN_S, f"{took:.0f} s"
            )
        for name in names:
            mend_it(stack.programs[name])
        wait_for(lambda: not not_ready(stack), seconds=BACK_WITHIN_S, what=f"{names} are back")
    outcome.check()


@pytest.mark.parametrize("fault", ["freeze", "kill"])
def test_a_site_that_does_not_answer_is_not_ready(stack: Stack, fault: str) -> None:
    stack.web.wanted = False
    getattr(stack.web, fault)()
    try:
        assert stack.status("/readyz", timeout=NO_ANSWER_S) == 0
    finally:
        stack.web.thaw()
        if not stack.web.is_running:
            stack.web.start()
    stack.wait_ready(seconds=BACK_WITHIN_S)
