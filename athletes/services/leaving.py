"""Who leaves a club: nobody there sees them any more, and their record waits for whoever it belongs to."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from athletes import access
from athletes.access import policies
from athletes.models import Athlete, Invitation, Membership, User
from athletes.security_log import note
from athletes.services import audit, people


@transaction.atomic
def let_go(*, by: User, athlete: Athlete) -> Athlete:
    """The athlete has left the club. Again: no change.

    Only of whom nothing is open: nobody who waits for an answer, or for whom somebody is called, drops out of sight.
    Raises: NotAllowed, NotAsThingsStand.
    """
    access.require_leads_athlete(by, athlete)
    athlete = Athlete.objects.select_for_update(no_key=True).get(pk=athlete.pk)
    if athlete.left_at is not None:
        return athlete
    if why := policies.why_athlete_stays(athlete):
        raise policies.NotAsThingsStand(why)
    now = timezone.now()
    athlete.left_at = now
    athlete.save(update_fields=["left_at"])
    athlete.own_coaches.clear()
    Invitation.objects.usable().filter(athlete=athlete).update(revoked_at=now)
    held = Membership.objects.active().filter(user=athlete.user_id, club=athlete.club_id)
    if held.filter(role=access.ATHLETE).update(ended_at=now):
        note("role_ended", user_id=athlete.user_id, how=access.ATHLETE)
    _note(by, athlete)
    return athlete


@transaction.atomic
def bring_back(*, by: User, athlete: Athlete) -> Athlete:
    """An athlete without a log-in is in the club again, in the squads of before. Again: no change.

    Whoever has one takes up a link: nobody is brought back without their own doing. Raises: NotAllowed, NotAsThingsStand.
    """
    access.require_leads_athlete(by, athlete)
    athlete = Athlete.objects.select_for_update(no_key=True).get(pk=athlete.pk)
    if athlete.left_at is None:
        return athlete
    if why := policies.why_athlete_stays_away(athlete):
        raise policies.NotAsThingsStand(why)
    athlete.left_at = None
    athlete.save(update_fields=["left_at"])
    _note(by, athlete)
    return athlete


def comes_back(*, by: User, athlete: Athlete) -> None:
    """A report that was on its way while the athlete was let go: who is hurt is seen, and somebody is called for them.

    Inner step: the caller holds the lock on the athlete.
    """
    if athlete.left_at is None or athlete.is_drill:
        return
    athlete.left_at = None
    athlete.save(update_fields=["left_at"])
    if athlete.user is not None:
        for squad in athlete.squads.all():
            people.grant_role(user=athlete.user, squad=squad, role=access.ATHLETE)
    _note(by, athlete)


def _note(by: User, athlete: Athlete) -> None:
    audit.record_change(
        by=by, athletes=[athlete], what="athlete", record_key=athlete.pk, fields=["left_at"]
    )
