"""What I share: the page, the choice, and who chose when."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from athletes.models import Athlete
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = "/me/sharing/"


@pytest.fixture
def athlete() -> Any:
    return factories.make_athlete(factories.make_club())


def phone(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_choice_is_kept_and_the_page_says_when_and_by_whom(athlete):
    client = phone(athlete.user)
    assert "Nobody has changed it" in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"sharing": "status"}).status_code == 302
    assert Athlete.objects.get(pk=athlete.pk).sharing == "status"
    page = client.get(PAGE).content.decode()
    assert "by you" in page
    assert 'value="status"' in page
    assert "checked" in page.split('value="status"')[1][:80]


@pytest.mark.parametrize("told", [{}, {"sharing": "nothing"}])
def test_what_is_none_of_the_two_is_refused_beside_the_field(athlete, told):
    answer = phone(athlete.user).post(PAGE, told)
    assert answer.status_code == 422
    assert "Choose one of the two." in answer.content.decode()


def test_it_says_what_coaches_are_told_in_any_case(athlete):
    page = phone(athlete.user).get(PAGE).content.decode()
    assert "what kind of danger it is" in page
    assert "The clinicians of your squad see all that you tell." in page


def test_the_profile_leads_there(athlete):
    assert PAGE in phone(athlete.user).get(reverse("phone:profile")).content.decode()
