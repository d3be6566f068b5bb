"""A check-in, asked and answered: three taps where nothing is new. The phone, the desk and the link share it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from athletes.access import Sight
from athletes.models import CheckIn, PainReport, User
from athletes.models.follow_up import ANSWERED, CANCELLED, PLANNED
from athletes.services import check_ins
from athletes.services.reports import NotKept, NotStored, SameKeyOtherContent
from coaching.agreement import not_kept
from coaching.interview.screens import CHOOSE, Choice, Field
from coaching.interview.sending import NOTE_LENGTH, RETRY_AFTER_S, wrong_with_note
from coaching.saying import said
from guidance import (
    KNOWLEDGE,
    Answers,
    CheckInQuestions,
    Disposition,
    Finding,
    Screening,
    check_in_told,
)

AS_USUAL, DIFFERENT = "as_usual", "different"  # the two buttons
MORE = "more"  # from a page with the first questions only: what is tapped there goes along to the whole form
USUAL = {"one_of": "yes", "yes_no": "no"}  # walks, and the hop does not hurt
UNPROCESSABLE, CONFLICT, UNAVAILABLE = 422, 409, 503
MIXED = gettext_lazy(
    "You marked something below “Something is different”. Send it with the button there, or take the marks away."
)
ONE_OF_THREE = gettext_lazy("Choose one of these.")
WHICH_BUTTON = gettext_lazy("Send it with one of the two buttons, so that we know what is new.")


class CheckInForm:
    """What is asked, what was tapped, and what is wrong with it. Nothing tapped is lost on a mistake."""

    def __init__(self, questions: CheckInQuestions, post: QueryDict | None = None) -> None:
        self.typed = {name: post.getlist(name) for name in post} if post else {}
        self.questions = questions
        self.client_key = self._key()
        self.trend = next(iter(self.typed.get("trend", [])), "")
        self.trend_error = self.note_error = self.error = ""
        asked = self._fields(questions.asks)
        self.taps = [field for field in asked if field.style == "scale"]  # before the first button
        self.taps += self._fields(questions.also)
        self.details = [field for field in asked if field.style != "scale"]
        self.still = self._fields(self._on_page("still", questions.still))
        self.signs = self._fields(self._on_page("signs", questions.signs), rest="no")
        self.note = next(iter(self.typed.get("note", [])), "").strip().replace("\r\n", "\n")
        self.values: dict[str, Any] = {}
        self.wants_more = self.typed.get("action") == [MORE]

    def _fields(self, findings: Iterable[Finding], *, rest: str = "") -> list[Field]:
        return [Field(finding, self.typed, rest=rest, alone=False) for finding in findings]

    def _on_page(self, name: str, asked: Sequence[Finding]) -> list[Finding]:
        """What stood on the page that was sent: what is told meanwhile changes what would be asked now."""
        known = KNOWLEDGE.findings
        sent = [known[finding] for finding in self.typed.get(name, []) if finding in known]
        return [finding for finding in sent if finding.kind == "yes_no"] or list(asked)

    def _key(self) -> UUID:
        """The key of the page that was sent, so that a double tap is one report."""
        try:
            return UUID(next(iter(self.typed.get("client_key", [])), ""))
        except ValueError:
            return uuid.uuid4()

    @property
    def trends(self) -> list[Choice]:
        return [
            Choice(trend.id, said(trend.label), trend.id == self.trend)
            for trend in self.questions.trends
        ]

    @property
    def sign_names(self) -> list[str]:
        """What “nothing new” denies, in words: nobody says no to what they have not read."""
        return [said(sign.finding.short) for sign in self.signs]

    @property
    def _below(self) -> list[Field]:
        """What is asked only of whom something is different."""
        return [*self.details, *self.still, *self.signs]

    @property
    def is_open(self) -> bool:
        """Whether there is something to see below “Something is different”."""
        told = self.wants_more or bool(self.note)
        return told or any(field.chosen or field.error for field in self._below)

    @property
    def has_errors(self) -> bool:
        wrong = any(field.error for field in (*self.taps, *self._below))
        return wrong or bool(self.trend_error or self.note_error or self.error)

    @property
    def answers(self) -> Answers:
        """For `check_ins.answer`."""
        return check_in_told(self.trend, self.values)

    def is_valid(self, action: str) -> bool:
        """Read the answers. A sign becomes a “no” only by the button that says so, never by silence."""
        if self.trend not in {trend.id for trend in self.questions.trends}:
            self.trend_error = str(ONE_OF_THREE)
        for field in self.taps:
            self._read(field, required=field.style == "scale")
        if action == DIFFERENT:
            self._different()
        elif action == AS_USUAL:
            self._as_usual()
        else:
            self.error = str(WHICH_BUTTON)
        self.note_error = wrong_with_note(self.note)
        return not self.has_errors

    def _read(self, field: Field, *, required: bool = True) -> None:
        if field.value is not None:
            self.values.update(field.validated())
        elif required:
            field.error = str(CHOOSE)

    def _different(self) -> None:
        for field in self.details:
            self._read(field)
        for field in self.still:  # left alone, it stays as it was told
            self._read(field, required=False)
        for sign in self.signs:
            self.values[sign.id] = sign.value or "no"

    def _as_usual(self) -> None:
        usual = {sign.id: "no" for sign in self.signs}
        usual |= {field.id: USUAL[field.finding.kind] for field in self.details}
        if any(field.value not in (None, usual.get(field.id)) for field in self._below):
            self.error = str(MIXED)
        self.values.update(usual)


@dataclass(frozen=True)
class Place:
    """Where a check-in is answered, and what is different there."""

    face: str
    template: str
    done: Callable[[HttpRequest, PainReport], HttpResponse]
    about_me: bool = True
    by_link: bool = False  # opened from a message, without a log-in
    for_others: str = (
        ""  # the template where `by` may not read the questions, which say what was told before
    )


def check_in_page(
    request: HttpRequest, check_in: CheckIn, *, by: User, place: Place
) -> HttpResponse:
    """The questions, or why there are none; a POST answers them in the name of `by`."""
    if request.method == "POST":
        return _answer(request, check_in, by, place)
    if _is_closed(check_in) or is_to_come(check_in, timezone.now()):
        return _show(request, check_in, place)
    return _show(request, check_in, place, CheckInForm(check_ins.questions(check_in)))


def _is_closed(check_in: CheckIn) -> bool:
    return check_in.state in (ANSWERED, CANCELLED)


def is_to_come(check_in: CheckIn, now: datetime) -> bool:
    """Not asked yet, and not due; what is due can be answered before anybody has asked."""
    return check_in.state == PLANNED and check_in.due_at > now


def _answer(request: HttpRequest, check_in: CheckIn, by: User, place: Place) -> HttpResponse:
    form = CheckInForm(check_ins.questions(check_in), request.POST)
    if form.wants_more:
        return _show(request, check_in, place, None if _is_closed(check_in) else form)
    if not form.is_valid(request.POST.get("action", "")):
        return _show(request, check_in, place, form, UNPROCESSABLE)
    try:
        submission = check_ins.answer(
            by=by,
            check_in=check_in,
            answers=form.answers,
            client_key=form.client_key,
            face=place.face,
            note=form.note,
        )
    except SameKeyOtherContent:
        form.client_key = uuid.uuid4()  # the next tap on “send” makes a second report of it
        return _show(request, check_in, place, form, CONFLICT)
    except NotKept as answered:
        about_me = place.about_me
        page = not_kept(answered, check_in.episode.athlete, about_me=about_me)
        return render(request, "check_in/not_kept.html", {**page, "by_link": place.by_link})
    except NotStored as failure:
        return _not_stored(request, check_in, place, form, failure.screening)
    return place.done(request, submission.report)


def _not_stored(
    request: HttpRequest, check_in: CheckIn, place: Place, form: CheckInForm, screening: Screening
) -> HttpResponse:
    """What to do is known all the same, and what was tapped stays on the page under the same key."""
    response = _show(request, check_in, place, form, UNAVAILABLE, screening)
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _show(
    request: HttpRequest,
    check_in: CheckIn,
    place: Place,
    form: CheckInForm | None = None,
    status: int = 200,
    screening: Screening | None = None,
) -> HttpResponse:
    athlete = check_in.episode.athlete
    is_hidden = bool(place.for_others) and not Sight(request.user).is_whole(athlete)  # type: ignore[arg-type]
    context = {
        "check_in": check_in,
        "athlete": athlete,
        "first_name": athlete.name.split(maxsplit=1)[0],
        "club": athlete.club,
        "zone": athlete.zone,
        "form": None if is_hidden else form,
        "about_me": place.about_me,
        "note_length": NOTE_LENGTH,
        "sent_before": status == CONFLICT,
        "screening": screening,
        "is_danger": screening is not None and screening.disposition >= Disposition.SAME_DAY,
        "now": timezone.now(),
    }
    template = place.for_others if is_hidden else place.template
    return render(request, template, context, status=status)
