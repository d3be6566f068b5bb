"""Staff see who has keys, never a secret, and take them away for whoever has lost theirs."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from athletes.models import Notification
from tests.coaching.accounts.second_factors import SECRET, give_app, with_password
from tests.factories import make_user

pytestmark = pytest.mark.django_db
KEYS, DEVICES = "/admin/mfa/authenticator/", "/admin/usersessions/usersession/"


@pytest.fixture
def runner() -> Any:
    user = make_user("Nia Okoye")
    give_app(user)
    return user


def test_keys_are_found_by_name_and_show_no_secret(admin_client: Client, runner: Any) -> None:
    page = admin_client.get(KEYS, {"q": "Okoye"}).content.decode()
    assert "Nia Okoye" in page
    app = Authenticator.objects.get(user=runner, type="totp")
    shown = admin_client.get(f"{KEYS}{app.pk}/change/").content.decode()
    assert SECRET not in shown
    assert app.data["secret"] not in shown


def test_removing_lets_the_password_in_alone_and_is_told_to_its_owner(
    admin_client: Client, runner: Any
) -> None:
    rows = list(Authenticator.objects.filter(user=runner).values_list("pk", flat=True))
    told = {"action": "delete_selected", "_selected_action": rows, "post": "yes"}
    assert admin_client.post(KEYS, told).status_code == 302
    mine = Notification.objects.filter(recipient=runner, channel="email")
    assert mine.get().subject == "How your account is protected was changed"
    assert with_password(Client(), runner)["Location"] == "/accounts/"


@pytest.mark.parametrize("page", [KEYS, DEVICES])
def test_nothing_is_made_there(admin_client: Client, runner: Any, page: str) -> None:
    assert admin_client.get(f"{page}?q=nia").status_code == 200
    assert admin_client.get(f"{page}add/").status_code == 403
