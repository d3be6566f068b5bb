"""Whether an athlete may train, who said so, who took the problem over, and who looked last."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from athletes.models.base import Changing, Record, one_of
from athletes.models.people import Athlete
from athletes.models.reports import Episode
from athletes.models.scope import AthleteScoped
from athletes.models.users import User

FULL, MODIFIED, OUT, UNKNOWN = "full", "modified", "out", "unknown"
HOLDS = [(MODIFIED, "Modified training"), (OUT, "No training")]


class TrainingHoldQuerySet(AthleteScoped["TrainingHold"]):
    def standing(self) -> Self:
        """Nobody has released it; its planned end may lie in the past."""
        return self.filter(released_at=None)

    def in_force(self, now: datetime) -> Self:
        """Those that hold at `now`: one whose time has passed has ended by itself."""
        return self.standing().filter(Q(until=None) | Q(until__gt=now), since__lte=now)


class TrainingHold(Changing):
    """A coach or clinician keeps an athlete out of training, or in part of it, until somebody releases it.

    `until` is when it is planned to end: it ends by itself then. Without one only a person ends it.
    """

    athlete = models.ForeignKey(Athlete, on_delete=models.CASCADE, related_name="holds")
    episode = models.ForeignKey(
        Episode, on_delete=models.SET_NULL, null=True, blank=True, related_name="holds"
    )
    kind = models.CharField(max_length=8, choices=HOLDS)
    reason = models.CharField(max_length=300, help_text="Shown to the athlete.")
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    set_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    release_reason = models.CharField(max_length=300, blank=True)

    objects = TrainingHoldQuerySet.as_manager()

    class Meta:
        ordering = ["-since"]
        constraints = [
            UniqueConstraint(
                fields=["athlete"],
                condition=Q(released_at__isnull=True),
                name="one_standing_hold_per_athlete",
            ),
            models.CheckConstraint(condition=one_of("kind", HOLDS), name="hold_kind_known"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=models.F("since")),
                name="hold_runs_forward",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(released_at__gte=models.F("since")),
                name="hold_released_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"Hold {self.pk}"


class HandOverQuerySet(AthleteScoped["HandOver"]):
    athlete_path = "episode__athlete"


class HandOver(Record):
    """A problem handed to a clinician: one of the club, or one outside it by name."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="hand_overs")
    clinician = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    to_name = models.CharField(max_length=120, help_text="As it was at that time, or typed.")
    note = models.CharField(
        max_length=1000, blank=True, help_text="What the clinician should know."
    )
    handed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = HandOverQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"Hand-over {self.pk}"


class LastLookQuerySet(AthleteScoped["LastLook"]):
    def of(self, user: Any) -> Self:
        return self.filter(user=user.pk)


class LastLook(Record):
    """When a person last had an athlete's page before them, to say what is new since."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="looks")
    athlete = models.ForeignKey(Athlete, on_delete=models.CASCADE, related_name="looks")
    looked_at = models.DateTimeField()

    objects = LastLookQuerySet.as_manager()

    class Meta:
        constraints = [UniqueConstraint(fields=["user", "athlete"], name="one_look_per_athlete")]

    def __str__(self) -> str:
        return f"Look {self.pk}"
