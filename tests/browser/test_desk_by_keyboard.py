"""The desk in ten seconds: who needs me, seen and acknowledged, with the keyboard alone; and a list that lives."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.tapping import log_in
from tests.browser.test_journeys import COACH, PASSWORD
from tests.browser.told import CLOT, CRAMP
from tests.stack import Stack, running_stack

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.xdist_group("browser-desk")]

MOST_S = 10
SOON_MS = 40_000  # the list comes every 12 seconds, on a busy machine
LIMPS = {**CRAMP, "can_walk": "limp"}
CAST = f"""
import uuid
from athletes import access
from athletes.models import User
from athletes.services import assessments, people, reports
from guidance import Answers
coach = User.objects.create_user("{COACH}", "{PASSWORD}", name="Ana Ruiz")
squad = people.create_club(by=coach, name="Harbour Runners", squad_name="Milers")
for name, told in (("Nia", {CLOT}), ("Omar", {LIMPS}), ("Pia", {LIMPS}), ("Quin", {LIMPS}), ("Rosa", None)):
    athlete = people.add_athlete(by=coach, squad=squad, name=name, timezone="Europe/Berlin", consent_told=True)
    if told:
        report = reports.submit_pain_report(by=coach, athlete=athlete, answers=Answers.parse(told),
                                            client_key=uuid.uuid4(), face="desk").report
        assessments.assess_report(assessment_id=report.assessment.pk, finished_by="worker")
"""
ANOTHER = f"""
import uuid
from athletes.models import Athlete, User
from athletes.services import reports
from guidance import Answers
reports.submit_pain_report(by=User.objects.get(email="{COACH}"), athlete=Athlete.objects.get(name="Rosa"),
                           answers=Answers.parse({CLOT}), client_key=uuid.uuid4(), face="desk")
"""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running_stack(cast=CAST, HEARTBEAT_STALE_S="600") as running:
        yield running


def state_of(stack: Stack, name: str) -> str:
    ((state,),) = stack.rows(
        "SELECT e.state FROM athletes_escalation e JOIN athletes_athlete a ON a.id = e.athlete_id "
        "WHERE a.name = ?",
        name,
    )
    return str(state)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_from_the_log_in_to_an_acknowledged_danger_in_ten_seconds(stack: Stack, desk: Page) -> None:
    desk.goto("/accounts/login/")
    desk.get_by_label("E-mail address").focus()
    began = time.monotonic()
    desk.keyboard.type(COACH)
    desk.keyboard.press("Tab")
    desk.keyboard.type(PASSWORD)
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/desk/")
    desk.keyboard.press("j")
    assert focused(desk) == "Nia"
    desk.keyboard.press("a")
    expect(desk.locator("#spoken")).to_have_text("Acknowledged: Nia.")
    took = time.monotonic() - began
    assert state_of(stack, "Nia") == "acknowledged"
    assert took < MOST_S, f"it took {took:.1f} s"
    desk.keyboard.press("j")
    assert focused(desk) == "Omar", "one goes on among those who wait"
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/desk/athletes/**")


def test_keys_are_explained_and_can_be_switched_off(desk: Page) -> None:
    log_in(desk, COACH, PASSWORD)
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog", name="Keys on this page")).to_be_visible()
    desk.get_by_label("Use these keys on this device").uncheck()
    desk.keyboard.press("Escape")
    desk.keyboard.press("j")
    assert focused(desk) not in ("Omar", "Pia", "Quin")
    desk.reload()
    desk.keyboard.press("j")
    assert focused(desk) not in ("Omar", "Pia", "Quin")


def test_the_list_comes_anew_and_leaves_focus_and_ticks_where_they_were(
    stack: Stack, desk: Page
) -> None:
    log_in(desk, COACH, PASSWORD)
    desk.get_by_label("Tick: Omar").check()
    desk.keyboard.press("j")
    before = focused(desk)
    stack.run_python(ANOTHER)
    expect(desk.locator("#spoken")).to_contain_text("New: Rosa, Doctor today.", timeout=SOON_MS)
    assert focused(desk) == before
    expect(desk.get_by_label("Tick: Omar")).to_be_checked()
    expect(desk.locator("#ticked-count")).to_have_text("(1)")


def test_the_time_left_goes_on_between_two_looks_whatever_this_machines_clock_says(
    desk: Page,
) -> None:
    desk.add_init_script("Date.now = () => 0")
    log_in(desk, COACH, PASSWORD)
    left = desk.locator("[data-left]").first
    left.evaluate("shown => { shown.dataset.left = '100' }")
    desk.wait_for_timeout(2500)
    shown = left.text_content() or ""
    assert shown.startswith("1:3"), shown


def test_low_ones_are_acknowledged_together_without_javascript(stack: Stack, new_desk) -> None:
    new_desk.screen = {**new_desk.screen, "java_script_enabled": False}
    page = new_desk()
    log_in(page, COACH, PASSWORD)
    page.get_by_label("Tick: Pia").check()
    page.get_by_label("Tick: Quin").check()
    page.get_by_role("button", name="Acknowledge the ticked ones").click()
    expect(page.get_by_text("2 acknowledged.")).to_be_visible()
    assert {state_of(stack, name) for name in ("Pia", "Quin")} == {"acknowledged"}


def test_a_choice_stands_in_the_address_at_once(desk: Page) -> None:
    log_in(desk, COACH, PASSWORD)
    desk.get_by_label("Seen or not").select_option("seen")
    desk.wait_for_url("**/desk/?state=seen")
    expect(desk.get_by_role("heading", name="Nobody waits who fits this choice.")).to_be_visible()
    desk.reload()
    expect(desk.get_by_label("Seen or not")).to_have_value("seen")
