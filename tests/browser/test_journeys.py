"""What people do on their screens, on running processes: invitation, report, danger, a coach who looks, mistakes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.tapping import answer_everything, begin_report, go_on, log_in, mark, send
from tests.browser.told import CLOT, CRAMP, STRAIN
from tests.stack import Program, Stack, running_stack

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.xdist_group("browser-journeys")]

PASSWORD = "a-long-enough-password"
COACH = "ana@club.test"
RUNNERS = ("lena", "marco", "nia", "omar", "pia")
SOON_MS = 45_000  # a busy machine; the page asks every second, later every five

CAST = f"""
import uuid
from datetime import timedelta
from django.utils import timezone
from datetime import date
from athletes import access
from athletes.consent_text import CONSENT
from athletes.models import User
from athletes.services import assessments, consents, people, reports
from guidance import Answers
coach = User.objects.create_user("{COACH}", "{PASSWORD}", name="Ana Ruiz")
squad = people.create_club(by=coach, name="Harbour Runners", squad_name="Milers")
for name in {RUNNERS}:
    user = User.objects.create_user(f"{{name}}@club.test", "{PASSWORD}", name=name.title())
    athlete = people.add_athlete(by=coach, squad=squad, name=name.title(), timezone="Europe/Berlin", birth_date=date(1994, 5, 6))
    athlete.user = user
    athlete.save()
    people.grant_role(user=user, squad=squad, role=access.ATHLETE)
    consents.give(by=user, athlete=athlete, version=CONSENT.version)
    if name == "nia":
        reports.submit_pain_report(by=user, athlete=athlete, answers=Answers.parse({CLOT}),
                                   client_key=uuid.uuid4(), face="phone")
    if name == "pia":
        people.update_athlete(by=user, athlete=athlete, background={{"prior_vte": "no"}})
        report = reports.submit_pain_report(by=user, athlete=athlete, answers=Answers.parse({STRAIN}),
                                            client_key=uuid.uuid4(), face="phone",
                                            reported_at=timezone.now() - timedelta(days=10)).report
        assessments.assess_report(assessment_id=report.assessment.pk, finished_by="worker")
