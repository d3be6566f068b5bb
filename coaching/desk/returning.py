"""Back to running, from the desk: a clinician's yes is noted here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from athletes.services import returning
from coaching.desk.door import DeskRequest, on_desk
from coaching.desk.forms import PlainForm
from coaching.desk.views import episode_on_page, episode_seen, form_about
from coaching.door import posted


class ClearanceForm(PlainForm):
    clinician = forms.CharField(
        label=_("Who said yes?"),
        max_length=120,
        help_text=_("The doctor or physiotherapist, as you were told: Dr Weber, sports medicine."),
    )
    given_on = forms.DateField(
        label=_("On which day?"),
        help_text=_(
            "After the last report that asked for a doctor. An earlier yes does not count."
        ),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=_("Anything they asked for?"),
        required=False,
        max_length=300,
        help_text=_("The athlete can read this."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@on_desk
@require_http_methods(["GET", "POST"])
def clearance(request: DeskRequest, pk: UUID) -> HttpResponse:
    """A doctor or physiotherapist has said that the athlete may run."""
    episode = episode_seen(request, pk)
    today = timezone.now().astimezone(episode.athlete.zone).date()
    form = ClearanceForm(posted(request), initial={"given_on": today})
    if form.is_valid() and _recorded(request, episode, form):
        return redirect(episode_on_page(episode))
    return form_about(request, episode, form, str(_("A clinician’s yes")), str(_("Note it")))


def _recorded(request: DeskRequest, episode: Any, form: ClearanceForm) -> bool:
    """False with the reason beside the field."""
    try:
        returning.record_clearance(by=request.user, episode=episode, **form.cleaned_data)
    except ValidationError as invalid:
        form.add_error(None, invalid)
    except returning.NotNow as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("Noted. The athlete sees it."))
    return not form.errors
