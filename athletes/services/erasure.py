"""Forgetting an athlete for good."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from athletes import access
from athletes.crashpoints import reach
from athletes.models import Athlete, Club, Membership, User

MADE_UP = (
    "@demo.invalid"  # where those live who have no log-in; nobody can ever have such an address
)


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


def erase_demo_club(*, by: User, club: Club) -> None:
    """A demo club with all that is in it, and the people who were made up for it. All or nothing.

    Whoever is real keeps their log-in, also if they ran in it; no row of another club is touched.
    """
    access.require_owns_club(by, club)
    if not club.is_demo:
        raise access.NotAllowed(_("Only a demo club can be removed whole."))
    with transaction.atomic():
        for athlete in (
            Athlete.objects.select_for_update(of=("self",)).filter(club=club).order_by("pk")
        ):
            athlete.delete()
        made_up = list(
            User.objects.filter(memberships__club=club, email__endswith=MADE_UP)
            .exclude(pk=by.pk)
            .distinct()
        )
        Club.objects.filter(pk=club.pk).delete()
        for person in made_up:
            if not person.memberships.exists() and not person.athletes.exists():
                person.delete()
