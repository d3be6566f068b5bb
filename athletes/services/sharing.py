"""What an athlete shares with coaches and owners: chosen by the athlete or a guardian, and who chose it when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from athletes import access
from athletes.access import SHARE_ALL, SHARE_STATUS, policies
from athletes.models import Athlete, AuditEntry, User
from athletes.models.audit import CHANGED
from athletes.services import audit

WHAT = "sharing"  # as entries of the audit name it
OTHER = {SHARE_ALL: SHARE_STATUS, SHARE_STATUS: SHARE_ALL}


@dataclass(frozen=True)
class Change:
    """What was shared from then on, and who chose it; None: somebody who has left."""

    at: datetime
    by: User | None
    sharing: str


@transaction.atomic
def choose_sharing(*, by: User, athlete: Athlete, sharing: str) -> Athlete:
    """From the next request on, coaches and owners are shown that much. The same again changes nothing.

    Raises: NotAllowed, ValidationError, NotAsThingsStand.
    """
    access.require_may_choose_sharing(by, athlete)
    if why := policies.why_sharing_stays(athlete):
        raise policies.NotAsThingsStand(why)
    if sharing not in OTHER:
        raise ValidationError({"sharing": _("Choose one of the two.")})
    athlete = Athlete.objects.select_for_update(no_key=True).get(pk=athlete.pk)
    if athlete.sharing == sharing:
        return athlete
    athlete.sharing = sharing
    athlete.save(update_fields=["sharing"])
    audit.record_change(
        by=by,
        athletes=[athlete],
        what=WHAT,
        record_key=athlete.pk,
        fields=["sharing"],
        also_own=True,
    )
    return athlete


def changes_of(athlete: Athlete) -> list[Change]:
    """The newest first. Entries name no values; as there are two, each was the other of the one after it."""
    entries = AuditEntry.objects.filter(
        club_key=athlete.club_id, what=WHAT, record_key=str(athlete.pk), action=CHANGED
    ).order_by("-at", "-pk")
    rows = list(entries.values_list("at", "actor_key"))
    people = {user.uid: user for user in User.objects.filter(uid__in=[key for _at, key in rows])}
    found, sharing = [], athlete.sharing
    for at, actor in rows:
        found.append(Change(at, people.get(actor) if actor else None, sharing))
        sharing = OTHER[sharing]
    return found
