"""One athlete on one page in a real browser: the curve's pins, the forms without a script, the page for a clinician on paper."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import DESK, PHONE
from tests.browser.tour import PASSWORD, log_in
from tests.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.xdist_group("browser-pages")]
COACH = "coach@demo.test"


@pytest.fixture(scope="module")
def demo(stack: Stack) -> Stack:
    stack.manage("load_demo")
    return stack


@pytest.fixture
def desk(browser: Browser, demo: Stack) -> Iterator[Page]:
    yield from _page_of(browser.new_context(base_url=demo.url, **DESK))


@pytest.fixture
def without_scripts(browser: Browser, demo: Stack) -> Iterator[Page]:
    context = browser.new_context(base_url=demo.url, java_script_enabled=False, **PHONE)
    yield from _page_of(context)


def _page_of(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    log_in(page, COACH, PASSWORD)
    yield page
    context.close()


def open_athlete(page: Page, name: str) -> None:
    page.goto(f"/desk/athletes/?q={name.split()[0]}")
    page.get_by_role("link", name=name).first.click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def test_a_pin_of_the_curve_leads_to_what_happened_with_the_keyboard_alone(desk: Page) -> None:
    open_athlete(desk, "Lena Hoffmann")
    curve = desk.locator(".curve").first
    pin = curve.locator(".curve-pin").first
    pin.focus()
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile("#curve-"))
    event = curve.locator(".events > li:target")
    expect(event).to_be_in_viewport()
    assert (pin.get_attribute("aria-label") or "").startswith(
        event.locator(".event-number").inner_text()
    )


def test_training_is_held_and_released_without_a_script(without_scripts: Page) -> None:
    page = without_scripts
    open_athlete(page, "Noah Williams")
    page.get_by_role("link", name="Hold training").click()
    page.get_by_label("None", exact=True).check()
    page.get_by_label("Why?").fill("Wait for the scan.")
    page.get_by_role("button", name="Hold training").click()
    training = page.locator("#training")
    expect(training).to_contain_text("No training")
    expect(training).to_contain_text("Wait for the scan.")
    training.get_by_role("link", name="Release training").click()
    page.get_by_role("button", name="Release training").click()
    expect(page.get_by_role("link", name="Hold training")).to_be_visible()


def test_a_step_is_changed_without_a_script(without_scripts: Page) -> None:
    page = without_scripts
    open_athlete(page, "Lena Hoffmann")
    page.locator(".step-change").first.click()
    page.get_by_label("Something else, in my words").check()
    page.get_by_label("In your words").fill("Swim instead, as long as nothing hurts.")
    page.get_by_label("Why?").fill("You like the water.")
    page.get_by_role("button", name="Change the plan").click()
    expect(page.locator(".step", has_text="Swim instead")).to_contain_text("You like the water.")


@pytest.mark.parametrize("name", ["Marco Rossi", "Lena Hoffmann", "Emma Larsen"])
def test_the_page_for_a_clinician_prints_on_one_side(desk: Page, name: str) -> None:
    open_athlete(desk, name)
    desk.get_by_role("link", name="Page for a clinician").first.click()
    expect(desk.get_by_role("heading", name="Danger signs")).to_be_visible()
    desk.emulate_media(media="print")
    for paper in ("A4", "Letter"):
        printed = PdfReader(io.BytesIO(desk.pdf(format=paper)))
        assert len(printed.pages) == 1, paper
        assert name.split()[1] in printed.pages[0].extract_text()


def test_the_pdf_comes_as_a_file_that_names_nobody(desk: Page) -> None:
    open_athlete(desk, "Marco Rossi")
    desk.get_by_role("link", name="Page for a clinician").first.click()
    with desk.expect_download() as coming:
        desk.get_by_role("link", name="PDF (A4)").click()
    assert coming.value.suggested_filename == "hand-over.pdf"
    assert len(PdfReader(str(coming.value.path())).pages) == 1
