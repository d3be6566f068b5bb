"""The outbox of messages, and the ways on which people want to be told. No health data in any text."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import OuterRef, Q, Subquery, UniqueConstraint
from django.db.models.functions import Now
from django.utils import timezone

from athletes.models.base import LEVELS, Changing, KeepsTime, Record, one_of, urgency_of
from athletes.models.clubs import Club, Squad
from athletes.models.escalations import (
    CALLS,
    CHANNELS,
    EMAIL,
    IN_APP,
    PUSH,
    TOPICS,
    Escalation,
)
from athletes.models.follow_up import CheckIn
from athletes.models.reports import Episode
from athletes.models.secret import SealedText
from athletes.models.users import User

NOTICE_STATES = [
    ("pending", "Waiting"),
    ("sent", "Sent"),
    ("failed", "Given up"),
    ("withdrawn", "No longer needed"),
]
PATIENCE = timedelta(seconds=2)  # for the messenger; after that the dispatcher sends what it left
CLOCK_SET_BACK = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=16)  # of one try for the next: see delivery.py
CHOSEN_CHANNELS = [(EMAIL, "E-mail"), (PUSH, "On the phone")]


class PushSubscription(Record):
    """One browser of one person that takes Web Push (RFC 8030)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = SealedText(help_text="Whoever knows it can write to this browser.")
    endpoint_hash = models.CharField(max_length=64, unique=True, editable=False)
    p256dh = SealedText()
    auth = SealedText()
    browser = models.CharField(max_length=80, blank=True)
    gone_at = models.DateTimeField(
        null=True, blank=True, help_text="When the push service said that it is no more."
    )

    def __str__(self) -> str:
        return f"Push subscription {self.pk}"


class SquadChannelQuerySet(models.QuerySet["SquadChannel"]):
    def visible_to(self, user: Any) -> Self:
        """Of the squads that `user` runs."""
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.filter(squad__in=Squad.objects.led_by(user).values("pk"), removed_at=None)

    def with_last_message(self) -> Self:
        """With what became of the newest message to each, a test or not."""
        sent = Notification.objects.filter(squad_channel=OuterRef("pk"))
        newest = {
            f"last_{name}": Subquery(sent.order_by("-created_at", "-pk").values(name)[:1])
            for name in ("state", "error", "created_at", "attempts")
        }
        return self.annotate(**newest)


class SquadChannel(Record):
    """A chat room or SMS gateway of a squad, as an address that apprise understands."""

    squad = models.ForeignKey(Squad, on_delete=models.CASCADE, related_name="channels")
    name = models.CharField(max_length=80)
    url = SealedText(help_text="Holds a secret: shown to nobody once it is stored.")
    least_level = models.CharField(max_length=13, choices=LEVELS, default="same_day")
    added_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = SquadChannelQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("least_level", LEVELS), name="squad_channel_level_known"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ChannelChoice(Record):
    """Whether a person wants a topic on a channel. Without a row they do.

    Nobody can choose against `emergency_now` and `same_day`: those go out whatever stands here.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="channel_choices")
    topic = models.CharField(max_length=9, choices=TOPICS)
    channel = models.CharField(max_length=6, choices=CHOSEN_CHANNELS)
    wanted = models.BooleanField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["user", "topic", "channel"], name="one_choice_per_channel"),
            models.CheckConstraint(condition=one_of("topic", TOPICS), name="choice_topic_known"),
            models.CheckConstraint(
                condition=one_of("channel", CHOSEN_CHANNELS), name="choice_channel_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} by {self.channel}"


class OnCallQuerySet(models.QuerySet["OnCall"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(club__in=Club.objects.seen_from_desk_by(user).values("pk"))

    def not_over(self, now: datetime) -> Self:
        """Who is on call at `now`, and who will be."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))

    def overlapping(self, starts_at: datetime, ends_at: datetime | None) -> Self:
        found = self.not_over(starts_at)
        return found.filter(starts_at__lt=ends_at) if ends_at else found


class OnCall(Record):
    """Somebody who is told first, beside the athlete's coaches, for a time or until further notice."""

    club = models.ForeignKey(Club, on_delete=models.CASCADE, related_name="on_call")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="on_call")
    squads = models.ManyToManyField(
        Squad, related_name="on_call", blank=True, help_text="Without any: all of the club."
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    objects = OnCallQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
                name="on_call_runs_forward",
            )
        ]

    def __str__(self) -> str:
        return f"On call {self.pk}"


class SiteKey(models.Model):
    """A key of this site, made at the first start: in the database, so that every process has the same."""

    name = models.CharField(max_length=20, primary_key=True)
    value = SealedText()

    def __str__(self) -> str:
        return self.name


