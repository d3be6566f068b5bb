"""States that have no address of their own: mistakes, the interview screen by screen, answers, pages for bad days."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, Route

from tests.browser.sweep import Sweep
from tests.browser.tapping import asked, begin_report, go_on, is_at_the_end, mark, send
from tests.browser.told import BREATHLESS, CLOT, CRAMP, STRAIN
from tests.browser.tour import Stop, Who
from tests.stack import Stack

STORIES: dict[str, dict[str, Any]] = {
    "cramp": CRAMP,
    "strain": STRAIN,
    "clot": CLOT,
    "breathless": BREATHLESS,
}
# Stops whose form is sent with nothing in it: what is wrong then stands beside the fields.
FORMS: list[tuple[Who, str]] = [
    ("nobody", "log-in"),
    ("nobody", "sign-up"),
    ("nobody", "password-forgotten"),
    ("nobody", "password-new"),
    ("nobody", "join"),
    ("nobody", "check-in-by-link"),
    ("athlete", "about-me"),
    ("athlete", "account-email"),
    ("athlete", "account-password"),
    ("athlete", "check-in"),
    ("coach", "squad-new"),
    ("coach", "athlete-new"),
    ("coach", "finding"),
    ("coach", "clearance"),
    ("coach", "check-in"),
]
EMPTY = """
() => {
    const form = [...document.querySelectorAll('main form[method="post"]')].find(
        form => form.querySelector('input:not([type=hidden]), textarea'));
    for (const field of form.querySelectorAll('input, textarea')) {
        if (field.matches('[type=hidden], [type=checkbox], [type=submit]')) continue;
        if (field.type === 'radio') { field.checked = false; continue; }
        field.value = '';
    }
    form.noValidate = true;
    form.requestSubmit(form.querySelector('button:not([type="button"])'));
}
"""
VIEWS = ".ask-map-views [name=view]"
MISTAKE = ".field-error, .form-errors"

# Run inside the stack: pages for what goes wrong, as Django makes them. Prints {name: html}.
BAD_DAYS = """
import json
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from guidance import Answers, screen

request = RequestFactory().get("/")
request.user = AnonymousUser()
told = screen(Answers.parse({"chest_pain": "yes", "shortness_of_breath": "yes"})).as_json()
pages = {name: {} for name in ("400", "403", "403_csrf", "404", "429", "500", "503")}
pages["503 after a danger sign"] = {"screening": told}
print(json.dumps({name: render_to_string(name.split()[0] + ".html", context, request)
                  for name, context in pages.items()}))
