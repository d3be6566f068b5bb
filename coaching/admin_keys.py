"""Keys and devices in Django's admin: to be looked at and, for whoever lost theirs, removed."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.http import HttpRequest

from athletes.models import User
from athletes.services import account_notices

admin.site.unregister(Authenticator)
admin.site.unregister(UserSession)


class Removable(admin.ModelAdmin):
    """Nothing is made or changed here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Authenticator)
class AuthenticatorAdmin(Removable):
    """Removing all of a person's lets them in with the password alone. Make sure first that it is they who ask."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_select_related = ("user",)
    list_filter = ("type",)
    search_fields = ("user__email", "user__name")
    fields = ("user", "type", "created_at", "last_used_at")

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        super().delete_model(request, obj)
        _tell({obj.user})

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        owners = {row.user for row in queryset.select_related("user")}
        super().delete_queryset(request, queryset)
        _tell(owners)


def _tell(owners: set[User]) -> None:
    for user in owners:
        account_notices.tell(user=user, what=account_notices.SECOND_FACTOR)


@admin.register(UserSession)
class UserSessionAdmin(Removable):
    """Removing a line logs nobody out: whoever changes the password of an account ends all of its sessions."""

    list_display = ("user", "created_at", "last_seen_at")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    fields = ("user", "created_at", "last_seen_at", "user_agent")
