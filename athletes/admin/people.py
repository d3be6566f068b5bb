"""People, clubs, what they agreed to and what lets them in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.http import HttpRequest

from athletes import models
from athletes.admin.shown import ShownOnly
from athletes.services import audit


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


@admin.register(models.OnCall)
class OnCallAdmin(ShownOnly):
    list_display = ("user", "club", "starts_at", "ends_at")
    list_select_related = ("user", "club")


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


@admin.register(models.Forgotten)
class ForgottenAdmin(ShownOnly):
    list_display = ("key_hash", "at")
