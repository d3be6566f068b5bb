"""The athlete's pages: home, the answer to a report, history, one episode, the profile."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from athletes.models import Athlete, CareStep, Comment, Episode, PainReport
from athletes.models.reports import PainReportQuerySet, newest_assessment
from athletes.returning import way_back, ways_back
from athletes.services import care, comments, people
from coaching.door import signed_in
from coaching.interview import Mount
from coaching.phone.answer import Answer
from coaching.phone.check_ins import asked_in, asking
from coaching.phone.door import (
    CHOSEN,
    PhoneRequest,
    as_athlete,
    athletes_of,
    own_episode,
    reporting_athlete,
)
from coaching.phone.forms import CommentForm, ProfileForm
from coaching.way_back import Sheet

REPORTS_ON_A_PAGE = 20
UNPROCESSABLE = 422

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
    """How are your legs? The state of today, what to do now, and the coach's last word."""
    open_episodes = list(athlete.episodes.open().with_latest().order_by("-latest_at"))
    latest = _reports(request).filter(athlete=athlete, episode__in=open_episodes[:1]).first()
    context = {
        "athlete": athlete,
        "zone": athlete.zone,
        "answer": Answer(latest, timezone.now()) if latest else None,
        "other_episodes": open_episodes[1:],
        "ways_back": _ways_back(open_episodes),
        "check_ins": asking(athlete),
        "last_word": _last_word(request, athlete),
        "draft_begun": REPORT.has_draft(request, athlete),
        "runs_in_two_clubs": len(athletes_of(request.user)) > 1,
        "has_history": latest is not None or athlete.reports.exists(),
    }
    return render(request, "phone/home.html", context)


def _ways_back(open_episodes: list[Episode]) -> list[Sheet]:
    """Of the problems that are open, those with a way back to running."""
    found = ways_back(open_episodes, timezone.now())
    return [Sheet(way) for episode in open_episodes if (way := found[episode.pk]).exists]


def _last_word(request: PhoneRequest, athlete: Athlete) -> Comment | None:
    """What a coach said last, if anything was said."""
    said = Comment.objects.visible_to(request.user).filter(episode__athlete=athlete)
    others = said.exclude(author=request.user).select_related("author", "episode")
    return others.order_by("-created_at").first()


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: PhoneRequest) -> HttpResponse:
    """Which club, for who runs in two."""
    mine = athletes_of(request.user)
    if request.method == "POST":
        wanted = request.POST.get("athlete", "")
        if wanted in {str(athlete.pk) for athlete in mine}:
            request.session[CHOSEN] = wanted
            return redirect("phone:home")
    return render(request, "phone/choose.html", {"mine": mine})


def _reports(request: HttpRequest) -> PainReportQuerySet:
    """The person's own reports, with all that a page shows of them."""
    own = PainReport.objects.visible_to(request.user).filter(athlete__user=request.user.pk)
    return (
        own.select_related("athlete__club", "episode__athlete", "filed_by")
        .prefetch_related(newest_assessment(), "assessments__care_steps")
        .newest_first()
    )


@signed_in
@require_safe
def result(request: PhoneRequest, report_id: UUID) -> HttpResponse:
    """What to do, at once; why, as soon as the worker has it."""
    report = get_object_or_404(_reports(request), pk=report_id)
    return render(request, "phone/result.html", _answer_page(request, report))


@signed_in
@require_safe
def answer(request: PhoneRequest, report_id: UUID) -> HttpResponse:
    """The part of the result page that fills itself when the assessment is there."""
    report = get_object_or_404(_reports(request), pk=report_id)
    return render(request, "phone/parts/answer.html", _answer_page(request, report))


def _answer_page(request: PhoneRequest, report: PainReport) -> dict[str, object]:
    return {
        "report": report,
        "athlete": report.athlete,
        "club": report.athlete.club,
        "zone": report.athlete.zone,
        "answer": Answer(report, timezone.now()),
        "episode": report.episode,
        "sheet": Sheet(way_back(report.episode, timezone.now())),
        "comments": report.episode.comments.in_order(),
        "form": CommentForm(),
    }


@signed_in
@require_POST
def step_state(request: PhoneRequest, step_id: UUID) -> HttpResponse:
    """Tick a step off, or take that back."""
    own = CareStep.objects.visible_to(request.user).filter(
        assessment__report__athlete__user=request.user
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
    reports = PainReport.objects.visible_to(request.user).filter(athlete=athlete)
    pages = Paginator(reports.select_related("episode").newest_first(), REPORTS_ON_A_PAGE)
    return render(
        request,
        "phone/history.html",
        {"page": pages.get_page(request.GET.get("page")), "zone": athlete.zone},
    )


@signed_in
@require_safe
def episode(request: PhoneRequest, episode_id: UUID) -> HttpResponse:
    """One problem from its first report to its end."""
    return _episode_page(request, own_episode(request, episode_id), CommentForm())


def _episode_page(
    request: PhoneRequest, episode: Episode, form: CommentForm, status: int = 200
) -> HttpResponse:
    reports = episode.reports.newest_first()
    context = {
        "episode": episode,
        "zone": episode.athlete.zone,
        "check_ins": asked_in(episode),
        "page": Paginator(reports, REPORTS_ON_A_PAGE).get_page(request.GET.get("page")),
        "comments": episode.comments.in_order(),
        "form": form,
    }
    return render(request, "phone/episode.html", context, status=status)


@signed_in
@require_POST
def comment(request: PhoneRequest, episode_id: UUID) -> HttpResponse:
    """Say something to the coach; back to the page where it was written."""
    episode = own_episode(request, episode_id)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _episode_page(request, episode, form, status=UNPROCESSABLE)
    comments.add_comment(by=request.user, episode=episode, text=form.cleaned_data["text"])
    report = episode.reports.filter(pk__in=_uuids(request.POST.get("report", ""))).first()
    page = (
        reverse("phone:result", args=[report.pk])
        if report
        else reverse("phone:episode", args=[episode.pk])
    )
    return redirect(f"{page}#talk")


def _uuids(text: str) -> list[UUID]:
    """The id in `text`, if it is one."""
    try:
        return [UUID(text)]
    except ValueError:
        return []


@as_athlete
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: PhoneRequest, athlete: Athlete) -> HttpResponseBase:
    form = ProfileForm(athlete, request.POST or None)
    if request.method == "POST" and form.is_valid():
        people.update_athlete(by=request.user, athlete=athlete, **form.changes())
        messages.success(request, _("Saved. We will not ask these again in a report."))
        return redirect("phone:profile")
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "phone/profile.html", {"form": form, "athlete": athlete}, status=status)
