"""A danger brought to a person, with a clock; and the outbox of messages about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from athletes.models.base import LEVELS, LONGEST_CLOCK, Changing, Record, one_of, urgency_of
from athletes.models.people import Athlete
from athletes.models.reports import Episode, PainReport
from athletes.models.scope import AthleteScoped
from athletes.models.users import User

SKEW = timedelta(minutes=1)  # between the clocks of two machines that are set by a time server
OPEN, ACKNOWLEDGED, RESOLVED = "open", "acknowledged", "resolved"
ESCALATION_STATES = [
    (OPEN, _("Waiting")),
    (ACKNOWLEDGED, _("Seen")),
    (RESOLVED, _("Dealt with")),
]
EVENT_KINDS = [
    ("opened", "Opened"),
    ("raised", "Raised"),
    ("reported_again", "Reported again"),
    ("told", "Told"),
    ("not_told", "Could not be told"),
    ("passed_on", "Passed on"),
    ("nobody_left", "Nobody is left to tell"),
    ("acknowledged", "Seen"),
    ("resolved", "Dealt with"),
]
NEVER_CHANGED = "Events of an escalation are only ever added, never changed."
NEVER_DELETED = "Events of an escalation are never deleted on their own."
IN_APP, EMAIL, PUSH, SQUAD = "in_app", "email", "push", "squad"
CHANNELS = [
    (IN_APP, "In the app"),
    (EMAIL, "E-mail"),
    (PUSH, "On the phone"),
    (SQUAD, "The squad's own channel"),
]
CALLS, FOLLOW_UP, TALK, DIGEST = "calls", "follow_up", "talk", "digest"
TOPICS = [
    (CALLS, "An athlete needs somebody"),
    (FOLLOW_UP, "Check-ins"),
    (TALK, "Messages"),
    (DIGEST, "The morning page"),
]
NOTICE_STATES = [
    ("pending", "Waiting"),
    ("sent", "Sent"),
    ("failed", "Given up"),
    ("withdrawn", "No longer needed"),
]


class EscalationQuerySet(AthleteScoped["Escalation"]):
    def open(self) -> Self:
        return self.filter(state=OPEN)

    def unresolved(self) -> Self:
        return self.exclude(state=RESOLVED)

    def past_due(self) -> Self:
        """Nobody acknowledged it in time, by the database's clock.

        A time further ahead than that level can ever wait means that the clock was set back: then it is
        due as well. Early is better than late.
        """
        due = Q(acknowledge_by__lte=Now())
        for level, longest in LONGEST_CLOCK.items():
            due |= Q(level=level.value, acknowledge_by__gt=Now() + longest + SKEW)
        return self.open().filter(due, athlete__club__calls_nobody=False)

    def by_urgency(self) -> Self:
        """Unacknowledged first, then the most dangerous, then who was passed on, then whose clock runs out.

        Passing on sets the clock anew: without it, who waits longest would sink below who came last.
        """
        waiting = models.Case(models.When(state=OPEN, then=0), default=1)
        return self.order_by(
            waiting, urgency_of("level").desc(), "-chain_step", "acknowledge_by", "id"
        )


class Escalation(Changing):
    """Open until a person acknowledges it. Never lowered by a machine."""

    athlete = models.ForeignKey(Athlete, on_delete=models.CASCADE, related_name="escalations")
    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="escalations")
    report = models.ForeignKey(
        PainReport,
        on_delete=models.CASCADE,
        related_name="escalations",
        help_text="The worst so far.",
    )
    level = models.CharField(max_length=13, choices=LEVELS)
    reason = models.TextField(help_text="What the coach is told, in plain words.")
    state = models.CharField(max_length=12, choices=ESCALATION_STATES, default=OPEN)
    opened_at = models.DateTimeField()
    acknowledge_by = models.DateTimeField(db_index=True)
    chain_step = models.PositiveIntegerField(default=0)  # goes on past the last of the chain
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=300, blank=True)
    check_in = models.ForeignKey(
        "athletes.CheckIn",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="escalations",
        help_text="The check-in that nobody answered, if that is why.",
    )
    nobody_left_at = models.DateTimeField(
        null=True, blank=True, help_text="When the last of the chain had been told in vain."
    )

    objects = EscalationQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            UniqueConstraint(
                fields=["episode"],
                condition=Q(state="open"),
                name="one_open_escalation_per_episode",
            ),
            models.CheckConstraint(
                condition=one_of("level", LEVELS), name="escalation_level_known"
            ),
            models.CheckConstraint(
                condition=one_of("state", ESCALATION_STATES), name="escalation_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="open", acknowledged_at__isnull=True)
                | (~Q(state="open") & Q(acknowledged_at__isnull=False)),
                name="escalation_seen_when_not_open",
            ),
        ]

    def __str__(self) -> str:
        return f"Escalation {self.pk}"

    def is_overdue(self, now: datetime) -> bool:
        """Not seen in its first time; the clock that runs now may be a later one of the chain."""
        return self.state == OPEN and (self.chain_step > 0 or self.acknowledge_by <= now)


class EventQuerySet(models.QuerySet["EscalationEvent"]):
    """Refuses what would change the past. Erasing an athlete takes the whole escalation, and goes past it."""

    def update(self, **kwargs: Any) -> int:
        raise TypeError(NEVER_CHANGED)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise TypeError(NEVER_CHANGED)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError(NEVER_DELETED)


class EscalationEvent(Record):
    """What happened, who did it, when. Only ever added to."""

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=14, choices=EVENT_KINDS)
    actor = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    report = models.ForeignKey(
        PainReport, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    level = models.CharField(max_length=13, choices=LEVELS, blank=True)
    chain_step = models.PositiveIntegerField(default=0)
    channel = models.CharField(max_length=6, choices=CHANNELS, blank=True)
    reached = models.CharField(
        max_length=120, blank=True, help_text="Who was told, where it is no user."
    )
    check_in = models.ForeignKey(
        "athletes.CheckIn", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=one_of("kind", EVENT_KINDS), name="event_kind_known"),
            UniqueConstraint(
                fields=["escalation", "chain_step"],
                condition=Q(kind="passed_on"),
                name="one_passing_on_per_step",
            ),
        ]

    def __str__(self) -> str:
        return self.kind

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(NEVER_CHANGED)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(NEVER_DELETED)
