"""Who agreed that an athlete's health data is kept, and who answers for a minor."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from athletes.models.base import Record, one_of
from athletes.models.people import Athlete
from athletes.models.scope import AthleteScoped
from athletes.models.users import User

THEMSELVES, GUARDIAN, TOLD_COACH = "self", "guardian", "coach"
GIVEN_AS = [
    (THEMSELVES, _("The athlete")),
    (GUARDIAN, _("A guardian")),
    (TOLD_COACH, _("Told to the coach")),
]


class GuardianshipQuerySet(AthleteScoped["Guardianship"]):
    def standing(self) -> Self:
        return self.filter(ended_at=None)


class Guardianship(Record):
    """A grown-up who answers for an athlete. It ends by itself when the athlete comes of age in the club."""

    athlete = models.ForeignKey(Athlete, on_delete=models.CASCADE, related_name="guardianships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="guardianships")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = GuardianshipQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            UniqueConstraint(
                fields=["athlete", "user"],
                condition=Q(ended_at__isnull=True),
                name="one_standing_guardianship",
            )
        ]

    def __str__(self) -> str:
        return f"Guardianship {self.pk}"


class ConsentQuerySet(AthleteScoped["Consent"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)

    def to(self, version: str) -> Self:
        return self.standing().filter(version=version)


class Consent(Record):
    """Somebody agreed to the text of `version` for this athlete. Rows are added and withdrawn, never changed."""

    athlete = models.ForeignKey(Athlete, on_delete=models.CASCADE, related_name="consents")
    version = models.CharField(max_length=16, help_text="Of the text that was agreed to.")
    given_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    given_as = models.CharField(max_length=8, choices=GIVEN_AS)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("given_as", GIVEN_AS), name="consent_given_as_known"
            )
        ]

    def __str__(self) -> str:
        return f"Consent {self.pk}"


class DataExportQuerySet(models.QuerySet["DataExport"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(asked_by=user.pk)

    def waiting(self) -> Self:
        return self.filter(state="pending")


EXPORT_STATES = [
    ("pending", _("Being made")),
    ("ready", _("Ready")),
    ("failed", _("Could not be made")),
    ("over", _("No longer kept")),
]


class DataExport(Record):
    """A person's own data as a file: asked for, made by a worker, fetched for a few days, then gone.

    The file stands in the database: any worker can make it, and any web process can hand it out.
    """

    asked_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="exports")
    athlete = models.ForeignKey(
        Athlete,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="exports",
        help_text="For a guardian: whose data; empty: all of one's own.",
    )
    state = models.CharField(max_length=7, choices=EXPORT_STATES, default="pending")
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    dispatched_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True, help_text="When it was last fetched.")
    content = models.BinaryField(null=True, blank=True)

    objects = DataExportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("state", EXPORT_STATES), name="export_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(content__isnull=False, expires_at__isnull=False),
                name="export_ready_has_content",
            ),
            UniqueConstraint(
                fields=["asked_by"],
                condition=Q(state="pending", athlete__isnull=True),
                name="one_waiting_export",
            ),
            UniqueConstraint(
                fields=["asked_by", "athlete"],
                condition=Q(state="pending", athlete__isnull=False),
                name="one_waiting_export_of_athlete",
            ),
        ]

    def __str__(self) -> str:
        return f"Export {self.pk}"
