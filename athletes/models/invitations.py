"""A link that makes an account and binds it to an athlete or a role: once, or for a while to a whole squad."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy

from athletes import access
from athletes.models.base import Record, one_of
from athletes.models.clubs import ROLES, Club, Squad
from athletes.models.people import Athlete
from athletes.models.users import User

MOST_JOIN = (
    200  # through one link; more than any squad has, and an end to one that got into wrong hands
)


INVITED_AS = [*ROLES, (access.GUARDIAN, gettext_lazy("Guardian"))]  # a guardian is no member


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(squad__in=Squad.objects.seen_from_desk_by(user).values("pk"))

    def usable(self) -> Self:
        return self.filter(
            used_at=None, revoked_at=None, expires_at__gt=Now(), times_used__lt=MOST_JOIN
        )

    def for_the_track(self) -> Self:
        """Those that many can use: shown as a QR code to a whole squad."""
        return self.filter(for_many=True)


class Invitation(Record):
    """The token itself is shown once and kept only as its SHA-256."""

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    club = models.ForeignKey(Club, on_delete=models.CASCADE, related_name="invitations")
    squad = models.ForeignKey(Squad, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=INVITED_AS)
    athlete = models.ForeignKey(
        Athlete,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="invitations",
        help_text="An athlete that the coach already entered; empty: a new one is made.",
    )
    email = models.EmailField(blank=True)
    created_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    for_many = models.BooleanField(
        default=False,
        editable=False,
        help_text="For whoever stands at the track; ends by its date.",
    )
    times_used = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = InvitationQuerySet.as_manager()

    def is_usable(self, now: datetime) -> bool:
        """As `usable()` finds it."""
        is_open = self.used_at is None and self.revoked_at is None and self.expires_at > now
        return is_open and self.times_used < MOST_JOIN

    def is_for(self, user: User) -> bool:
        """Whether it is for anybody who has it, or for the address of `user`."""
        return not self.email or self.email == user.email.lower()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("role", INVITED_AS), name="invitation_role_known"
            ),
            models.CheckConstraint(
                condition=~Q(role=access.GUARDIAN) | Q(athlete__isnull=False),
                name="invitation_guardian_of_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(used_at__isnull=False, revoked_at__isnull=False),
                name="invitation_used_or_revoked",
            ),
            models.CheckConstraint(
                condition=Q(for_many=False)
                | Q(role=access.ATHLETE, athlete__isnull=True, email="", used_at__isnull=True),
                name="invitation_for_many_is_for_athletes",
            ),
        ]
