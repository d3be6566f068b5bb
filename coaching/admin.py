"""The apps of other people in Django's admin: staff register them here, or with `manage.py register_app`."""

from __future__ import annotations

from typing import Any

from allauth.idp.oidc.models import Client, Token
from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from athletes.admin import ShownOnly
from athletes.scopes import ABOUT_ONESELF, SCOPES
from athletes.services import apps
from coaching import admin_keys as admin_keys

admin.site.unregister(Client)
admin.site.unregister(Token)


class AppForm(forms.ModelForm):
    """What can be chosen of an app; all else is the same for each."""

    scopes = forms.MultipleChoiceField(
        choices=lambda: [(name, name) for name in (*ABOUT_ONESELF, *SCOPES)],
        initial=[*ABOUT_ONESELF, *SCOPES],
        help_text="What it may ask people for.",
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Client
        fields = ("name", "type", "redirect_uris", "scopes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.name:
            self.initial["scopes"] = self.instance.get_scopes()

    def clean_scopes(self) -> str:
        return "\n".join(self.cleaned_data["scopes"])

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            try:
                apps.prepare(app=self.instance)
            except forms.ValidationError as wrong:
                self._update_errors(wrong)  # type: ignore[attr-defined]


@admin.register(Client)
class AppAdmin(admin.ModelAdmin):
    form = AppForm
    list_display = ("name", "id", "type", "created_at")
    list_filter = ("type",)
    search_fields = ("id", "name")
    readonly_fields = ("id", "created_at")

    def save_model(self, request: HttpRequest, obj: Client, form: Any, change: bool) -> None:
        if not change and obj.type == Client.Type.CONFIDENTIAL:
            secret = apps.new_secret(app=obj)
            told = _("The secret of this app is %(secret)s. It is shown only now.")
            self.message_user(request, told % {"secret": secret}, messages.WARNING)
        super().save_model(request, obj, form, change)


@admin.register(Token)
class AppTokenAdmin(ShownOnly):
    """Which app may act for whom; the secrets are hashes, and not shown either."""

    list_display = ("client", "type", "user", "created_at", "expires_at")
    list_select_related = ("client", "user")
    list_filter = ("type",)
    exclude = ("hash", "data")
