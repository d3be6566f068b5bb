"""A typical report, told with a thumb: at most twelve taps from the first page to the answer, one screen each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PHONE, say_figure
from tests.browser.tapping import SEND, choices, go_on, is_at_the_end, log_in, mark
from tests.stack import Stack, running_stack

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.xdist_group("browser-taps")]

AT_MOST = 12
PASSWORD = "a-long-enough-password"
STORIES: dict[str, dict[str, Any]] = {
    "cramp": {
        "site": ["calf_mid"],
        "side": "left",
        "onset": "sudden",
        "days_since_onset": "0",
        "when": ["race"],
        "character": ["cramp"],
        "severity_nrs": "6",
    },
    "strain": {
        "site": ["calf_medial"],
        "side": "right",
        "onset": "sudden",
        "days_since_onset": "0",
        "when": ["sprint"],
        "character": ["sharp"],
        "severity_nrs": "5",
        "can_walk": "limp",
        "can_push_off": "yes",
        "can_tiptoe": "yes",
        "can_bear_weight": "yes",
    },
    "fatigue": {
        "site": ["calf_mid"],
        "side": "both",
        "onset": "gradual",
        "days_since_onset": "1",
        "when": ["next_day"],
        "character": ["soreness"],
        "severity_nrs": "3",
        "longest_run_jump": "yes",
    },
}
CAST = f"""
from datetime import date
from athletes import access
from athletes.consent_text import CONSENT
from athletes.models import User
from athletes.services import consents, people
coach = User.objects.create_user("ana@club.test", "{PASSWORD}", name="Ana Ruiz")
squad = people.create_club(by=coach, name="Harbour Runners", squad_name="Milers")
for name in {tuple(STORIES)}:
    user = User.objects.create_user(f"{{name}}@club.test", "{PASSWORD}", name=name.title())
    athlete = people.add_athlete(by=coach, squad=squad, name=name.title(), timezone="Europe/Berlin", birth_date=date(1994, 5, 6))
    athlete.user = user
    athlete.save()
    people.grant_role(user=user, squad=squad, role=access.ATHLETE)
    consents.give(by=user, athlete=athlete, version=CONSENT.version)
"""
TOO_SMALL = """
() => [...document.querySelectorAll("#interview :is(button, summary, label:has(input), a)")]
    .filter(target => target.offsetParent && !target.matches(".visually-hidden"))
    .map(target => [target.textContent.trim(), target.getBoundingClientRect()])
    .filter(([, box]) => box.width < 44 || box.height < 44)
    .map(([words, box]) => `${words}: ${box.width} x ${box.height}`)
"""
TOO_WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"
ON_HEADING = "() => document.activeElement.tagName === 'H1'"


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running_stack(cast=CAST, HEARTBEAT_STALE_S="600") as running:
        yield running


@pytest.mark.parametrize("kind", STORIES)
def test_from_home_to_the_answer_in_twelve_taps(phone: Page, kind: str) -> None:
    told = STORIES[kind]
    log_in(phone, f"{kind}@club.test", PASSWORD)
    phone.goto("/me/")
    phone.get_by_role("link", name="Report pain").tap()
    phone.wait_for_url("**/report/1/")
    taps = 1
    while not is_at_the_end(phone):
        expect(phone.locator("h1")).to_be_focused()
        assert not phone.evaluate(TOO_SMALL)
        assert not phone.evaluate(TOO_WIDE)
        taps += taps_of(phone, told)
        mark(phone, told)
        go_on(phone)
    phone.get_by_role("button", name=SEND).tap()
    phone.wait_for_url("**/reports/**")
    taps += 1
    expect(phone.locator(".verdict").first).to_be_visible()
    say_figure(f"taps from home to the answer, a typical {kind}: {taps}")
    assert taps <= AT_MOST


def taps_of(page: Page, told: dict[str, Any]) -> int:
    """What this screen takes: a tap for each choice, and one for the big button if no choice goes on by itself."""
    chosen = choices(page, told)
    goes_on = [one for one in chosen if _button(page, *one).count()]
    folded = [one for one in chosen if _in_closed_fold(page, *one).count()]
    return len(chosen) + (0 if goes_on else 1) + (1 if folded else 0) + _other_view(page, chosen)


def _button(page: Page, name: str, value: str) -> Locator:
    return page.locator(f'#interview button[name="{name}"][value="{value}"]')


def _in_closed_fold(page: Page, name: str, value: str) -> Locator:
    return page.locator(f'#interview details:not([open]) [name="{name}"][value="{value}"]')


def _other_view(page: Page, chosen: list[tuple[str, str]]) -> int:
    """One more where the place is seen from another side than the one that is open."""
    places = [value for name, value in chosen if name == "place"]
    seen = [_button(page, "place", value).filter(visible=True).count() for value in places]
    return seen.count(0)


def test_where_it_hurts_is_told_without_scripts(stack: Stack, browser: Browser) -> None:
    """The sides of the leg and the list are the browser's own; every zone is a button of the form."""
    context = browser.new_context(base_url=stack.url, java_script_enabled=False, **PHONE)
    page = context.new_page()
    log_in(page, "cramp@club.test", PASSWORD)
    page.goto("/me/report/")
    page.locator("label:has([name=view][value=sole])").tap()
    page.get_by_role("button", name="Sole of the foot, Right").tap()
    page.wait_for_url("**/report/2/")
    page.get_by_role("button", name="Back").tap()
    page.wait_for_url("**/report/1/")
    page.get_by_text("More than one place").tap()
    expect(page.get_by_label("Sole of the foot", exact=True)).to_be_checked()
    context.close()
