"""Episodes, pain reports, assessments and the talk about them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, UniqueConstraint, When
from django.db.models.functions import Coalesce, Greatest, Now
from django.utils.translation import gettext_lazy as _

from athletes.models.base import LEVELS, Changing, one_of, urgency_of
from athletes.models.people import Athlete
from athletes.models.scope import AthleteScoped
from athletes.models.users import User

REGIONS = [
    ("calf", "Calf"),
    ("shin", "Shin"),
    ("foot", "Heel or foot"),
    ("leg", "Leg"),
    ("other", "Elsewhere"),
]
SIDES = [("left", "Left"), ("right", "Right"), ("both", "Both"), ("", "Not told")]
KINDS = [("index", _("First")), ("exacerbation", _("Flare-up")), ("recurrence", _("Came back"))]
DEMO = "demo"
FACES = [("phone", _("Phone")), ("desk", _("Desk")), ("api", _("API")), (DEMO, _("Demo"))]
CLOCK_SET_BACK = timedelta(seconds=2)  # a time further ahead than it can be: the clock was set back
PENDING, DONE, FAILED = "pending", "done", "failed"
CLOSED_AS = [("by_coach", _("Closed by a coach")), ("pain_free", _("Back to running without pain"))]
STATES = [(PENDING, "Being judged"), (DONE, "Judged"), (FAILED, "Could not be judged")]


def _later(rows: models.QuerySet[Any]) -> Greatest:
    """The row's own `updated_at`, or that of the first of `rows` if it is later."""
    theirs = Coalesce(Subquery(rows.values("updated_at")[:1]), F("updated_at"))
    return Greatest(F("updated_at"), theirs)


class EpisodeQuerySet(AthleteScoped["Episode"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)

    def with_latest(self) -> Self:
        """Adds the newest report's pain (0 to 10), time and disposition."""
        reports = PainReport.objects.filter(episode=OuterRef("pk")).order_by("-reported_at")
        return self.annotate(
            latest_at=Subquery(reports.values("reported_at")[:1]),
            latest_pain=Subquery(reports.values("pain_now")[:1]),
            latest_disposition=Subquery(reports.values("disposition")[:1]),
        )

    def with_changed_at(self) -> Self:
        """Adds when it or a report in it was last changed: the newest report's pain is shown with it."""
        reports = PainReport.objects.filter(episode=OuterRef("pk")).order_by("-updated_at")
        return self.annotate(changed_at=_later(reports))


class Episode(Changing):
    """One health problem at one place, from the first report to its close (IOC: health problem)."""

    athlete = models.ForeignKey(Athlete, on_delete=models.CASCADE, related_name="episodes")
    region = models.CharField(max_length=8, choices=REGIONS)
    side = models.CharField(max_length=5, choices=SIDES, blank=True)
    kind = models.CharField(max_length=12, choices=KINDS, default="index")
    opened_at = models.DateTimeField()
    onset_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    closed_reason = models.CharField(max_length=300, blank=True)
    closed_as = models.CharField(max_length=9, choices=CLOSED_AS, blank=True)
    # Whether nothing hurt any more when it was closed; null is not known.
    closed_pain_free = models.BooleanField(null=True, blank=True)

    objects = EpisodeQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            UniqueConstraint(
                fields=["athlete", "region", "side"],
                condition=Q(closed_at__isnull=True),
                name="one_open_episode_per_place",
            ),
            models.CheckConstraint(
                condition=one_of("region", REGIONS), name="episode_region_known"
            ),
            models.CheckConstraint(condition=one_of("side", SIDES), name="episode_side_known"),
            models.CheckConstraint(condition=one_of("kind", KINDS), name="episode_kind_known"),
            models.CheckConstraint(
                condition=one_of("closed_as", CLOSED_AS, blank=True), name="episode_close_known"
            ),
        ]

    def __str__(self) -> str:
        return self.place

    @property
    def place(self) -> str:
        """Where it hurts, in words: “Left calf”, “Both shins”."""
        region = str(self.get_region_display())
        if self.side == "both":
            return f"{region}, both sides"
        if self.side and self.region == "other":
            return f"{region}, {self.side} side"
        return f"{self.get_side_display()} {region.lower()}" if self.side else region


class PainReportQuerySet(AthleteScoped["PainReport"]):
    def with_changed_at(self) -> Self:
        """Adds when it or its assessment was last changed."""
        judged = Assessment.objects.filter(report=OuterRef("pk")).order_by("-updated_at")
        return self.annotate(changed_at=_later(judged))

    def newest_first(self) -> Self:
        return self.order_by("-reported_at", "-id")

    def with_people(self) -> Self:
        return self.select_related("athlete", "episode", "filed_by")

    def with_pain_shown_to(self, user: Any) -> Self:
        """Adds `pain_shown` (0 to 10), to order and filter by: empty where `user` is not told the pain."""
        told = Athlete.objects.told_whole_to(user).values("pk")
        return self.annotate(pain_shown=Case(When(athlete__in=told, then=F("pain_now"))))


