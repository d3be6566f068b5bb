"""Pictures of the demo club, taken from running processes: `make screenshots`.

python -m tests.browser.screenshots           the two pictures of the README
python -m tests.browser.screenshots --every   every page, both sizes, light and dark, in test-results/screens/
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import find_browser, flags
from tests.browser.conftest import DESK, PHONE
from tests.browser.tapping import asked, go_on, is_at_the_end, mark, send
from tests.browser.told import BREATHLESS, CLOT, CRAMP
from tests.browser.tour import ATHLETE, COACH, PASSWORD, Stop, load_demo_club, log_in, people
from tests.stack import ROOT, Stack, running_stack

README_FOLDER = ROOT / "docs" / "screenshots"
EVERY_FOLDER = ROOT / "test-results" / "screens"
SIZES: dict[str, dict[str, Any]] = {"phone": PHONE, "desk": DESK}
THEMES = ("light", "dark")
LONGEST = 3600  # px of a page that are worth a look
STORIES: dict[str, dict[str, Any]] = {"cramp": CRAMP, "clot": CLOT, "breathless": BREATHLESS}


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = find_browser(playwright.chromium.executable_path)
        if path is None:
            sys.exit("No Chromium here: install one (Debian: apt install chromium).")
        browser = playwright.chromium.launch(executable_path=path, args=flags(), headless=True)
        yield browser
        browser.close()


def for_readme(browser: Browser, stack: Stack) -> None:
    README_FOLDER.mkdir(parents=True, exist_ok=True)
    phone = browser.new_context(base_url=stack.url, locale="en-GB", color_scheme="light", **PHONE)
    page = phone.new_page()
    log_in(page, ATHLETE, PASSWORD)
    page.get_by_text("Your plan and why").click()
    page.get_by_role("heading", name="Your plan").wait_for()
    page.screenshot(path=README_FOLDER / "phone.png")
    desk = browser.new_context(base_url=stack.url, locale="en-GB", color_scheme="light", **DESK)
    page = desk.new_page()
    log_in(page, COACH, PASSWORD)
    page.get_by_role("heading", name="Who needs you now").wait_for()
    page.screenshot(path=README_FOLDER / "desk.png")


def picture(page: Page, folder: Path, name: str) -> None:
    size = page.viewport_size
    assert size is not None
    height = page.evaluate("document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": size["width"], "height": min(height, LONGEST)}
    page.screenshot(path=folder / f"{name}.png", full_page=True, clip=clip)


class Tour:
    """Every page in one size and theme; each picture is named after what it shows."""

    def __init__(
        self, browser: Browser, stack: Stack, stops: list[Stop], size: str, theme: str
    ) -> None:
        self.stops = stops
        self.folder = EVERY_FOLDER / f"{size}-{theme}"
        self.folder.mkdir(parents=True, exist_ok=True)
        screen = {**SIZES[size], "color_scheme": theme, "has_touch": True}
        self.people = people(browser, stack, **screen)

    def take_all(self) -> None:
        for stop in self.stops:
            page = self.people[stop.who].new_page()
            page.goto(stop.path)
            picture(page, self.folder, f"{stop.who}-{stop.name}")
            page.close()
        self.mistakes()
        for name, told in STORIES.items():
            self.report(name, told)
        self.invitation()
        for context in self.people.values():
            context.close()

    def mistakes(self) -> None:
        """A screen of the interview, and a form of the desk, with what is wrong beside the fields."""
        page = self.people["athlete"].new_page()
        page.goto("/me/report/1/")
        page.locator("#days_since_onset-own").fill("soon")
        page.locator(".interview-actions .button-primary").tap()
        page.locator(".field-error").first.wait_for()
        picture(page, self.folder, "athlete-report-mistake")
        page.goto("/me/profile/")
        page.get_by_label("Name").fill("")
        page.locator("form.form").evaluate("form => form.noValidate = true")
        page.get_by_role("button", name="Save").tap()
        page.locator(".field-error").first.wait_for()
        picture(page, self.folder, "athlete-about-me-mistake")
        page.close()

    def report(self, name: str, told: dict[str, Any]) -> None:
        page = self.people["athlete"].new_page()
        page.goto("/me/report/1/")
        step = 1
        while not is_at_the_end(page):
            mark(page, told)
            picture(page, self.folder, f"report-{name}-{step:02}-{asked(page)[0]}")
            go_on(page)
            step += 1
        picture(page, self.folder, f"report-{name}-{step:02}-send")
        page.route("**/answer/", lambda route: route.abort())  # the page as it is before the worker
        send(page)
        picture(page, self.folder, f"report-{name}-sent")
        page.unroute("**/answer/")
        page.reload()
        page.get_by_role("heading", name="Why we think so").wait_for()
        picture(page, self.folder, f"report-{name}-answered")
        page.goto("/me/")
        picture(page, self.folder, f"report-{name}-legs")
        page.close()

    def invitation(self) -> None:
        page = self.people["coach"].new_page()
        page.goto(next(stop.path for stop in self.stops if stop.name == "invite"))
        page.get_by_role("button", name="Make the link").tap()
        page.get_by_role("heading", name="The link is ready").wait_for()
        picture(page, self.folder, "coach-invited")
        page.goto("/desk/")
        picture(page, self.folder, "coach-today-after")
        page.close()


def every_page(browser: Browser, stack: Stack, stops: list[Stop]) -> None:
    for size in SIZES:
        for theme in THEMES:
            print(f"{size}, {theme}", flush=True)
            Tour(browser, stack, stops, size, theme).take_all()


def main() -> None:
    parser = argparse.ArgumentParser(description="Pictures of the demo club.")
    parser.add_argument("--every", action="store_true", help="every page, both sizes and themes")
    wanted = parser.parse_args()
    with chromium() as browser, running_stack() as stack:
        stops = load_demo_club(stack)
        for_readme(browser, stack)
        if wanted.every:
            every_page(browser, stack, stops)


if __name__ == "__main__":
    main()