"""
# Run inside the stack: the dispatcher gave no sign of life for long.
STOOD_STILL = """
from datetime import timedelta
from django.utils import timezone
from athletes.models import Heartbeat
Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=10))
"""


class Walk:
    """Through the states of one size of screen, as the people of the demo club."""

    def __init__(
        self, sweep: Sweep, people: dict[Who, BrowserContext], stops: list[Stop], stack: Stack
    ) -> None:
        self.sweep, self.people, self.stops, self.stack = sweep, people, stops, stack

    def page(self, who: Who) -> Page:
        page = self.people[who].new_page()
        self.sweep.watch(page)
        return page

    def path(self, who: Who, name: str) -> str:
        return next(stop.path for stop in self.stops if (stop.who, stop.name) == (who, name))

    def everything(self, stories: tuple[str, ...] = tuple(STORIES)) -> None:
        self.mistakes()
        for name in stories:
            self.report(name)
        self.drawings()
        self.report_for_lena()
        self.invitation()
        self.bad_days()

    def mistakes(self) -> None:
        for who, name in FORMS:
            page = self.page(who)
            page.goto(self.path(who, name))
            with page.expect_navigation():
                page.evaluate(EMPTY)
            self._wrong(page, f"{who}: {name}")
            page.close()

    def _wrong(self, page: Page, name: str) -> None:
        self.sweep.where = f"{name}, mistake"
        if not page.locator(MISTAKE).count():
            self.sweep.note("says nothing of a mistake")
        self.sweep.look(page, f"{name}, mistake")

    def report(self, name: str) -> None:
        """The whole interview as the athlete tells it, each screen first with nothing told."""
        page = self.page("athlete")
        begin_report(page)
        self._screens(page, f"report {name}", STORIES[name])
        page.route(
            "**/answer/", lambda route: route.fulfill(status=204)
        )  # before the worker is done
        send(page)
        self.sweep.look(page, f"report {name}: sent")
        page.unroute("**/answer/")
        self._answered(page)
        self.sweep.look(page, f"report {name}: answered")
        page.goto("/me/")
        self.sweep.look(page, f"report {name}: the first page after it")
        page.close()

    def _answered(self, page: Page) -> None:
        """The worker takes a moment."""
        page.reload()
        for _ in range(20):
            if not page.locator(".working, [hx-trigger*='load']").count():
                return
            page.wait_for_timeout(500)
            page.reload()

    def _screens(self, page: Page, name: str, told: dict[str, Any]) -> None:
        step = 1
        while not is_at_the_end(page):
            screen = f"{name}: {step:02} {(asked(page) or ['nothing'])[0]}"
            self.sweep.look(page, screen)
            self._nothing_told(page, screen)
            mark(page, told)
            if page.locator(":checked").count():
                self.sweep.look(page, f"{screen}, told")
                mark(page, told)  # the look took the focus away
            go_on(page)
            step += 1
        self.sweep.look(page, f"{name}: {step:02} send")

    def drawings(self) -> None:
        """The first screen from every side of the leg."""
        page = self.page("athlete")
        begin_report(page)
        for view in page.locator(VIEWS).all():
            value = view.get_attribute("value")
            page.locator(f"label:has([name=view][value={value}])").tap()
            self.sweep.look(page, f"report: the leg, {value}")
        page.close()

    def _nothing_told(self, page: Page, screen: str) -> None:
        """Of a screen that wants an answer: gone on without one. (Signs nobody has are "none of these".)"""
        button = page.locator(".interview-actions .button-primary:not([value='none'])")
        if not button.count() or page.locator(":checked").count():
            return
        here = page.url
        button.first.tap()
        page.wait_for_function(
            "([here, wrong]) => location.href !== here || document.querySelector(wrong)",
            arg=[here, MISTAKE],
        )
        if page.url == here:
            self.sweep.look(page, f"{screen}, mistake")
        else:
            page.go_back()
            page.wait_for_url(here)

    def report_for_lena(self) -> None:
        page = self.page("coach")
        page.goto(self.path("coach", "report-for-lena"))
        for _ in range(2):
            self.sweep.look(page, f"coach reports for lena: {(asked(page) or ['nothing'])[0]}")
            mark(page, CRAMP)
            go_on(page)
        page.close()

    def invitation(self) -> None:
        page = self.page("coach")
        page.goto(self.path("coach", "invite"))
        page.get_by_role("button", name="Make the link").tap()
        page.get_by_role("heading", name="The link is ready").wait_for()
        self.sweep.look(page, "coach: invited")
        page.close()

    def bad_days(self) -> None:
        """Pages that Django makes when something is wrong, and the desk while the watch stands still."""
        page = self.page("nobody")
        for name, html in json.loads(self.stack.run_python(BAD_DAYS).splitlines()[-1]).items():
            page.route("**/bad-day/", _answering(html))
            page.goto("/bad-day/")
            self.sweep.look(page, f"bad day: {name}")
            page.unroute("**/bad-day/")
        page.close()
        page = self.page("coach")
        self.stack.dispatcher.freeze()
        try:
            self.stack.run_python(STOOD_STILL)
            page.goto("/desk/")
            self.sweep.look(page, "coach: today while the watch stands still")
        finally:
            self.stack.dispatcher.thaw()
        page.close()


def _answering(html: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")
