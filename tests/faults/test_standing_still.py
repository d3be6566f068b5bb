"""The dead-man's switch: whatever is stopped or frozen is named on `/readyz` and on the desk.

All clocks of the signs of life are parts of `HEARTBEAT_STALE_S`. With 60 s a program is missed within 90 s; here the
same with 3 s, so that it can be waited for.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from coaching.context import STANDING_STILL
from tests.journeys.client import CAST, COACH, browser_session
from tests.stack import Stack, running_stack, wait_for

STALE_S = 3.0
# The broker is believed in for 15 s after its last answer, whatever HEARTBEAT_STALE_S is; the rest is for a
# slow machine.
NAMED_WITHIN_S = 40.0
PROGRAMS = ["redis", "worker", "messenger", "dispatcher", "beat"]


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running_stack(cast=CAST, HEARTBEAT_STALE_S=str(STALE_S)) as running:
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
    return STANDING_STILL.get(name, name) in told


def is_missed(stack: Stack, desk: requests.Session, name: str) -> None:
    wait_for(lambda: name in not_ready(stack), seconds=NAMED_WITHIN_S, what=f"{name} on /readyz")
    wait_for(
        lambda: is_on_the_desk(desk, stack, name),
        seconds=NAMED_WITHIN_S,
        what=f"{name} on the desk",
    )


def test_a_running_site_misses_nothing(stack: Stack, desk: requests.Session) -> None:
    wait_for(lambda: not not_ready(stack), seconds=NAMED_WITHIN_S, what="all is well")
    assert "Standing still:" not in desk.get(f"{stack.url}/desk/", timeout=30).text


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_frozen_is_missed_until_it_goes_on(
    stack: Stack, desk: requests.Session, name: str
) -> None:
    program = stack.programs[name]
    program.freeze()
    try:
        is_missed(stack, desk, name)
    finally:
        program.thaw()
    wait_for(lambda: not not_ready(stack), seconds=90, what=f"{name} is back")


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_stopped_is_missed_until_it_is_started(
    stack: Stack, desk: requests.Session, name: str
) -> None:
    program = stack.programs[name]
    program.kill()
    try:
        is_missed(stack, desk, name)
    finally:
        program.start()
    wait_for(lambda: not not_ready(stack), seconds=90, what=f"{name} is back")


@pytest.mark.parametrize("fault", ["freeze", "kill"])
def test_a_site_that_does_not_answer_is_not_ready(stack: Stack, fault: str) -> None:
    getattr(stack.web, fault)()
    try:
        assert stack.status("/readyz") == 0
    finally:
        stack.web.thaw()
        if not stack.web.is_running:
            stack.web.start()
    stack.wait_ready(seconds=90)
