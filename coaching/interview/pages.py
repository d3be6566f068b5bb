"""The pages of the interview: each step posts one screen and goes on by a redirect."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from coaching.door import Page, signed_in
from coaching.interview.draft import Draft
from coaching.interview.screens import ScreenForm
from coaching.interview.sending import send
from coaching.interview.visit import GoFirst, Place, Visit
from guidance import KNOWLEDGE, Question, progress

KNOWN = "known"  # stands for a screen: all that the profile knows
READ = ["GET", "HEAD"]
READ_AND_POST = [*READ, "POST"]


class Mount(Place):
    """Where a face hangs the interview, with its addresses."""

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
    return visit.render(
        "interview/resume.html", {"go_on": visit.url_of_last_page(), "draft": visit.draft}
    )


def step_page(visit: Visit, step: int) -> HttpResponse:
    question = visit.question(step)
    if question is None:
        return redirect(visit.url_of_last_page())
    if visit.request.method == "POST":
        return _answer(visit, step, question)
    return _show(visit, step, visit.form(question))


def _answer(visit: Visit, step: int, question: Question) -> HttpResponse:
    post, draft = visit.request.POST, visit.draft
    if post.get("screen") != question.screen_id:  # an old page of another tab
        return redirect(visit.url_of_last_page())
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
            return redirect(visit.url("send") if visit.may_send else visit.url_of_last_page())
    if not form.known:
        return redirect(visit.url_of_last_page())
    return visit.render("interview/known.html", {"form": form, "age": visit.known.get("age")})


def _known_question(visit: Visit) -> Question:
    """Every known fact on one screen, in the order of the findings."""
    known = tuple(KNOWLEDGE.findings[name] for name in visit.known.as_dict())
    return Question(KNOWN, "detail", "", "", (), none_of_these=False, known=known)


def discard(visit: Visit) -> HttpResponse:
    """Throw the draft away."""
    Draft.clear(visit.request.session, visit.athlete)
    return redirect(visit.mount.leave(visit.athlete))
