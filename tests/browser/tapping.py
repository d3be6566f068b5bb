"""Fingers: what a person does on a page, whoever they are and whatever the interview asks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Page

Told = Mapping[str, Any]
NAMES = "fields => [...new Set(fields.map(field => field.name))].filter(name => !/^action$|-(own|unit|tap)$/.test(name))"
IS_CHOSEN = "() => document.activeElement.matches('.screen button[name]:not([name=action])')"

SEND = re.compile("^Send (report|now)$")


def log_in(page: Page, email: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)


def sign_up(page: Page, email: str, password: str, club: str = "Harbour Runners") -> None:
    """A new coach with a club and one squad, at the first of three steps."""
    page.goto("/accounts/signup/")
    page.get_by_label("Your name").fill("Kim Doe")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_label("Your club").fill(club)
    page.get_by_label("Your first squad").fill("Milers")
    page.get_by_role("button", name="Make my account").click()
    page.wait_for_url("**/start/1/")


def asked(page: Page) -> list[str]:
    """The findings that this screen asks for; what the profile knows is left as it is."""
    together = page.locator("#interview [data-findings]")
    if together.count():
        return str(together.get_attribute("data-findings")).split()
    fields = page.locator("#interview .screen fieldset:not(.known *) [name]")
    return list(fields.evaluate_all(NAMES))


def choices(page: Page, told: Told) -> list[tuple[str, str]]:
    """What to choose on this screen, as names and values; a question nobody can answer is “not sure”."""
    names = asked(page)
    if found := _together(page, names, told):
        return found
    chosen = []
    rest = page.locator("#interview .screen").get_attribute("data-rest")
    for name in names:
        values = _values(told.get(name, [] if rest else "unsure"))
        one_tap = len(values) == 1 and page.locator(f'[name="{name}-tap"]').count()
        chosen += [(f"{name}-tap" if one_tap else name, value) for value in values if value != rest]
    return chosen


def _together(page: Page, names: list[str], told: Told) -> list[tuple[str, str]]:
    """One button for two questions, where there is one; else what the list below it takes."""
    together = page.locator("#interview [data-together]")
    if not together.count():
        return []
    button = str(together.get_attribute("data-together"))
    first, second = (_values(told.get(name, "unsure")) for name in names)
    one, other = first[0], second[0]
    if len(first) == 1 and page.locator(_choice(button, f"{one}:{other}")).count():
        return [(button, f"{one}:{other}")]
    if button == "place":
        return [*((names[0], place) for place in first), (names[1], other)]
    if button == "start":
        return [(names[0], one), (button, f"own:{other}")]
    return [(button, "unsure:unsure")]


def _values(told: Any) -> list[str]:
    return [str(value) for value in told] if isinstance(told, list) else [str(told)]


def _choice(name: str, value: str) -> str:
    return f'[name="{name}"][value="{value}"]'


def mark(page: Page, told: Told) -> None:
    """Choose what applies on this screen. What would go on at once is only focused: `go_on` taps it."""
    for name, value in choices(page, told):
        choice = _choice(name, value)
        ready_made = page.locator(f"#interview .screen {choice}")
        if not ready_made.count():
            page.locator(f"#{name}-own").fill(value)
            continue
        _come_to(page, choice)
        if ready_made.count() > 1:  # a place that is seen from two sides
            ready_made = page.locator(f"#interview .screen {choice}:visible").first
        if ready_made.evaluate("field => field.tagName") == "BUTTON":
            ready_made.focus()
        elif not ready_made.is_checked():
            page.locator(f"#interview .screen label:has({choice})").tap()


def _come_to(page: Page, choice: str) -> None:
    """Open the fold, or the side of the leg, where this choice stands."""
    fold = page.locator(f"#interview details:not([open]):has({choice})")
    if fold.count():
        fold.locator("summary").tap()
    view = page.locator(f".ask-map-view:has({choice})")
    if view.count() and not page.locator(f".ask-map-view:visible:has({choice})").count():
        shown = str(view.first.get_attribute("data-view"))
        page.locator(f"label:has({_choice('view', shown)})").tap()


def go_on(page: Page) -> None:
    """The choice that goes on, or the big button; returns when the next screen is there."""
    here = page.url
    if page.evaluate(IS_CHOSEN):
        page.locator(".screen button[name]:focus").tap()
    else:
        page.locator("#interview .screen .button-primary:visible").first.tap()
    page.wait_for_url(lambda url: url != here)


def is_at_the_end(page: Page) -> bool:
    return page.url.endswith("/send/")


def answer_everything(page: Page, told: Told) -> None:
    """From the screen that is open to the last step."""
    while not is_at_the_end(page):
        mark(page, told)
        go_on(page)


def begin_report(page: Page) -> None:
    page.goto("/me/report/")
    page.wait_for_url("**/report/1/")


def send(page: Page) -> None:
    page.get_by_role("button", name=SEND).tap()
    page.wait_for_url("**/reports/**")
