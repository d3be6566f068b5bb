"""The page about privacy tells this installation's real settings, to anybody."""

from __future__ import annotations

import pytest
from django.urls import reverse

from athletes.services import retention
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = reverse("privacy")


def told(client):
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_it_says_who_runs_it_where_that_is_set(client, settings):
    assert "ask your club" in told(client)
    settings.OPERATOR_NAME, settings.OPERATOR_CONTACT = "Track Club Town", "data@club.example"
    page = told(client)
    assert "It is run by Track Club Town." in page
    assert "data@club.example" in page


def test_it_says_how_mail_goes(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    assert "No mail server is set up" in told(client)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "mail.club.example"
    assert "E-mail goes through mail.club.example." in told(client)


def test_it_names_every_cookie_that_is_set(client, settings):
    page = told(client)
    client.post(reverse("set_language"), {"language": "es", "next": "/"})
    client.get(reverse("account_login"))
    athlete = factories.make_athlete(factories.make_club())
    credentials = {"login": athlete.user.email, "password": factories.PASSWORD}
    client.post(reverse("account_login"), credentials)
    client.get("/me/")
    assert len(client.cookies) >= 4
    for name in client.cookies:
        assert f">{name}<" in page


def test_it_says_how_long_ones_own_club_keeps_what_is_closed(client):
    squad = factories.make_club("Milers of Town")
    athlete = factories.make_athlete(squad)
    client.force_login(athlete.user)
    assert "Milers of Town: until it is erased" in told(client)
    retention.keep_for(by=squad.coach, club=squad.club, months=36)
    assert "Milers of Town: 36 months after a problem is closed" in told(client)
    other = factories.make_user()
    client.force_login(other)
    assert "Milers of Town" not in told(client)


def test_every_page_leads_there(client):
    assert f'href="{PAGE}"' in client.get(reverse("account_login")).content.decode()
