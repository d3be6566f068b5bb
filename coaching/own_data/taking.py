"""All of one's own data as a file: ask for it, see how it stands, fetch it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from athletes.models import Athlete, DataExport, User
from athletes.services import exports
from coaching.door import signed_in

FILE_NAME = "niggle-data.zip"  # says nothing about whom it is
SHOWN = 5
TOO_LONG = timedelta(hours=1)


@dataclass(frozen=True)
class Shown:
    """A file on the page."""

    export: DataExport

    @property
    def can_be_fetched(self) -> bool:
        expires = self.export.expires_at
        return self.export.state == "ready" and expires is not None and expires > timezone.now()

    @property
    def takes_too_long(self) -> bool:
        is_old = timezone.now() - self.export.created_at > TOO_LONG
        return self.export.state == "pending" and is_old


@signed_in
@require_safe
def own_data(request: Any) -> HttpResponse:
    """What can be taken, and what was asked for lately."""
    asked = DataExport.objects.visible_to(request.user).select_related("athlete").defer("content")
    page = {
        "files": [Shown(export) for export in asked[:SHOWN]],
        "children": children_of(request.user),
        "days": exports.KEPT.days,
        "now": timezone.now(),
    }
    return render(request, "own_data/own_data.html", page)


def children_of(user: User) -> list[Athlete]:
    """For whom `user` answers as a guardian."""
    wards = Athlete.objects.whose_data_is_of(user).exclude(user=user)
    return list(wards.select_related("club"))


@signed_in
@reauthentication_required
@require_POST
def ask(request: Any) -> HttpResponse:
    """Of oneself, or (`athlete`) of a child."""
    child = None
    if key := request.POST.get("athlete"):
        child = next((one for one in children_of(request.user) if str(one.pk) == key), None)
        if child is None:
            raise Http404
    exports.ask(by=request.user, athlete=child)
    messages.success(request, _("We are making the file. You are told when it is ready."))
    return redirect("own_data")


@signed_in
@reauthentication_required
@require_safe
def file(request: Any, pk: UUID) -> HttpResponse:
    """The file itself, to whoever asked for it, for a week."""
    asked = DataExport.objects.visible_to(request.user).defer("content")
    export = get_object_or_404(asked, pk=pk)
    return attachment(request.user, export)


def attachment(user: User, export: DataExport) -> HttpResponse:
    """Saved, never shown; and kept nowhere on the way (`coaching.caches`)."""
    try:
        content = exports.fetch(by=user, export=export)
    except DataExport.DoesNotExist as gone:
        raise Http404 from gone
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
