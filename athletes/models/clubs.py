"""Clubs, their squads, and who holds which role in them."""

from __future__ import annotations

import zoneinfo
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from athletes import access
from athletes.models.base import LONGEST_WAIT_MIN, MOST_QUIET_H, Changing, KeepsTime, Record, one_of
from athletes.models.users import User
from guidance import Disposition

LONGEST_KEEPING_MONTHS = 600
SHORTEST_KEEPING_MONTHS = 12  # a pain that came back within a year is judged by what was before
ROLES = [
    (access.OWNER, gettext_lazy("Owner")),
    (access.COACH, gettext_lazy("Coach")),
    (access.CLINICIAN, gettext_lazy("Clinician")),
    (access.ATHLETE, gettext_lazy("Athlete")),
]


def validate_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        told = _("“%(name)s” is not a time zone. Use a name such as Europe/Berlin.")
        raise ValidationError(told % {"name": name})


def shorter_wait(level: Disposition) -> Any:
    """Minutes that `level` may wait in a club; empty for the longest that is allowed."""
    longest = LONGEST_WAIT_MIN[level]
    return models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(longest)]
    )


def time_on_the_clock(start: time, end: time) -> timedelta:
    """From `start` until the next `end` on the clock, which may be past midnight."""
    length = datetime.combine(date.min, end) - datetime.combine(date.min, start)
    return length % timedelta(days=1)


class ClubQuerySet(models.QuerySet["Club"]):
    def visible_to(self, user: Any) -> Self:
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.filter(memberships__user=user, memberships__ended_at=None).distinct()

    def seen_from_desk_by(self, user: Any) -> Self:
        """Clubs in which `user` looks after athletes."""
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.filter(access.clubs_served_by(user)).distinct()


class Club(Record):
    """The tenant: nothing crosses it."""

    name = models.CharField(max_length=120)
    emergency_number = models.CharField(
        max_length=30, default="112", help_text="The ambulance number that athletes are shown."
    )
    contact_name = models.CharField(
        max_length=120, blank=True, help_text="Who an athlete calls if no coach answers."
    )
    contact_phone = models.CharField(max_length=30, blank=True)
    contact_email = models.EmailField(
        blank=True, help_text="Written to when nobody in the club answers an emergency."
    )
    timezone = models.CharField(max_length=64, default="UTC", validators=[validate_zone])
    wait_emergency_now_min = shorter_wait(Disposition.EMERGENCY_NOW)
    wait_same_day_min = shorter_wait(Disposition.SAME_DAY)
    wait_within_days_min = shorter_wait(Disposition.WITHIN_DAYS)
    wait_coach_review_min = shorter_wait(Disposition.COACH_REVIEW)
    quiet_from = models.TimeField(
        null=True, blank=True, help_text="From then on nobody is told of a coach review."
    )
    quiet_until = models.TimeField(null=True, blank=True)
    is_demo = models.BooleanField(
        default=False, editable=False, help_text="Made up, to look around in; can be removed whole."
    )
    calls_nobody = models.BooleanField(
        default=False,
        editable=False,
        help_text="Made up, for a real person to look at: no clock runs and no message goes out.",
    )
    first_step = models.PositiveSmallIntegerField(
        default=0,
        editable=False,
        help_text="Which of the first three steps its owner has ahead; 0: none.",
    )
    clinicians_in_chain = models.BooleanField(
        default=False, help_text="Whether the squads' clinicians are told in the second step."
    )
    needs_second_factor = models.BooleanField(
        default=False, help_text="Whether whoever looks after athletes here must log in with two."
    )
    second_factor_since = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When it was asked for: the grace runs."
    )
    consent_age = models.PositiveSmallIntegerField(
        default=access.OLDEST_CONSENT_AGE,
        validators=[
            MinValueValidator(access.YOUNGEST_CONSENT_AGE),
            MaxValueValidator(access.OLDEST_CONSENT_AGE),
        ],
        help_text="From this age, in years, athletes agree for themselves; before, a guardian does.",
    )
    keep_months = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[
            MinValueValidator(SHORTEST_KEEPING_MONTHS),
            MaxValueValidator(LONGEST_KEEPING_MONTHS),
        ],
        help_text="How long a closed problem and what belongs to it is kept; empty: until it is erased.",
    )

    objects = ClubQuerySet.as_manager()

    class Meta:
        constraints = [
            *(
                models.CheckConstraint(
                    condition=Q(**{f"wait_{level.value}_min__isnull": True})
                    | Q(
                        **{
                            f"wait_{level.value}_min__gte": 1,
                            f"wait_{level.value}_min__lte": longest,
                        }
                    ),
                    name=f"club_{level.value}_only_shorter",
                )
                for level, longest in LONGEST_WAIT_MIN.items()
            ),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="club_quiet_hours_both_or_none",
            ),
            models.CheckConstraint(
                condition=Q(
                    consent_age__gte=access.YOUNGEST_CONSENT_AGE,
                    consent_age__lte=access.OLDEST_CONSENT_AGE,
                ),
                name="club_consent_age_sensible",
            ),
            models.CheckConstraint(
                condition=Q(keep_months__isnull=True) | Q(keep_months__gte=SHORTEST_KEEPING_MONTHS),
                name="club_keeps_long_enough",
            ),
            models.CheckConstraint(
                condition=Q(calls_nobody=False) | Q(is_demo=True),
                name="club_only_demo_calls_nobody",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.quiet_from is None and self.quiet_until is None:
            return
        if self.quiet_from is None or self.quiet_until is None:
            missing = "quiet_from" if self.quiet_from is None else "quiet_until"
            raise ValidationError(
                {missing: _("Quiet hours need a beginning and an end, or neither.")}
            )
        if self.quiet_from == self.quiet_until:
            told = _("Quiet hours must end at another time than they begin.")
            raise ValidationError({"quiet_until": told})
        if time_on_the_clock(self.quiet_from, self.quiet_until) > timedelta(hours=MOST_QUIET_H):
            told = _("Quiet hours can last %(n)s hours at most.") % {"n": MOST_QUIET_H}
            raise ValidationError({"quiet_until": told})

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.timezone)

    def wait_for(self, level: Disposition) -> timedelta:
        """How long `level` may wait for a person here before the next in the chain is told."""
        shorter = getattr(self, f"wait_{level.value}_min")
        return timedelta(minutes=shorter or LONGEST_WAIT_MIN[level])


