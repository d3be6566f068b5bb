"""Every page of the site that has an address, as the people of the demo club find them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Browser, BrowserContext

from tests.browser.tapping import log_in
from tests.stack import Stack

COACH, ATHLETE, PASSWORD = "coach@demo.test", "athlete@demo.test", "niggle-demo-club"
Who = Literal["nobody", "athlete", "coach"]
LOG_INS: dict[Who, str] = {"athlete": ATHLETE, "coach": COACH}

# Run inside the stack: the records decide the addresses. Prints [[name, who, path], ...].
FIND_STOPS = """
import json
from datetime import timedelta
from urllib.parse import urlencode
from django.urls import reverse
from django.utils import timezone
from allauth.idp.oidc.models import Token
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from athletes import access
from athletes.models import Athlete, CheckIn, ClinicianNote, DataExport, Episode, Escalation, Squad, User, WebhookDelivery, WebhookEndpoint
from athletes.services.senders import webhook
from athletes.services.webhooks import telling
from athletes.services import apps, check_ins, hand_overs, holds, invitations, step_changes, tokens

coach = User.objects.get(email="coach@demo.test")
lena = Athlete.objects.get(user__email="athlete@demo.test")
squad = lena.squads.get()
stops = []

def stop(who, name, url, *args, more=""):
    path = reverse(url, args=args) if not url.startswith("/") else url
    stops.append([name, who, path + more])

# An app that Lena lets in already, and that asks again.
diary = apps.register(name="Training diary", redirect_uris=["https://diary.example.test/back"], public=True).app
Token.objects.create(client=diary, user=lena.user, type="at", hash="tour", scopes="openid\\nreports:read")
tokens.make(by=lena.user, name="Watch", scopes=["reports:read", "account:read"])
asking = {"client_id": diary.pk, "redirect_uri": "https://diary.example.test/back", "response_type": "code",
    "scope": "openid profile reports:read reports:write account:read", "state": "a-state", "code_challenge_method": "S256",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}

def newcomer(**of):
    return invitations.invite(by=coach, squad=squad, role=access.ATHLETE, **of).path

tom = User.objects.get(email="coach2@demo.test")
key = user_pk_to_url_str(tom) + "-" + default_token_generator.make_token(tom)
stop("nobody", "home", "home")
stop("nobody", "safety", "safety")
stop("nobody", "for-programs", "for_programs")
stop("nobody", "privacy", "privacy")
stop("nobody", "styleguide", "styleguide")
stop("nobody", "log-in", "account_login")
stop("nobody", "log-in-first", "account_login", more="?next=/desk/")
stop("nobody", "sign-up", "account_signup")
stop("nobody", "log-in-by-code", "account_request_login_code")
stop("nobody", "password-forgotten", "account_reset_password")
stop("nobody", "password-sent", "account_reset_password_done")
stop("nobody", "password-new", f"/accounts/password/reset/key/{key}/")
stop("nobody", "password-link-used", "/accounts/password/reset/key/1-abc-def/")
stop("nobody", "password-is-new", "account_reset_password_from_key_done")
stop("nobody", "confirm-address", "account_email_verification_sent")
stop("nobody", "confirm-unusable", "account_confirm_email", "nothing")
stop("nobody", "inactive", "account_inactive")
stop("nobody", "join", newcomer())
stop("nobody", "join-for-one", newcomer(athlete=Athlete.objects.get(name="Marco Rossi"), email="marco@example.test"))
stop("nobody", "consent-text", "consent_text")
stop("nobody", "join-unusable", "join", "nothing")
stop("nobody", "nowhere", "/nowhere/")
stop("nobody", "away", "away")

# A check-in of Lena's that waits for an answer, whatever time it is.
newest = lena.reports.order_by("-reported_at")[0]
now = timezone.now()
asked, _ = CheckIn.objects.update_or_create(report=newest, kind="second_day", defaults={
    "episode": newest.episode, "level": newest.disposition, "state": "asked", "asked_at": now, "due_at": now,
    "remind_at": now + timedelta(hours=4), "missed_at": now + timedelta(hours=12)})
stop("nobody", "check-in-by-link", "check_in_by_link", check_ins.magic_token(asked))
stop("nobody", "check-in-link-is-wrong", "check_in_by_link", "nothing")

stop("athlete", "legs", "phone:home")
stop("athlete", "check-in", "phone:check_in", asked.pk)
for number, report in enumerate(lena.reports.order_by("reported_at"), 1):
    stop("athlete", f"answer-{number}", "phone:result", report.pk)