class NotificationQuerySet(KeepsTime["Notification"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(recipient=user.pk)

    def in_app(self) -> Self:
        """What stands on the person's page of notices."""
        return self.filter(channel=IN_APP)

    def unread(self) -> Self:
        return self.in_app().filter(read_at=None)

    def due(self) -> Self:
        return self.filter(state="pending", next_attempt_at__lte=Now())

    def not_handed_on(self) -> Self:
        """Due, and not handed to Celery for this try."""
        return self.due().filter(~_HANDED_ON)

    def at_the_messenger(self) -> Self:
        """Handed to Celery and still in its hands: in the queue, or being sent."""
        queued = _HANDED_ON & ~_unheeded()
        being_sent = Q(next_attempt_at__gt=Now(), dispatched_at__isnull=False)
        return self.filter(queued | being_sent, state="pending")

    def left_lying(self) -> Self:
        """Due, and nobody came for it: the messenger is away, or has its hands full."""
        late = Q(next_attempt_at__lte=Now() - PATIENCE)
        return self.due().filter((_HANDED_ON & _unheeded()) | (~_HANDED_ON & late))

    def ahead_of_time(self) -> Self:
        """Would wait longer than it ever may: the clock was set back after it was written."""
        at_once = Q(due_at__lte=models.F("created_at") + CLOCK_SET_BACK)
        from_later = at_once & Q(created_at__gt=Now() + CLOCK_SET_BACK)
        held = Q(due_at__lte=Now(), next_attempt_at__gt=Now() + LONGEST_WAIT)
        return self.filter(
            from_later | held, state="pending", next_attempt_at__gt=Now() + CLOCK_SET_BACK
        )

    def by_urgency(self) -> Self:
        """What was never tried before what failed; in each, what somebody must act on first."""
        was_tried = models.Case(models.When(attempts=0, then=0), default=1)
        return self.order_by(was_tried, urgency_of("level").desc(), "attempts", "created_at")


# For the try that is due now: an earlier handing on came before the time of this one.
_HANDED_ON = Q(dispatched_at__isnull=False, dispatched_at__gte=models.F("next_attempt_at"))


def _unheeded() -> Q:
    """Nothing came of its being handed on (or the clock was set back since)."""
    silent = timedelta(seconds=settings.BROKER_SILENT_S)
    return Q(dispatched_at__lte=Now() - silent) | Q(dispatched_at__gt=Now() + silent)


class Notification(Changing):
    """The outbox, written in the transaction of what caused it. No health data in the text."""

    recipient = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="notifications"
    )
    address = models.EmailField(blank=True, help_text="Of somebody without a log-in.")
    squad_channel = models.ForeignKey(
        SquadChannel, on_delete=models.CASCADE, null=True, blank=True, related_name="notifications"
    )
    push_subscription = models.ForeignKey(
        PushSubscription,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="notifications",
    )
    topic = models.CharField(max_length=9, choices=TOPICS, default=CALLS)
    level = models.CharField(
        max_length=13, choices=LEVELS, blank=True, help_text="How urgent, where it calls somebody."
    )
    escalation = models.ForeignKey(
        Escalation, on_delete=models.CASCADE, null=True, blank=True, related_name="notifications"
    )
    episode = models.ForeignKey(
        Episode, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    check_in = models.ForeignKey(
        CheckIn, on_delete=models.CASCADE, null=True, blank=True, related_name="notifications"
    )
    channel = models.CharField(max_length=6, choices=CHANNELS)
    dedupe_key = models.CharField(max_length=160, unique=True)
    subject = models.CharField(max_length=120)
    path = models.CharField(max_length=200, help_text="Where in the site the message leads.")
    state = models.CharField(max_length=9, choices=NOTICE_STATES, default="pending")
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now, help_text="When it should first go out.")
    next_attempt_at = models.DateTimeField(db_index=True)
    first_attempt_at = models.DateTimeField(null=True, blank=True)
    dispatched_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was last handed to Celery."
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(
        null=True, blank=True, help_text="When the person saw it on the page of their notices."
    )
    error = models.CharField(max_length=200, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("channel", CHANNELS), name="notice_channel_known"
            ),
            models.CheckConstraint(
                condition=one_of("state", NOTICE_STATES), name="notice_state_known"
            ),
            models.CheckConstraint(condition=one_of("topic", TOPICS), name="notice_topic_known"),
            models.CheckConstraint(
                condition=one_of("level", LEVELS, blank=True), name="notice_level_known"
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False, squad_channel__isnull=True, address="")
                | Q(recipient__isnull=True, squad_channel__isnull=False, address="")
                | (Q(recipient__isnull=True, squad_channel__isnull=True) & ~Q(address="")),
                name="notice_to_one",
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "next_attempt_at"],
                condition=Q(state="pending"),
                name="notice_waiting",
            ),
            models.Index(fields=["recipient", "channel", "-created_at"], name="notice_of_person"),
            models.Index(
                fields=["recipient"],
                condition=Q(channel=IN_APP, read_at__isnull=True),
                name="notice_unread",
            ),
        ]

    def __str__(self) -> str:
        return self.subject
