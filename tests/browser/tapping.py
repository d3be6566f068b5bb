"""Fingers: what a person does on a page, whoever they are and whatever the interview asks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Page

Told = Mapping[str, Any]
NAMES = (
    "fields => [...new Set(fields.map(field => field.name))].filter(name => !name.endsWith('-own'))"
)

SEND = re.compile("^Send (report|now)$")


def log_in(page: Page, email: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)


def asked(page: Page) -> list[str]:
    """The findings that this screen asks for; what the profile knows is left as it is."""
    fields = page.locator("#interview fieldset:not(.known *) [name]")
    return list(fields.evaluate_all(NAMES))


def mark(page: Page, told: Told) -> None:
    """Tap what applies on this screen. Signs are left alone unless told; a question nobody can answer is “not sure”."""
    for name in asked(page):
        is_sign = page.locator(f'fieldset.sign [name="{name}"]').count()
        values = told.get(name, [] if is_sign else "unsure")
        for value in values if isinstance(values, list) else [values]:
            _tap(page, name, str(value))


def _tap(page: Page, name: str, value: str) -> None:
    choice = f'[name="{name}"][value="{value}"]'
    ready_made = page.locator(f"#interview fieldset {choice}")
    if not ready_made.count():
        page.locator(f"#{name}-own").fill(value)
    elif ready_made.evaluate("field => field.tagName") == "BUTTON":
        ready_made.tap()
    else:
        page.locator(f"#interview label:has({choice})").tap()


def go_on(page: Page) -> None:
    """The big button at the end of a screen; returns when the next screen is there."""
    here = page.url
    button = page.locator(".interview-actions .button-primary")
    if button.count():
        button.tap()
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