for number, episode in enumerate(lena.episodes.order_by("opened_at"), 1):
    stop("athlete", f"episode-{number}", "phone:episode", episode.pk)
for number, episode in enumerate(lena.episodes.order_by("opened_at"), 1):
    stop("athlete", f"back-{number}", "phone:way_back", episode.pk)
stop("athlete", "history", "phone:history")
ClinicianNote.objects.create(episode=lena.episodes.get(closed_at=None), author=coach,
    text="Tender at the inner head, no gap to be felt. Ultrasound on Tuesday if it is not better by then.")
stop("athlete", "about-me", "phone:profile")
stop("athlete", "sharing", "phone:sharing")
stop("athlete", "agreement", "phone:consent")
stop("athlete", "who-looked", "phone:looks")
stop("athlete", "choose", "phone:choose")
stop("athlete", "report-first-screen", "phone:report-step", 1)
stop("athlete", "report-offline", "phone:offline")
stop("athlete", "notices", "notices")
stop("athlete", "how-told", "how_told")
stop("athlete", "language", "language_and_units")
stop("athlete", "passkeys", "mfa_list_webauthn")
stop("athlete", "second-factor", "mfa_index")
stop("athlete", "sessions", "sessions")
stop("athlete", "is-it-you", "account_reauthenticate")
stop("athlete", "tokens", "tokens")
stop("athlete", "token-new", "token_new")
stop("athlete", "apps", "apps")
stop("athlete", "app-asks", "idp:oidc:authorization", more="?" + urlencode(asking))
stop("athlete", "app-is-wrong", "idp:oidc:authorization")
stop("athlete", "account", "account")
DataExport.objects.create(asked_by=lena.user, state="ready", content=b"PK", expires_at=now + timedelta(days=6))
stop("athlete", "own-data", "own_data")
stop("athlete", "erase", "erase_account")
stop("athlete", "account-email", "account_email")
stop("athlete", "account-password", "account_change_password")
stop("athlete", "account-log-out", "account_logout")
stop("athlete", "join-too", newcomer())
stop("athlete", "join-for-another", newcomer(email="somebody@example.test"))
stop("athlete", "not-mine", "desk:today")

stop("coach", "today", "desk:today")
stop("coach", "today-one-squad", "desk:today", more=f"?squad={squad.pk}")
stop("coach", "morning", "desk:morning")
stop("coach", "notices", "notices")
stop("coach", "how-told", "how_told")
stop("coach", "language", "language_and_units")
stop("coach", "channels", "desk:channels", squad.pk)
stop("coach", "athletes", "desk:athletes")
stop("coach", "athletes-none-found", "desk:athletes", more="?q=zzz")
stop("coach", "outcomes", "desk:outcomes")
stop("coach", "squads", "desk:squads")
stop("coach", "board", "desk:board", squad.pk)
stop("coach", "board-out", "desk:board", squad.pk, more="?show=out")
stop("coach", "season", "desk:season", squad.pk)
stop("coach", "season-wrong-day", "desk:season", squad.pk, more="?since=2099-01-01")
stop("coach", "squad-new", "desk:new_squad")
stop("coach", "club", "desk:club", squad.club_id)
stop("coach", "people", "desk:people", squad.club_id)
stop("coach", "member", "desk:member", coach.memberships.get(role="coach").pk)
# Of these the coach is shown the status only: one calls for a doctor today, one does not.
Athlete.objects.filter(name__in=["Aisha Khan", "Sofia Silva"]).update(sharing="status")
stop("coach", "keeping", "desk:keeping", squad.club_id, more="?keep_months=12")
stop("coach", "on-call", "desk:new_on_call", squad.club_id)
# A webhook that works, with a test that was taken and one that was given up.
hook = WebhookEndpoint.objects.create(club=squad.club, name="Board in the clubhouse", url="https://board.example.test/niggle",
    events=["escalation.opened", "escalation.acknowledged"], secret=webhook.new_secret(), added_by=coach)
for told in ({"state": "sent", "status": 204, "took_ms": 87, "attempts": 1}, {"state": "failed", "error": "answered 500", "status": 500, "took_ms": 31, "attempts": 12}):
    WebhookDelivery.objects.filter(pk=telling.ping(hook).pk).update(**told)
