"""What the people of the demo club find, and that the keyboard shows where it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.tour import PASSWORD, Stop, Who, load_demo_club, log_in, people
from tests.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.xdist_group("browser-pages")]

FOCUSED = """
() => {
    const here = document.activeElement;
    const shown = [here, here.closest('label'), here.nextElementSibling].filter(Boolean);
    const rings = shown.map(element => getComputedStyle(element)).filter(
        style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2);
    return [here.outerHTML.slice(0, 90), here === document.body || rings.length > 0];
}
"""
KEYBOARD: list[tuple[Who, str]] = [
    ("nobody", "/accounts/login/"),
    ("nobody", "/safety/"),
    ("athlete", "/me/"),
    ("athlete", "/me/report/1/"),
    ("athlete", "/me/profile/"),
    ("coach", "/desk/"),
    ("coach", "/desk/athletes/"),
]


@pytest.fixture(scope="module")
def tour(stack: Stack) -> list[Stop]:
    return load_demo_club(stack)


@pytest.fixture(scope="module")
def phones(browser: Browser, stack: Stack, tour: list[Stop]) -> Iterator[dict[Who, BrowserContext]]:
    found = people(browser, stack, **PHONE)
    yield found
    for context in found.values():
        context.close()


def test_the_keyboard_shows_where_it_is(phones: dict[Who, BrowserContext]) -> None:
    unseen = []
    for who, path in KEYBOARD:
        page = phones[who].new_page()
        page.goto(path)
        for _ in range(12):
            page.keyboard.press("Tab")
            element, seen = page.evaluate(FOCUSED)
            unseen += [] if seen else [f"{path}: {element}"]
        page.close()
    assert not unseen, "\n".join(unseen)


def test_the_demo_coach_finds_who_needs_somebody(
    browser: Browser, stack: Stack, tour: list[Stop]
) -> None:
    desk = browser.new_context(base_url=stack.url, **DESK).new_page()
    log_in(desk, "coach@demo.test", PASSWORD)
    waiting = desk.locator("#today section").filter(has_text="Waiting for you")
    expect(waiting.get_by_role("link", name="Marco Rossi", exact=True)).to_be_visible()
    expect(waiting.get_by_role("listitem").filter(has_text="Aisha Khan")).to_contain_text("Overdue")
    waiting.get_by_role("link", name="Marco Rossi", exact=True).click()
    expect(desk.get_by_role("heading", name="Marco Rossi")).to_be_visible()
    expect(desk.get_by_role("heading", name="Likely causes").first).to_be_visible()
    desk.context.close()


def test_the_demo_athlete_finds_a_plan_and_the_talk(phones: dict[Who, BrowserContext]) -> None:
    phone = phones["athlete"].new_page()
    phone.goto("/me/")
    expect(phone.get_by_role("heading", name="Do now")).to_be_visible()
    expect(phone.get_by_role("heading", name="From your coach")).to_be_visible()
    phone.get_by_text("Your plan and why").tap()
    phone.get_by_role("heading", name="Why we think so").tap()
    expect(phone.get_by_role("heading", name="Likely causes")).to_be_visible()
