"""Pages of a real Chromium, phone-sized and desk-sized, on a running stack.

Playwright lives as long as one test file: while it runs, its event loop keeps Django's ORM from this process.
Tests read records with `stack.rows` or `stack.run_python`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.chromium import find_browser, flags, is_required
from tests.stack import ROOT, Stack

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PATIENCE_MS = 15_000
EVERYTHING = os.environ.get("BROWSER_EVERYTHING", "") == "1"  # set by `make browser`
FIGURES = ROOT / "test-results" / "figures.txt"  # what it prints at the end


def say_figure(line: str) -> None:
    """A measured figure, in words: in the report of the test, and kept for the end."""
    print(line)
    if EVERYTHING:
        FIGURES.parent.mkdir(exist_ok=True)
        with FIGURES.open("a") as figures:
            figures.write(f"{line}\n")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = find_browser(playwright.chromium.executable_path)
        if path is None:
            missing = "no Chromium here: install one (Debian: apt install chromium)"
            pytest.fail(missing) if is_required() else pytest.skip(missing)
        running = playwright.chromium.launch(executable_path=path, args=flags(), headless=True)
        yield running
        running.close()


class Visitor:
    """Opens pages as somebody with a screen of that size; each has cookies of their own."""

    def __init__(self, browser: Browser, stack: Stack, screen: dict[str, Any]) -> None:
        self.browser, self.stack, self.screen = browser, stack, screen
        self.contexts: list[BrowserContext] = []

    def __call__(self) -> Page:
        context = self.browser.new_context(base_url=self.stack.url, locale="en-GB", **self.screen)
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        return context.new_page()

    def leave(self) -> None:
        for context in self.contexts:
            context.close()


def _visitor(browser: Browser, stack: Stack, screen: dict[str, Any]) -> Iterator[Visitor]:
    visitor = Visitor(browser, stack, screen)
    yield visitor
    visitor.leave()


@pytest.fixture
def new_phone(browser: Browser, stack: Stack) -> Iterator[Visitor]:
    """`new_phone()` is a page of a phone (390 × 844) that nobody is logged in on."""
    yield from _visitor(browser, stack, PHONE)


@pytest.fixture
def new_desk(browser: Browser, stack: Stack) -> Iterator[Visitor]:
    """`new_desk()` is a page of a desk screen (1440 × 900) that nobody is logged in on."""
    yield from _visitor(browser, stack, DESK)


@pytest.fixture
def phone(new_phone: Visitor) -> Page:
    return new_phone()


@pytest.fixture
def desk(new_desk: Visitor) -> Page:
    return new_desk()
