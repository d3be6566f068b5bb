"""The athlete's pages: home, the answer to a report, history, one episode, the profile."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from athletes.consent import Standing
from athletes.models import Athlete, CareStep, ClinicianNote, Comment, Episode, PainReport
from athletes.models.reports import PainReportQuerySet, newest_assessment
from athletes.returning import way_back, ways_back
from athletes.services import care, comments, people
from coaching import body_map
from coaching.door import posted, signed_in
from coaching.interview import Mount
from coaching.phone import pain_days, talk
from coaching.phone.answer import Answer
from coaching.phone.check_ins import asked_in, asking
from coaching.phone.consent import asks_first
from coaching.phone.door import (
    CHOSEN,
    PhoneRequest,
    about_own,
    as_athlete,
    athletes_of,
    own_episode,
    reporting_athlete,
)
from coaching.phone.forms import CommentForm, ProfileForm
from coaching.phone.today import Today, hold_in_a_line, hold_of
from coaching.way_back import Sheet

REPORTS_ON_A_PAGE = 20
NO_CONTENT, UNPROCESSABLE = 204, 422

REPORT = Mount(
    face="phone",
    layout="base.html",
    route="phone:report",
    find_athlete=reporting_athlete,
    done=lambda report: reverse("phone:result", args=[report.pk]),
    leave=lambda athlete: reverse("phone:home"),
)


@as_athlete
@require_safe
def home(request: PhoneRequest, athlete: Athlete) -> HttpResponse:
    """The state of today in a line, how it is, what to do now, and the coach's last word."""
    now = timezone.now()
    standing = Standing(athlete, now)
    if asks_first(request, standing):
        return redirect("phone:consent")
    open_episodes = list(athlete.episodes.open().with_latest().order_by("-latest_at"))
    latest = _reports(request).filter(athlete=athlete, episode__in=open_episodes[:1]).first()
    answer = Answer(latest, now) if latest else None
    last_word = _last_word(request, athlete)
    context = {
        "athlete": athlete,
        "is_me": athlete.user_id == request.user.pk,
        "standing": standing,
        "club": athlete.club,
        "zone": athlete.zone,
        "answer": answer,
        "today": Today(athlete, answer, hold_of(request.user, athlete, now), now),
        "other_episodes": open_episodes[1:],
        "ways_back": _ways_back(open_episodes),
        "check_ins": asking(athlete),
        "last_word": last_word,
        "last_word_is_new": last_word is not None and talk.is_new(last_word, request.user),
        "draft_begun": REPORT.has_draft(request, athlete),
        "mine": athletes_of(request.user),
        "has_history": latest is not None or athlete.reports.exists(),
    }
    return render(request, "phone/home.html", context)


def _ways_back(open_episodes: list[Episode]) -> list[Sheet]:
    """The way back to running from the newest problem, and from others where it is under way."""
    found = ways_back(open_episodes, timezone.now())
    sheets = [Sheet(way) for episode in open_episodes if (way := found[episode.pk]).exists]
    newest = open_episodes[0].pk if open_episodes else None
    return [s for s in sheets if s.is_under_way or s.way.episode.pk == newest]


def _last_word(request: PhoneRequest, athlete: Athlete) -> Comment | None:
    """What a coach said last, if anything was said."""
    said = Comment.objects.visible_to(request.user).filter(episode__athlete=athlete)
    others = said.exclude(author=request.user).select_related("author", "episode")
    return others.order_by("-created_at").first()


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: PhoneRequest) -> HttpResponse:
    """Whom it is about: for who runs in two clubs, or answers for a child."""
    mine = athletes_of(request.user)
    if request.method == "POST":
        wanted = request.POST.get("athlete", "")
        if wanted in {str(athlete.pk) for athlete in mine}:
            request.session[CHOSEN] = wanted
            return redirect("phone:home")
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "phone/choose.html", {"mine": mine}, status=status)


_STEPS = Prefetch("assessments__care_steps", CareStep.objects.select_related("settled_by"))


def _reports(request: PhoneRequest) -> PainReportQuerySet:
    """The person's own reports, with all that a page shows of them."""
    own = PainReport.objects.visible_to(request.user).filter(about_own(request.user, "athlete"))
    return (
        own.select_related("athlete__club", "episode__athlete", "filed_by")
        .prefetch_related(newest_assessment(), _STEPS)
        .newest_first()
    )


@signed_in
@require_safe
def result(request: PhoneRequest, report_id: UUID) -> HttpResponse:
    """What to do, at once; why, as soon as the worker has it."""
    report = get_object_or_404(_reports(request), pk=report_id)
    context = _answer_page(request, report)
    response = render(request, "phone/result.html", context)
    _note_read(request, context["talk"])
    return response


@signed_in
@require_safe
def answer(request: PhoneRequest, report_id: UUID) -> HttpResponse:
    """The part of the result page that fills itself when the assessment is there."""
    report = get_object_or_404(_reports(request), pk=report_id)
    context = _answer_page(request, report)
    if context["answer"].is_emergency and request.htmx:
        return HttpResponseClientRefresh()  # a danger is a page of its own
    return render(request, "phone/parts/answer.html", context)


def _note_read(request: PhoneRequest, shown: talk.Talk) -> None:
    """What only asks whether the page is there has not read it."""
    if request.method == "GET":
        talk.have_read(shown, request.user)