stop("coach", "webhooks", "desk:webhooks", squad.club_id)
stop("coach", "webhook", "desk:webhook", hook.pk)
stop("coach", "told-first", "desk:own_coaches", lena.pk)
stop("coach", "athlete-moves", "desk:athlete_squads", lena.pk)
stop("coach", "athlete-leaves", "desk:athlete_leave", Athlete.objects.get(name="Chloe Martin").pk)
stop("coach", "athlete-cannot-leave", "desk:athlete_leave", lena.pk)
gone = Athlete.objects.create(club=squad.club, name="Toni Berger", left_at=now)
gone.squads.add(squad)
stop("coach", "left", "desk:left")
stop("coach", "consent-told", "desk:consent_told", Athlete.objects.filter(user=None, left_at=None).first().pk)
stop("coach", "athlete-new", "desk:new_athlete", squad.pk)
stop("coach", "invite", "desk:invite", squad.pk)
stop("coach", "today-choice", "desk:today", more="?level=coach_review&state=waiting")
for step in (1, 2, 3):
    stop("coach", f"first-step-{step}", "desk:start", squad.club_id, step)
track_link = invitations.invite_at_the_track(by=coach, squad=squad)
stop("coach", "track", "desk:track", track_link.pk)
stop("nobody", "join-at-the-track", invitations.track_path(invitation=track_link))
for athlete in Athlete.objects.filter(left_at=None).order_by("name"):
    name = athlete.name.split()[0].lower()
    stop("coach", f"athlete-{name}", "desk:athlete", athlete.pk)
    report = athlete.reports.order_by("-reported_at").first()
    if report:
        stop("coach", f"report-{name}", "desk:report", report.pk)
for escalation in Escalation.objects.unresolved().order_by("opened_at"):
    name = escalation.athlete.name.split()[0].lower()
    stop("coach", f"call-{name}", "desk:escalation", escalation.pk)
episode = lena.episodes.get(closed_at=None)
stop("coach", "comment", "desk:comment", episode.pk)
stop("coach", "close", "desk:close", episode.pk)
stop("coach", "clearance", "desk:clearance", episode.pk)
stop("coach", "finding", "desk:finding", episode.pk)
stop("coach", "hold-first", "desk:hold", Athlete.objects.get(name="Marco Rossi").pk)
held = holds.hold_training(by=coach, athlete=lena, kind="modified", reason="Easy runs up to 30 minutes, no hills.",
    until=now + timedelta(days=3), episode=episode)
stop("coach", "hold", "desk:hold", lena.pk)
stop("coach", "release", "desk:release", held.pk)
steps = list(newest.assessment.care_steps.all())
changed, off = [step for step in steps if not step_changes.why_fixed(step)][:2]
step_changes.change_step(by=coach, step=changed, reason="The pool is closed.", text="Walk 20 minutes on flat ground.")
step_changes.change_step(by=coach, step=off, reason="You have done this for a week.")
stop("coach", "step-changed", "desk:change_step", changed.pk)
danger = Athlete.objects.get(name="Marco Rossi").reports.order_by("-reported_at")[0]
stop("coach", "step-fixed", "desk:change_step", danger.assessment.care_steps.first().pk)
hand_overs.hand_over(by=coach, episode=episode, to_name="Dr Weber", note="Is there more behind it than tired muscle?")
stop("coach", "hand-over", "desk:hand_over", episode.pk)
stop("coach", "sheet", "desk:sheet", episode.pk)
stop("coach", "sheet-danger", "desk:sheet", danger.episode_id)
stop("coach", "check-in", "desk:check_in", asked.pk)
stop("coach", "known-of-lena", "desk:new_report-known", lena.pk)
stop("coach", "report-for-lena", "desk:new_report-step", lena.pk, 1)
print(json.dumps(stops))
"""


@dataclass(frozen=True)
class Stop:
    name: str
    who: Who
    path: str

    def __str__(self) -> str:
        return f"{self.who}: {self.name}"


def load_demo_club(stack: Stack) -> list[Stop]:
    """The demo club is there, and these are its pages."""
    stack.manage("load_demo")
    printed = stack.run_python(FIND_STOPS)  # before the last line: the mail of the invitations
    return [Stop(*found) for found in json.loads(printed.splitlines()[-1])]


def people(browser: Browser, stack: Stack, **screen: object) -> dict[Who, BrowserContext]:
    """A browser for each person of the tour, logged in."""
    found: dict[Who, BrowserContext] = {}
    for who in ("nobody", "athlete", "coach"):
        context = browser.new_context(base_url=stack.url, locale="en-GB", **screen)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        found[who] = context
        if email := LOG_INS.get(who):
            page = context.new_page()
            log_in(page, email, PASSWORD)
            page.close()
    return found
