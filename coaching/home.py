"""The front door, and the page about oneself."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from athletes.models import Athlete, User
from athletes.models.people import AthleteQuerySet
from coaching.accounts import face_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What Niggle is, to whom it does not know; everybody else goes to their own pages."""
    if request.user.is_authenticated:
        return redirect(face_of(request.user))
    return render(request, "home.html")


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Who I am here: name, address, clubs; and the ways to change the password or to log out."""
    assert isinstance(request.user, User)
    held = request.user.memberships.active().select_related("club").prefetch_related("squads")
    page = {"memberships": held.order_by("club__name"), "wards": wards_of(request.user)}
    return render(request, "account/overview.html", page)


def wards_of(user: User) -> AthleteQuerySet:
    """Those whose guardian somebody is: a club that one is in because of them."""
    theirs = Athlete.objects.told_about_themselves(user).exclude(user=user)
    return theirs.select_related("club").order_by("club__name", "name")