def _answer_page(request: PhoneRequest, report: PainReport) -> dict[str, Any]:
    now = timezone.now()
    hold = hold_of(request.user, report.athlete, now)
    return {
        "report": report,
        "athlete": report.athlete,
        "club": report.athlete.club,
        "zone": report.athlete.zone,
        "answer": Answer(report, now),
        "hold": hold,
        "hold_line": hold_in_a_line(hold, report.athlete, now) if hold else "",
        "episode": report.episode,
        "sheet": Sheet(way_back(report.episode, now)),
        "talk": talk.talk_about(report.episode, request.user),
        "form": CommentForm(),
    }


@signed_in
@require_POST
def step_state(request: PhoneRequest, step_id: UUID) -> HttpResponse:
    """Tick a step off, or take that back."""
    own = CareStep.objects.visible_to(request.user).filter(
        about_own(request.user, "assessment__report__athlete")
    )
    step = get_object_or_404(own.select_related("assessment__report__athlete"), pk=step_id)
    state = request.POST.get("state", "")
    if state in care.SET_BY_HAND:
        care.set_step_state(by=request.user, step=step, state=state)
    if not request.htmx:
        return redirect(_page_of_step(request, step))
    report = _reports(request).get(pk=step.assessment.report_id)
    return render(
        request,
        "phone/parts/plan.html",
        {
            "answer": Answer(report, timezone.now()),
            "zone": report.athlete.zone,
            "only_now": "only_now" in request.POST,
        },
    )


def _page_of_step(request: PhoneRequest, step: CareStep) -> str:
    if "only_now" in request.POST:
        return reverse("phone:home")
    return f"{reverse('phone:result', args=[step.assessment.report_id])}#plan"


@as_athlete
@require_safe
def history(request: PhoneRequest, athlete: Athlete) -> HttpResponse:
    """A month as a calendar, the last weeks on the body map, and every report."""
    now = timezone.now()
    reports = PainReport.objects.visible_to(request.user).filter(athlete=athlete)
    pages = Paginator(reports.select_related("episode").newest_first(), REPORTS_ON_A_PAGE)
    recent = pain_days.recent_pains(athlete, now)
    context = {
        "page": pages.get_page(request.GET.get("page")),
        "month": pain_days.month_of(athlete, request.GET.get("month", ""), now),
        "body": body_map.coloured(recent) if recent else None,
        "zone": athlete.zone,
    }
    return render(request, "phone/history.html", context)


@signed_in
@require_safe
def episode(request: PhoneRequest, episode_id: UUID) -> HttpResponse:
    """One problem from its first report to its end."""
    return _episode_page(request, own_episode(request, episode_id), CommentForm())


def _episode_page(
    request: PhoneRequest, episode: Episode, form: CommentForm, status: int = 200
) -> HttpResponse:
    reports = episode.reports.newest_first()
    said = talk.talk_about(episode, request.user)
    context = {
        "episode": episode,
        "zone": episode.athlete.zone,
        "check_ins": asked_in(episode),
        "page": Paginator(reports, REPORTS_ON_A_PAGE).get_page(request.GET.get("page")),
        "sheet": Sheet(way_back(episode, timezone.now())),
        "notes": ClinicianNote.objects.visible_to(request.user)
        .filter(episode=episode)
        .select_related("author"),
        "talk": said,
        "form": form,
    }
    response = render(request, "phone/episode.html", context, status=status)
    _note_read(request, said)
    return response


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: PhoneRequest, episode_id: UUID) -> HttpResponse:
    """Say something to the coach, and back to the page where it was written; or what was said since."""
    episode = own_episode(request, episode_id)
    if request.method != "POST":
        return _said_since(request, episode)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _episode_page(request, episode, form, status=UNPROCESSABLE)
    try:
        comments.add_comment(by=request.user, episode=episode, text=form.cleaned_data["text"])
    except comments.TalkIsOver as over:
        form.add_error("text", str(over))
        return _episode_page(request, episode, form, status=UNPROCESSABLE)
    report = episode.reports.filter(pk__in=_uuids(request.POST.get("report", ""))).first()
    page = (
        reverse("phone:result", args=[report.pk])
        if report
        else reverse("phone:episode", args=[episode.pk])
    )
    return redirect(f"{page}#talk")


def _said_since(request: PhoneRequest, episode: Episode) -> HttpResponse:
    """For the page that is open: what came after the last that stands there; nothing to swap if nothing did."""
    said = talk.talk_about(episode, request.user)
    seen = next(iter(_uuids(request.GET.get("after", ""))), None)
    if not (since := said.after(seen)):
        return HttpResponse(status=NO_CONTENT)
    context = {"episode": episode, "zone": episode.athlete.zone, "talk": said, "since": since}
    response = render(request, "phone/parts/said_since.html", context)
    _note_read(request, said)
    return response


def _uuids(text: str) -> list[UUID]:
    """The id in `text`, if it is one."""
    try:
        return [UUID(text)]
    except ValueError:
        return []


@as_athlete
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: PhoneRequest, athlete: Athlete) -> HttpResponseBase:
    form = ProfileForm(athlete, posted(request))
    if request.method == "POST" and form.is_valid():
        people.update_athlete(by=request.user, athlete=athlete, **form.changes())
        messages.success(request, _("Saved. We will not ask these again in a report."))
        return redirect("phone:profile")
    status = UNPROCESSABLE if form.errors else 200
    page = {"form": form, "athlete": athlete, "is_me": athlete.user_id == request.user.pk}
    return render(request, "phone/profile.html", page, status=status)
