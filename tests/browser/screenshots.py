"""Pictures of the demo club for docs/tour.md and the README, taken from running processes: `make screenshots`.

(Pictures of every page and state in both sizes and themes come with `make browser`.)
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.browser.chromium import find_browser, flags
from tests.browser.conftest import DESK, PHONE
from tests.browser.tapping import begin_report, go_on, is_at_the_end, mark, send
from tests.browser.told import BREATHLESS, CRAMP
from tests.browser.tour import Stop, Who, load_demo_club, people
from tests.stack import ROOT, Stack, running_stack

FOLDER = ROOT / "docs" / "screenshots"
HEAVIEST = 150_000  # bytes; a picture that is heavier is taken again with fewer pixels
NARROWER: ViewportSize = {"width": 960, "height": 800}
TO_THE_TOP = "part => window.scrollTo(0, part.getBoundingClientRect().top + scrollY - 80)"
SIGNS = ".screen[data-rest='no']"
PARTS = {
    "desk-athlete": ".curve",
    "desk-season": ".chart",
}  # what is brought to the top of the picture
DEMO_PAGES: list[tuple[str, Who, str]] = [  # the picture, who, the stop of the tour
    ("phone-home", "athlete", "legs"),
    ("phone-history", "athlete", "history"),
    ("phone-check-in", "athlete", "check-in"),
    ("phone-sharing", "athlete", "sharing"),
    ("phone-who-looked", "athlete", "who-looked"),
    ("desk-today", "coach", "today"),
    ("desk-athlete", "coach", "athlete-lena"),
    ("desk-board", "coach", "board"),
    ("desk-season", "coach", "season"),
    ("desk-hand-over", "coach", "sheet"),
]


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = find_browser(playwright.chromium.executable_path)
        if path is None:
            sys.exit("No Chromium here: install one (Debian: apt install chromium).")
        browser = playwright.chromium.launch(executable_path=path, args=flags(), headless=True)
        yield browser
        browser.close()


class Photographer:
    """The people of the demo club, athletes with a phone and coaches at a desk."""

    def __init__(self, browser: Browser, stack: Stack) -> None:
        self.stops: list[Stop] = load_demo_club(stack)
        self.phones = people(browser, stack, **self._looks(PHONE))
        self.desks = people(browser, stack, **self._looks(DESK))

    @staticmethod
    def _looks(screen: dict[str, Any]) -> dict[str, Any]:
        return {**screen, "color_scheme": "light", "has_touch": True, "reduced_motion": "reduce"}

    def page_of(self, who: Who) -> Page:
        return (self.desks if who == "coach" else self.phones)[who].new_page()

    def take(self, page: Page, name: str) -> None:
        page.wait_for_load_state("networkidle")
        path = FOLDER / f"{name}.png"
        page.screenshot(path=path)
        if path.stat().st_size > HEAVIEST:
            page.screenshot(path=path, scale="css")
        if path.stat().st_size > HEAVIEST:
            page.set_viewport_size(NARROWER)
            page.screenshot(path=path, scale="css")
        print(f"{name}: {path.stat().st_size // 1000} kB", flush=True)
        if path.stat().st_size > HEAVIEST:
            sys.exit(f"{path} is heavier than {HEAVIEST // 1000} kB")

    def demo_pages(self) -> None:
        for name, who, stop in DEMO_PAGES:
            page = self.page_of(who)
            page.goto(next(one.path for one in self.stops if (one.who, one.name) == (who, stop)))
            if part := PARTS.get(name):
                page.locator(part).first.evaluate(TO_THE_TOP)
            self.take(page, name)
            page.close()

    def a_report(self) -> None:
        """The drawing, a list of danger signs, and the plan that follows."""
        page = self.page_of("athlete")
        begin_report(page)
        self.take(page, "phone-body-map")
        signs_taken = False
        while not is_at_the_end(page):
            if not signs_taken and page.locator(SIGNS).count():
                self.take(page, "phone-danger-signs")
                signs_taken = True
            mark(page, CRAMP)
            go_on(page)
        send(page)
        page.locator(".working").wait_for(state="detached")
        page.reload()
        page.get_by_role("heading", name="Do now").first.evaluate(TO_THE_TOP)
        self.take(page, "phone-plan")
        page.close()

    def a_danger(self) -> None:
        page = self.page_of("athlete")
        begin_report(page)
        while not is_at_the_end(page):
            mark(page, BREATHLESS)
            go_on(page)
        send(page)
        self.take(page, "phone-danger")
        page.close()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with chromium() as browser, running_stack() as stack:
        photographer = Photographer(browser, stack)
        photographer.demo_pages()
        photographer.a_report()
        photographer.a_danger()


if __name__ == "__main__":
    main()
