"""Without a mouse and without a finger: a danger sign is reported and a coach acknowledges it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK
from tests.browser.keyboard import Unseen, answer_screen, log_in, tab, tab_to
from tests.browser.tapping import is_at_the_end
from tests.browser.told import BREATHLESS
from tests.browser.tour import ATHLETE, COACH, PASSWORD, load_demo_club
from tests.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.xdist_group("browser-keyboard")]


@pytest.fixture(scope="module")
def club(stack: Stack) -> Stack:
    load_demo_club(stack)
    return stack


def new_page(browser: Browser, stack: Stack) -> Page:
    page = browser.new_context(base_url=stack.url, locale="en-GB", **DESK).new_page()
    page.set_default_timeout(15_000)
    return page


def test_a_danger_sign_is_reported_and_acknowledged(browser: Browser, club: Stack) -> None:
    page = new_page(browser, club)
    log_in(page, ATHLETE, PASSWORD)
    tab_to(page, "main a[href='/me/report/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/report/1/")
    while not is_at_the_end(page):
        answer_screen(page, BREATHLESS)
    tab_to(page, "main form .button-primary, main form .button-level")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/**")
    expect(page.get_by_role("heading", name="Get emergency help now")).to_be_visible()
    page.context.close()

    desk = new_page(browser, club)
    log_in(desk, COACH, PASSWORD)
    row = desk.get_by_role("listitem").filter(
        has=desk.get_by_role("link", name="Lena Hoffmann", exact=True)
    )
    expect(row.first).to_contain_text("Emergency")
    row.first.get_by_role("button", name="Acknowledge").evaluate("button => button.id = 'seen'")
    tab_to(desk, "#seen")
    desk.keyboard.press("Enter")
    expect(row.first).to_contain_text("Seen by you")
    desk.context.close()


def test_where_the_focus_cannot_be_seen_would_be_found(browser: Browser, club: Stack) -> None:
    page = new_page(browser, club)
    page.goto("/")
    page.evaluate("document.querySelector('a').style.outline = 'none'")
    with pytest.raises(Unseen):
        tab(page)
    page.context.close()
