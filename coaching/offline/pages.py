"""The interview for a phone without a network: every screen on one page; and the taking of reports that come late."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from athletes.models import Athlete, PainReport
from athletes.services.reports import (
    NotKept,
    NotStored,
    SameKeyOtherContent,
    submit_pain_report,
)
from coaching.door import signed_in
from coaching.interview import Draft, GoFirst, Mount, ScreenForm
from coaching.interview.sending import NOTE_LENGTH, wrong_with_note
from coaching.offline.person import person_of
from coaching.saying import said
from guidance import (
    KNOWLEDGE,
    Answers,
    Disposition,
    InvalidAnswers,
    Question,
    pocket_knowledge,
)

KEPT = timedelta(days=30)  # so long may a report wait on a phone, as the REST face takes it too
JUST_NOW = timedelta(minutes=2)  # younger than this it was not late
MOST_BYTES = 64_000  # of a report; a long one has some thousand
SENTINEL = "%tell%"  # stands where the browser puts the words of its own verdict
DANGERS = (Disposition.EMERGENCY_NOW, Disposition.SAME_DAY)


class Unusable(ValueError):
    """What was sent is not a report."""


@dataclass(frozen=True)
class Late:
    """A report as a phone sends it. `seconds_ago` it was told, by the phone's own clock: that may be wrong, but not its pace."""

    athlete: UUID
    client_key: UUID
    answers: dict[str, Any]
    skipped: list[str]
    note: str
    seconds_ago: float

    @classmethod
    def read(cls, body: bytes) -> Late:
        if len(body) > MOST_BYTES:
            raise Unusable
        try:
            sent = json.loads(body)
            told = cls(
                athlete=UUID(sent["athlete"]),
                client_key=UUID(sent["client_key"]),
                answers=dict(sent["answers"]),
                skipped=[str(screen) for screen in sent.get("skipped", [])],
                note=str(sent.get("note", "")).strip(),
                seconds_ago=float(sent.get("seconds_ago", 0)),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as wrong:
            raise Unusable from wrong
        if wrong_with_note(told.note) or told.seconds_ago != told.seconds_ago:  # NaN
            raise Unusable
        return told

    def told_at(self, now: datetime) -> datetime | None:
        """When it was told: never in the future, never longer ago than a phone may keep it. None: just now."""
        ago = min(max(self.seconds_ago, 0.0), KEPT.total_seconds())
        return now - timedelta(seconds=ago) if ago > JUST_NOW.total_seconds() else None

    def usable(self) -> tuple[Answers, str]:
        """The answers, and the note. What an update of the knowledge no longer takes goes into the note: a person reads it."""
        try:
            return Answers.parse(self.answers, skipped=self.skipped), self.note
        except InvalidAnswers:
            told = Answers.recall(self.answers, skipped=self.skipped)
        lost = [f"{name}: {self.answers[name]}" for name in self.answers if name not in told]
        if not lost:
            return told, self.note
        words = _("Told without a network, and not asked like this any more:")
        return told, "\n".join([self.note, words, *lost]).strip()[:NOTE_LENGTH]


@dataclass(frozen=True)
class Pocket:
    """Where a face hangs the offline interview: beside which online one, and whose reports it takes."""

    mount: Mount
    mine: Callable[[Any], list[Athlete]]

    def urls(self, prefix: str) -> list[URLPattern]:
        pages = [
            ("", "offline", require_safe(signed_in(self.interview))),
            ("key/", "offline-key", require_safe(signed_in(self.key))),
            ("reports/", "offline-send", require_POST(signed_in(self.take))),
        ]
        return [path(f"{prefix}{tail}", view, name=name) for tail, name, view in pages]

    def interview(self, request: HttpRequest) -> HttpResponse:
        """Every screen that may be asked. Which one is next, and what it means, the browser works out."""
        try:
            athlete = self.mount.find_athlete(request)
        except GoFirst as first:
            return redirect(first.url)
        today = timezone.now().astimezone(athlete.zone).date()
        known = Answers.parse(athlete.known_facts(today)).as_dict()
        context = {
            "athlete": athlete,
            "club": athlete.club,
            "about_me": self.mount.about_me,
            "leave_url": self.mount.leave(athlete),
            "note_length": NOTE_LENGTH,
            "forms": _forms(known),
            "dangers": [
                {"disposition": level.value, "tell_athlete": SENTINEL} for level in DANGERS
            ],
            "offline": {
                "knowledge": pocket_knowledge(said),
                "known": known,
                "athlete": str(athlete.pk),
                "person": person_of(request.user),  # type: ignore[arg-type]
                "call": athlete.club.emergency_number,
                "home": self.mount.leave(athlete),
                "sentinel": SENTINEL,
            },
        }
        return render(request, "offline/interview.html", context)

    def key(self, request: HttpRequest) -> HttpResponse:
        """For who sends without a fresh page: whose log-in this is, and what a form would carry."""
        person = person_of(request.user)  # type: ignore[arg-type]
        return JsonResponse({"person": person, "csrf_token": get_token(request)})

    def take(self, request: HttpRequest) -> HttpResponse:
        """A report that was told without a network. Sent twice it is one; a danger calls somebody now, however late."""
        try:
            late = Late.read(request.body)
        except Unusable:
            return JsonResponse({"state": "refused"}, status=400)
        athlete = next((one for one in self.mine(request.user) if one.pk == late.athlete), None)
        if athlete is None:
            return JsonResponse({"state": "refused"}, status=404)
        answers, note = late.usable()
        try:
            submission = submit_pain_report(
                by=request.user,  # type: ignore[arg-type]
                athlete=athlete,
                answers=answers,
                client_key=late.client_key,
                face=self.mount.face,
                note=note,
                reported_at=late.told_at(timezone.now()),
            )
        except SameKeyOtherContent:
            sent = athlete.reports.get(client_key=late.client_key)
            return JsonResponse({"state": "conflict", "url": self.mount.done(sent)}, status=409)
        except NotKept:
            return JsonResponse({"state": "not_kept"}, status=403)
        except NotStored:
            return JsonResponse({"state": "later"}, status=503)
        self._forget_draft(request, athlete, submission.report)
        return JsonResponse({"state": "sent", "url": self.mount.done(submission.report)})

    def _forget_draft(self, request: HttpRequest, athlete: Athlete, report: PainReport) -> None:
        """The same report may have been begun on the site: it is told now."""
        if Draft.load(request.session, athlete).client_key == str(report.client_key):
            Draft.clear(request.session, athlete)


def _forms(known: dict[str, Any]) -> list[ScreenForm]:
    """Each screen with what is not known from the profile, as the site would ask it first."""
    forms = []
    for screen in KNOWLEDGE.screens.values():
        findings = tuple(KNOWLEDGE.findings[name] for name in screen.findings if name not in known)
        if findings:
            question = Question(
                screen_id=screen.id,
                kind=screen.kind,
                title=screen.title,
                why=screen.why,
                findings=findings,
                none_of_these=screen.rest == "no",
                rest=screen.rest,
                groups=screen.groups,
            )
            forms.append(ScreenForm(question, {}))
    return forms
