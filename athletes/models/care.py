"""The care plan: what to do, and when."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from athletes.models.base import Changing, one_of
from athletes.models.reports import Assessment
from athletes.models.scope import AthleteScoped
from athletes.models.users import User

STEP_KINDS = [("do", "Do"), ("dont", "Don't")]
STEP_STATES = [
    ("open", _("Open")),
    ("done", _("Done")),
    ("skipped", _("Skipped")),
    ("changed", _("Changed")),
]


class CareStepQuerySet(AthleteScoped["CareStep"]):
    athlete_path = "assessment__report__athlete"


class CareStep(Changing):
    """One do or don't with a window, its reason, and how good the evidence is."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="care_steps")
    advice = models.CharField(max_length=60, help_text="Id of the advice in the knowledge base.")
    kind = models.CharField(max_length=4, choices=STEP_KINDS)
    text = models.TextField()
    why = models.TextField(blank=True)
    evidence = models.CharField(max_length=12)
    evidence_note = models.TextField(blank=True)
    sources = models.JSONField(default=list)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(help_text="The most useful first.")
    state = models.CharField(max_length=7, choices=STEP_STATES, default="open")
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was ticked off, skipped or changed."
    )
    settled_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_reason = models.CharField(
        max_length=300, blank=True, help_text="Why a coach or clinician changed it."
    )
    coach_text = models.CharField(
        max_length=300, blank=True, help_text="What holds instead; empty: the step is off."
    )

    objects = CareStepQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            UniqueConstraint(fields=["assessment", "advice"], name="one_step_per_advice"),
            models.CheckConstraint(condition=one_of("kind", STEP_KINDS), name="step_kind_known"),
            models.CheckConstraint(condition=one_of("state", STEP_STATES), name="step_state_known"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
                name="step_window_runs_forward",
            ),
        ]

    def __str__(self) -> str:
        return self.advice

    @property
    def is_changed(self) -> bool:
        """Other words hold than the knowledge's, or none."""
        return self.state == "changed" or bool(self.coach_text)

    @property
    def is_off(self) -> bool:
        """A coach or clinician has taken it out of the plan."""
        return self.state == "changed" and not self.coach_text

    def phase(self, now: datetime) -> str:
        """`now`, `next` (starts within a day), `later` or `over`."""
        if self.ends_at and self.ends_at <= now:
            return "over"
        if self.starts_at <= now:
            return "now"
        return "next" if (self.starts_at - now).total_seconds() <= 24 * 3600 else "later"
