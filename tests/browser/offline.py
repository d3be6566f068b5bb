"""The people, the phones and the taps of the tests without a network."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.stack import Stack, wait_for

PASSWORD = "a-long-enough-password"
RUNNERS = (
    "ada",
    "ben",
    "cleo",
    "dora",
    "eli",
    "fay",
    "gus",
    "hana",
    "ivo",
    "joy",
    "kim",
    "lou",
    "mia",
)
CAST = f"""
import uuid
from datetime import date
from athletes import access
from athletes.consent_text import CONSENT
from athletes.models import User
from athletes.services import assessments, consents, people, reports
from guidance import Answers
coach = User.objects.create_user("ana@club.test", "{PASSWORD}", name="Ana Ruiz")
squad = people.create_club(by=coach, name="Harbour Runners", squad_name="Milers")
squad.club.emergency_number = "112"
squad.club.save()
for name in {RUNNERS}:
    user = User.objects.create_user(f"{{name}}@club.test", "{PASSWORD}", name=name.title())
    athlete = people.add_athlete(by=coach, squad=squad, name=name.title(), timezone="Europe/Berlin", birth_date=date(1994, 5, 6))
    athlete.user = user
    athlete.save()
    people.grant_role(user=user, squad=squad, role=access.ATHLETE)
    consents.give(by=user, athlete=athlete, version=CONSENT.version)
    if name == "ada":
        report = reports.submit_pain_report(by=user, athlete=athlete, answers=Answers.parse({{"site": ["heel"], "side": "left"}}),
                                            client_key=uuid.uuid4(), face="phone").report
        assessments.assess_report(assessment_id=report.assessment.pk, finished_by="worker")
"""
SORE = {
    "place": "calf_mid:left",
    "start": "1:gradual",
    "when": "next_day",
    "character": "soreness",
    "severity_nrs": "3",
}
BREATHLESS = {**SORE, "shortness_of_breath": "yes"}
ANSWER = "**/me/reports/*/"
SEND = "**/me/offline/reports/"
KEPT = "async () => Boolean((await caches.match('/me/')) && (await caches.match('/me/offline/')))"
ON_PHONE = """
async () => {
  const found = { pages: [], records: 0, session: sessionStorage.length };
  for (const name of (await caches.keys()).filter(name => name.startsWith("pages-"))) {
    found.pages.push(...(await (await caches.open(name)).keys()).map(kept => new URL(kept.url).pathname));
  }
  for (const store of ["drafts", "outbox", "notes"]) found.records += (await niggleOutbox.all(store)).length;
  return found;
}
"""
SAY = """
name => document.getElementById("network").append(
  document.getElementById("network-words").content.querySelector(`[data-say="${name}"]`).cloneNode(true))
"""
NEXT = "id => { const here = document.querySelector('[data-screen]'); return !here || here.dataset.screen !== id; }"
LOGGED_IN = """
import json
from django.test import Client
from athletes.models import User
found = {}
for user in User.objects.all():
    client = Client()
    client.force_login(user)
    found[user.name.lower()] = client.cookies["sessionid"].value
print(json.dumps(found))
"""


class Phones:
    """`phones("ada")` is Ada's phone: logged in, with the home page and the interview kept."""

    def __init__(self, context: BrowserContext, stack: Stack, sessions: dict[str, str]) -> None:
        self.context, self.url, self.sessions = context, stack.url, sessions

    def __call__(self, name: str) -> Page:
        cookie: Any = {"name": "sessionid", "value": self.sessions[name], "url": self.url}
        self.context.add_cookies([cookie])
        page = self.context.new_page()
        page.goto("/me/")
        return kept(page)


def kept(page: Page) -> Page:
    wait_for(lambda: page.evaluate(KEPT), seconds=15, what="home and interview are kept")
    return page


def tap_through(page: Page, story: dict[str, str], until: str = "") -> None:
    """Answer screen by screen, here or there the same, to the last step or to the screen `until`."""
    screen = page.locator("#interview [data-screen]")
    while True:
        expect(screen.or_(page.locator("#interview #note")).first).to_be_visible()
        if not screen.count() or screen.get_attribute("data-screen") == until:
            return
        here = screen.get_attribute("data-screen")
        tap_answer(page, story)
        page.wait_for_function(NEXT, arg=here)


def tap_answer(page: Page, story: dict[str, str]) -> None:
    here = page.locator("#interview [data-screen]")
    if here.locator("[name=action][value=none]").count():
        for name, value in story.items():
            mark = here.locator(f"label:has([type=checkbox][name={name}][value='{value}'])")
            if mark.count():
                mark.tap()
        here.locator("[name=action][value=none]").tap()
        return
    for name, value in story.items():
        tap = here.locator(f"button:is([name={name}], [name={name}-tap])[value='{value}']:visible")
        if tap.count():
            tap.tap()
            return
    here.locator("button[value=unsure]:visible, button[value='unsure:unsure']:visible").last.tap()


def begin(page: Page) -> None:
    page.goto("/me/report/1/")


def send(page: Page) -> None:
    page.locator("#interview form [type=submit].button-primary").tap()


def said(page: Page, what: str) -> Any:
    return page.locator(f"#network [data-say={what}]")


def reports_of(stack: Stack, name: str) -> list[tuple[Any, ...]]:
    return stack.rows(
        "SELECT r.client_key, r.answers, r.note, r.face FROM athletes_painreport r "
        "JOIN athletes_athlete a ON a.id = r.athlete_id WHERE a.name = ?",
        name.title(),
    )


def answers_of(row: tuple[Any, ...]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(row[1]) if isinstance(row[1], str) else row[1]
    return found


def on_phone(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(ON_PHONE)
    return found
