"""What stays of people who were erased: that they were, for backups; and how many, for a club's counts."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from athletes.models.base import one_of
from athletes.models.clubs import Club

PROBLEMS, REPORTS, CALLS = "problems", "reports", "calls"
ANSWERED, MISSED = "answered", "missed"
FOUND, FIRST_RIGHT, TOO_LOW = "found", "first_right", "too_low"
TALLIED = [
    (PROBLEMS, _("Problems")),
    (REPORTS, _("Reports")),
    (CALLS, _("Calls for a coach")),
    (ANSWERED, _("Check-ins answered")),
    (MISSED, _("Check-ins not answered")),
    (FOUND, _("Problems of which a clinician said what they were")),
    (FIRST_RIGHT, _("Of those: named first")),
    (TOO_LOW, _("Of those: dangerous, and judged to have more time")),
]


class Forgotten(models.Model):
    """Somebody who was erased: only the SHA-256 of a random key, which says nothing to whoever does not hold it.

    A backup from before still holds them. When it is restored they are erased again.
    """

    key_hash = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Forgotten {self.key_hash[:8]}"


class PastTally(models.Model):
    """How many of something a club had in a year, of which the records are gone. Of nobody in particular."""

    club = models.ForeignKey(Club, on_delete=models.CASCADE, related_name="past")
    year = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=11, choices=TALLIED)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["year", "what"]
        constraints = [
            UniqueConstraint(fields=["club", "year", "what"], name="one_tally_per_year"),
            models.CheckConstraint(condition=one_of("what", TALLIED), name="tally_what_known"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.what}: {self.number}"
