"""Apps are registered by staff, at the server or in the admin."""

from __future__ import annotations

from io import StringIO

import pytest
from allauth.idp.oidc.models import Client as App
from allauth.idp.oidc.models import Token
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from athletes.models import User
from athletes.scopes import ALL, IDENTITY
from athletes.services import apps, housekeeping
from tests.factories import make_user

pytestmark = pytest.mark.django_db

BACK = "https://diary.test/back"


@pytest.mark.parametrize(
    "uri",
    [
        BACK,
        "https://diary.test:8443/back?from=niggle",
        "http://127.0.0.1:8765/back",
        "http://[::1]/back",
        "http://localhost/back",
        "test.diary.app:/back",
    ],
)
def test_an_address_that_can_be_used(uri):
    assert apps.why_not(uri) == []


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "diary.test/back",
        "http://diary.test/back",
        "https:///back",
        "https://*.diary.test/back",
        "https://diary.test/back#here",
        "https://me@diary.test/back",
        "https://diary.test\\@evil.test/",
        "https://diary.test:x/back",
        "https://diary.test/a b",
        "https://diary.test/;script-src 'none'",
        "javascript:alert(1)",
        "data:text/html,x",
        "diary:/back",
        "https://[::1/back",
    ],
)
def test_an_address_that_cannot(uri):
    assert len(apps.why_not(uri)) == 1


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"redirect_uris": []}, {"redirect_uris": ["x"]}, {"scopes": ["x"]}]
)
def test_what_cannot_be_is_not_registered(wrong):
    with pytest.raises(ValidationError):
        apps.register(**{"name": "Diary", "redirect_uris": [BACK], **wrong})
    assert not App.objects.exists()


def test_the_command_shows_the_secret_once():
    told = StringIO()
    call_command("register_app", "Diary", redirect_uri=[BACK], scope=["openid"], stdout=told)
    app = App.objects.get()
    secret = told.getvalue().split("client_secret")[1].split()[0]
    assert app.check_secret(secret)
    assert secret not in app.secret
    assert (app.get_scopes(), app.get_redirect_uris()) == (["openid"], [BACK])
    assert (app.get_response_types(), app.skip_consent) == (["code"], False)
    assert set(app.get_grant_types()) == {"authorization_code", "refresh_token"}


def test_a_public_app_has_no_secret():
    told = StringIO()
    call_command("register_app", "Diary", "--redirect-uri", BACK, "--public", stdout=told)
    assert "client_secret" not in told.getvalue()
    assert App.objects.get().type == App.Type.PUBLIC
    assert set(App.objects.get().get_scopes()) == ALL | IDENTITY


def test_the_command_says_what_is_wrong():
    with pytest.raises(CommandError, match="https"):
        call_command(
            "register_app", "Diary", redirect_uri=["http://diary.test/"], stdout=StringIO()
        )


def test_staff_register_an_app(admin_client):
    typed = {"name": "Diary", "type": "confidential", "redirect_uris": BACK, "scopes": ["openid"]}
    page = admin_client.post(reverse("admin:allauth_idp_oidc_client_add"), typed, follow=True)
    app = App.objects.get()
    assert page.status_code == 200
    secret = next(
        word.rstrip(".")
        for word in page.content.decode().split()
        if app.check_secret(word.rstrip("."))
    )
    again = admin_client.get(reverse("admin:allauth_idp_oidc_client_change", args=[app.pk]))
    assert secret not in again.content.decode()
    assert app.secret not in again.content.decode()


@pytest.mark.parametrize("wrong", [{"redirect_uris": "http://diary.test/"}, {"scopes": []}])
def test_staff_are_told_what_is_wrong(wrong, admin_client):
    typed = {"name": "Diary", "type": "public", "redirect_uris": BACK, "scopes": ["openid"]}
    page = admin_client.post(reverse("admin:allauth_idp_oidc_client_add"), {**typed, **wrong})
    assert page.status_code == 200
    assert "errorlist" in page.content.decode()
    assert not App.objects.exists()


def test_nobody_else_registers_one(client):
    client.force_login(make_user())
    assert client.get(reverse("admin:allauth_idp_oidc_client_add")).status_code == 302


def test_tokens_of_apps_are_only_shown(admin_client):
    app = apps.register(name="Diary", redirect_uris=[BACK]).app
    user = User.objects.get(is_staff=True)
    token = Token.objects.create(client=app, user=user, type="at", hash="a-hash-of-it")
    page = admin_client.get(reverse("admin:allauth_idp_oidc_token_change", args=[token.pk]))
    assert page.status_code == 200
    assert "a-hash-of-it" not in page.content.decode()
    assert admin_client.get(reverse("admin:allauth_idp_oidc_token_add")).status_code == 403


def test_what_is_over_is_tidied_up(db):
    app = apps.register(name="Diary", redirect_uris=[BACK]).app
    for year in ("2020", "2999"):
        Token.objects.create(client=app, type="at", hash=year, expires_at=f"{year}-01-01T00:00Z")
    housekeeping.tidy_up()
    assert [token.hash for token in Token.objects.all()] == ["2999"]
    assert Client().get("/.well-known/jwks.json").status_code == 200
