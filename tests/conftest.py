"""What concerns running the tests. The cast (people, clubs) is in factories.py."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

from tests.canary import Canary
from tests.sinks import Sinks
from tests.stack import ROOT, Stack, running_stack

pytest_plugins = ["tests.guidance.summary"]

# A busy machine is no reason to fail: these tests are about what holds, not how fast.
# What lands is judged by the same examples each time; at home every run looks for new ones.
settings.register_profile(
    "niggle",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("niggle")

STARTS_PROCESSES = ("faults", "journeys", "browser", "coaching/serving")  # folders
CANARY = Canary()
LOCAL = ("127.", "::1", "localhost", "0.0.0.0")


def _stay_on_this_machine(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect":
        return
    where = arguments[1]
    if isinstance(where, tuple) and not str(where[0]).startswith(LOCAL):
        raise RuntimeError(f"a test wanted to connect to {where[0]}")


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    sys.addaudithook(_stay_on_this_machine)
    logging.getLogger().addHandler(CANARY)
    CANARY.watch_models()
    CANARY.watch_secrets()
    CANARY.listen()
    # Argon2 takes 0.1 s for each person in the cast; the stack's own processes keep it.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that start processes first: they take longest, and nobody should wait for them at the end."""
    slow = [ROOT / "tests" / folder for folder in STARTS_PROCESSES]
    items.sort(key=lambda item: not any(item.path.is_relative_to(folder) for folder in slow))


def _values(item: pytest.Item) -> list[Any]:
    return list(getattr(item, "funcargs", {}).values())


def pytest_report_header() -> str:
    url = os.environ.get("DATABASE_URL", "")
    return "database: " + ("PostgreSQL" if url.startswith("postgres") else "SQLite")


@pytest.fixture(autouse=True)
def back_to_english() -> Iterator[None]:
    """A page in another language leaves it switched on for the next test of this process."""
    yield
    translation.deactivate()


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """All programs for one test file, on a fresh database."""
    with running_stack() as running:
        yield running


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """A test in which something private got into a log has failed, whatever it was about."""
    outcome = yield
    stacks = [value for value in _values(item) if isinstance(value, Stack)]
    for watch in (CANARY, *(stack.canary for stack in stacks)):
        if leaked := watch.hits():
            pytest.fail(f"planted, and stands in a log: {sorted(set(leaked))}", pytrace=False)
    sent = [
        told
        for value in _values(item)
        if isinstance(value, Sinks)
        for told in value.not_yet_searched()
    ]
    said = CANARY.hits_in_messages() + [
        hit for one in stacks for hit in one.canary.hits_in_messages(sent)
    ]
    if said:
        pytest.fail(f"planted, and stands in what was sent: {sorted(set(said))}", pytrace=False)
    return outcome


@pytest.fixture
def log_lines() -> Iterator[Callable[[], str]]:
    """What the site's own log handler writes meanwhile."""
    written = Canary()
    logging.getLogger().addHandler(written)
    yield lambda: "\n".join(written.lines)
    logging.getLogger().removeHandler(written)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    report = yield
    if report.failed:
        for value in _values(item):
            if isinstance(value, Stack):
                report.sections.append(("the stack's last words", value.last_words()))
    return report
