"""Log-in, its way back, passwords and sessions."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from athletes import access
from athletes.services import tokens
from tests.factories import PASSWORD, make_athlete, make_club, make_coach, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def squad():
    return make_club()


def log_in(client, user, password=PASSWORD, **more):
    return client.post(
        reverse("account_login"), {"login": user.email, "password": password, **more}
    )


@pytest.mark.parametrize("role", [access.OWNER, access.COACH, access.CLINICIAN])
def test_people_who_look_after_others_come_to_the_desk(client, squad, role):
    assert log_in(client, make_coach(squad, role=role)).url == "/desk/"


def test_an_athlete_comes_to_their_own_legs(client, squad):
    assert log_in(client, make_athlete(squad).user).url == "/me/"


def test_a_coach_who_also_runs_comes_to_the_desk(client, squad):
    athlete = make_athlete(squad)
    make_club("Another", owner=athlete.user)
    assert log_in(client, athlete.user).url == "/desk/"


def test_somebody_in_no_club_comes_to_their_account_and_reads_what_to_do(client):
    response = client.get(log_in(client, make_user()).url)
    assert "You are in no club yet" in response.content.decode()


def test_log_in_leads_back_to_the_page_that_was_asked_for(client, squad):
    assert log_in(client, squad.coach, next="/desk/squads/").url == "/desk/squads/"


@pytest.mark.parametrize("elsewhere", ["https://evil.test/", "//evil.test/", "javascript:alert(1)"])
def test_log_in_never_leads_to_another_site(client, squad, elsewhere):
    assert log_in(client, squad.coach, next=elsewhere).url == "/desk/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, squad):
    wrong = log_in(client, squad.coach, "not the password")
    unknown = client.post(
        reverse("account_login"), {"login": "who@example.test", "password": "not the password"}
    )
    errors = [response.context["form"].non_field_errors() for response in (wrong, unknown)]
    assert errors[0] == errors[1] == ["This e-mail address and password do not go together."]
    assert f'value="{squad.coach.email}"' in wrong.content.decode()


def test_guessing_passwords_is_stopped_although_redis_is_not_asked(client, squad):
    for _ in range(6):
        answer = log_in(client, squad.coach, "not the password")
    assert "Too many tries" in answer.content.decode()
    assert "Too many tries" in log_in(client, squad.coach).content.decode()


def test_a_forgotten_password_is_set_anew_by_the_link_in_the_mail(client, squad, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": squad.coach.email})
    link = re.search(r"http://testserver(\S+)", mailoutbox[0].body)[1]
    page = client.get(link, follow=True)
    new = {"password1": "quite another one", "password2": "quite another one"}
    done = client.post(page.redirect_chain[-1][0], new, follow=True)
    assert "Your password is changed" in done.content.decode()
    assert log_in(client, squad.coach, "quite another one").url == "/desk/"
    assert "cannot be used any more" in client.get(link, follow=True).content.decode()


def test_asking_for_a_password_link_says_the_same_whether_or_not_there_is_an_account(
    client, squad, mailoutbox
):
    answers = [
        client.post(reverse("account_reset_password"), {"email": email})
        for email in (squad.coach.email, "who@example.test")
    ]
    assert answers[0].url == answers[1].url
    assert "no account" in mailoutbox[1].body


def test_a_mail_server_that_is_away_gives_a_plain_sentence(client, squad, monkeypatch):
    def away(*_):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", away)
    page = client.post(reverse("account_reset_password"), {"email": squad.coach.email}, follow=True)
    assert "could not send the e-mail" in page.content.decode()


def test_changing_the_password_asks_for_the_old_one(client, squad):
    client.force_login(squad.coach)
    new = {"password1": "quite another one", "password2": "quite another one"}
    wrong = client.post(reverse("account_change_password"), new | {"oldpassword": "no"})
    assert "oldpassword" in wrong.context["form"].errors
    client.post(reverse("account_change_password"), new | {"oldpassword": PASSWORD})
    squad.coach.refresh_from_db()
    assert squad.coach.check_password("quite another one")


def test_an_athlete_stays_logged_in_much_longer_than_a_desk(client, squad, settings):
    ages = {}
    for user in (make_athlete(squad).user, squad.coach):
        log_in(client, user)
        client.get(reverse("account"))
        ages[user] = client.session.get_expiry_age()
        client.logout()
    athlete, coach = ages.values()
    assert coach == settings.SESSION_COOKIE_AGE
    assert athlete == settings.PHONE_SESSION_AGE > 8 * coach


def test_a_session_starts_anew_on_each_day_of_use_but_not_at_every_request(client, squad):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        client.force_login(squad.coach)
        client.get(reverse("account"))
        until = client.session.get_expiry_date()
    for later in (timedelta(days=13), timedelta(days=26)):
        with time_machine.travel(start + later, tick=False):
            assert client.get(reverse("account")).status_code == 200
            assert client.get(reverse("account")).cookies.get("sessionid") is None
    with time_machine.travel(start + timedelta(days=50), tick=False):
        assert client.get(reverse("account")).status_code == 302
    assert until == start + timedelta(days=14)


def test_logging_out_takes_a_post(client, squad):
    client.force_login(squad.coach)
    client.get(reverse("account_logout"))
    assert client.get(reverse("account")).status_code == 200
    client.post(reverse("account_logout"))
    assert client.get(reverse("account")).status_code == 302


def test_a_new_password_puts_every_token_out_of_use(client, squad):
    coach = squad.coach
    secret = tokens.issue(by=coach).secret
    client.force_login(coach)
    new = "another-long-enough-password"
    told = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", told).status_code == 302
    assert tokens.find(secret=secret) is None
