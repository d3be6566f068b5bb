"""A check-in is answered in three taps from the message, without a log-in and without a script."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visitor
from tests.browser.tapping import log_in
from tests.factories import PASSWORD
from tests.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.xdist_group("browser-check-ins")]

# Run inside the stack: an athlete of whom a check-in waits. Prints the path of the link and the id of the check-in.
ASK = """
import itertools, json, uuid
from athletes.services import check_ins
from tests import factories
factories._numbers = itertools.count(uuid.uuid4().int)  # each time in a process of its own
from tests.factories import SORE, make_athlete, make_club, make_only_check_in, make_report

athlete = make_athlete(make_club("Harbour Harriers"), name="Mia Lund")
check_in = make_only_check_in(make_report(athlete, SORE, assess=True))
print(json.dumps([f"/c/{check_ins.magic_token(check_in)}/", str(check_in.pk)]))
"""
ANSWER = """
from athletes.models import CheckIn
check_in = CheckIn.objects.get(pk="{pk}")
print([check_in.state, check_in.answer.pain_now, check_in.answer.answers["better_since_last_report"]])
"""


def ask(stack: Stack) -> tuple[str, str]:
    link, pk = json.loads(stack.run_python(ASK).splitlines()[-1])
    return link, pk


def taps_of(page: Page) -> int:
    """How often the finger came down on this page so far."""
    return int(page.evaluate("Number(sessionStorage.getItem('taps') || 0)"))


COUNT = """
addEventListener('pointerdown', () =>
    sessionStorage.setItem('taps', Number(sessionStorage.getItem('taps') || 0) + 1), true)
"""


def test_from_the_link_to_the_answer_in_three_taps(stack: Stack, new_phone: Visitor) -> None:
    link, pk = ask(stack)
    phone = new_phone()
    phone.add_init_script(COUNT)
    phone.goto(link)
    expect(phone.get_by_role("heading", name="Mia, how is it today?")).to_be_visible()
    phone.get_by_text("Better", exact=True).tap()
    phone.locator(".pain-scale label").filter(has_text="2").first.tap()
    phone.get_by_role("button", name="nothing new: send").tap()
    expect(phone.get_by_text("Thank you, your answer has arrived.")).to_be_visible()
    assert taps_of(phone) == 3
    told = stack.run_python(ANSWER.format(pk=pk)).splitlines()[-1]
    assert told == "['answered', 2.0, 'yes']"


def test_from_the_first_page_to_the_answer_in_three_taps(stack: Stack, new_phone: Visitor) -> None:
    _link, pk = ask(stack)
    phone = new_phone()
    who = f'from athletes.models import CheckIn; print(CheckIn.objects.get(pk="{pk}").episode.athlete.user.email)'
    log_in(phone, stack.run_python(who).splitlines()[-1], PASSWORD)
    phone.add_init_script(COUNT)
    phone.goto("/me/")
    phone.get_by_text("Better", exact=True).tap()
    phone.locator(".pain-scale label").filter(has_text="2").first.tap()
    phone.get_by_role("button", name="nothing new: send").tap()
    phone.wait_for_url("**/me/reports/**")
    assert taps_of(phone) == 3
    told = stack.run_python(ANSWER.format(pk=pk)).splitlines()[-1]
    assert told == "['answered', 2.0, 'yes']"


def test_a_reload_and_going_back_make_no_second_report(stack: Stack, new_phone: Visitor) -> None:
    link, pk = ask(stack)
    phone = new_phone()
    phone.goto(link)
    phone.get_by_text("Better", exact=True).tap()
    phone.locator(".pain-scale label").filter(has_text="2").first.tap()
    phone.get_by_role("button", name="nothing new: send").tap()
    expect(phone.get_by_text("Thank you, your answer has arrived.")).to_be_visible()
    phone.reload()
    expect(phone.get_by_text("Thank you, your answer has arrived.")).to_be_visible()
    phone.goto(link)
    expect(phone.get_by_role("heading", name="You have answered this")).to_be_visible()
    reports = f'from athletes.models import CheckIn; print(CheckIn.objects.get(pk="{pk}").episode.reports.count())'
    assert stack.run_python(reports).splitlines()[-1] == "2"


def test_it_works_without_a_script_and_with_the_keyboard(stack: Stack, new_phone: Visitor) -> None:
    link, pk = ask(stack)
    context = new_phone.browser.new_context(
        base_url=stack.url, locale="en-GB", java_script_enabled=False, **PHONE
    )
    page = context.new_page()
    page.goto(link)
    page.get_by_label("Worse", exact=True).focus()
    page.keyboard.press("Space")
    page.locator('[name="severity_nrs"][value="7"]').focus()
    page.keyboard.press("Space")
    page.locator("form.check-in summary").first.focus()
    page.keyboard.press("Enter")
    for name, value in (("can_walk", "limp"), ("hop_pain", "no"), ("shortness_of_breath", "yes")):
        page.locator(f'[name="{name}"][value="{value}"]').focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="None of the others: send").press("Enter")
    expect(page.get_by_role("heading", name="Get emergency help now")).to_be_visible()
    context.close()
    told = stack.run_python(ANSWER.format(pk=pk)).splitlines()[-1]
    assert told == "['answered', 7.0, 'no']"
