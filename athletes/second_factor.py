"""Who logs in with two factors, and who must, because a club asks it of those who look after its athletes.

A passkey alone is only another way in: the password opens the account as before. Recovery codes are made when the
second factor is switched on, so beside passkeys they are what says that it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.utils import timezone

from athletes.access import DESK_ROLES
from athletes.models import Escalation, User
from athletes.models.clubs import MembershipQuerySet
from athletes.models.escalations import RESOLVED
from guidance import Disposition

GRACE = timedelta(days=7)  # from when the club asked, or from when one came to its desk
TOTP, PASSKEY, CODES = (
    Authenticator.Type.TOTP,
    Authenticator.Type.WEBAUTHN,
    Authenticator.Type.RECOVERY_CODES,
)
URGENT = (Disposition.EMERGENCY_NOW.value, Disposition.SAME_DAY.value)


@dataclass(frozen=True)
class Asked:
    """A club asks `until` when at the latest."""

    club_name: str
    until: datetime

    @property
    def is_over(self) -> bool:
        return self.until <= timezone.now()


def held_by(user: User) -> set[str]:
    """The kinds of keys and codes of a person."""
    return set(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))


def is_on(held: set[str]) -> bool:
    """Whether something is asked for after the password."""
    return TOTP in held or {PASSKEY, CODES} <= held


def roles_that_need_it(user: User) -> MembershipQuerySet:
    """The roles of `user` in clubs that ask for it."""
    return user.memberships.active().filter(role__in=DESK_ROLES, club__needs_second_factor=True)


def asked_of(user: User) -> Asked | None:
    """The club that waits for `user` to switch it on, the soonest; None where none asks or it is on."""
    held = roles_that_need_it(user)
    rows = list(held.values_list("created_at", "club__second_factor_since", "club__name"))
    if not rows or is_on(held_by(user)):
        return None
    asked = [Asked(name, max(came, since or came) + GRACE) for came, since, name in rows]
    return min(asked, key=lambda it: it.until)


def is_shut_out(user: User) -> bool:
    """Whether the grace is over: nothing of the desk but what a danger needs."""
    asked = asked_of(user)
    return asked is not None and asked.is_over


def stays_open(escalation: Escalation) -> bool:
    """A call for somebody now or today can always be read and acknowledged: no lock stands before a danger."""
    return escalation.level in URGENT and escalation.state != RESOLVED
