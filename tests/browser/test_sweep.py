"""Every page and state of the site: axe, the console, the policy, the width, targets; `make browser` judges all of them
in both themes and sizes, keeps pictures and has the HTML validated. Otherwise each page once: phone light, desk dark.
"""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import Browser

from tests.browser import validator
from tests.browser.states import Walk
from tests.browser.sweep import SIZES, THEMES, Sweep, summary, told
from tests.browser.tour import Stop, load_demo_club, people
from tests.stack import ROOT, Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.xdist_group("browser-sweep")]

EVERYTHING = os.environ.get("BROWSER_EVERYTHING", "") == "1"  # set by `make browser`
SCREENS = ROOT / "test-results" / "screens"
ONE_OF_MANY = re.compile(r"(athlete|report)-(?!marco|lena|for|new|first)")  # alike for 14 athletes
ONE_THEME = {"phone": "light", "desk": "dark"}


@pytest.fixture(scope="module")
def tour(stack: Stack) -> list[Stop]:
    return load_demo_club(stack)


def sweep_through(browser: Browser, stack: Stack, tour: list[Stop], size: str) -> Sweep:
    themes = THEMES if EVERYTHING else (ONE_THEME[size],)
    sweep = Sweep(stack.url, size, themes, SCREENS if EVERYTHING else None)
    found = people(browser, stack, **{**SIZES[size], "has_touch": True})
    for who, context in found.items():
        page = context.new_page()
        sweep.watch(page)
        for stop in tour:
            if stop.who == who and (EVERYTHING or not ONE_OF_MANY.match(stop.name)):
                sweep.visit(page, str(stop), stop.path)
        page.close()
    walk = Walk(sweep, found, tour, stack)
    walk.everything() if EVERYTHING else walk.everything(("cramp", "breathless"))
    for context in found.values():
        context.close()
    return sweep


@pytest.mark.parametrize("size", SIZES)
def test_every_page_and_state(size: str, browser: Browser, stack: Stack, tour: list[Stop]) -> None:
    sweep = sweep_through(browser, stack, tour, size)
    if EVERYTHING or size == "phone":  # both sizes get the same HTML
        sweep.faults += validator.faults(sweep.html)
    print(summary(sweep))
    assert len(sweep.seen) > 60
    assert not sweep.faults, f"{summary(sweep)}\n{told(sweep.faults)}"
