"""Escalations, messages, webhooks; what keeps the site going; who looked."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from athletes import models
from athletes.admin.shown import ShownOnly


@admin.register(models.EscalationEvent)
class EscalationEventAdmin(ShownOnly):
    """The time line: nobody adds to it, changes it or takes from it by hand."""

    list_display = ("escalation", "kind", "actor", "level", "chain_step", "created_at")
    list_select_related = ("escalation", "actor")
    list_filter = ("kind", "level")
    search_fields = ("=escalation__id", "actor__email", "escalation__athlete__name")


class EventsInline(admin.TabularInline):
    model = models.EscalationEvent
    fields = ("created_at", "kind", "actor", "level", "chain_step")
    readonly_fields = fields
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(models.Escalation)
class EscalationAdmin(ShownOnly):
    list_display = ("athlete", "level", "state", "opened_at", "acknowledge_by", "chain_step")
    list_select_related = ("athlete",)
    list_filter = ("state", "level")
    search_fields = ("=id", "athlete__name")
    date_hierarchy = "opened_at"
    inlines = (EventsInline,)


@admin.register(models.Notification)
class NotificationAdmin(ShownOnly):
    list_display = (
        "recipient",
        "channel",
        "subject",
        "state",
        "attempts",
        "next_attempt_at",
        "sent_at",
    )
    list_select_related = ("recipient",)
    list_filter = ("state", "channel")
    search_fields = ("recipient__email", "=escalation__id")


@admin.register(models.ChannelChoice)
class ChannelChoiceAdmin(ShownOnly):
    list_display = ("user", "topic", "channel", "wanted")
    list_select_related = ("user",)


@admin.register(models.PushSubscription)
class PushSubscriptionAdmin(ShownOnly):
    """Without the keys: who has them can send in our name."""

    list_display = ("user", "browser", "created_at", "gone_at")
    list_select_related = ("user",)
    exclude = ("endpoint", "p256dh", "auth")


@admin.register(models.SquadChannel)
class SquadChannelAdmin(ShownOnly):
    """Without the address: it holds a secret."""

    list_display = ("name", "squad", "least_level", "removed_at")
    list_select_related = ("squad",)
    exclude = ("url",)


@admin.register(models.SiteKey)
class SiteKeyAdmin(ShownOnly):
    list_display = ("name",)
    exclude = ("value",)


@admin.register(models.Heartbeat)
class HeartbeatAdmin(ShownOnly):
    list_display = ("name", "at")


@admin.register(models.WebhookEndpoint)
class WebhookEndpointAdmin(ShownOnly):
    """Without what is secret."""

    list_display = ("name", "club", "stopped_at", "failing_since", "removed_at")
    list_select_related = ("club",)
    exclude = ("url", "secret", "old_secret")


@admin.register(models.WebhookDelivery)
class WebhookDeliveryAdmin(ShownOnly):
    list_display = ("id", "event", "state", "attempts", "status", "error", "created_at")
    list_filter = ("state", "event")


@admin.register(models.SentBefore)
class SentBeforeAdmin(ShownOnly):
    """Without the answer: it may hold health data."""

    list_display = ("user", "status", "created_at")
    list_select_related = ("user",)
    exclude = ("answer", "headers")


@admin.register(models.AuditEntry)
class AuditEntryAdmin(ShownOnly):
    list_display = ("club_key", "number", "at", "action", "what", "face")
    list_filter = ("action", "face")


@admin.register(models.AuditSubject)
class AuditSubjectAdmin(ShownOnly):
    list_display = ("athlete_key", "entry", "at")
    list_select_related = ("entry",)


@admin.register(models.AuditChain)
class AuditChainAdmin(ShownOnly):
    list_display = ("club_key", "number")
