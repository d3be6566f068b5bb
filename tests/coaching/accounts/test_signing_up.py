"""A coach's sign-up: an account, a club and a squad, or nothing."""

import pytest
from django.urls import reverse

from athletes.models import Club, Squad, User

pytestmark = pytest.mark.django_db

TOLD = {
    "name": "Ada Coach",
    "email": "Ada@Example.test",
    "password1": "four words in a row",
    "club_name": "Harbour Runners",
    "squad_name": "Milers",
}


def sign_up(client, **changes):
    return client.post(reverse("account_signup"), TOLD | changes)


def test_signing_up_makes_a_club_with_a_squad_and_leads_through_the_first_steps(client):
    response = sign_up(client)
    squad = Squad.objects.get()
    assert response.url == reverse("desk:start", args=[squad.club_id, 1])
    assert "Step 1 of 3" in client.get(response.url).content.decode()
    assert (squad.name, squad.club.name) == ("Milers", "Harbour Runners")
    roles = User.objects.get(email="ada@example.test").memberships.values_list("role", flat=True)
    assert sorted(roles) == ["coach", "owner"]


def test_a_message_asks_to_confirm_the_address(client, mailoutbox):
    sign_up(client)
    assert mailoutbox[0].to == ["ada@example.test"]
    assert "/accounts/confirm-email/" in mailoutbox[0].body


@pytest.mark.parametrize("field", ["name", "email", "password1", "club_name", "squad_name"])
def test_what_is_missing_is_said_beside_the_field_and_the_rest_is_kept(client, field):
    response = sign_up(client, **{field: ""})
    assert response.context["form"].errors == {field: ["Please fill this in."]}
    page = response.content.decode()
    assert f'id="id_{field}_error"' in page
    assert field == "club_name" or 'value="Harbour Runners"' in page
    assert not User.objects.exists()


@pytest.mark.parametrize("weak", ["short", "123456789101112", "ada@example.test"])
def test_a_weak_password_is_turned_down(client, weak):
    assert "password1" in sign_up(client, password1=weak).context["form"].errors
    assert not User.objects.exists()


def test_a_club_that_cannot_be_made_leaves_no_account_behind(client, monkeypatch):
    def fail(**_):
        raise RuntimeError("no club")

    monkeypatch.setattr("coaching.accounts.people.create_club", fail)
    with pytest.raises(RuntimeError, match="no club"):
        sign_up(client)
    assert not User.objects.exists()


def test_where_addresses_are_confirmed_first_nobody_learns_who_has_an_account(
    client, settings, mailoutbox
):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    User.objects.create_user("taken@example.test", "four words in a row")
    fresh, taken = sign_up(client), sign_up(client, email="taken@example.test")
    assert (fresh.status_code, fresh.url) == (taken.status_code, taken.url)
    assert "already" in mailoutbox[-1].subject
    assert Club.objects.count() == 1
