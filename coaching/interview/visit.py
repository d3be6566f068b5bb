"""One request to the interview, and the face that it came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from athletes.access import Sight
from athletes.consent import Standing
from athletes.models import Athlete, PainReport
from coaching.agreement import why_not_kept
from coaching.interview.draft import Draft
from coaching.interview.screens import ScreenForm
from coaching.interview.steps import SoFar
from guidance import Answers, Disposition, Question, Screening, next_question, screen


class GoFirst(Exception):
    """Something must be settled before questions can be asked; a `find_athlete` may raise this."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


@dataclass(frozen=True)
class Place:
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


class Visit:
    """One request to the interview: who is asked, what was told so far, and what comes next."""

    def __init__(self, request: HttpRequest, mount: Place, where: dict[str, Any]) -> None:
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

    def url_of_last_page(self) -> str:
        return self.url_after(len(self.draft.path))
