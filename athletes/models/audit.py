"""Who looked at whose health data, and who changed what. Each entry seals the one before it.

An entry is written with what it tells of; its number and seal are given a moment later, by one at a time
(`athletes.services.audit_seals`), so that nobody who looks or writes waits for anybody else who does.

Nothing here points at other tables: an entry outlives the people in it, and once they are erased its keys lead nowhere.
No health data stands here: ids, and names of kinds of records.
"""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from athletes.models.base import one_of
from athletes.models.people import Athlete

READ, CHANGED, REFUSED, TAKEN, ERASED = "read", "changed", "refused", "taken", "erased"
ACTIONS = [
    (READ, _("Looked at")),
    (CHANGED, _("Changed")),
    (REFUSED, _("Was refused")),
    (TAKEN, _("Taken as a file")),
    (ERASED, _("Erased")),
]
ON_PHONE, ON_DESK, BY_API, BY_ADMIN, BY_SITE = "phone", "desk", "api", "admin", "site"
LOOKED_FROM = [
    (ON_PHONE, _("Phone")),
    (ON_DESK, _("Desk")),
    (BY_API, _("Another program")),
    (BY_ADMIN, _("Administration")),
    (BY_SITE, _("The site itself")),
]


class AuditChain(models.Model):
    """The last link of a club's chain: whoever adds the next one locks this row."""

    club_key = models.UUIDField(primary_key=True)
    number = models.PositiveBigIntegerField(default=0)
    seal = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"Chain of {self.club_key}"


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def not_sealed(self) -> Self:
        return self.filter(number=None)

    def sealed(self) -> Self:
        return self.exclude(number=None)


class AuditEntry(models.Model):
    """One look, change or refusal. Once sealed it never changes: `seal` covers all of it and the seal before."""

    club_key = models.UUIDField()
    number = models.PositiveBigIntegerField(
        null=True, help_text="Place in the club's chain, from 1; empty: not sealed yet."
    )
    at = models.DateTimeField(default=timezone.now)
    actor_key = models.UUIDField(null=True, help_text="`User.uid`; empty: the site itself.")
    action = models.CharField(max_length=7, choices=ACTIONS)
    what = models.CharField(max_length=60, help_text="Kind of record or name of the page.")
    record_key = models.CharField(max_length=40, blank=True, help_text="Primary key, if it is one.")
    fields = models.JSONField(default=list, help_text="Names of the fields changed, no values.")
    athlete_keys = models.JSONField(default=list, help_text="Whose data, sorted.")
    face = models.CharField(max_length=5, choices=LOOKED_FROM)
    seal_before = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64, blank=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            UniqueConstraint(fields=["club_key", "number"], name="one_entry_per_number"),
            models.CheckConstraint(condition=one_of("action", ACTIONS), name="audit_action_known"),
            models.CheckConstraint(condition=one_of("face", LOOKED_FROM), name="audit_face_known"),
            models.CheckConstraint(
                condition=Q(number__isnull=True, seal="") | ~Q(number__isnull=True) & ~Q(seal=""),
                name="audit_sealed_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["club_key", "at"], condition=Q(number=None), name="audit_not_sealed"
            ),
            models.Index(fields=["actor_key", "what", "-at"], name="audit_of_actor"),
        ]

    def __str__(self) -> str:
        return f"Audit {self.club_key} {self.number}"


class AuditSubjectQuerySet(models.QuerySet["AuditSubject"]):
    def visible_to(self, user: Any) -> Self:
        """To the athlete, and to their guardians: nobody else is told who looked."""
        mine = Athlete.objects.told_about_themselves(user).values("pk")
        return self.filter(athlete_key__in=mine)

    def told(self) -> Self:
        """What an athlete is told of: what somebody was refused, nobody has seen."""
        return self.filter(entry__action__in=(READ, CHANGED, TAKEN))

    def newest_first(self) -> Self:
        return self.select_related("entry").order_by("-at", "-id")


class AuditSubject(models.Model):
    """By whom an athlete was looked at: found by the athlete. Made from `AuditEntry.athlete_keys`, which is sealed."""

    entry = models.ForeignKey(AuditEntry, on_delete=models.CASCADE, related_name="subjects")
    athlete_key = models.UUIDField()
    at = models.DateTimeField()

    objects = AuditSubjectQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["entry", "athlete_key"], name="one_subject_per_entry")
        ]
        indexes = [models.Index(fields=["athlete_key", "-at"], name="audit_of_athlete")]

    def __str__(self) -> str:
        return f"Subject {self.pk}"
