"""What a club's own programs are told: addresses, and every single sending."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, UniqueConstraint
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from athletes import access
from athletes.models.base import Record, one_of
from athletes.models.clubs import Club
from athletes.models.secret import SealedText
from athletes.models.users import User

REPORT_ASSESSED = "report.assessed"
ESCALATION_OPENED = "escalation.opened"
ESCALATION_ACKNOWLEDGED = "escalation.acknowledged"
ESCALATION_RAISED = "escalation.raised"
CHECK_IN_MISSED = "check_in.missed"
PING = "ping"
EVENTS = [
    (REPORT_ASSESSED, _("A report was assessed")),
    (ESCALATION_OPENED, _("An escalation was opened")),
    (ESCALATION_ACKNOWLEDGED, _("An escalation was acknowledged")),
    (ESCALATION_RAISED, _("An escalation was raised to the next person or level")),
    (CHECK_IN_MISSED, _("A check-in was not answered")),
]
SENT_EVENTS = [*EVENTS, (PING, _("A test"))]
DELIVERY_STATES = [
    ("pending", _("Waiting")),
    ("sent", _("Taken")),
    ("failed", _("Given up")),
    ("withdrawn", _("No longer needed")),
]


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def visible_to(self, user: Any) -> Self:
        """An owner's business: nobody else sees where a club's data goes."""
        owned = Club.objects.filter(access.clubs_led_by(user)).values("pk")
        return self.filter(club__in=owned)

    def in_use(self) -> Self:
        return self.filter(removed_at=None, stopped_at=None)


class WebhookEndpoint(Record):
    """An address of a club's own program. Its secret is shown once and signs each sending."""

    club = models.ForeignKey(Club, on_delete=models.CASCADE, related_name="webhooks")
    name = models.CharField(max_length=80)
    url = SealedText(help_text="May hold a key: shown to the club's owners only.")
    events = models.JSONField(default=list, help_text="Which events, of EVENTS.")
    secret = SealedText()
    old_secret = SealedText(blank=True, default="", help_text="Signs too until `old_secret_until`.")
    old_secret_until = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    stopped_at = models.DateTimeField(
        null=True, blank=True, help_text="Nothing is sent: by a person, or it failed for days."
    )
    stopped_why = models.CharField(max_length=80, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(endpoint__in=WebhookEndpoint.objects.visible_to(user).values("pk"))

    def due(self) -> Self:
        return self.filter(state="pending", next_attempt_at__lte=Now())

    def not_handed_on(self) -> Self:
        """Due, and not handed to Celery for this try."""
        return self.due().filter(~_HANDED_ON)

    def left_lying(self) -> Self:
        """Due, and nobody came for it: the messenger is away, or has its hands full."""
        late = Q(next_attempt_at__lte=Now() - _silence())
        return self.due().filter((_HANDED_ON & _unheeded()) | (~_HANDED_ON & late))

    def at_the_messenger(self) -> Self:
        """Handed to Celery and still in its hands: in the queue, or being sent."""
        queued = _HANDED_ON & ~_unheeded()
        being_sent = Q(next_attempt_at__gt=Now(), dispatched_at__isnull=False)
        return self.filter(queued | being_sent, state="pending")


# For the try that is due now: an earlier handing on came before the time of this one.
_HANDED_ON = Q(dispatched_at__isnull=False, dispatched_at__gte=F("next_attempt_at"))


def _silence() -> timedelta:
    return timedelta(seconds=settings.BROKER_SILENT_S)


def _unheeded() -> Q:
    """Nothing came of its being handed on (or the clock was set back since)."""
    return Q(dispatched_at__lte=Now() - _silence()) | Q(dispatched_at__gt=Now() + _silence())


class WebhookDelivery(Record):
    """One event for one address: written in the transaction of what happened, sent later, tried again.

    The body holds ids and times only. A redelivery by hand is a row of its own with the same `event_id`.
    """

    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries"
    )
    event_id = models.UUIDField(help_text="The same for each try and each redelivery.")
    event = models.CharField(max_length=24, choices=SENT_EVENTS)
    body = models.JSONField()
    athlete = models.ForeignKey(
        "athletes.Athlete", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    again_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=9, choices=DELIVERY_STATES, default="pending")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(db_index=True)
    dispatched_at = models.DateTimeField(
        null=True, blank=True, help_text="Handed to Celery for this try."
    )
    first_attempt_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Of the last answer."
    )
    took_ms = models.PositiveIntegerField(null=True, blank=True, help_text="The last try.")
    error = models.CharField(max_length=80, blank=True, help_text="Kind of the last fault.")

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("event", SENT_EVENTS), name="delivery_event_known"
            ),
            models.CheckConstraint(
                condition=one_of("state", DELIVERY_STATES), name="delivery_state_known"
            ),
            UniqueConstraint(
                fields=["endpoint", "event_id"],
                condition=Q(again_of__isnull=True),
                name="one_first_delivery",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(state="pending"), name="delivery_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"Delivery {self.pk}"
