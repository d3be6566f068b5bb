"""The pages of the interview: each step posts one screen and goes on by a redirect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from athletes.access import Sight
from athletes.consent import Standing
from athletes.models import Athlete, PainReport
from athletes.services.reports import (
    NotKept,
    NotStored,
    SameKeyOtherContent,
    submit_pain_report,
)
from coaching.agreement import not_kept, why_not_kept
from coaching.door import Page, signed_in
from coaching.interview.draft import Draft
from coaching.interview.screens import CHANGEABLE, ScreenForm
from coaching.interview.steps import SoFar
from coaching.telling import in_words, is_plain_no, label
from guidance import (
    KNOWLEDGE,
    Answers,
    Disposition,
    Question,
    Screening,
    next_question,
    progress,
    screen,
)

NOTE_LENGTH = 2000  # characters
RETRY_AFTER_S = 20
KNOWN = "known"  # stands for a screen: all that the profile knows
READ = ["GET", "HEAD"]
READ_AND_POST = [*READ, "POST"]


class GoFirst(Exception):
    """Something must be settled before questions can be asked; a `find_athlete` may raise this."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


@dataclass(frozen=True)
class Mount:
    """Where a face hangs the interview, and what is different there."""

    face: str
    layout: str
    route: str
    find_athlete: Callable[..., Athlete]
    done: Callable[[PainReport], str]
    leave: Callable[[Athlete], str]
    about_me: bool = True

    def has_draft(self, request: HttpRequest, athlete: Athlete) -> bool:
        """Whether a report for `athlete` was begun here and not sent."""
        return bool(Draft.load(request.session, athlete).path)

    def urls(self, prefix: str) -> list[URLPattern]:
        """The pages of the interview below `prefix`."""
        name = self.route.rpartition(":")[2]
        pages: list[tuple[str, str, Page, list[str]]] = [
            ("", name, start, READ),
            ("<int:step>/", f"{name}-step", step_page, READ_AND_POST),
            ("send/", f"{name}-send", send, READ_AND_POST),
            ("known/", f"{name}-known", known_facts, READ_AND_POST),
            ("discard/", f"{name}-discard", discard, ["POST"]),
        ]
        return [
            path(f"{prefix}{tail}", _page(self, view, methods), name=url_name)
            for tail, url_name, view, methods in pages
        ]


class Visit:
    """One request to the interview: who is asked, what was told so far, and what comes next."""

    def __init__(self, request: HttpRequest, mount: Mount, where: dict[str, Any]) -> None:
        self.request, self.mount, self.where = request, mount, where
        self.athlete = mount.find_athlete(request, **where)
        self.draft = Draft.load(request.session, self.athlete)
        today = timezone.now().astimezone(self.athlete.zone).date()
        # What the athlete does not share with who asks is asked anew, and shown to nobody.
        self.known = Answers.parse(Sight(request.user).known_facts(self.athlete, today))  # type: ignore[arg-type]

    @property
    def answers(self) -> Answers:
        return self.known.merged(self.draft.told)

    @cached_property
    def screening(self) -> Screening:
        return screen(self.answers)

    @property
    def is_danger(self) -> bool:
        return self.screening.disposition >= Disposition.SAME_DAY

    def question(self, step: int) -> Question | None:
        """What is asked at `step`: the screen that stood there before, or the next one."""
        if step == len(self.draft.path) + 1:
            return next_question(self.answers)
        return self.draft.question(step)

    def form(self, question: Question) -> ScreenForm:
        """The screen as it was left, with what is told otherwise than the profile has it."""
        told = self.draft.answers
        changed = {name: [str(told[name])] for name in self.known if name in told}
        typed = {**changed, **self.draft.typed.get(question.screen_id, {})}
        return ScreenForm(question, typed, self.known.as_dict())

    def posted(self, question: Question) -> ScreenForm:
        return ScreenForm.posted(question, self.request.POST, self.known.as_dict())

    @property
    def may_send(self) -> bool:
        return SoFar(self.known, self.draft.told).may_stop

    def save(self) -> None:
        self.draft.save(self.request.session, self.athlete)

    def on_device(self) -> dict[str, Any]:
        """What a browser keeps to go on without a network: what was told, what is known, and what was asked."""
        draft = self.draft
        return {
            "athlete": str(self.athlete.pk),
            "face": self.mount.face,
            "client_key": draft.client_key,
            "started_at": draft.started_at,
            "answers": draft.answers,
            "skipped": draft.skipped,
            "known": self.known.as_dict(),
            "path": [asked["screen"] for asked in draft.path],
        }

    @property
    def why_not_kept(self) -> str:
        """What is missing for this report to be kept; "" for nothing."""
        standing = Standing(self.athlete, timezone.now())
        return why_not_kept(standing, about_me=self.mount.about_me)

    def url(self, page: str = "", **extra: Any) -> str:
        name = f"{self.mount.route}-{page}" if page else self.mount.route
        return reverse(name, kwargs={**self.where, **extra})

    def url_after(self, step: int) -> str:
        """Where to go when the screen at `step` is answered."""
        answers = self.answers
        if screen(answers).disposition is Disposition.EMERGENCY_NOW:
            return self.url("send")
        if step < len(self.draft.path) or next_question(answers):
            return self.url("step", step=step + 1)
        return self.url("send")

    def render(
        self, template: str, context: dict[str, Any] | None = None, status: int = 200
    ) -> HttpResponse:
        """The page; for htmx only what changes, without the layout around it."""
        htmx = self.request.htmx  # type: ignore[attr-defined]
        partly = htmx and not htmx.history_restore_request
        base = {
            "layout": "interview/bare.html" if partly else self.mount.layout,
            "athlete": self.athlete,
            "club": self.athlete.club,
            "about_me": self.mount.about_me,
            # The athletes' own word stands in their profile; for who has no log-in, the coach speaks.
            "word_counts": self.athlete.user_id in (None, self.request.user.pk),
            "screening": self.screening,
            "is_danger": self.is_danger,
            "is_emergency": self.screening.disposition is Disposition.EMERGENCY_NOW,
            "leave_url": self.mount.leave(self.athlete),
            "discard_url": self.url("discard"),
            "send_url": self.url("send"),
            "draft_on_device": self.on_device(),
        }
        return render(self.request, template, {**base, **(context or {})}, status=status)


