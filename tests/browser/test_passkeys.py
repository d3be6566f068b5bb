"""A passkey is made on the phone, and opens the account without the password; the password still does, too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE_MS, PHONE
from tests.stack import Stack, running_stack

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.xdist_group("browser-passkeys")]

RUNNER, PASSWORD = "nia@runs.test", "a slow river in spring"
CAST = f"""
from athletes.models import User
User.objects.create_user("{RUNNER}", "{PASSWORD}", name="Nia")
"""
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running_stack(cast=CAST, HEARTBEAT_STALE_S="600") as running:
        yield running


class Device:
    """A phone with a fingerprint reader, on the site by its name: browsers make no passkey for a bare address."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.devtools = page.context.new_cdp_session(page)
        self.devtools.send("WebAuthn.enable")
        added = self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        self.authenticator = added["authenticatorId"]

    def finger_is(self, known: bool) -> None:
        self.devtools.send(
            "WebAuthn.setUserVerified",
            {"authenticatorId": self.authenticator, "isUserVerified": known},
        )

    @property
    def keys(self) -> list[Any]:
        told = self.devtools.send(
            "WebAuthn.getCredentials", {"authenticatorId": self.authenticator}
        )
        return list(told["credentials"])


@pytest.fixture
def device(browser: Browser, stack: Stack) -> Iterator[Device]:
    by_name = stack.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(base_url=by_name, locale="en-GB", **PHONE)
    context.set_default_timeout(PATIENCE_MS)
    yield Device(context.new_page())
    context.close()


def log_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(RUNNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    page.wait_for_url("**/accounts/")


def begin_log_in(page: Page) -> None:
    """With the password, as far as the second factor."""
    page.goto("/accounts/logout/")
    page.goto("/accounts/login/")
    if "/second-factor/" in page.url:
        page.get_by_role("button", name="Back to log-in").click()
    page.get_by_label("E-mail address").fill(RUNNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    page.wait_for_url("**/second-factor/log-in/")


def log_out(page: Page) -> None:
    page.goto("/accounts/")
    with page.expect_navigation():
        page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in").first).to_be_visible(timeout=PATIENCE_MS)


def prove_oneself(page: Page) -> None:
    """Before a key is added, renamed or removed, the password is asked once more."""
    page.wait_for_url("**/accounts/reauthenticate/**")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def test_from_making_a_passkey_to_taking_it_away(device: Device) -> None:
    page = device.page
    log_in(page)
    page.get_by_role("link", name="Passkeys", exact=True).click()
    page.get_by_role("link", name="Add a passkey").click()
    prove_oneself(page)
    page.get_by_label("Name of this device").fill("My phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("My phone", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    assert len(device.keys) == 1

    log_out(page)
    page.goto("/accounts/login/?next=/notices/")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(re.compile(r"^[^?]+/notices/$"))

    page.goto("/accounts/passkeys/")
    expect(page.get_by_text("last used")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("link", name=re.compile("^Rename")).click()
    prove_oneself(page)
    page.get_by_label("Name of this device").fill("Red phone")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Red phone", exact=True)).to_be_visible(timeout=PATIENCE_MS)

    log_out(page)
    log_in(page)  # by the password, without the passkey

    page.goto("/accounts/passkeys/")
    page.get_by_role("link", name=re.compile("^Remove")).click()
    prove_oneself(page)
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No passkey yet")).to_be_visible(timeout=PATIENCE_MS)


def test_asked_for_after_the_password_it_is_a_second_factor(device: Device) -> None:
    page = device.page
    log_in(page)
    page.goto("/accounts/passkeys/add/")
    prove_oneself(page)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible(timeout=PATIENCE_MS)
    page.goto("/accounts/second-factor/")
    page.get_by_role("link", name="Switch it on").click()
    page.get_by_role("button", name="Make codes").click()
    codes = page.locator(".codes code")
    expect(codes).to_have_count(10, timeout=PATIENCE_MS)
    on_paper = codes.first.inner_text()

    log_out(page)
    begin_log_in(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/accounts/")

    log_out(page)
    begin_log_in(page)
    device.finger_is(False)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("That did not work.")).to_be_visible(timeout=90_000)
    page.goto("/accounts/")
    assert "/accounts/login/" in page.url or "/second-factor/log-in/" in page.url
    begin_log_in(page)
    page.get_by_label("Code").fill(on_paper)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url("**/accounts/")

    page.goto("/accounts/second-factor/off/")
    page.wait_for_url("**is-it-you/**" if "is-it-you" in page.url else "**/reauthenticate/**")
    device.finger_is(True)
    page.get_by_role("link", name="Use a passkey instead").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/second-factor/off/")
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("The second factor is switched off.")).to_be_visible(
        timeout=PATIENCE_MS
    )
    log_out(page)
    log_in(page)  # by the password alone


def test_who_is_not_recognised_is_told_and_stays_outside(device: Device) -> None:
    page = device.page
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Log in with a passkey").click()
    device.finger_is(False)
    expect(page.get_by_text("That did not work.")).to_be_visible(timeout=90_000)
    page.goto("/me/")
    assert "/accounts/login/" in page.url


def test_a_bare_address_offers_none(browser: Browser, stack: Stack) -> None:
    context = browser.new_context(base_url=stack.url, **PHONE)
    page = context.new_page()
    page.goto("/accounts/login/")
    expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="Log in with a passkey")).to_be_hidden()
    context.close()
