"""The pages about tokens and apps."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from athletes.models import ApiToken
from athletes.services import tokens
from tests.coaching.programs.flow import Diary
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

TYPED = {"name": "My diary", "scopes": ["reports:read", "account:read"], "days": 30}


@pytest.fixture
def sure(browser):
    """Who has just given the password."""
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return browser


def test_the_password_is_asked_before_a_token_is_made(browser):
    page = browser.get(reverse("token_new"))
    assert page.status_code == 302
    assert page["Location"].startswith(reverse("account_reauthenticate"))
    assert not ApiToken.objects.exists()


def test_what_was_typed_comes_through_the_question_for_the_password(browser):
    browser.post(reverse("token_new"), TYPED)
    shown = {"password": PASSWORD, "next": reverse("token_new")}
    answer = browser.post(reverse("account_reauthenticate"), shown)
    assert "My diary" in answer.content.decode()


def test_a_token_is_shown_once(sure, person):
    page = sure.post(reverse("token_new"), TYPED).content.decode()
    secret = re.search(r'value="(ngl_[^"]+)"', page).group(1)
    token = tokens.find(secret=secret)
    assert (token.name, token.scopes) == ("My diary", ["account:read", "reports:read"])
    listed = sure.get(reverse("tokens")).content.decode()
    assert "My diary" in listed
    assert secret not in listed
    assert person.notifications.filter(subject="A token was made that acts in your name").exists()


def test_the_form_sent_again_makes_no_second(sure):
    page = sure.get(reverse("token_new")).content.decode()
    once = re.search(r'name="once" value="([^"]+)"', page).group(1)
    wrong = sure.post(reverse("token_new"), {**TYPED, "name": "", "once": once})
    assert once in wrong.content.decode()
    first, again = (sure.post(reverse("token_new"), {**TYPED, "once": once}) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 302)
    assert ApiToken.objects.count() == 1
    assert "shown only once" in sure.get(reverse("tokens")).content.decode()


@pytest.mark.parametrize("wrong", [{"name": ""}, {"scopes": []}, {"days": 0}, {"days": 366}])
def test_what_is_wrong_stands_beside_the_field(wrong, sure):
    answer = sure.post(reverse("token_new"), {**TYPED, "name": "Kept words", **wrong})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "field-error" in page
    assert "name" in wrong or "Kept words" in page
    assert not ApiToken.objects.exists()


def test_too_many_are_said(sure, monkeypatch):
    monkeypatch.setattr(tokens, "MOST_TOKENS", 0)
    assert "fifty" in sure.post(reverse("token_new"), TYPED).content.decode()


def test_a_token_is_taken_back(browser, person):
    issued = tokens.make(by=person, name="Diary", scopes=["reports:read"])
    browser.post(reverse("token_revoke", args=[issued.token.pk]))
    assert tokens.find(secret=issued.secret) is None
    assert "Diary" not in browser.get(reverse("tokens")).content.decode()


def test_those_of_others_are_not_there(browser):
    issued = tokens.make(by=make_user(), name="Theirs", scopes=["reports:read"])
    assert browser.post(reverse("token_revoke", args=[issued.token.pk])).status_code == 404
    assert "Theirs" not in browser.get(reverse("tokens")).content.decode()
    assert tokens.find(secret=issued.secret)


def test_an_app_is_seen_and_taken_back(browser):
    diary = Diary()
    got = diary.got_from(browser)
    page = browser.get(reverse("apps")).content.decode()
    assert "Diary" in page
    assert "See reports, answers, plans" in page
    browser.post(reverse("app_take_back", args=[diary.app.pk]))
    assert diary.asks("/api/v1/me/", got["access_token"]).status_code == 401
    assert diary.renewed(got["refresh_token"]).status_code == 400
    assert "No app acts for you" in browser.get(reverse("apps")).content.decode()


def test_an_app_of_others_is_not_there(browser):
    assert browser.post(reverse("app_take_back", args=[Diary().app.pk])).status_code == 404


@pytest.mark.parametrize(("page", "most"), [("tokens", 8), ("apps", 8)])
def test_the_lists_ask_as_often_however_long_they_are(
    page, most, browser, person, django_assert_max_num_queries
):
    for number in range(6):
        tokens.make(by=person, name=f"Diary {number}", scopes=["reports:read"])
        Diary().got_from(browser)
    with django_assert_max_num_queries(most):
        browser.get(reverse(page))


def test_the_account_leads_there(browser):
    page = browser.get(reverse("account")).content.decode()
    assert reverse("tokens") in page
    assert reverse("apps") in page