"""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """However slow the machine: a dispatcher that a test holds still is not taken for dead."""
    with running_stack(cast=CAST, HEARTBEAT_STALE_S="600") as running:
        yield running


@contextmanager
def held(program: Program) -> Iterator[None]:
    """Frozen for the length of a `with` block."""
    program.freeze()
    try:
        yield
    finally:
        program.thaw()


def as_runner(page: Page, name: str) -> None:
    log_in(page, f"{name}@club.test", PASSWORD)


def reports_of(stack: Stack, name: str) -> int:
    ((count,),) = stack.rows(
        "SELECT count(*) FROM athletes_painreport r JOIN athletes_athlete a ON a.id = r.athlete_id "
        "WHERE a.name = ?",
        name.title(),
    )
    return int(count)


def expect_recommendation(page: Page) -> None:
    expect(page.get_by_role("heading", name="Your plan")).to_be_visible(timeout=SOON_MS)
    page.get_by_role("heading", name="Why we think so").tap()
    expect(page.get_by_role("heading", name="Likely causes")).to_be_visible()
    expect(page.get_by_role("heading", name="Watch for")).to_be_visible()


def invitation_link(desk: Page) -> str:
    log_in(desk, COACH, PASSWORD)
    desk.get_by_role("link", name="Squads").click()
    desk.get_by_role("link", name="Invite by link").click()
    desk.get_by_role("button", name="Make the link").click()
    return desk.get_by_label("Link", exact=True).input_value()


def test_from_an_invitation_to_the_first_recommendation(
    stack: Stack, desk: Page, phone: Page
) -> None:
    phone.goto(urlsplit(invitation_link(desk)).path)
    phone.get_by_label("Your name").fill("Priya Nair")
    phone.get_by_label("Date of birth").fill("1995-04-23")
    phone.get_by_label("E-mail address").fill("priya@club.test")
    phone.get_by_label("Choose a password").fill(PASSWORD)
    phone.get_by_role("button", name="Join Milers").tap()
    expect(phone.get_by_text("Welcome to Harbour Runners")).to_be_visible()
    phone.get_by_role("button", name="I agree").tap()

    phone.get_by_role("link", name="Report pain").tap()
    phone.wait_for_url("**/report/1/")
    answer_everything(phone, CRAMP)
    with held(stack.dispatcher):
        send(phone)
        expect(phone.get_by_text("This page fills itself.")).to_be_visible()
        phone.evaluate("window.sameDocument = true")
    expect_recommendation(phone)
    assert phone.evaluate("window.sameDocument") is True, "the page was loaded again"
    causes = phone.locator(".cause-name")
    expect(causes.first).to_contain_text("locks up")
    for phase in ("Do now", "Next and later"):
        expect(phone.get_by_role("heading", name=phase, exact=True)).to_be_visible()


def test_a_danger_sign_is_answered_before_any_worker_has_run(stack: Stack, phone: Page) -> None:
    as_runner(phone, "marco")
    stack.worker.stop()
    with held(stack.dispatcher):
        begin_report(phone)
        answer_everything(phone, CLOT)
        expect(phone.get_by_role("heading", name="See a doctor today")).to_be_visible()
        send(phone)
        expect(phone.get_by_role("heading", name="See a doctor today")).to_be_visible()
        expect(phone.locator(".verdict")).to_contain_text("swollen")
        expect(phone.get_by_text("Your coach has been told")).to_be_visible()
        expect(phone.get_by_text("This page fills itself.")).to_be_visible()
        phone.evaluate("window.sameDocument = true")
        stack.worker.start()
    expect_recommendation(phone)
    assert phone.evaluate("window.sameDocument") is True, "the page was loaded again"
    expect(phone.locator(".cause-name").first).to_contain_text("clot")


def test_the_athlete_sees_that_the_coach_has_seen_it(phone: Page, desk: Page) -> None:
    phone.clock.install()
    as_runner(phone, "nia")
    phone.get_by_text("Your plan and why").tap()
    expect(phone.get_by_text("has not seen it yet")).to_be_visible()

    log_in(desk, COACH, PASSWORD)
    row = desk.get_by_role("listitem").filter(has=desk.get_by_role("link", name="Nia", exact=True))
    expect(row).to_contain_text("Doctor today")
    row.get_by_role("button", name="Acknowledge").click()
    expect(row).to_contain_text("Seen by you")

    phone.clock.run_for(20_000)
    expect(phone.get_by_text("Your coach has seen this: Ana Ruiz")).to_be_visible()


SAY = """
from athletes.models import Athlete, User
from athletes.services import comments
episode = Athlete.objects.get(name="Pia").episodes.get()
comments.add_comment(by=User.objects.get(email="ana@club.test"), episode=episode, text="{text}")
"""


def test_the_coachs_answer_comes_while_one_writes(stack: Stack, phone: Page) -> None:
    phone.clock.install()
    as_runner(phone, "pia")
    phone.get_by_text("Your plan and why").tap()
    phone.get_by_label("Write to your coach").fill("May I swim?")
    for text in ("Good morning, Pia.", "Yes, swim."):
        stack.run_python(SAY.format(text=text))
        phone.clock.run_for(20_000)
        expect(phone.locator("#said")).to_contain_text(text)
    expect(phone.locator("#said > li")).to_have_count(2)
    expect(phone.get_by_label("Write to your coach")).to_have_value("May I swim?")


def test_a_step_is_ticked_in_place_and_the_box_keeps_the_focus(phone: Page) -> None:
    as_runner(phone, "pia")
    phone.evaluate("window.sameDocument = true")
    box = phone.locator(".tick").first
    name = box.get_attribute("id")
    box.focus()
    phone.keyboard.press("Enter")
    expect(phone.locator(f"#{name}")).to_have_attribute("aria-pressed", "true")
    assert phone.evaluate("document.activeElement.id") == name
    assert phone.evaluate("window.sameDocument") is True


def test_a_mistake_stands_beside_its_field_and_nothing_is_lost(phone: Page) -> None:
    as_runner(phone, "omar")
    begin_report(phone)
    mark(phone, {"site": ["calf", "heel"], "side": "left"})
    go_on(phone)
    ago = phone.get_by_role("textbox", name="Longer ago")
    ago.fill("last week")
    late = phone.get_by_role("group", name="Longer ago").get_by_role("button", name="All at once")
    late.tap()

    expect(phone.locator(".field-wrong .field-error")).to_be_visible()
    expect(ago).to_have_value("last week")

    ago.fill("9")
    here = phone.url
    late.tap()
    phone.wait_for_url(lambda url: url != here)
    phone.get_by_role("button", name="Back").tap()
    expect(ago).to_have_value("9")
    expect(late).to_have_attribute("aria-pressed", "true")
    phone.get_by_role("button", name="Back").tap()
    expect(phone.get_by_label("Calf", exact=True)).to_be_checked()
    expect(phone.get_by_label("Heel", exact=True)).to_be_checked()


def test_not_sure_is_an_answer_everywhere_and_two_taps_make_one_report(
    stack: Stack, phone: Page
) -> None:
    as_runner(phone, "lena")
    begin_report(phone)
    answer_everything(phone, {"site": ["calf"]})
    old_page = phone.context.new_page()
    old_page.goto("/me/report/send/")
    assert reports_of(stack, "lena") == 0
    phone.get_by_role("button", name="Send report").dblclick()
    expect_recommendation(phone)
    send(old_page)
    expect_recommendation(old_page)
    assert old_page.url == phone.url
    assert reports_of(stack, "lena") == 1


def test_back_to_running_in_a_few_taps(phone: Page, desk: Page) -> None:
    as_runner(phone, "pia")
    phone.get_by_text("Back to running").tap()
    start = phone.get_by_role("button", name="All of this is true: start")
    phone.get_by_label("I do not limp.").check()
    start.tap()
    expect(phone.get_by_text("Not yet: start only when all of this is true.")).to_be_visible()
    expect(phone.get_by_label("I do not limp.")).to_be_checked()
    for condition in phone.locator("[name=entry]").all():
        condition.check()
    start.tap()
    expect(phone.get_by_role("heading", name="Step 1 of 10")).to_be_visible()

    for pain in ("pain_before", "pain_during", "pain_after"):
        phone.locator(f"label:has([name={pain}][value='0'])").tap()
    phone.get_by_role("button", name="Save this run").tap()
    expect(phone.get_by_text("Rest first. Next run:")).to_be_visible()
    expect(phone.get_by_text("We ask about the leg tomorrow morning.")).to_be_visible()

    log_in(desk, COACH, PASSWORD)
    desk.goto("/desk/athletes/")
    desk.get_by_role("link", name="Pia").click()
    card = desk.locator("section.card").filter(
        has=desk.get_by_role("heading", name="Back to running")
    )
    expect(card).to_contain_text("Step 1 of 10")
    card.get_by_text("1 run", exact=True).click()
    expect(card.locator(".run-pains")).to_contain_text("During")


def test_what_the_profile_knows_can_be_changed_on_the_way(stack: Stack, phone: Page) -> None:
    as_runner(phone, "pia")
    begin_report(phone)
    fold = phone.locator("details.known").filter(has_text="An earlier blood clot")
    while not fold.count():
        mark(phone, CRAMP)
        go_on(phone)
    expect(fold).not_to_have_attribute("open", "")
    fold.locator("summary").tap()
    fold.locator("label:has([name=prior_vte][value=yes])").tap()
    answer_everything(phone, CRAMP)
    phone.get_by_text("From your profile").tap()
    expect(phone.locator(".told > div").filter(has_text="An earlier blood clot")).to_contain_text(
        "changed"
    )
    send(phone)
    ((kept,),) = stack.rows("SELECT background FROM athletes_athlete WHERE name = ?", "Pia")
    known = json.loads(kept) if isinstance(kept, str) else kept  # PostgreSQL reads it by itself
    assert known["prior_vte"] == "yes"