def _page(mount: Mount, view: Page, methods: list[str]) -> Page:
    """The view for one mount, for people who are logged in."""

    def visit(request: HttpRequest, **where: Any) -> HttpResponse:
        rest = {"step": where.pop("step")} if "step" in where else {}
        try:
            asked = Visit(request, mount, where)
        except GoFirst as first:
            return redirect(first.url)
        return view(asked, **rest)

    page: Page = vary_on_headers("HX-Request")(require_http_methods(methods)(signed_in(visit)))
    return page


def start(visit: Visit) -> HttpResponse:
    """Begin at the first screen, or offer to go on with what was begun."""
    if not visit.draft.path:
        return redirect(visit.url("step", step=1))
    return visit.render("interview/resume.html", {"go_on": _last_page(visit), "draft": visit.draft})


def _last_page(visit: Visit) -> str:
    return visit.url_after(len(visit.draft.path))


def step_page(visit: Visit, step: int) -> HttpResponse:
    question = visit.question(step)
    if question is None:
        return redirect(_last_page(visit))
    if visit.request.method == "POST":
        return _answer(visit, step, question)
    return _show(visit, step, visit.form(question))


def _answer(visit: Visit, step: int, question: Question) -> HttpResponse:
    post, draft = visit.request.POST, visit.draft
    if post.get("screen") != question.screen_id:  # an old page of another tab
        return redirect(_last_page(visit))
    form = visit.posted(question)
    action = post.get("action", "")
    if action == "back" and step > 1:
        draft.typed[question.screen_id] = form.typed
        visit.save()
        return redirect(visit.url("step", step=step - 1))
    if not form.is_valid(action):
        return _show(visit, step, form, status=422)
    draft.record(step, question, form.values, form.skipped, form.typed)
    draft.change_known(form.known_values, form.changes)
    visit.save()
    return redirect(visit.url_after(step))


def _show(visit: Visit, step: int, form: ScreenForm, status: int = 200) -> HttpResponse:
    done, total = progress(visit.answers)
    waiting = total - done
    last = max(len(visit.draft.path) + waiting, step)
    context = {
        "form": form,
        "question": form.question,
        "step": step,
        "steps": last,
        "may_send": visit.is_danger and visit.may_send,
        "why_not_kept": visit.why_not_kept if step == 1 else "",
    }
    return visit.render("interview/step.html", context, status=status)


def known_facts(visit: Visit) -> HttpResponse:
    """All that the profile knows, to change what is no longer so."""
    form = visit.form(_known_question(visit))
    if visit.request.method == "POST":
        form = visit.posted(form.question)
        if form.is_valid("next"):
            visit.draft.change_known(form.known_values, form.changes)
            visit.save()
            return redirect(visit.url("send") if visit.may_send else _last_page(visit))
    if not form.known:
        return redirect(_last_page(visit))
    return visit.render("interview/known.html", {"form": form, "age": visit.known.get("age")})


def _known_question(visit: Visit) -> Question:
    """Every known fact on one screen, in the order of the findings."""
    known = tuple(KNOWLEDGE.findings[name] for name in visit.known.as_dict())
    return Question(KNOWN, "detail", "", "", (), none_of_these=False, known=known)


