"""The way back to running after a problem: who may start, who said so, and every run on the way."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q, UniqueConstraint

from athletes.models.base import Record
from athletes.models.reports import Episode
from athletes.models.scope import AthleteScoped
from athletes.models.users import User

MOST_PAIN = 10
PAINS = ("pain_before", "pain_during", "pain_after", "pain_next_morning")


def pain(help_text: str) -> Any:
    """0 to 10 (NRS); empty where nobody told, which is never “no pain”."""
    return models.PositiveSmallIntegerField(null=True, blank=True, help_text=help_text)


class ReturnPlanQuerySet(AthleteScoped["ReturnPlan"]):
    athlete_path = "episode__athlete"


class ReturnPlan(Record):
    """An athlete's way up one ladder of the knowledge, for one episode. Only runs after `entry_at` count."""

    episode = models.OneToOneField(Episode, on_delete=models.CASCADE, related_name="return_plan")
    ladder = models.CharField(max_length=40, help_text="Id of the ladder in the knowledge base.")
    entry_at = models.DateTimeField(
        null=True, blank=True, help_text="When the conditions to start were said to be true."
    )
    entry_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    knowledge_version = models.CharField(
        max_length=16, help_text="Under which the conditions were read."
    )

    objects = ReturnPlanQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Return plan {self.pk}"


class ReturnClearanceQuerySet(AthleteScoped["ReturnClearance"]):
    athlete_path = "plan__episode__athlete"


class ReturnClearance(Record):
    """A clinician's yes to running, as a coach or clinician of the athlete recorded it."""

    plan = models.ForeignKey(ReturnPlan, on_delete=models.CASCADE, related_name="clearances")
    clinician = models.CharField(max_length=120, help_text="The name, as it was told.")
    given_on = models.DateField(help_text="The day on which the clinician said so.")
    note = models.CharField(max_length=300, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = ReturnClearanceQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"Clearance {self.pk}"


class ReturnRunQuerySet(AthleteScoped["ReturnRun"]):
    athlete_path = "plan__episode__athlete"


class ReturnRun(Record):
    """One run on the ladder, and how it felt."""

    plan = models.ForeignKey(ReturnPlan, on_delete=models.CASCADE, related_name="runs")
    client_key = models.UUIDField()
    ladder = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField()
    ran_at = models.DateTimeField()
    pain_before = pain("Just before the run.")
    pain_during = pain("The worst in the run.")
    pain_after = pain("Just after the run.")
    pain_next_morning = pain("On the morning after.")
    logged_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = ReturnRunQuerySet.as_manager()

    class Meta:
        ordering = ["ran_at", "id"]
        constraints = [
            UniqueConstraint(fields=["plan", "client_key"], name="one_run_per_client_key"),
            models.CheckConstraint(condition=Q(level__gte=1), name="run_level_from_1"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__lte": MOST_PAIN}),
                    name=f"run_{field}_0_to_10",
                )
                for field in PAINS
            ),
        ]

    def __str__(self) -> str:
        return f"Run {self.pk}"
