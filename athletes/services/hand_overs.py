"""Handing a problem to a clinician: one of the club, or one outside it by name."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from athletes import access, chain
from athletes.models import Athlete, Episode, HandOver, User
from athletes.models.escalations import TALK
from athletes.services import audit, notifications

HANDED_OVER = gettext_noop("An athlete was handed over to you")
LONGEST_NAME, LONGEST_NOTE = 120, 1000


def clinicians_of(athlete: Athlete, now: datetime) -> list[User]:
    """The clinicians of the club who see this athlete, without the athlete themself."""
    found = chain.of_athlete(athlete, now)
    holders = found.desk.holders(access.CLINICIAN, found.squads)
    return chain.in_order(person for person in holders if person.pk != athlete.user_id)


@transaction.atomic
def hand_over(
    *,
    by: User,
    episode: Episode,
    clinician: User | None = None,
    to_name: str = "",
    note: str = "",
    at: datetime | None = None,
) -> HandOver:
    """Hand `episode` to a `clinician` of the club, who is told, or to somebody outside (`to_name`), who is not.

    What is handed on stays with its coaches as well: no clock stops. The same one sent twice is one.

    Raises: NotAllowed, ValidationError (every mistake at once).
    """
    access.require_on_desk_of(by, episode.athlete)
    now, note = at or timezone.now(), note.strip()
    name = str(clinician) if clinician else " ".join(to_name.split())
    _check(episode, clinician, name, note, now)
    Athlete.objects.select_for_update(no_key=True).get(pk=episode.athlete_id)
    newest = episode.hand_overs.order_by("-created_at", "-id").first()
    if newest and (newest.clinician, newest.to_name, newest.note) == (clinician, name, note):
        return newest
    handed = HandOver.objects.create(
        episode=episode,
        clinician=clinician,
        to_name=name,
        note=note,
        handed_by=by,
        created_at=now,
    )
    notifications.queue(
        recipients=[clinician] if clinician and clinician != by else [],
        key=f"hand_over:{handed.pk}",
        subject=HANDED_OVER,
        path=f"/desk/episodes/{episode.pk}/sheet/",
        topic=TALK,
        episode=episode,
    )
    audit.record_change(
        by=by,
        athletes=[episode.athlete],
        what="hand_over",
        record_key=handed.pk,
        fields=["clinician", "to_name", "note"],
    )
    return handed


def _check(episode: Episode, clinician: User | None, name: str, note: str, now: datetime) -> None:
    wrong: dict[str, str] = {}
    if clinician is not None and clinician not in clinicians_of(episode.athlete, now):
        wrong["clinician"] = _("This person is no clinician who sees this athlete.")
    if not name:
        wrong["to_name"] = _("Choose a clinician of the club, or say who it is.")
    elif len(name) > LONGEST_NAME:
        wrong["to_name"] = _("At most %(number)s characters.") % {"number": LONGEST_NAME}
    if len(note) > LONGEST_NOTE:
        wrong["note"] = _("At most %(number)s characters.") % {"number": LONGEST_NOTE}
    if wrong:
        raise ValidationError(wrong)
