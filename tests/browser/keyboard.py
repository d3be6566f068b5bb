"""Fingers that have nothing but a keyboard; wherever they come, one must see where that is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Page

from tests.browser.tapping import choices

MOST_TABS = 120
SETTLED_MS = 600  # a choice that goes on by itself has done so
GO_ON = ".interview-actions .button-primary, .fold[open] .button-primary"
RING = """
() => {
    const here = document.activeElement;
    if (here === document.body) return ['body', true];
    const shown = [here, here.closest('label'), here.nextElementSibling].filter(Boolean);
    const rings = shown.map(element => getComputedStyle(element)).filter(
        style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2);
    return [here.outerHTML.slice(0, 120), rings.length > 0];
}
"""
IS_AT = "wanted => document.activeElement.matches(wanted)"
IS_IN_GROUP = "name => document.activeElement.matches(`[type=radio][name='${name}']`)"


class Unseen(AssertionError):
    """The focus is where nobody sees it."""


def tab(page: Page) -> None:
    page.keyboard.press("Tab")
    element, is_seen = page.evaluate(RING)
    if not is_seen:
        raise Unseen(f"{page.url}: {element}")


def tab_to(page: Page, wanted: str) -> None:
    """To what a selector names, from wherever the focus is."""
    for _ in range(MOST_TABS):
        if page.evaluate(IS_AT, wanted):
            return
        tab(page)
    raise AssertionError(f"{page.url}: {MOST_TABS} tabs do not come to {wanted}")


def log_in(page: Page, email: str, password: str) -> None:
    page.goto("/accounts/login/")
    tab_to(page, "[name=login]")
    page.keyboard.type(email)
    tab_to(page, "[name=password]")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/accounts/" not in url)


def choose(page: Page, name: str, value: str) -> None:
    """One of several by the arrows, one of many by the space bar, a button by Enter; folds are opened on the way."""
    wanted = f'[name="{name}"][value="{value}"]'
    if not page.locator(f".screen {wanted}").count():
        tab_to(page, f"#{name}-own")
        page.keyboard.type(value)
        return
    _come_to(page, wanted)
    for _ in range(MOST_TABS):
        if page.evaluate(IS_AT, wanted):
            break
        if page.evaluate(IS_IN_GROUP, name):
            page.keyboard.press("ArrowDown")
        else:
            tab(page)
    if page.locator(f"button{wanted}").count():
        page.keyboard.press("Enter")
    elif not page.locator(f"{wanted}:checked").count():
        page.keyboard.press("Space")


def _come_to(page: Page, wanted: str) -> None:
    fold = f"details:not([open]):has({wanted}) > summary"
    if page.locator(fold).count():
        tab_to(page, fold)
        page.keyboard.press("Enter")
    view = page.locator(f"[data-view]:has({wanted})")
    if view.count() and not view.first.is_visible():
        choose(page, "view", str(view.first.get_attribute("data-view")))


def answer_screen(page: Page, told: Mapping[str, Any]) -> None:
    """What applies on this screen, then on to the next: many a choice goes on by itself."""
    here = page.url
    for name, value in choices(page, told):
        choose(page, name, value)
        page.wait_for_load_state()
    page.wait_for_timeout(SETTLED_MS)
    if page.url == here:
        tab_to(page, GO_ON)
        page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != here)
    page.wait_for_function(
        IS_AT, arg="h1"
    )  # where the next screen begins, before Tab goes on from there
