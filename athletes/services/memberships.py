"""Who holds which role in a club, for which squads. A role that ends shows nothing more, from the next request on."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from athletes import access
from athletes.access import policies
from athletes.models import Athlete, Club, Membership, OnCall, Squad, User
from athletes.security_log import note
from athletes.services import audit


@transaction.atomic
def end_membership(*, by: User, membership: Membership) -> Membership:
    """The person loses what this role showed them, and is called for it no more. One that has ended stays as it ended.

    Raises: NotAllowed, NotAsThingsStand (the last owner).
    """
    membership = _locked(by, membership)
    if membership.ended_at is not None:
        return membership
    if why := policies.why_role_stays(membership):
        raise policies.NotAsThingsStand(why)
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])
    _call_no_more(membership.user, membership.club)
    note("role_ended", user_id=membership.user_id, how=membership.role)
    return membership


@transaction.atomic
def set_squads(*, by: User, membership: Membership, squads: Collection[Squad]) -> Membership:
    """Which squads a coach or clinician looks after; none is allowed, and then they see nobody.

    Raises: NotAllowed, ValidationError, NotAsThingsStand.
    """
    membership = _locked(by, membership)
    if why := policies.why_squads_stay(membership):
        raise policies.NotAsThingsStand(why)
    if any(squad.club_id != membership.club_id for squad in squads):
        raise ValidationError({"squads": _("Choose squads of this club.")})
    membership.squads.set(squads)
    _call_no_more(membership.user, membership.club)
    note("role_changed", user_id=membership.user_id, how=membership.role)
    return membership


def _locked(by: User, membership: Membership) -> Membership:
    """Two owners who end each other's role at once must not leave a club without any: one waits."""
    access.require_owns_club(by, membership.club)
    Club.objects.select_for_update(no_key=True).get(pk=membership.club_id)
    access.require_owns_club(by, membership.club)  # it may have ended while this one waited
    return Membership.objects.select_related("user", "club").get(pk=membership.pk)


def _call_no_more(user: User, club: Club) -> None:
    """Out of what names them for athletes and squads that they no longer see. Messages that wait are not sent (delivery)."""
    seen = Athlete.objects.seen_from_desk_by(user).values("pk")
    Athlete.own_coaches.through.objects.filter(user=user, athlete__club=club).exclude(
        athlete__in=seen
    ).delete()
    now = timezone.now()
    if access.desk_memberships(user, club):
        return
    duties = OnCall.objects.filter(user=user, club=club)
    duties.filter(starts_at__gt=now).delete()
    duties.not_over(now).update(ends_at=now)


@transaction.atomic
def move_athlete(*, by: User, athlete: Athlete, squads: Collection[Squad]) -> Athlete:
    """In which squads an athlete runs, as far as `by` leads them; squads that somebody else leads stay as they are.

    Whoever looks after the squads that are left is shown nothing from the next request on, and the new ones all that is
    shared. Raises: NotAllowed, ValidationError.
    """
    access.require_leads_athlete(by, athlete)
    led = set(Squad.objects.led_by(by).filter(club=athlete.club_id))
    if not led.issuperset(squads):
        raise ValidationError({"squads": _("Choose squads that you lead.")})
    athlete = Athlete.objects.select_for_update(no_key=True).get(pk=athlete.pk)
    before = set(athlete.squads.all())
    after = (before - led) | set(squads)
    if not after:
        raise ValidationError({"squads": _("Choose at least one, else no coach is called.")})
    if after == before:
        return athlete
    athlete.squads.set(after)
    athlete.save(update_fields=["updated_at"])
    seers = [coach for coach in athlete.own_coaches.all() if access.is_on_desk_of(coach, athlete)]
    athlete.own_coaches.set(seers)
    audit.record_change(
        by=by, athletes=[athlete], what="athlete", record_key=athlete.pk, fields=["squads"]
    )
    return athlete
