"""The records in Django's admin, for staff.

What follows rules (reports, judgements, escalations, messages, links, tokens) is only shown here: it
changes through the services, which check who may, keep the clock and write the time line.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.http import HttpRequest

from athletes import models
from athletes.services import audit


class ShownOnly(admin.ModelAdmin):
    """To look at, not to touch."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = models.User
        fields = ("email", "name")
        field_classes: dict[str, type[forms.Field]] = {}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class ChangedUserForm(UserChangeForm):
    class Meta:
        model = models.User
        fields = "__all__"
        field_classes: dict[str, type[forms.Field]] = {}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


@admin.register(models.User)
class PersonAdmin(UserAdmin):
    add_form = NewUserForm
    form = ChangedUserForm
    ordering = ("email",)
    list_display = ("email", "name", "is_active", "is_staff", "last_login", "date_joined")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ("groups", "user_permissions")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (
            "Rights",
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        ("Times", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),
    )


@admin.register(models.Club)
class ClubAdmin(admin.ModelAdmin):
    list_display = ("name", "emergency_number", "contact_name", "created_at")
    search_fields = ("name",)


@admin.register(models.Squad)
class SquadAdmin(admin.ModelAdmin):
    list_display = ("name", "club")
    list_select_related = ("club",)
    list_filter = ("club",)
    search_fields = ("name", "club__name")
    raw_id_fields = ("club",)


@admin.register(models.Membership)
class MembershipAdmin(admin.ModelAdmin):
    list_display = ("user", "club", "role", "ended_at")
    list_select_related = ("user", "club")
    list_filter = ("role", "club")
    search_fields = ("user__email", "user__name", "club__name")
    raw_id_fields = ("user", "club", "squads")


