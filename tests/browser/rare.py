"""States that few people ever meet: the keys' help, a club in which nobody is yet, a report that was sent already with
other answers, and each page in the languages that are longer or denser than English.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from playwright.sync_api import BrowserContext

from tests.browser.states import Walk
from tests.browser.tapping import answer_everything, begin_report
from tests.browser.told import CRAMP
from tests.browser.tour import Stop

LANGUAGES = ("es", "zh-hans")

# Run inside the stack: the phone's report is there already, with other answers. `%s`: its key, and what it tells.
SENT_WITH_OTHER_ANSWERS = """
import json
from uuid import UUID
from athletes.models import Athlete
from athletes.services.reports import submit_pain_report

key, told = json.loads(%r)
lena = Athlete.objects.get(user__email="athlete@demo.test")
submit_pain_report(by=lena.user, athlete=lena, answers=told, client_key=UUID(key), face="phone")
"""
# Run inside the stack: the addresses of a club that has one squad and nobody in it. Prints {name: path}.
EMPTY_CLUB = """
import json
from django.urls import reverse
from athletes.models import Squad

squad = Squad.objects.get(club__name=%r)
found = {f"first step {step}": reverse("desk:start", args=[squad.club_id, step]) for step in (1, 2, 3)}
found |= {name: reverse(f"desk:{name}") for name in ("today", "athletes", "squads", "outcomes", "morning", "left")}
found |= {name: reverse(f"desk:{name}", args=[squad.pk]) for name in ("board", "season")}
found |= {name: reverse(f"desk:{name}", args=[squad.club_id]) for name in ("club", "people", "webhooks")}
print(json.dumps(found))
"""


def keys(walk: Walk) -> None:
    """The help of the keys, on the desk."""
    page = walk.page("coach")
    page.goto("/desk/")
    page.keyboard.press("?")
    page.locator("#keys[open]").wait_for()
    walk.sweep.look(page, "coach: today, keys")
    page.close()


def conflict(walk: Walk) -> None:
    """Sent by a phone that never heard the answer, changed, and sent again."""
    page = walk.page("athlete")
    begin_report(page)
    answer_everything(page, CRAMP)
    key = page.locator("main [name=client_key]").first.input_value()
    before = json.dumps([key, {**CRAMP, "severity_nrs": 8, "days_since_onset": 0}])
    walk.stack.run_python(SENT_WITH_OTHER_ANSWERS % before)
    page.locator("#interview .button-primary").first.tap()
    page.get_by_role("heading", name="sent already, with other answers").wait_for()
    walk.sweep.look(page, "report: sent already")
    page.get_by_role("button", name="Throw my changes away").tap()
    page.close()


def empty_club(walk: Walk) -> None:
    """A coach who has just signed up."""
    club = f"Harbour Runners of the {walk.sweep.size}"
    page = walk.page("nobody")
    page.goto("/accounts/signup/")
    page.get_by_label("Your name").fill("Kim Doe")
    page.get_by_label("E-mail address").fill(f"kim-{walk.sweep.size}@club.test")
    page.get_by_label("Password").fill("four words in a row")
    page.get_by_label("Your club").fill(club)
    page.get_by_label("Your first squad").fill("Milers")
    page.get_by_role("button", name="Make my account").click()
    page.wait_for_url("**/start/1/")
    for name, path in json.loads(walk.stack.run_python(EMPTY_CLUB % club)).items():
        walk.sweep.visit(page, f"empty club: {name}", path)
    page.close()
    walk.people["nobody"].clear_cookies()


def languages(walk: Walk, stops: Iterable[Stop]) -> None:
    """Each page as somebody sees it who has chosen another language."""
    stops = list(stops)
    for language in LANGUAGES:
        for who, context in walk.people.items():
            _choose(context, language)
            page = walk.page(who)
            for stop in stops:
                if stop.who == who:
                    walk.sweep.visit(page, f"{language} {stop}", stop.path)
            _choose(context, "en")
            page.close()


def _choose(context: BrowserContext, language: str) -> None:
    page = context.new_page()
    page.goto("/safety/")
    with page.expect_navigation():
        page.locator(f".languages [value={language}]").click()
    assert page.locator("html").get_attribute("lang") == language
    page.close()