def discard(visit: Visit) -> HttpResponse:
    """Throw the draft away."""
    Draft.clear(visit.request.session, visit.athlete)
    return redirect(visit.mount.leave(visit.athlete))


def send(visit: Visit) -> HttpResponse:
    if visit.request.method == "POST":
        return _send(visit)
    if not visit.may_send:
        return redirect(_last_page(visit))
    return _show_send(visit, visit.draft.note)


def _show_send(visit: Visit, note: str, error: str = "") -> HttpResponse:
    steps = len(visit.draft.path)
    context = {
        "note": note,
        "note_error": error,
        "note_length": NOTE_LENGTH,
        "why_not_kept": "" if visit.is_danger else visit.why_not_kept,
        "client_key": visit.draft.client_key,
        "told": _told(visit),
        "from_profile": _from_profile(visit),
        "known_url": visit.url("known"),
        "back_url": visit.url("step", step=steps) if steps else visit.mount.leave(visit.athlete),
    }
    return visit.render("interview/send.html", context)


def _told(visit: Visit) -> list[dict[str, str]]:
    """Every answer in words, with the way back to its screen."""
    answers = visit.draft.answers
    return [
        {
            "short": label(name),
            "answer": in_words(name, answers[name]),
            "url": visit.url("step", step=number),
        }
        for number, asked in enumerate(visit.draft.path, start=1)
        for name in asked["findings"]
        if name in answers and not is_plain_no(name, answers[name])
    ]


def _from_profile(visit: Visit) -> list[dict[str, Any]]:
    """What was not asked because it is known, as it stands for this report."""
    return [
        {
            "short": label(name),
            "answer": in_words(name, visit.answers[name]),
            "is_changed": visit.answers[name] != before,
            "can_change": KNOWLEDGE.findings[name].kind in CHANGEABLE,
        }
        for name, before in visit.known.items()
    ]


def _send(visit: Visit) -> HttpResponse:
    post, draft = visit.request.POST, visit.draft
    note = post.get("note", "").strip().replace("\r\n", "\n")
    if post.get("client_key") != draft.client_key:
        return _sent_before(visit, post.get("client_key", ""))
    if not visit.may_send:
        return redirect(_last_page(visit))
    if error := wrong_with_note(note):
        return _show_send(visit, note, error)
    if post.get("action") == "as_new":
        draft.renew_key()
        visit.save()
    try:
        report = _submit(visit, note)
    except SameKeyOtherContent:
        return _conflict(visit, note)
    except NotKept as answered:
        return _not_kept(visit, answered)
    except NotStored as failure:
        return _not_stored(visit, note, failure.screening)
    Draft.clear(visit.request.session, visit.athlete)
    return redirect(visit.mount.done(report))


def wrong_with_note(note: str) -> str:
    """Why the note cannot be stored, if so: PostgreSQL takes no U+0000."""
    if len(note) > NOTE_LENGTH:
        return _("Please keep it under %(most)s characters.") % {"most": NOTE_LENGTH}
    return _("It holds a character that cannot be stored (U+0000).") if "\0" in note else ""


def _submit(visit: Visit, note: str) -> PainReport:
    return submit_pain_report(
        by=visit.request.user,  # type: ignore[arg-type]
        athlete=visit.athlete,
        answers=visit.draft.told,
        client_key=UUID(visit.draft.client_key),
        face=visit.mount.face,
        note=note,
    ).report


def _sent_before(visit: Visit, key: str) -> HttpResponse:
    """The second tap on “Send”, or an old page: lead to the report that is there."""
    try:
        client_key = UUID(key)
    except ValueError:
        return redirect(visit.url())
    mine = PainReport.objects.visible_to(visit.request.user).filter(athlete=visit.athlete)
    report = mine.filter(client_key=client_key).first()
    return redirect(visit.mount.done(report) if report else visit.url())


def _conflict(visit: Visit, note: str) -> HttpResponse:
    sent = visit.athlete.reports.get(client_key=visit.draft.client_key)
    context = {
        "sent": sent,
        "sent_url": visit.mount.done(sent),
        "note": note,
        "client_key": visit.draft.client_key,
    }
    return visit.render("interview/conflict.html", context, status=409)


def _not_kept(visit: Visit, answered: NotKept) -> HttpResponse:
    """Answered, and nothing of it stays: not the draft either."""
    Draft.clear(visit.request.session, visit.athlete)
    page = not_kept(answered, visit.athlete, about_me=visit.mount.about_me)
    return visit.render("interview/not_kept.html", page)


def _not_stored(visit: Visit, note: str, screening: Screening) -> HttpResponse:
    """The database did not take it. What to do is known all the same; the draft stays as it is.

    Nothing is written to the session here: it lives in the same database.
    """
    context = {"screening": screening, "note": note, "client_key": visit.draft.client_key}
    response = visit.render("interview/not_stored.html", context, status=503)
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response