class SquadQuerySet(KeepsTime["Squad"]):
    def visible_to(self, user: Any) -> Self:
        """Squads seen from the desk; an athlete sees the squads they run in."""
        if isinstance(user, AnonymousUser):
            return self.none()
        seen = access.squads_seen_by(user) | Q(athletes__user=user, athletes__left_at=None)
        return self.filter(seen).distinct()

    def seen_from_desk_by(self, user: Any) -> Self:
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.filter(access.squads_seen_by(user)).distinct()

    def led_by(self, user: User) -> Self:
        """Those that `user` may change and invite into."""
        return self.filter(access.squads_led_by(user)).distinct()


class Squad(Changing):
    club = models.ForeignKey(Club, on_delete=models.CASCADE, related_name="squads")
    name = models.CharField(max_length=80)

    objects = SquadQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [UniqueConstraint("club", Lower("name"), name="one_squad_per_name")]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> Self:
        return self.filter(ended_at=None)

    def visible_to(self, user: Any) -> Self:
        """Who looks after athletes beside `user`: in a squad that they see, or as an owner. An owner sees all in the club."""
        if isinstance(user, AnonymousUser):
            return self.none()
        squads = Squad.objects.seen_from_desk_by(user).values("pk")
        beside = Membership.squads.through.objects.filter(squad__in=squads).values("membership_id")
        owned = Club.objects.filter(access.clubs_led_by(user)).values("pk")
        whom = Q(role=access.OWNER) | Q(pk__in=beside) | Q(club__in=owned) | Q(user=user)
        clubs = Club.objects.seen_from_desk_by(user).values("pk")
        return self.active().filter(whom, role__in=access.DESK_ROLES, club__in=clubs)


class Membership(Record):
    """A user's role in a club, and the squads it covers."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    club = models.ForeignKey(Club, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=ROLES)
    squads = models.ManyToManyField(Squad, related_name="memberships", blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["user", "club", "role"], name="one_membership_per_role"),
            models.CheckConstraint(condition=one_of("role", ROLES), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} at {self.club_id}"
