"""Erasing oneself, or as a guardian a child: at once, and for good."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from athletes.models import Athlete
from athletes.services import erasure
from coaching.accounts import say_plainly
from coaching.door import signed_in

UNPROCESSABLE = 422
NOTHING_KEPT = '"cache", "storage"'  # what the browser holds of the site goes too


class EraseForm(forms.Form):
    """The name, typed, so that nobody does it by mistake; and that nobody comes any more, where somebody is called."""

    name = forms.CharField(max_length=254, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    although_called = forms.BooleanField(
        label=gettext_lazy("Erase it although a coach is being called. Nobody will come any more.")
    )

    def __init__(self, *args: Any, name: str, is_called: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._name = name
        self.fields["name"].label = _("To go on, type “%(name)s”") % {"name": name}
        if not is_called:
            del self.fields["although_called"]
        say_plainly(self)

    def clean_name(self) -> str:
        typed: str = self.cleaned_data["name"]
        if _plain(typed) != _plain(self._name):
            raise forms.ValidationError(
                _("This is not “%(name)s”. Type it as it stands above.") % {"name": self._name}
            )
        return typed


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


@signed_in
@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def erase_account(request: Any) -> HttpResponse:
    """All of it: log-in, athletes in each club, what was only theirs."""
    user = request.user
    mine = Athlete.objects.filter(user=user)
    is_called = erasure.still_called(mine)
    form = EraseForm(_posted(request), name=user.name or user.email, is_called=is_called)
    in_the_way = erasure.clubs_in_the_way(user)
    if not in_the_way and form.is_valid():
        try:
            erasure.erase_account(by=user)
        except erasure.OwnsClubs as refused:
            in_the_way = refused.clubs
        else:
            return _erased(request)
    page = {
        "form": form,
        "is_called": is_called,
        "in_the_way": in_the_way,
        "going": erasure.clubs_that_go_too(user),
        "wrote": user.memberships.exclude(role="athlete").exists(),
        "number": _emergency_number(mine),
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "own_data/erase.html", page, status=status)


def _erased(request: Any) -> HttpResponse:
    """Nobody is logged in any more; the last page says that it is done."""
    request.session.flush()
    request.user = AnonymousUser()
    response = render(request, "own_data/erased.html")
    response["Clear-Site-Data"] = NOTHING_KEPT
    return response


@signed_in
@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def erase_child(request: Any, pk: UUID) -> HttpResponse:
    """As a guardian: the child's record in this club, and their log-in if they are nobody else."""
    wards = Athlete.objects.whose_data_is_of(request.user).exclude(user=request.user)
    child = get_object_or_404(wards.select_related("club"), pk=pk)
    is_called = erasure.still_called([child])
    form = EraseForm(_posted(request), name=child.name, is_called=is_called)
    if form.is_valid():
        erasure.erase_athlete(by=request.user, athlete=child)
        messages.success(request, _("Everything about %(name)s is erased.") % {"name": child.name})
        return redirect("own_data")
    page = {
        "form": form,
        "child": child,
        "is_called": is_called,
        "number": child.club.emergency_number,
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "own_data/erase.html", page, status=status)


def _posted(request: Any) -> Any:
    return request.POST if request.method == "POST" else None


def _emergency_number(athletes: Any) -> str:
    first = athletes.select_related("club").first()
    return first.club.emergency_number if first else ""
