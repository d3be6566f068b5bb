"""The pages on which a person sees which programs may act for them, and takes that back."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from allauth.account.decorators import reauthentication_required
from allauth.idp.oidc.models import Client
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from athletes.models import ApiToken, User
from athletes.scopes import ABOUT_ONESELF, SCOPES
from athletes.services import apps, tokens
from coaching.accounts import say_plainly

WORDS = {**ABOUT_ONESELF, **SCOPES}
FORM_REMEMBERED_S = 24 * 60 * 60


class TokenForm(forms.Form):
    """What a new token is for, and what it may."""

    name = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=ApiToken._meta.get_field("name").max_length,
        help_text=gettext_lazy("Such as “Training diary”. You will know it by this name."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        choices=lambda: list(SCOPES.items()),
        help_text=gettext_lazy("Never more than you may yourself. Tick as little as will do."),
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(
        label=gettext_lazy("For how many days"),
        min_value=1,
        max_value=tokens.MOST_DAYS,
        initial=tokens.DAYS,
        help_text=gettext_lazy("From 1 to 365. After that it opens nothing any more."),
    )
    once = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_plainly(self)
        self.fields["scopes"].error_messages["required"] = _("Tick at least one.")


@login_required
@require_safe
def token_list(request: HttpRequest) -> HttpResponse:
    """The tokens that open something now."""
    mine = ApiToken.objects.visible_to(request.user).usable()
    page = {"tokens": [(token, _said(token.scopes)) for token in mine], "now": timezone.now()}
    return render(request, "programs/tokens.html", page)


@login_required
@reauthentication_required
@require_http_methods(["GET", "POST"])
def token_new(request: HttpRequest) -> HttpResponse:
    """A new one. Its secret is on the answer to this form and nowhere else, ever; the form sent again makes no second."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        assert isinstance(request.user, User)
        told = dict(form.cleaned_data)
        key = f"token.once.{request.user.pk}.{told.pop('once') or uuid4()}"
        if not cache.add(key, True, FORM_REMEMBERED_S):
            messages.info(
                request,
                _(
                    "It was made already, and is shown only once. If you did not see it, take it back and make a new one."
                ),
            )
            return redirect("tokens")
        try:
            issued = tokens.make(by=request.user, **told)
        except forms.ValidationError as wrong:
            cache.delete(key)
            form.add_error(None, wrong)
        else:
            return render(request, "programs/token_made.html", {"issued": issued})
    status = 422 if form.is_bound else 200
    return render(request, "programs/token_new.html", {"form": form}, status=status)


@login_required
@require_POST
def token_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    assert isinstance(request.user, User)
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=pk)
    tokens.revoke(by=request.user, token=token)
    messages.success(request, _("This token opens nothing any more."))
    return redirect("tokens")


@login_required
@require_safe
def app_list(request: HttpRequest) -> HttpResponse:
    """The apps that may act for this person."""
    assert isinstance(request.user, User)
    found = apps.allowed_by(request.user)
    page = {"allowed": [(one, _said(one.scopes)) for one in found], "now": timezone.now()}
    return render(request, "programs/apps.html", page)


@login_required
@require_POST
def app_take_back(request: HttpRequest, pk: str) -> HttpResponse:
    assert isinstance(request.user, User)
    mine = Client.objects.filter(token__user=request.user).distinct()
    apps.take_back(by=request.user, app=get_object_or_404(mine, pk=pk))
    messages.success(request, _("This app can do nothing for you any more."))
    return redirect("apps")


def _said(scopes: list[str]) -> list[str]:
    """In the order and the words of the page where they are ticked."""
    return [str(words) for scope, words in WORDS.items() if scope in scopes]