@admin.register(models.Athlete)
class AthleteAdmin(admin.ModelAdmin):
    list_display = ("name", "club", "user", "timezone", "left_at")
    list_select_related = ("club", "user")
    list_filter = ("club",)
    search_fields = ("name", "user__email")
    raw_id_fields = ("club", "squads", "user")
    readonly_fields = ("background",)

    def save_model(self, request: Any, obj: models.Athlete, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        audit.record_change(
            by=request.user,
            athletes=[obj],
            what="athlete",
            record_key=obj.pk,
            fields=form.changed_data,
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """`manage.py erase_athlete` forgets somebody whole, and it is noted."""
        return False


@admin.register(models.Invitation)
class InvitationAdmin(ShownOnly):
    list_display = (
        "id",
        "club",
        "squad",
        "role",
        "created_by",
        "expires_at",
        "used_at",
        "revoked_at",
    )
    list_select_related = ("club", "squad", "created_by")
    list_filter = ("role",)
    search_fields = ("email", "club__name", "squad__name")
    exclude = ("token_hash",)


@admin.register(models.ApiToken)
class ApiTokenAdmin(ShownOnly):
    list_display = ("prefix", "user", "created_at", "expires_at", "revoked_at")
    list_select_related = ("user",)
    search_fields = ("prefix", "user__email")
    exclude = ("token_hash",)


@admin.register(models.Episode)
class EpisodeAdmin(ShownOnly):
    list_display = ("athlete", "region", "side", "kind", "opened_at", "closed_at")
    list_select_related = ("athlete",)
    list_filter = ("region", "kind")
    search_fields = ("athlete__name",)
    date_hierarchy = "opened_at"


@admin.register(models.PainReport)
class PainReportAdmin(ShownOnly):
    list_display = ("athlete", "reported_at", "site", "side", "pain_now", "disposition", "face")
    list_select_related = ("athlete",)
    list_filter = ("disposition", "face")
    search_fields = ("athlete__name", "=id")
    date_hierarchy = "reported_at"


@admin.register(models.Assessment)
class AssessmentAdmin(ShownOnly):
    list_display = (
        "id",
        "state",
        "disposition",
        "attempts",
        "finished_by",
        "created_at",
        "finished_at",
    )
    list_filter = ("state", "disposition", "finished_by", "knowledge_version")
    search_fields = ("=id", "=report__id", "report__athlete__name")


@admin.register(models.CareStep)
class CareStepAdmin(ShownOnly):
    list_display = ("advice", "kind", "state", "starts_at", "ends_at")
    list_filter = ("state", "kind", "evidence")
    search_fields = ("advice", "assessment__report__athlete__name")


@admin.register(models.ReturnPlan)
class ReturnPlanAdmin(ShownOnly):
    list_display = ("episode", "ladder", "entry_at", "entry_by")
    list_select_related = ("episode", "entry_by")
    list_filter = ("ladder",)
    search_fields = ("=episode__id", "episode__athlete__name")


@admin.register(models.ReturnClearance)
class ReturnClearanceAdmin(ShownOnly):
    list_display = ("clinician", "given_on", "recorded_by", "created_at")
    list_select_related = ("recorded_by",)
    search_fields = ("clinician", "plan__episode__athlete__name")


@admin.register(models.ReturnRun)
class ReturnRunAdmin(ShownOnly):
    list_display = ("plan", "ladder", "level", "ran_at", "logged_by")
    list_select_related = ("plan", "logged_by")
    list_filter = ("ladder",)
    search_fields = ("=plan__id", "plan__episode__athlete__name")


@admin.register(models.Comment)
class CommentAdmin(ShownOnly):
    list_display = ("episode", "author", "created_at")
    list_select_related = ("episode", "author")
    search_fields = ("author__email", "episode__athlete__name")


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


@admin.register(models.CheckIn)
class CheckInAdmin(ShownOnly):
    list_display = ("id", "kind", "level", "state", "due_at", "settled_at")
    list_filter = ("state", "kind")


@admin.register(models.ClinicianFinding)
class ClinicianFindingAdmin(ShownOnly):
    list_display = ("id", "cause", "clinician", "method", "found_on", "recorded_by")
    list_select_related = ("recorded_by",)


@admin.register(models.OnCall)
class OnCallAdmin(ShownOnly):
    list_display = ("user", "club", "starts_at", "ends_at")
    list_select_related = ("user", "club")


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


@admin.register(models.TrainingHold)
class TrainingHoldAdmin(ShownOnly):
    list_display = ("athlete", "kind", "since", "until", "set_by", "released_at")
    list_select_related = ("athlete", "set_by")
    list_filter = ("kind",)


@admin.register(models.HandOver)
class HandOverAdmin(ShownOnly):
    list_display = ("id", "to_name", "handed_by", "created_at")
    list_select_related = ("handed_by",)


@admin.register(models.LastLook)
class LastLookAdmin(ShownOnly):
    list_display = ("user", "athlete", "looked_at")
    list_select_related = ("user", "athlete")


@admin.register(models.Guardianship)
class GuardianshipAdmin(ShownOnly):
    list_display = ("user", "athlete", "created_at", "ended_at")
    list_select_related = ("user", "athlete")


@admin.register(models.Consent)
class ConsentAdmin(ShownOnly):
    list_display = ("athlete", "version", "given_as", "given_by", "created_at", "withdrawn_at")
    list_select_related = ("athlete", "given_by")


@admin.register(models.DataExport)
class DataExportAdmin(ShownOnly):
    """Without the file."""

    list_display = ("asked_by", "state", "created_at", "expires_at", "fetched_at")
    list_select_related = ("asked_by",)
    exclude = ("content",)


@admin.register(models.ClinicianNote)
class ClinicianNoteAdmin(ShownOnly):
    """Without the text: it is for clinicians and the athlete."""

    list_display = ("id", "author", "created_at")
    list_select_related = ("author",)
    exclude = ("text",)


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


@admin.register(models.Forgotten)
class ForgottenAdmin(ShownOnly):
    list_display = ("key_hash", "at")


@admin.register(models.PastTally)
class PastTallyAdmin(ShownOnly):
    list_display = ("club", "year", "what", "number")
    list_select_related = ("club",)
