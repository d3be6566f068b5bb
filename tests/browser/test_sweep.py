"""Every page and state of the site: axe, the console, the policy, the width, targets; `make browser` judges all of them
in both themes and sizes, keeps pictures and has the HTML validated. Otherwise each page once: phone light, desk dark.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.browser import rare, validator
from tests.browser.conftest import EVERYTHING, say_figure
from tests.browser.states import Walk
from tests.browser.sweep import SIZES, THEMES, Sweep, summary, told
from tests.browser.tour import Stop, load_demo_club, people
from tests.stack import ROOT, Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.xdist_group("browser-sweep")]

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
    if EVERYTHING:
        walk.everything()
        rare.keys(walk)
        rare.conflict(walk)
        rare.empty_club(walk)
        rare.languages(walk, [stop for stop in tour if not ONE_OF_MANY.match(stop.name)])
    elif size == "phone":
        walk.everything(("cramp", "breathless"))
        rare.conflict(walk)
    else:
        walk.bad_days()
        rare.keys(walk)
        rare.empty_club(walk)
    for context in found.values():
        context.close()
    return sweep


@pytest.mark.parametrize("size", SIZES)
def test_every_page_and_state(size: str, browser: Browser, stack: Stack, tour: list[Stop]) -> None:
    sweep = sweep_through(browser, stack, tour, size)
    if EVERYTHING or size == "phone":  # both sizes get the same HTML
        sweep.faults += validator.faults(sweep.html)
    say_figure(summary(sweep))
    assert len(sweep.seen) > 60
    assert not sweep.faults, f"{summary(sweep)}\n{told(sweep.faults)}"


BROKEN = (
    '<!doctype html><html lang="en"><head><title>x</title></head><body><main><h1>x</h1>'
    '<script>1</script><p style="color: red">x</p><img src="http://elsewhere.test/x.png" alt="">'
    '<button class="tiny">x</button><img src="/static/coaching/icon.svg">'
    '<table width="900"><tr><td>wide</table></main></body></html>'
)
STRICT = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'"
FOUND = {
    "Content-Security-Policy": "inline script",
    "elsewhere.test": "another site",
    "px wide": "the width",
    "small for a finger": "the target",
    "image-alt": "axe",
    "html: ": "the validator",
}


def test_what_is_wrong_would_be_found(browser: Browser, stack: Stack) -> None:
    context = browser.new_context(base_url=stack.url, **SIZES["phone"])
    page = context.new_page()
    sweep = Sweep(stack.url, "phone", ("light",))
    sweep.watch(page)
    page.route(
        "**/broken/",
        lambda route: route.fulfill(
            body=BROKEN, content_type="text/html", headers={"content-security-policy": STRICT}
        ),
    )
    sweep.visit(page, "broken", "/broken/")
    page.route("**/open/", lambda route: route.fulfill(body="<h1>x</h1>", content_type="text/html"))
    sweep.visit(page, "open", "/open/")
    context.close()
    found = "\n".join(sweep.faults + validator.faults(sweep.html))
    unseen = {what for sign, what in FOUND.items() if sign not in found}
    assert not unseen, found
    assert "phone, open: fault: has no Content-Security-Policy" in sweep.faults
