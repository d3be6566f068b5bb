"""States that few people ever meet: the keys' help, a club in which nobody is yet, a report that was sent already with
other answers, and each page in the languages that are longer or denser than English.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import BrowserContext, Page

from tests.browser.states import EMPTY, MISTAKE, Walk
from tests.browser.tapping import answer_everything, begin_report, sign_up
from tests.browser.told import CRAMP
from tests.browser.tour import Stop

LANGUAGES = ("es", "zh-hans")
CODE_S = 30
PASSWORD = "four words in a row"

# Run inside the stack: the phone's report is there already, with other answers. `%r`: its key, and what it tells.
SENT_WITH_OTHER_ANSWERS = """
import json
from uuid import UUID
from athletes.models import Athlete
from athletes.services.reports import submit_pain_report
from guidance import Answers

key, told = json.loads(%r)
lena = Athlete.objects.get(user__email="athlete@demo.test")
submit_pain_report(by=lena.user, athlete=lena, answers=Answers.parse(told), client_key=UUID(key), face="phone")
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
    before = json.dumps([key, {**CRAMP, "severity_nrs": "8"}])
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
    sign_up(page, f"kim-{walk.sweep.size}@club.test", PASSWORD, club)
    for name, path in json.loads(walk.stack.run_python(EMPTY_CLUB % club)).items():
        walk.sweep.visit(page, f"empty club: {name}", path)
    _own_keys(walk, page)
    page.close()
    walk.people["nobody"].clear_cookies()


def _own_keys(walk: Walk, page: Page) -> None:
    """What stands behind the password, and the second factor from its picture to the log-in that asks for it."""
    look = walk.sweep.look
    _behind_the_password(page, "/accounts/tokens/new/")
    look(page, "own keys: a token")
    with page.expect_navigation():
        page.evaluate(EMPTY)
    look(page, "own keys: a token, mistake")
    page.get_by_label("What it is for").fill("Watch")
    page.get_by_role("checkbox").first.check()
    page.get_by_label("For how many days").fill("30")
    page.get_by_role("button", name="Make the token").click()
    page.get_by_role("heading", name="The token is ready").wait_for()
    look(page, "own keys: a token made")
    _behind_the_password(page, "/accounts/data/erase/")
    look(page, "own keys: erase")
    _behind_the_password(page, "/accounts/passkeys/add/")
    look(page, "own keys: a passkey")

    _behind_the_password(page, "/accounts/second-factor/app/")
    look(page, "own keys: an app")
    page.get_by_label("The code").fill("nothing")
    page.get_by_role("button", name="Switch it on").click()
    page.locator(MISTAKE).first.wait_for()
    look(page, "own keys: an app, mistake")
    secret = page.locator("code.secret").inner_text()
    page.get_by_label("The code").fill(_code(secret))
    page.get_by_role("button", name="Switch it on").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    look(page, "own keys: recovery codes")
    page.reload()
    look(page, "own keys: recovery codes, seen")
    for name in ("", "codes/new/", "app/remove/", "off/"):
        _behind_the_password(page, f"/accounts/second-factor/{name}")
        look(page, f"own keys: second factor {name}")

    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(f"kim-{walk.sweep.size}@club.test")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="One more step").wait_for()
    look(page, "own keys: one more step")
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Log in").click()
    page.locator(MISTAKE).first.wait_for()
    look(page, "own keys: one more step, mistake")


def _behind_the_password(page: Page, path: str) -> None:
    page.goto(path)
    if page.get_by_role("heading", name="Is it you?").count():
        page.get_by_label("Your password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
        page.wait_for_url(f"**{path}")


def _code(secret: str) -> str:
    """One that holds for a moment yet: nobody wants to be told that it has just run out."""
    if (left_s := CODE_S - time.time() % CODE_S) < 5:
        time.sleep(left_s)
    return format_hotp_value(hotp_value(secret, int(time.time()) // CODE_S))


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
