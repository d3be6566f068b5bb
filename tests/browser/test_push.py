"""Messages on the phone, in a real browser: asked for by a tap, shown by the service worker, opened on this site.

Only what needs the push service of the browser's maker is stood in for: `pushManager.subscribe`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PHONE
from tests.browser.tapping import log_in
from tests.stack import Stack, running_stack, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.xdist_group("browser-push")]

SERVICE = "127.0.0.1:9"
ENDPOINT = f"http://{SERVICE}/a-browser"
EMAIL, PASSWORD = "ana@club.test", "a-long-enough-password"
PAGE = "/accounts/messages/"
CAST = f"""
from athletes.models import User
from athletes.services import people
coach = User.objects.create_user("{EMAIL}", "{PASSWORD}", name="Ana Ruiz")
people.create_club(by=coach, name="Harbour Runners", squad_name="Milers")
"""
STAND_IN = f"""
(() => {{
  const code = length => btoa(String.fromCharCode(...new Uint8Array(length).fill(4)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const given = {{
    endpoint: "{ENDPOINT}",
    toJSON: () => ({{ endpoint: "{ENDPOINT}", keys: {{ p256dh: code(65), auth: code(16) }} }}),
    unsubscribe: async () => localStorage.removeItem("given"),
  }};
  PushManager.prototype.subscribe = async options => {{
    if (!options.userVisibleOnly || !options.applicationServerKey) throw new TypeError("incomplete");
    localStorage.setItem("given", "1");
    return given;
  }};
  PushManager.prototype.getSubscription = async () => localStorage.getItem("given") ? given : null;
}})();
"""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running_stack(cast=CAST, PRIVATE_TARGETS=SERVICE) as running:
        yield running


@pytest.fixture
def context(browser: Browser, stack: Stack) -> Iterator[BrowserContext]:
    opened = browser.new_context(base_url=stack.url, locale="en-GB", **PHONE)
    opened.set_default_timeout(15_000)
    opened.add_init_script(STAND_IN)
    yield opened
    opened.close()


def open_page(context: BrowserContext) -> Page:
    page = context.new_page()
    log_in(page, EMAIL, PASSWORD)
    page.goto(PAGE)
    return page


def switch_on(page: Page) -> None:
    page.get_by_role("button", name="Tell me on this device").tap()
    expect(page.get_by_text("This device tells you already.")).to_be_visible()


@pytest.fixture
def page(context: BrowserContext, stack: Stack) -> Page:
    context.grant_permissions(["notifications"], origin=stack.url)
    return open_page(context)


def test_one_tap_and_the_device_is_on_the_list(page: Page, stack: Stack) -> None:
    expect(page.get_by_text("No device tells you yet.")).to_be_visible()
    switch_on(page)
    device = page.get_by_role("listitem").filter(has_text="Chrome")
    expect(device).to_contain_text("This device")
    stored = hashlib.sha256(ENDPOINT.encode()).hexdigest()  # the address itself stands sealed
    assert stack.rows("SELECT endpoint_hash FROM athletes_pushsubscription") == [(stored,)]
    device.get_by_role("button", name="Remove").tap()
    expect(page.get_by_text("No device tells you yet.")).to_be_visible()
    expect(page.get_by_role("button", name="Tell me on this device")).to_be_visible()


def test_who_says_no_is_told_how_to_come_back(context: BrowserContext) -> None:
    context.add_init_script("Notification.requestPermission = async () => 'denied'")
    context.add_init_script(
        "Object.defineProperty(Notification, 'permission', { value: 'default' })"
    )
    page = open_page(context)
    page.get_by_role("button", name="Tell me on this device").tap()
    expect(page.get_by_text(re.compile("Messages from this site are blocked"))).to_be_visible()


def test_a_browser_that_cannot_says_so(context: BrowserContext) -> None:
    context.add_init_script("delete window.PushManager")
    page = open_page(context)
    expect(page.get_by_text(re.compile("This browser cannot show messages"))).to_be_visible()
    expect(page.get_by_role("button", name="Tell me on this device")).to_be_hidden()


def test_without_a_script_the_rest_of_the_page_works(browser: Browser, stack: Stack) -> None:
    plain = browser.new_context(base_url=stack.url, java_script_enabled=False, locale="en-GB")
    page = plain.new_page()
    log_in(page, EMAIL, PASSWORD)
    page.goto(PAGE)
    expect(page.get_by_text("To switch it on, this page needs JavaScript.")).to_be_visible()
    row = page.get_by_role("group", name="Somebody wrote to you")
    row.get_by_label("E-mail").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(row.get_by_label("E-mail")).not_to_be_checked()
    plain.close()


LISTEN = """
() => {
  self.came = [];
  const show = self.registration.showNotification.bind(self.registration);
  self.registration.showNotification = async (title, options) => {
    const one = [title, options.body, options.tag ?? "", options.data.url];
    await show(title, options).then(() => self.came.push(one), fault => self.came.push(String(fault)));
  };
}
"""


def push(context: BrowserContext, page: Page, stack: Stack, *texts: str) -> list[list[str]]:
    """As the push service would: straight to the service worker, whatever page is open. What it showed."""
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    worker = context.service_workers[0]
    worker.evaluate(LISTEN)
    registered: list[dict[str, Any]] = []
    channel = context.new_cdp_session(page)
    channel.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registered.extend(event["registrations"]),
    )
    channel.send("ServiceWorker.enable")
    wait_for(lambda: page.wait_for_timeout(50) or registered, seconds=15, what="a registration")
    where = {"origin": stack.url, "registrationId": registered[-1]["registrationId"]}
    for text in texts:
        channel.send("ServiceWorker.deliverPushMessage", {**where, "data": text})

    def came() -> list[list[str]]:
        found: list[list[str]] = worker.evaluate("self.came")
        return found

    wait_for(lambda: len(came()) == len(texts), seconds=15, what="a notification")
    return came()


def test_a_message_is_shown_with_its_link(
    context: BrowserContext, page: Page, stack: Stack
) -> None:
    switch_on(page)
    told = {"title": "An athlete needs you now", "body": "Open Niggle", "url": "/desk/", "tag": "7"}
    again = {**told, "body": "Again"}
    came = push(context, page, stack, json.dumps(told), json.dumps(again))
    assert came == [
        ["An athlete needs you now", "Open Niggle", "7", f"{stack.url}/desk/"],
        ["An athlete needs you now", "Again", "7", f"{stack.url}/desk/"],
    ]


@pytest.mark.parametrize("text", ["", "no json", "null", '{"url": "https://elsewhere.test/x"}'])
def test_whatever_comes_something_is_shown_and_it_leads_nowhere_else(
    context: BrowserContext, page: Page, stack: Stack, text: str
) -> None:
    switch_on(page)
    assert push(context, page, stack, text) == [["Niggle", "", "", f"{stack.url}/"]]


CLICK = """
async () => {
  const opened = [], waited = [];
  self.clients.openWindow = async url => { opened.push(url); };  // headless: there is no real click
  let one;
  for (let tries = 0; !one && tries < 200; tries += 1) {
    [one] = await self.registration.getNotifications();
    if (!one) await new Promise(later => setTimeout(later, 50));
  }
  const click = new NotificationEvent("notificationclick", { notification: one });
  click.waitUntil = promise => waited.push(promise);
  self.dispatchEvent(click);
  await Promise.allSettled(waited);
  return opened;
}
"""


def test_a_tap_on_the_message_opens_its_page(
    context: BrowserContext, page: Page, stack: Stack
) -> None:
    switch_on(page)
    push(context, page, stack, json.dumps({"title": "x", "url": "/desk/morning/"}))
    assert context.service_workers[0].evaluate(CLICK) == [f"{stack.url}/desk/morning/"]