class PainReport(Changing):
    """One dated submission. What was screened in the request is stored beside it."""

    athlete = models.ForeignKey(Athlete, on_delete=models.CASCADE, related_name="reports")
    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="reports")
    filed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    face = models.CharField(max_length=5, choices=FACES)
    client_key = models.UUIDField()
    content_hash = models.CharField(max_length=64, editable=False)
    reported_at = models.DateTimeField(db_index=True)
    answers = models.JSONField()
    skipped_screens = models.JSONField(default=list)
    known_facts = models.JSONField(
        default=dict, help_text="What the profile knew at that time, as findings; not asked again."
    )
    note = models.TextField(blank=True, max_length=2000)
    site = models.CharField(max_length=20, blank=True, help_text="The first site named.")
    side = models.CharField(max_length=5, choices=SIDES, blank=True)
    pain_now = models.FloatField(null=True, blank=True, help_text="0 to 10 (NRS).")
    onset_at = models.DateTimeField(null=True, blank=True)
    screening = models.JSONField(help_text="The danger screening as answered in the request.")
    disposition = models.CharField(
        max_length=13, choices=LEVELS, help_text="Of the screening; raised by the assessment."
    )

    objects = PainReportQuerySet.as_manager()

    class Meta:
        ordering = ["-reported_at", "-id"]
        constraints = [
            UniqueConstraint(fields=["athlete", "client_key"], name="one_report_per_client_key"),
            models.CheckConstraint(
                condition=one_of("disposition", LEVELS), name="report_disposition_known"
            ),
            models.CheckConstraint(condition=one_of("face", FACES), name="report_face_known"),
            models.CheckConstraint(
                condition=Q(pain_now__isnull=True) | Q(pain_now__gte=0, pain_now__lte=10),
                name="report_pain_0_to_10",
            ),
        ]
        indexes = [models.Index(fields=["athlete", "-reported_at"], name="report_by_athlete")]

    def __str__(self) -> str:
        return f"Report {self.pk}"

    @property
    def is_told_history(self) -> bool:
        """Entered as if it had come in when it says, as the demo club's: nobody is called because of it.

        A report that comes late from a phone is none: its danger is news when it reaches us.
        """
        return self.face == DEMO

    @property
    def assessment(self) -> Assessment:
        """The newest judgement of this report."""
        judged = sorted(self.assessments.all(), key=lambda a: a.created_at)
        return judged[-1]


class AssessmentQuerySet(AthleteScoped["Assessment"]):
    athlete_path = "report__athlete"

    def pending(self) -> Self:
        return self.filter(state=PENDING)

    def unpublished(self) -> Self:
        """Not handed to Celery yet."""
        return self.pending().filter(dispatched_at=None)

    def overdue(self) -> Self:
        """Left lying although it was handed on: the broker is silent, or a worker died with it."""
        silent = timedelta(seconds=settings.BROKER_SILENT_S)
        waiting = Q(dispatched_at__lte=Now() - silent) | Q(
            dispatched_at=None, created_at__lte=Now() - silent
        )
        return self.free().filter(waiting | Q(dispatched_at__gt=Now() + CLOCK_SET_BACK))

    def free(self) -> Self:
        """Nobody holds it: no lease, or one that ran out."""
        lease = timedelta(seconds=settings.ASSESSMENT_LEASE_S)
        unheld = Q(claimed_until=None) | Q(claimed_until__lt=Now())
        return self.pending().filter(unheld | Q(claimed_until__gt=Now() + lease + CLOCK_SET_BACK))

    def by_urgency(self) -> Self:
        return self.order_by(urgency_of("report__disposition").desc(), "created_at")


class Assessment(Changing):
    """The engine's judgement of a report; while it is pending, the outbox row."""

    report = models.ForeignKey(PainReport, on_delete=models.CASCADE, related_name="assessments")
    knowledge_version = models.CharField(max_length=16)
    state = models.CharField(max_length=7, choices=STATES, default=PENDING)
    disposition = models.CharField(max_length=13, choices=LEVELS, blank=True)
    leading_cause = models.CharField(max_length=40, blank=True)
    result = models.JSONField(
        null=True, blank=True, help_text="The whole judgement, with its reasons."
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    dispatched_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.CharField(
        max_length=12, blank=True, help_text="worker, dispatcher or web."
    )

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            UniqueConstraint(
                fields=["report", "knowledge_version"], name="one_assessment_per_version"
            ),
            models.CheckConstraint(
                condition=one_of("state", STATES), name="assessment_state_known"
            ),
            models.CheckConstraint(
                condition=one_of("disposition", LEVELS, blank=True),
                name="assessment_disposition_known",
            ),
            models.CheckConstraint(
                condition=Q(state=PENDING) | Q(result__isnull=False, finished_at__isnull=False),
                name="assessment_finished_has_result",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(state=PENDING), name="assessment_pending"
            )
        ]

    def __str__(self) -> str:
        return f"Assessment {self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.state != PENDING


class CommentQuerySet(AthleteScoped["Comment"]):
    athlete_path = "episode__athlete"

    def in_order(self) -> Self:
        return self.select_related("author").order_by(F("created_at"))


class Comment(Changing):
    """One line of the talk between an athlete and the coaches about an episode."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField(max_length=2000)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"Comment {self.pk}"


def newest_assessment() -> Any:
    """For `prefetch_related`: assessments oldest first, as `PainReport.assessment` reads them."""
    return models.Prefetch("assessments", queryset=Assessment.objects.order_by("created_at"))
