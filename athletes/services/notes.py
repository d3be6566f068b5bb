"""What clinicians write down about a problem, for clinicians and the athlete. Notes are added, never changed."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from athletes import access
from athletes.access import policies
from athletes.models import ClinicianNote, Episode, User
from athletes.models.escalations import TALK
from athletes.services import audit, notifications

LONGEST = 4000  # characters


@transaction.atomic
def add_note(*, by: User, episode: Episode, text: str) -> ClinicianNote:
    """Write down something, and let the athlete know that there is something to read.

    Raises: NotAllowed, ValidationError, NotAsThingsStand.
    """
    access.require_may_write_notes(by, episode.athlete)
    if why := policies.why_no_note(episode):
        raise policies.NotAsThingsStand(why)
    text = text.strip()
    if not text:
        raise ValidationError({"text": _("Write something, or leave the page.")})
    if len(text) > LONGEST:
        raise ValidationError({"text": _("At most %(n)s characters.") % {"n": LONGEST}})
    note = ClinicianNote.objects.create(episode=episode, author=by, text=text)
    athlete = episode.athlete
    notifications.queue(
        recipients=[athlete.user] if athlete.user else [],
        key=f"note:{note.pk}",
        subject="You have a new message in Niggle",
        path=f"/me/episodes/{episode.pk}/",
        topic=TALK,
        episode=episode,
    )
    audit.record_change(
        by=by, athletes=[athlete], what="clinician_note", record_key=note.pk, fields=["text"]
    )
    return note
