"""What a phone page costs on the air, files collected as `make run` does: first load and the interview's next screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response

from tests.browser.conftest import PHONE, say_figure
from tests.browser.tapping import asked, begin_report, go_on, is_at_the_end, log_in, mark
from tests.browser.told import CRAMP
from tests.browser.tour import ATHLETE, PASSWORD, Stop, load_demo_club
from tests.stack import Stack, running_stack

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.xdist_group("browser-budget")]

FIRST_LOAD = 120_000  # bytes, compressed, with everything that the page asks for
NEXT_SCREEN = 15_000
MANY = ("legs", "report-first-screen", "answer-", "history", "check-in", "episode-", "back-")


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running_stack(started=False) as stack:
        stack.manage("collectstatic", "--noinput", "--verbosity", "0")
        yield stack.start()


@pytest.fixture(scope="module")
def tour(stack: Stack) -> list[Stop]:
    return load_demo_club(stack)


@pytest.fixture(scope="module")
def cookies(browser: Browser, stack: Stack, tour: list[Stop]) -> list[dict[str, object]]:
    """Those of the athlete, so that each page can be met with an empty cache."""
    context = browser.new_context(base_url=stack.url, **PHONE)
    log_in(context.new_page(), ATHLETE, PASSWORD)
    found = context.cookies()
    context.close()
    return [dict(cookie) for cookie in found]


@dataclass
class Scale:
    """What came over the air meanwhile, in bytes: address → head and body as they were sent."""

    sent: dict[str, int] = field(default_factory=dict)

    def weigh(self, answer: Response) -> None:
        sizes = answer.request.sizes()
        weight = sizes["responseHeadersSize"] + sizes["responseBodySize"]
        address = answer.url.split("?")[0]
        self.sent[address] = self.sent.get(address, 0) + weight

    @property
    def total(self) -> int:
        return sum(self.sent.values())

    def __str__(self) -> str:
        heaviest = sorted(self.sent.items(), key=lambda entry: -entry[1])
        return ", ".join(f"{url.split('/', 3)[-1] or '/'} {weight}" for url, weight in heaviest)


@contextmanager
def weighing(page: Page) -> Iterator[Scale]:
    scale = Scale()
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)
    yield scale
    page.wait_for_load_state("networkidle")
    page.remove_listener("response", note)
    for answer in answers:
        answer.finished()
        scale.weigh(answer)


def empty_phone(browser: Browser, stack: Stack, cookies: list[dict[str, object]]) -> BrowserContext:
    """Logged in, but it has never seen a file of the site."""
    context = browser.new_context(base_url=stack.url, **PHONE)
    context.add_cookies(cookies)  # type: ignore[arg-type]
    return context


def test_the_first_load_of_each_phone_page(
    browser: Browser, stack: Stack, tour: list[Stop], cookies: list[dict[str, object]]
) -> None:
    stops = [stop for stop in tour if stop.who == "athlete" and stop.name.startswith(MANY)]
    assert len(stops) >= 8
    heavy, heaviest = [], (0, "")
    for stop in stops:
        context = empty_phone(browser, stack, cookies)
        page = context.new_page()
        with weighing(page) as scale:
            page.goto(stop.path)
        context.close()
        assert any("niggle." in url for url in scale.sent), "the style sheet was not weighed"
        heaviest = max(heaviest, (scale.total, f"{stop}: {scale}"))
        if scale.total > FIRST_LOAD:
            heavy.append(f"{stop}: {scale.total} bytes: {scale}")
    say_figure(f"heaviest first load: {heaviest[0]} bytes: {heaviest[1]}")
    assert not heavy, "\n".join(heavy)


def test_the_next_screen_of_the_interview(
    browser: Browser, stack: Stack, tour: list[Stop], cookies: list[dict[str, object]]
) -> None:
    context = empty_phone(browser, stack, cookies)
    page = context.new_page()
    begin_report(page)
    page.wait_for_load_state("networkidle")
    weights: dict[str, int] = {}
    while not is_at_the_end(page):
        screen = (asked(page) or ["nothing"])[0]
        with weighing(page) as scale:
            mark(page, CRAMP)
            go_on(page)
        weights[screen] = scale.total
    context.close()
    worst = max(weights, key=lambda screen: weights[screen])
    say_figure(f"heaviest next screen: {weights[worst]} bytes, after {worst}")
    assert len(weights) >= 4
    assert all(weights.values()), "nothing was weighed"
    heavy = {screen: weight for screen, weight in weights.items() if weight > NEXT_SCREEN}
    assert not heavy, heavy


def test_files_are_kept_for_ever_and_pages_never(
    browser: Browser, stack: Stack, cookies: list[dict[str, object]]
) -> None:
    context = empty_phone(browser, stack, cookies)
    page = context.new_page()
    kept: dict[str, tuple[str, str]] = {}
    page.on(
        "response",
        lambda answer: kept.update(
            {
                answer.url: (
                    answer.headers.get("cache-control", ""),
                    answer.headers.get("content-encoding", ""),
                )
            }
        ),
    )
    page.goto("/me/", wait_until="networkidle")
    context.close()
    sheet = next(found for url, found in kept.items() if "/niggle." in url)
    assert sheet == ("max-age=315360000, public, immutable", "gzip")
    first_page = kept[f"{stack.url}/me/"]
    assert "no-store" in first_page[0]
    assert first_page[1] == "gzip"
