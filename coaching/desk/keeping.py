"""How long a club keeps closed problems: owners choose, and see first what would go and when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from athletes import access
from athletes.models import Club
from athletes.models.clubs import LONGEST_KEEPING_MONTHS, SHORTEST_KEEPING_MONTHS
from athletes.services import retention
from coaching.desk.club_forms import RefusableForm
from coaching.desk.door import DeskRequest, on_desk

UNPROCESSABLE = 422


class KeepingForm(RefusableForm):
    """Months, or nothing for as long as nobody erases it."""

    keep_months = forms.IntegerField(
        label=gettext_lazy("Months"),
        required=False,
        min_value=SHORTEST_KEEPING_MONTHS,
        max_value=LONGEST_KEEPING_MONTHS,
        help_text=gettext_lazy(
            "12 or more: a pain that comes back is judged by what was before. Empty: until it is erased."
        ),
    )


@on_desk
@require_http_methods(["GET", "HEAD", "POST"])
def keeping(request: DeskRequest, pk: UUID) -> HttpResponse:
    """`?keep_months=24` shows what would go; only POST changes anything."""
    club = get_object_or_404(Club.objects.seen_from_desk_by(request.user), pk=pk)
    access.require_owns_club(request.user, club)
    is_looking = request.method != "POST"
    typed: Any = request.GET if is_looking else request.POST
    asked = typed if "keep_months" in typed else None
    form = KeepingForm(asked, initial={"keep_months": club.keep_months})
    months = club.keep_months
    if form.is_valid():
        months = form.cleaned_data["keep_months"]
        if not is_looking:
            try:
                retention.keep_for(by=request.user, club=club, months=months)
            except ValidationError as invalid:
                form.refuse(invalid)
            else:
                messages.success(
                    request, _("Saved. It holds from the next round on, within hours.")
                )
                return redirect("desk:keeping", pk=pk)
    page = {
        "club": club,
        "form": form,
        "months": months,
        "is_preview": months != club.keep_months,
        "going": retention.by_month(club, months=months),
        "now_due": retention.over(club, months=months).count(),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desk/keeping.html", page, status=status)
