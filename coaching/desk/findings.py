"""What a clinician found an episode to be, noted at the desk."""

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

from athletes import access
from athletes.models import Episode
from athletes.models.follow_up import METHODS
from athletes.services import findings
from coaching.desk.door import DeskRequest, on_desk
from coaching.desk.forms import PlainForm
from coaching.desk.views import episode_on_page, episode_seen, form_about
from coaching.door import posted
from coaching.saying import said
from guidance import KNOWLEDGE

NONE_OF_THESE = ("", _("None of these"))


class FindingForm(PlainForm):
    """What it turned out to be, as a clinician said."""

    needs_one_of = True  # a cause or words: neither is “if you like”

    cause = forms.ChoiceField(label=_("What was found?"), required=False)
    in_words = forms.CharField(
        label=_("In the clinician’s words"),
        required=False,
        max_length=200,
        help_text=_("Needed where it is none of these. For example: grade 1 strain of the soleus."),
    )
    clinician = forms.CharField(
        label=_("Who found it?"),
        max_length=120,
        help_text=_("The doctor or physiotherapist, as you were told: Dr Weber, sports medicine."),
    )
    found_on = forms.DateField(
        label=_("On which day?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    method = forms.ChoiceField(label=_("How?"), choices=METHODS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted((said(cause.name), name) for name, cause in KNOWLEDGE.causes.items())
        self.fields["cause"].choices = [NONE_OF_THESE, *((name, words) for words, name in named)]  # type: ignore[attr-defined]


@on_desk
@require_http_methods(["GET", "POST"])
def finding(request: DeskRequest, pk: UUID) -> HttpResponse:
    """A clinician has found out what it is."""
    episode = episode_seen(request, pk)
    access.require_told_all(request.user, episode.athlete)
    today = timezone.now().astimezone(episode.athlete.zone).date()
    form = FindingForm(posted(request), initial={"found_on": today})
    if form.is_valid() and _recorded(request, episode, form):
        return redirect(episode_on_page(episode))
    return form_about(request, episode, form, str(_("What a clinician found")), str(_("Note it")))


def _recorded(request: DeskRequest, episode: Episode, form: FindingForm) -> bool:
    """False with the reason beside the field."""
    try:
        findings.record_finding(by=request.user, episode=episode, **form.cleaned_data)
    except ValidationError as invalid:
        form.add_error(None, invalid)
        return False
    messages.success(request, _("Noted. The outcomes compare it with what Niggle said first."))
    return True
