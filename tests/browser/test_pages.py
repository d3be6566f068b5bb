"""Every page of the site in the demo club: nothing breaks, nothing leaves the machine, all of it fits a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.tour import PASSWORD, Stop, Who, load_demo_club, log_in, people
from tests.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.xdist_group("browser-pages")]

# Stricter than any page needs: what is inline, evaluated or from elsewhere is refused and shows in the console.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ONE_OF_MANY = re.compile(r"(athlete|report)-(?!marco|lena|for|new|first)")  # alike for 14 athletes
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


def with_policy(route: Route) -> None:
    if route.request.resource_type != "document":
        route.continue_()
        return
    answer = route.fetch()
    route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": POLICY})


class Watch:
    """Notes what goes wrong on a page, under the name of where the visitor is."""

    def __init__(self, page: Page, home: str) -> None:
        self.home, self.page, self.where = urlsplit(home).netloc, page, ""
        self.faults: list[str] = []
        page.route("**/*", with_policy)
        page.on("request", self._request)
        page.on("pageerror", lambda error: self._note(f"script: {error}"))
        page.on("console", lambda said: self._console(said.type, said.text, said.location["url"]))

    def _note(self, fault: str) -> None:
        self.faults.append(f"{self.where}: {fault}")

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).netloc not in (self.home, ""):
            self._note(f"asks {request.url}")

    def _console(self, kind: str, text: str, url: str) -> None:
        refused_page = "Failed to load resource" in text and url == self.page.url
        if kind in ("error", "warning") and not refused_page:  # a page may answer 404
            self._note(f"console: {text}")

    def visit(self, stop: Stop) -> None:
        self.where = str(stop)
        answer = self.page.goto(stop.path, wait_until="load")
        if answer is None or answer.status >= 500:
            self._note(f"answers {answer and answer.status}")
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        if wide > PHONE["viewport"]["width"]:
            self._note(f"is {wide} px wide")


@pytest.mark.parametrize("who", ["nobody", "athlete", "coach"])
def test_every_page_is_clean_and_fits_a_phone(
    who: Who, stack: Stack, tour: list[Stop], phones: dict[Who, BrowserContext]
) -> None:
    stops = [stop for stop in tour if stop.who == who and not ONE_OF_MANY.match(stop.name)]
    watch = Watch(phones[who].new_page(), stack.url)
    for stop in stops:
        watch.visit(stop)
    assert len(stops) > 10
    assert not watch.faults, "\n".join(watch.faults)


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


def test_the_watch_on_pages_notices(stack: Stack, browser: Browser) -> None:
    """What the tests above look for would be found."""
    page = browser.new_context(base_url=stack.url, **PHONE).new_page()
    watch = Watch(page, stack.url)
    page.route(
        "**/broken/",
        lambda route: route.fulfill(
            body=BROKEN, content_type="text/html", headers={"content-security-policy": POLICY}
        ),
    )
    watch.visit(Stop("broken", "nobody", "/broken/"))
    found = "\n".join(watch.faults)
    for fault in ("style", "script", "elsewhere.test", "px wide"):
        assert fault in found, found
    page.context.close()


BROKEN = (
    '<script>1</script><p style="color: red">x</p><img src="http://elsewhere.test/x.png">'
    '<table width="900"><tr><td>wide</table>'
)


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
    expect(phone.get_by_role("heading", name="Likely causes")).to_be_visible()
