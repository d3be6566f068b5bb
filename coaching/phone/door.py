"""Whose phone it is: an athlete sees only what is their own, also when they coach others."""

from __future__ import annotations

from functools import wraps
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from athletes.models import Athlete, Episode, User
from coaching.door import Page, signed_in
from coaching.interview import GoFirst

CHOSEN = "phone_athlete"  # session key: the id of the athlete, for who runs in two clubs


class PhoneRequest(HttpRequest):
    """A request by somebody who is logged in. For types only."""

    user: User
    htmx: Any


def as_athlete(view: Page) -> Page:
    """Gives the view the athlete that the person is; asks which one, if they are several."""

    @signed_in
    @wraps(view)
    def page(request: PhoneRequest, **where: Any) -> HttpResponse:
        mine = athletes_of(request.user)
        if not mine:
            return render(request, "phone/no_athlete.html", status=404)
        athlete = _chosen(request, mine)
        if athlete is None:
            return redirect("phone:choose")
        return view(request, athlete, **where)

    return page


def athletes_of(user: User) -> list[Athlete]:
    """The athletes that `user` is, one for each club that they run in; then those whose guardian they are."""
    mine = Athlete.objects.told_about_themselves(user).select_related("club")
    return sorted(mine, key=lambda one: (one.user_id != user.pk, one.club.name, one.name))


def about_own(user: User, athlete: str) -> Q:
    """Of rows that name their athlete under `athlete`: those of whom these pages are about for `user`."""
    mine = Athlete.objects.told_about_themselves(user).values("pk")
    return Q(**{f"{athlete}__in": mine})


def own_episode(request: PhoneRequest, episode_id: UUID) -> Episode:
    """A problem of the person's own, with the athlete and the club; all others are not there."""
    own = Episode.objects.visible_to(request.user).filter(about_own(request.user, "athlete"))
    found: Episode = get_object_or_404(own.select_related("athlete__club"), pk=episode_id)
    return found


def reporting_athlete(request: PhoneRequest) -> Athlete:
    """For the interview: who reports. Who runs in two clubs says first which coaches it goes to."""
    mine = athletes_of(request.user)
    if not mine:
        raise Http404
    athlete = _chosen(request, mine)
    if athlete is None:
        raise GoFirst(reverse("phone:choose"))
    return athlete


def _chosen(request: PhoneRequest, mine: list[Athlete]) -> Athlete | None:
    if len(mine) == 1:
        return mine[0]
    chosen = request.session.get(CHOSEN)
    return next((athlete for athlete in mine if str(athlete.pk) == chosen), None)
