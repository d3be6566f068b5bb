"""Forgetting an athlete for good."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from athletes import access
from athletes.crashpoints import reach
from athletes.models import Athlete, Membership, User


def erase_athlete(*, by: User, athlete: Athlete) -> UUID:
    """Everything about `athlete` is gone: reports, judgements, escalations, messages, runs, comments.

    All or nothing; work that is still under way for them finds nothing to do. The log-in goes with it
    unless the person is somebody in this or another club. Gives back the primary key, for the record.
    """
    access.require_owns_club(by, athlete.club)
    key = athlete.pk
    with transaction.atomic():
        # A report that is being stored at this moment comes before, or finds nobody.
        found = Athlete.objects.select_for_update(of=("self",)).filter(pk=key).first()
        reach("erase.locked")
        if found is not None:
            person = found.user
            found.delete()
            reach("erase.deleted")
            if person is not None:
                _let_go(person, found.club_id)
        reach("erase.ready")
    reach("erase.done")
    return key


def _let_go(person: User, club: UUID) -> None:
    Membership.objects.filter(user=person, club=club, role=access.ATHLETE).delete()
    is_somebody = (
        person.is_staff
        or person.memberships.exists()
        or Athlete.objects.filter(user=person).exists()
    )
    if not is_somebody:
        person.delete()
