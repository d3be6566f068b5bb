"""Niggle without a network, in a real browser: cut before, in the middle of and during everything; nothing lost, nothing twice."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect

from tests.browser.conftest import PHONE
from tests.browser.offline import (
    ANSWER,
    BREATHLESS,
    CAST,
    LOGGED_IN,
    PASSWORD,
    SAY,
    SEND,
    SORE,
    Phones,
    answers_of,
    begin,
    on_phone,
    reports_of,
    said,
    send,
    tap_answer,
    tap_through,
)
from tests.browser.sweep import Sweep, told
from tests.browser.tapping import log_in
from tests.stack import Stack, running_stack, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.xdist_group("browser-offline")]


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """Only the site: nothing here waits for a worker."""
    with running_stack(started=False, cast=CAST) as made:
        yield made.start_web()


@pytest.fixture
def context(browser: Browser, stack: Stack) -> Iterator[BrowserContext]:
    opened = browser.new_context(base_url=stack.url, locale="en-GB", **PHONE)
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def sessions(stack: Stack) -> dict[str, str]:
    """A log-in takes a second, on purpose; how it goes is tested elsewhere."""
    found: dict[str, str] = json.loads(stack.run_python(LOGGED_IN).splitlines()[-1])
    return found


@pytest.fixture
def phone_of(context: BrowserContext, stack: Stack, sessions: dict[str, str]) -> Phones:
    return Phones(context, stack, sessions)


def test_it_can_be_put_on_the_home_screen(context: BrowserContext, phone_of: Phones) -> None:
    page = phone_of("ada")
    asked = context.new_cdp_session(page)
    assert asked.send("Page.getAppManifest")["errors"] == []
    wrong = asked.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # The windows of tests are private ones, which install nothing; nothing else may be wrong.
    assert {error["errorId"] for error in wrong} <= {"in-incognito"}


def test_cut_before_anything_was_opened(
    context: BrowserContext, stack: Stack, phone_of: Phones
) -> None:
    page = phone_of("ada")
    page.locator("a[href^='/me/reports/']").first.tap()
    page.wait_for_url("**/me/reports/**")
    answer = page.url
    headline = page.locator("h1").inner_text()
    context.set_offline(True)
    page.goto("/me/")
    expect(said(page, "kept")).to_contain_text("This is as of")
    page.goto(answer)
    expect(page.locator("h1")).to_have_text(headline)
    expect(said(page, "kept")).to_be_visible()
    page.goto("/me/profile/")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    page.get_by_role("link", name="Report pain without a network").tap()
    expect(page.get_by_role("heading", name="Where does it hurt?")).to_be_visible()


RELEASE = """
async () => {
  for (const name of ["files-oldest", "files-before"]) await caches.open(name);
  const pages = await caches.open((await caches.keys()).find(name => name.startsWith("pages-")));
  const keep = (path, name) => pages.put(path, new Response("x", { headers: { "X-Kept-With": name } }));
  await keep("/me/episodes/1/", "files-oldest");
  await keep("/me/episodes/2/", "files-before");
  await activate();
  const files = (await caches.keys()).filter(name => name.startsWith("files-"));
  return [files.filter(name => !name.endsWith(version)), (await pages.keys()).map(one => new URL(one.url).pathname)];
}
"""


def test_a_new_release_takes_over_and_kept_pages_have_their_files(
    context: BrowserContext, stack: Stack, phone_of: Phones
) -> None:
    phone_of("ada")
    files, pages = context.service_workers[0].evaluate(RELEASE)
    assert files == ["files-before"]
    assert "/me/episodes/1/" not in pages
    assert {"/me/", "/me/offline/", "/me/episodes/2/"} <= set(pages)


def test_the_site_is_stopped(context: BrowserContext, stack: Stack, phone_of: Phones) -> None:
    page = phone_of("ben")
    stack.web.kill()
    try:
        page.goto("/me/")
        expect(said(page, "kept")).to_be_visible()
        page.goto("/me/report/")
        tap_through(page, SORE)
        send(page)
        expect(said(page, "waits")).to_be_visible()
    finally:
        stack.start_web()
    said(page, "waits").get_by_role("button").tap()
    page.wait_for_url(ANSWER)
    assert len(reports_of(stack, "ben")) == 1


def test_cut_in_the_middle_of_the_interview(
    context: BrowserContext, stack: Stack, phone_of: Phones
) -> None:
    page = phone_of("cleo")
    begin(page)
    tap_through(page, SORE, until="feel")
    context.set_offline(True)
    tap_answer(page, SORE)  # this one does not get through
    page.wait_for_url("**/me/offline/")
    expect(page.get_by_role("heading", name="How bad is the pain now")).to_be_visible()
    page.get_by_role("button", name="Back").tap()
    expect(page.locator("[value=soreness]").first).to_have_attribute("aria-pressed", "true")
    page.reload()  # closed and opened again: it is all still there
    tap_through(page, SORE)
    page.get_by_label("Anything else your coach should know?").fill("Since the hills")
    send(page)
    expect(page.get_by_role("heading", name="Kept on this phone")).to_be_visible()
    expect(said(page, "waits")).to_be_visible()
    assert reports_of(stack, "cleo") == []
    context.set_offline(False)
    page.wait_for_url(ANSWER)
    (row,) = reports_of(stack, "cleo")
    found = answers_of(row)
    assert (found["site"], found["side"], found["character"]) == (
        ["calf_mid"],
        "left",
        ["soreness"],
    )
    assert found["shortness_of_breath"] == "no"
    assert row[2:] == ("Since the hills", "phone")
    page.goto("/me/")
    expect(page.get_by_role("link", name="Go on with your report")).to_have_count(0)


def test_cut_on_send(context: BrowserContext, stack: Stack, phone_of: Phones) -> None:
    page = phone_of("dora")
    begin(page)
    tap_through(page, SORE)
    context.set_offline(True)
    page.locator("#note").fill("Both shoes are new")
    send(page)
    page.wait_for_url("**/me/offline/")
    expect(page.get_by_role("heading", name="Kept on this phone")).to_be_visible()
    context.set_offline(False)
    page.wait_for_url(ANSWER)
    page.goto("/me/report/")
    expect(page.get_by_role("heading", name="Where does it hurt?")).to_be_visible()
    ((_, _, note, _),) = reports_of(stack, "dora")
    assert note == "Both shoes are new"


def test_the_report_arrived_and_the_answer_was_lost(
    context: BrowserContext, stack: Stack, phone_of: Phones
) -> None:
    page = phone_of("eli")
    lost = []

    def lose(route: Route) -> None:
        if not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    context.route(SEND, lose)
    page.goto("/me/offline/")
    tap_through(page, SORE)
    send(page)
    wait_for(lambda: page.wait_for_timeout(50) or lost == [200], seconds=10, what="it arrived")
    expect(said(page, "waits")).to_be_visible()
    assert len(reports_of(stack, "eli")) == 1
    said(page, "waits").get_by_role("button").tap()
    page.wait_for_url(ANSWER)
    assert len(reports_of(stack, "eli")) == 1


def test_a_danger_is_answered_at_once_and_says_that_nobody_was_told(
    context: BrowserContext, stack: Stack, phone_of: Phones
) -> None:
    page = phone_of("fay")
    context.set_offline(True)
    page.goto("/me/offline/")
    tap_through(page, BREATHLESS)
    expect(page.get_by_role("heading", name="Get emergency help now")).to_be_visible()
    expect(page.locator(".verdict")).to_contain_text("Call an ambulance now. Sit down and rest.")
    expect(page.locator("a.call").first).to_have_attribute("href", "tel:112")
    send(page)
    expect(said(page, "danger")).to_contain_text("Your coach has NOT been told yet: no network.")
    expect(said(page, "danger").get_by_role("link")).to_have_attribute("href", "tel:112")
    context.set_offline(False)
    page.wait_for_url(ANSWER)
    calls = stack.rows(
        "SELECT e.level FROM athletes_escalation e JOIN athletes_athlete a ON a.id = e.athlete_id WHERE a.name = 'Fay'"
    )
    assert calls == [("emergency_now",)]


def test_two_reports_wait_and_both_are_sent(
    context: BrowserContext, stack: Stack, phone_of: Phones
) -> None:
    page = phone_of("gus")
    context.set_offline(True)
    for place in ("calf_mid:left", "calf_lower:right"):
        page.goto("/me/offline/")
        tap_through(page, {**SORE, "place": place})
        send(page)
        expect(page.get_by_role("heading", name="Kept on this phone")).to_be_visible()
    expect(said(page, "wait")).to_contain_text("2")
    page.goto("/me/")
    expect(said(page, "wait")).to_contain_text("2")
    context.set_offline(False)
    expect(said(page, "sent")).to_be_visible()
    assert sorted(answers_of(row)["side"] for row in reports_of(stack, "gus")) == ["left", "right"]


def test_the_session_is_over_and_the_report_stays(
    context: BrowserContext, stack: Stack, phone_of: Phones
) -> None:
    page = phone_of("hana")
    context.set_offline(True)
    page.goto("/me/offline/")
    tap_through(page, SORE)
    send(page)
    expect(said(page, "waits")).to_be_visible()
    context.clear_cookies()
    context.set_offline(False)
    expect(said(page, "log-in")).to_contain_text("Log in to send it.")
    assert reports_of(stack, "hana") == []
    said(page, "log-in").get_by_role("link").tap()
    page.get_by_label("E-mail address").fill("hana@club.test")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(said(page, "sent")).to_be_visible()
    assert len(reports_of(stack, "hana")) == 1


ON_ITS_WAY = """
async () => {
  const { person } = document.documentElement.dataset;
  const report = { client_key: crypto.randomUUID(), person, told_at: Date.now(), state: "waiting" };
  await niggleOutbox.put("outbox", report);
  self.onItsWay = niggleOutbox.flush();
}
"""


@pytest.mark.parametrize("ends", ["sent", "cut"])
def test_what_is_wiped_while_it_is_on_its_way_stays_away(
    context: BrowserContext, phone_of: Phones, ends: str
) -> None:
    page = phone_of("ivo")
    held: list[Route] = []
    context.route(SEND, lambda route: held.append(route))
    page.evaluate(ON_ITS_WAY)
    wait_for(lambda: page.wait_for_timeout(20) or held, seconds=10, what="the report to go out")
    page.evaluate("niggleOutbox.wipe()")
    if ends == "sent":
        held[0].fulfill(status=201, json={"url": "/me/"})
    else:
        held[0].abort()
    page.evaluate("self.onItsWay")
    assert on_phone(page)["records"] == 0


def test_after_log_out_nothing_is_left_on_the_phone(
    context: BrowserContext, stack: Stack, phone_of: Phones
) -> None:
    page = phone_of("ivo")
    begin(page)
    tap_through(page, SORE, until="feel")
    page.goto("/me/offline/")
    tap_through(page, SORE)
    context.route(SEND, lambda route: route.abort())
    send(page)
    expect(said(page, "waits")).to_be_visible()
    before = on_phone(page)
    assert {"/me/", "/me/offline/"} <= set(before["pages"])
    assert before["records"] > 0
    page.goto("/accounts/logout/")
    log_out = page.locator("main form").get_by_role("button", name="Log out")
    log_out.tap()
    expect(page.get_by_text("If you log out now, it is gone.")).to_be_visible()
    log_out.tap()  # meant so
    page.wait_for_url(lambda url: "/accounts/" not in url)
    nothing = {"pages": [], "records": 0, "session": 0}
    wait_for(
        lambda: page.wait_for_timeout(50) or on_phone(page) == nothing, seconds=10, what="wiped"
    )
    context.set_offline(True)
    for path in ("/me/", "/me/offline/", "/me/report/"):
        page.goto(path)
        expect(page.get_by_role("heading", name="No connection")).to_be_visible()


def test_another_person_finds_nothing_of_the_first(
    context: BrowserContext, stack: Stack, phone_of: Phones
) -> None:
    page = phone_of("joy")
    begin(page)
    tap_through(page, SORE, until="feel")
    mine = page.locator("html").get_attribute("data-person")
    context.clear_cookies()  # the first never logged out
    other = phone_of("kim")
    names = other.evaluate("caches.keys()")
    assert mine
    assert not [name for name in names if mine in name]
    assert [name for name in names if name.startswith("pages-")]
    context.set_offline(True)
    other.goto("/me/offline/")
    expect(other.get_by_role("heading", name="Where does it hurt?")).to_be_visible()
    assert on_phone(other)["records"] == 0


def test_what_was_sent_with_other_answers_is_the_athletes_choice(
    context: BrowserContext, stack: Stack, phone_of: Phones
) -> None:
    """The site took the report from another page meanwhile, under the same key."""
    page = phone_of("kim")
    begin(page)
    tap_through(page, SORE)
    draft = page.evaluate("JSON.parse(document.getElementById('draft').textContent)")
    context.set_offline(True)
    page.locator("#note").fill("Told on the phone")
    send(page)
    expect(said(page, "waits")).to_be_visible()
    other = {name: draft[name] for name in ("athlete", "client_key", "answers")}
    context.set_offline(False)
    page.wait_for_url(ANSWER)
    context.set_offline(True)
    page.goto("/me/")
    page.evaluate(
        """other => niggleOutbox.finish({...other, person: document.documentElement.dataset.person, skipped: [],
             note: "Told otherwise", told_at: Date.now(), is_danger: false, call: "112"})""",
        other,
    )
    context.set_offline(False)
    expect(said(page, "conflict")).to_be_visible()
    assert len(reports_of(stack, "kim")) == 1
    said(page, "conflict").get_by_role("button", name="Send as a second report").tap()
    wait_for(lambda: len(reports_of(stack, "kim")) == 2, seconds=15, what="the second is there")
    expect(said(page, "conflict")).to_be_hidden()
    assert sorted(row[2] for row in reports_of(stack, "kim")) == [
        "Told on the phone",
        "Told otherwise",
    ]


@pytest.mark.parametrize("has_sync", [True, False], ids=["background sync", "none"])
def test_with_and_without_background_sync(
    context: BrowserContext, stack: Stack, phone_of: Phones, has_sync: bool
) -> None:
    if not has_sync:
        context.add_init_script("delete ServiceWorkerRegistration.prototype.sync")
    page = phone_of("lou")
    before = len(reports_of(stack, "lou"))
    context.set_offline(True)
    page.goto("/me/offline/")
    tap_through(page, SORE)
    send(page)
    expect(said(page, "waits")).to_be_visible()
    if has_sync:
        page.evaluate("navigator.serviceWorker.ready.then(one => one.sync.getTags())")
        page.goto("about:blank")  # no page of Niggle is open when the network comes back
        context.set_offline(False)
        context.service_workers[0].evaluate("niggleOutbox.flush()")
    else:
        context.set_offline(False)
    wait_for(
        lambda: page.wait_for_timeout(50) or len(reports_of(stack, "lou")) == before + 1,
        seconds=15,
        what="sent",
    )


def test_what_is_shown_without_a_network_is_for_everybody(
    context: BrowserContext, stack: Stack, phone_of: Phones
) -> None:
    """In both themes: axe, the policy, the width, targets."""
    page = phone_of("mia")
    context.set_offline(True)
    sweep = Sweep(stack.url, "phone")
    page.goto("/me/profile/")
    sweep.look(page, "nothing kept")
    page.goto("/me/offline/")
    tap_through(page, SORE, until="start")
    page.locator("[name=start][value='own:gradual']").tap()
    expect(page.locator(".field-error")).to_be_visible()
    sweep.look(page, "a mistake")
    tap_through(page, SORE, until="danger_body")
    sweep.look(page, "signs")
    tap_through(page, SORE)
    sweep.look(page, "the last step")
    send(page)
    expect(said(page, "waits")).to_be_visible()
    sweep.look(page, "kept")
    page.goto("/me/offline/")
    tap_through(page, BREATHLESS)
    sweep.look(page, "danger")
    send(page)
    expect(said(page, "danger")).to_be_visible()
    sweep.look(page, "danger kept")
    page.goto("/me/")
    expect(said(page, "danger")).to_be_visible()
    sweep.look(page, "home")
    for name in ("log-in", "danger-log-in", "conflict", "refused", "sent", "draft", "unsaved"):
        page.evaluate(SAY, name)
    sweep.look(page, "all that can be said")
    assert not sweep.faults, told(sweep.faults)


def test_without_scripts_the_page_says_where_to_go(browser: Browser, stack: Stack) -> None:
    plain = browser.new_context(base_url=stack.url, java_script_enabled=False, locale="en-GB")
    page = plain.new_page()
    log_in(page, "lou@club.test", PASSWORD)
    page.goto("/me/offline/")
    page.get_by_role("link", name="Report with a network instead").click()
    expect(page.get_by_role("heading", name="Where does it hurt?")).to_be_visible()
    plain.close()
