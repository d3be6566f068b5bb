"""The coach's desk: athletes, reports, episodes, escalations. Its first page is in waiting.py."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from athletes.access import Sight
from athletes.models import Athlete, Episode, Escalation, PainReport, Squad
from athletes.services import comments, episodes, escalations, looks
from coaching.desk.door import DeskRequest, back_to, on_desk
from coaching.desk.filters import chosen_squad
from coaching.desk.forms import CloseForm, CommentForm, ResolveForm
from coaching.door import posted
from coaching.reading import cases
from coaching.reading.problems import place_of, problems
from coaching.reading.today import rows_for, with_row_parts
from coaching.telling import told

ATHLETES_ON_A_PAGE = 25
UNPROCESSABLE = 422


@on_desk
@require_safe
def escalation(request: DeskRequest, pk: UUID) -> HttpResponse:
    page = _escalation_page(request, pk, ResolveForm())
    _note_look(request, Athlete.objects.get(escalations=pk))
    return page


def _note_look(request: DeskRequest, athlete: Athlete) -> None:
    """After the page is made, which may still say what was new. What only asks whether it is there is no look."""
    if request.method == "GET" and not request.htmx:
        looks.looked(by=request.user, athlete=athlete)


def _escalation_page(
    request: DeskRequest, pk: UUID, form: ResolveForm, status: int = 200
) -> HttpResponse:
    seen = Escalation.objects.seen_from_desk_by(request.user)
    found = get_object_or_404(cases.with_events(with_row_parts(seen, request.user)), pk=pk)
    now = timezone.now()
    (row,) = rows_for(request.user, [found], now)
    page = {
        "row": row,
        "athlete": found.athlete,
        "form": form,
        "status_only": not row.is_whole,
        "told": told(found.report) if row.is_whole else None,
        "recommendation": cases.recommendation_of(found.report, now),
    }
    return render(request, "desk/escalation.html", page, status=status)


@on_desk
@require_POST
def resolve(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Dealt with, with a line on how."""
    found = get_object_or_404(Escalation.objects.seen_from_desk_by(request.user), pk=pk)
    form = ResolveForm(request.POST)
    if not form.is_valid():
        return _escalation_page(request, pk, form, status=UNPROCESSABLE)
    escalations.resolve(by=request.user, escalation=found, outcome=form.cleaned_data["outcome"])
    messages.success(request, _("Noted as dealt with."))
    return redirect(back_to(request, reverse("desk:athlete", args=[found.athlete_id])))


@on_desk
@require_safe
def athletes(request: DeskRequest) -> HttpResponse:
    squads = list(Squad.objects.seen_from_desk_by(request.user))
    chosen = chosen_squad(request, squads)
    words = request.GET.get("q", "").replace("\0", "").strip()  # PostgreSQL takes no U+0000
    found = cases.roster(request.user, words).real()
    if chosen:
        found = found.filter(squads=chosen)
    page = Paginator(found, ATHLETES_ON_A_PAGE).get_page(request.GET.get("page"))
    sight = Sight(request.user)
    for athlete in page:
        athlete.problems = problems(sight, athlete.open_episodes)  # type: ignore[attr-defined]
        athlete.shares_status = not sight.is_whole(athlete)  # type: ignore[attr-defined]
    shown = {"page": page, "squads": squads, "chosen": chosen, "words": words}
    return render(request, "desk/athletes.html", shown)


def find_athlete(request: Any, pk: UUID) -> Athlete:
    """For the interview: whom a report from the desk may be about."""
    seen = Athlete.objects.seen_from_desk_by(request.user).select_related("club")
    return get_object_or_404(seen, pk=pk)


@on_desk
@require_safe
def report(request: DeskRequest, pk: UUID) -> HttpResponse:
    """One report whole. Asked by htmx, only the recommendation, while it is being written."""
    seen = PainReport.objects.seen_from_desk_by(request.user).with_people()
    found = get_object_or_404(seen, pk=pk)
    sight = Sight(request.user)
    is_whole = sight.is_whole(found.athlete)
    page = {
        "report": found,
        "athlete": found.athlete,
        "filed_by": cases.filer(found),
        "place": place_of(sight, found.episode),
        "status_only": not is_whole,
        "told": told(found) if is_whole else None,
        "recommendation": cases.recommendation_of(found, timezone.now()),
    }
    judged = "desk/parts/recommendation.html" if is_whole else "desk/parts/status_judged.html"
    part = judged if request.htmx else "desk/report.html"
    response = render(request, part, page)
    patch_vary_headers(response, ["HX-Request"])
    _note_look(request, found.athlete)
    return response


@on_desk
@require_http_methods(["GET", "POST"])
def comment(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Say something about an episode. The form stands on the athlete's page; errors show here."""
    episode = episode_seen(request, pk)
    form = CommentForm(posted(request))
    if form.is_valid() and _said(request, episode, form):
        messages.success(request, _("Sent."))
        return redirect(episode_on_page(episode))
    return form_about(request, episode, form, _("Write about"), _("Send"))


def _said(request: DeskRequest, episode: Episode, form: CommentForm) -> bool:
    """False with the reason beside the field."""
    try:
        comments.add_comment(by=request.user, episode=episode, text=form.cleaned_data["text"])
    except comments.TalkIsOver as over:
        form.add_error("text", str(over))
        return False
    return True


@on_desk
@require_http_methods(["GET", "POST"])
def close(request: DeskRequest, pk: UUID) -> HttpResponse:
    """An episode is over."""
    episode = episode_seen(request, pk)
    form = CloseForm(posted(request))
    if form.is_valid():
        episodes.close_episode(by=request.user, episode=episode, **form.cleaned_data)
        place = place_of(Sight(request.user), episode)
        messages.success(request, _("%(place)s is closed.") % {"place": place})
        return redirect(episode_on_page(episode))
    waiting = episode.escalations.open().exists()
    return form_about(request, episode, form, _("Close"), _("Close the episode"), waiting=waiting)


def episode_seen(request: DeskRequest, pk: UUID) -> Episode:
    """An episode of somebody whom the person looks after; all others are not there."""
    seen = Episode.objects.seen_from_desk_by(request.user).select_related("athlete")
    return get_object_or_404(seen, pk=pk)


def episode_on_page(episode: Episode) -> str:
    return reverse("desk:athlete", args=[episode.athlete_id]) + f"#episode-{episode.pk}"


def form_about(
    request: DeskRequest, episode: Episode, form: Form, title: str, send: str, **more: Any
) -> HttpResponse:
    """A page with one form about an episode. What was typed stays, with what is wrong beside it."""
    page = {
        "title": f"{title}: {episode.athlete}, {place_of(Sight(request.user), episode).lower()}",
        "form": form,
        "send": send,
        "back": episode_on_page(episode),
        **more,
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "desk/form.html", page, status=status)
