"""What comes after a report: check-ins that are due, and what a clinician found in the end."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from athletes.models.base import LEVELS, Changing, Record, one_of
from athletes.models.people import Athlete
from athletes.models.reports import Episode, PainReport
from athletes.models.scope import AthleteScoped
from athletes.models.users import User

PLANNED, ASKED, REMINDED = "planned", "asked", "reminded"
WAITING = (PLANNED, ASKED, REMINDED)
ANSWERED, MISSED, CANCELLED = "answered", "missed", "cancelled"
CHECK_IN_STATES = [
    (PLANNED, _("Planned")),
    (ASKED, _("Asked")),
    (REMINDED, _("Reminded")),
    (ANSWERED, _("Answered")),
    (MISSED, _("Not answered")),
    (CANCELLED, _("No longer needed")),
]
METHODS = [
    ("examination", _("Examination")),
    ("ultrasound", _("Ultrasound")),
    ("mri", _("MRI")),
    ("xray", _("X-ray")),
    ("ct", _("CT")),
    ("blood_test", _("Blood test")),
    ("pressure", _("Pressure measurement")),
    ("other", _("Something else")),
]


class CheckInQuerySet(AthleteScoped["CheckIn"]):
    athlete_path = "episode__athlete"

    def waiting(self) -> Self:
        """An answer may still come, or will be asked for."""
        return self.filter(state__in=WAITING)

    def due_to_ask(self) -> Self:
        """All by the database's clock."""
        return self.filter(state=PLANNED, due_at__lte=Now())

    def due_to_remind(self) -> Self:
        return self.filter(state=ASKED, remind_at__lte=Now())

    def due_to_miss(self) -> Self:
        """Nobody is said not to have answered who was not reminded."""
        return self.filter(state=REMINDED, missed_at__lte=Now())


class CheckIn(Changing):
    """One follow-up of a report: asked when due, reminded once, then answered or missed."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="check_ins")
    report = models.ForeignKey(
        PainReport,
        on_delete=models.CASCADE,
        related_name="check_ins",
        help_text="What it follows up.",
    )
    kind = models.CharField(max_length=40, help_text="Id of the check-in in the knowledge base.")
    level = models.CharField(max_length=13, choices=LEVELS, help_text="Of the report it follows.")
    due_at = models.DateTimeField(db_index=True)
    remind_at = models.DateTimeField()
    missed_at = models.DateTimeField(help_text="Without an answer by then it counts as missed.")
    state = models.CharField(max_length=9, choices=CHECK_IN_STATES, default=PLANNED)
    asked_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was answered, missed or cancelled."
    )
    answer = models.OneToOneField(
        PainReport,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="answers_check_in",
    )

    objects = CheckInQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            UniqueConstraint(fields=["report", "kind"], name="one_check_in_per_report_and_kind"),
            models.CheckConstraint(
                condition=one_of("state", CHECK_IN_STATES), name="check_in_state_known"
            ),
            models.CheckConstraint(condition=one_of("level", LEVELS), name="check_in_level_known"),
            models.CheckConstraint(
                condition=Q(remind_at__gt=models.F("due_at"))
                & Q(missed_at__gt=models.F("remind_at")),
                name="check_in_times_in_order",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="check_in_by_state")]

    def __str__(self) -> str:
        return f"Check-in {self.pk}"


class ClinicianFindingQuerySet(AthleteScoped["ClinicianFinding"]):
    athlete_path = "episode__athlete"


class ClinicianFinding(Record):
    """What a clinician found an episode to be. The newest counts; earlier ones stay."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="findings")
    cause = models.CharField(
        max_length=40, blank=True, help_text="Id in the knowledge base; empty for none of them."
    )
    in_words = models.CharField(max_length=200, blank=True, help_text="As the clinician put it.")
    clinician = models.CharField(max_length=120)
    found_on = models.DateField()
    method = models.CharField(max_length=12, choices=METHODS)
    recorded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = ClinicianFindingQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("method", METHODS), name="finding_method_known"
            ),
            models.CheckConstraint(
                condition=~Q(cause="") | ~Q(in_words=""), name="finding_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"Finding {self.pk}"


class ClinicianNoteQuerySet(AthleteScoped["ClinicianNote"]):
    athlete_path = "episode__athlete"

    def visible_to(self, user: Any) -> Self:
        """To the squad's clinicians, and to the athlete with their guardians; to no coach and no owner."""
        own = Athlete.objects.told_about_themselves(user).values("pk")
        treated = Athlete.objects.seen_as_clinician_by(user).values("pk")
        return self.filter(Q(episode__athlete__in=own) | Q(episode__athlete__in=treated))


class ClinicianNote(Record):
    """What a clinician writes down about a problem, for clinicians and the athlete alone."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="clinician_notes")
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField(max_length=4000)

    objects = ClinicianNoteQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"Note {self.pk}"
