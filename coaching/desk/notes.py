"""Clinicians' notes at the desk: written by a squad's clinicians, read by them and the athlete."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from athletes import access
from athletes.models import Athlete, ClinicianNote, User
from athletes.services import notes
from coaching.desk.door import DeskRequest, on_desk
from coaching.desk.forms import PlainForm
from coaching.desk.views import episode_on_page, episode_seen, form_about
from coaching.door import posted


class NoteForm(PlainForm):
    text = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=notes.LONGEST,
        help_text=gettext_lazy(
            "The athlete and the squad’s clinicians read this; coaches and owners never do. A note is not changed later: "
            "write another one."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
    )


def notes_for(user: User, athlete: Athlete) -> dict[UUID, list[ClinicianNote]]:
    """Those about `athlete` that `user` may read, by the key of the problem, the oldest first."""
    seen = ClinicianNote.objects.visible_to(user).filter(episode__athlete=athlete)
    found: dict[UUID, list[ClinicianNote]] = defaultdict(list)
    for note in seen.select_related("author"):
        found[note.episode_id].append(note)
    return dict(found)


@on_desk
@require_http_methods(["GET", "POST"])
def note(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Write down something about a problem."""
    episode = episode_seen(request, pk)
    access.require_may_write_notes(request.user, episode.athlete)
    form = NoteForm(posted(request))
    if form.is_valid() and _added(request, episode, form):
        return redirect(episode_on_page(episode))
    return form_about(request, episode, form, _("Clinician’s note"), _("Save the note"))


def _added(request: DeskRequest, episode: Any, form: NoteForm) -> bool:
    """False with the reason beside the field."""
    try:
        notes.add_note(by=request.user, episode=episode, text=form.cleaned_data["text"])
    except ValidationError as invalid:
        form.add_error(None, invalid)
        return False
    messages.success(request, _("Saved. The athlete can read it."))
    return True
