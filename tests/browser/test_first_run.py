"""A coach signs up at the track: three steps, a code held up, and a runner who joins with it on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.tapping import sign_up
from tests.stack import Stack, running_stack

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.xdist_group("browser-first-run")]

PASSWORD = "four words in a row"
SOON_MS = 45_000


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running_stack(HEARTBEAT_STALE_S="600") as running:
        yield running


def test_from_the_sign_up_to_the_first_athlete(new_phone) -> None:
    coach, runner = new_phone(), new_phone()
    sign_up(coach, "kim@club.test", PASSWORD)
    expect(coach.get_by_label("Time zone")).not_to_have_value("")
    coach.get_by_role("button", name="Save and go on").tap()
    coach.get_by_role("button", name="Send me a test").tap()
    expect(coach.get_by_text("Sent. If it does not come")).to_be_visible(timeout=SOON_MS)
    coach.get_by_role("button", name="Later: skip this step").tap()
    coach.get_by_role("button", name="Make the link and the QR code").tap()
    expect(coach.get_by_role("img", name="QR code of the link beside it")).to_be_visible()

    runner.goto(urlsplit(coach.get_by_label("Link", exact=True).input_value()).path)
    runner.get_by_label("Your name").fill("Priya Nair")
    runner.get_by_label("Date of birth").fill("1995-04-23")
    runner.get_by_label("E-mail address").fill("priya@club.test")
    runner.get_by_label("Choose a password").fill(PASSWORD)
    runner.get_by_role("button", name="Join Milers").tap()
    expect(runner.get_by_text("Welcome to Harbour Runners")).to_be_visible()
    runner.get_by_role("button", name="I agree").tap()
    runner.wait_for_url("**/me/")

    expect(coach.locator("#joined")).to_contain_text("Priya Nair", timeout=SOON_MS)
    coach.get_by_role("button", name="Done: to the desk").tap()
    expect(coach.get_by_text("Nobody is waiting, and nothing was missed.")).to_be_visible()


def test_steps_that_were_left_are_taken_up_from_the_desk(new_desk) -> None:
    page = new_desk()
    sign_up(page, "left@club.test", PASSWORD)
    page.goto("/desk/")
    expect(page.get_by_role("heading", name="step 1 of 3 is next")).to_be_visible()
    page.get_by_role("link", name="Go on").click()
    page.wait_for_url("**/start/1/")


def test_a_demo_club_comes_and_goes(new_desk) -> None:
    page = new_desk()
    sign_up(page, "curious@club.test", PASSWORD)
    page.goto("/desk/")
    page.get_by_role("button", name="Look around with a demo club").click()
    expect(page.locator(".call-row", has_text="Marco Rossi")).to_contain_text("Demo")
    page.get_by_role("button", name="Remove the demo club").click()
    expect(page.get_by_text("The demo club is gone.")).to_be_visible()
    expect(page.get_by_text("Nobody is here yet")).to_be_visible()
