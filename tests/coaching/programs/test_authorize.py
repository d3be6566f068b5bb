"""OAuth 2 and OpenID Connect: the whole way with PKCE, and every way that must not lead in."""

from __future__ import annotations

import base64
import threading
from datetime import timedelta
from typing import Any

import jwt
import pytest
import time_machine
from allauth.idp.oidc.models import Client as App
from allauth.idp.oidc.models import Token
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from jwt import PyJWK

from athletes.services import apps, tokens
from tests.coaching.programs.flow import BACK, Diary, brought, hidden

pytestmark = pytest.mark.django_db

ME = "/api/v1/me/"


@pytest.fixture(params=[False, True], ids=["with a secret", "public"])
def diary(request):
    return Diary(public=request.param)


# --- The way in


def test_the_whole_way(diary, browser, person):
    got = diary.got_from(browser)
    assert got["token_type"] == "Bearer"
    assert diary.asks(ME, got["access_token"]).json()["email"] == person.email
    assert diary.asks("/api/v1/reports/", got["access_token"]).status_code == 200
    told = diary.asks(reverse("idp:oidc:userinfo"), got["access_token"]).json()
    assert (told["sub"], told["name"]) == (str(person.uid), "Robin Runner")
    again = diary.renewed(got["refresh_token"]).json()
    assert diary.asks(ME, again["access_token"]).status_code == 200


def test_the_person_is_told_once_that_an_app_acts_for_them(browser, person):
    diary = Diary()
    got = diary.got_from(browser)
    diary.renewed(got["refresh_token"])
    diary.got_from(browser)
    told = person.notifications.filter(subject="An app may act for you now")
    assert {(one.path, one.channel) for one in told} >= {("/accounts/apps/", "email")}
    assert told.filter(channel="email").count() == 1


def test_who_is_not_logged_in_is_asked_to_first(diary):
    answer = Client().get(diary.asking())
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=")


def test_somebody_who_says_no_is_no_secret(diary, browser):
    page = browser.get(diary.asking())
    sent = {"request": hidden(page, "request"), "action": "cancel"}
    answer = browser.post(reverse("idp:oidc:authorization"), sent)
    assert brought(answer) == {"error": "access_denied", "state": "a-state"}
    assert not Token.objects.exists()


def test_only_what_was_ticked_is_given(diary, browser):
    got = diary.got_from(browser, tick=("reports:read",))
    assert set(got["scope"].split()) == {"reports:read"}
    assert diary.asks("/api/v1/reports/", got["access_token"]).status_code == 200
    refused = diary.asks(ME, got["access_token"])
    assert refused.status_code == 403
    assert 'error="insufficient_scope"' in refused["WWW-Authenticate"]


def test_ticking_nothing_is_said_beside_the_list(diary, browser):
    page = browser.get(diary.asking())
    sent = {"request": hidden(page, "request"), "action": "grant"}
    answer = browser.post(reverse("idp:oidc:authorization"), sent)
    assert answer.status_code == 200
    assert "field-error" in answer.content.decode()


def test_the_page_lets_its_form_lead_to_the_app_and_nowhere_else(diary, browser):
    found = browser.get(diary.asking())["Content-Security-Policy"]
    assert "form-action 'self' https://diary.test;" in f"{found};"


def test_the_page_says_who_asks_for_what(diary, browser):
    page = browser.get(diary.asking()).content.decode()
    for words in ("Diary", "diary.test", "See your name", "See reports, answers, plans"):
        assert words in page


# --- Who somebody is


@pytest.mark.parametrize(
    ("ticked", "told"),
    [
        (("openid",), set()),
        (("openid", "profile"), {"name"}),
        (("openid", "email"), {"email", "email_verified"}),
    ],
)
def test_name_and_address_only_with_their_scopes(browser, person, ticked, told):
    person.emailaddress_set.create(email=person.email, primary=True, verified=True)
    diary = Diary()
    got = diary.got_from(browser, tick=ticked)
    claims = diary.asks(reverse("idp:oidc:userinfo"), got["access_token"]).json()
    assert set(claims) == {"sub", *told}
    key = PyJWK(Client().get(reverse("idp:oidc:jwks")).json()["keys"][0])
    read = jwt.decode(got["id_token"], key.key, algorithms=["RS256"], audience=diary.app.pk)
    assert read["sub"] == str(person.uid)
    assert read["nonce"] == "a-nonce"
    assert {"name", "email"} & set(read) == {"name", "email"} & told


def test_what_is_offered_is_found_and_is_there():
    told = Client().get("/.well-known/openid-configuration").json()
    assert told["issuer"] == "http://testserver"
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["grant_types_supported"] == ["authorization_code", "refresh_token"]
    for name, where in told.items():
        if name.endswith(("_endpoint", "_uri")):
            assert Client().get(where).status_code != 404, name


@pytest.mark.parametrize("path", ["device/code", "introspect", "clients"])
def test_what_is_not_offered_is_not_there(path):
    assert Client().post(f"/identity/o/api/{path}").status_code == 404


def test_the_signing_key_is_sealed():
    Client().get(reverse("idp:oidc:jwks"))
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT value FROM athletes_sitekey WHERE name = 'oidc'")
        (stored,) = cursor.fetchone()
    assert stored.startswith("enc1:")
    assert "PRIVATE" not in stored


# --- What must not lead in: at the page


@pytest.mark.parametrize(
    "other",
    [
        {"redirect_uri": "https://evil.test/back"},
        {"redirect_uri": f"{BACK}?and=more"},
        {"redirect_uri": f"{BACK}/"},
        {"redirect_uri": "https://diary.test/BACK"},
        {"redirect_uri": "https://user@diary.test/back"},
        {"redirect_uri": "http://diary.test/back"},
        {"redirect_uri": None},
        {"client_id": "nobody"},
        {"client_id": "no\x00body"},
        {"client_id": None},
        {"client_id": "x" * 5000},
    ],
    ids=lambda other: "=".join(map(str, *other.items()))[:40].replace("\x00", "0"),
)
def test_a_wrong_app_or_address_is_sent_nowhere(other, browser):
    answer = browser.get(Diary().asking(**other))
    assert answer.status_code == 400
    assert "Location" not in answer


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"scope": "openid club:write"}, "invalid_scope"),
        ({"scope": "openid everything"}, "invalid_scope"),
        ({"response_type": "token"}, "unauthorized_client"),
        ({"response_type": "id_token token"}, "unauthorized_client"),
        ({"prompt": "none"}, "interaction_required"),
        ({"resource": "https://else.test"}, "invalid_target"),
    ],
)
def test_a_wrong_wish_is_told_to_the_app(other, error, browser):
    diary = Diary()
    diary.got_from(browser)  # also where all of it was allowed before
    before = Token.objects.count()
    answer = browser.get(diary.asking(**other))
    assert answer.status_code == 302
    assert answer["Location"].startswith(BACK)
    assert f"error={error}" in answer["Location"] or (
        error == "unauthorized_client" and "error=un" in answer["Location"]
    )
    assert "code=" not in answer["Location"]
    assert Token.objects.count() == before


@pytest.mark.parametrize("more", ["x=%zz", "x=%ed%a0%80", "x=%00", "x=%E2%80%AEevil", "=", "&&;"])
def test_an_address_that_cannot_be_read_is_no_fault_of_ours(more, diary, browser):
    got = diary.got_from(browser)
    page = browser.get(f"{diary.asking()}&{more}")
    assert page.status_code in (200, 400)
    me = f"{reverse('idp:oidc:userinfo')}?{more}"
    assert diary.asks(me, got["access_token"]).status_code == 200
    for name in ("token", "revoke", "authorization"):
        answer = browser.post(f"{reverse(f'idp:oidc:{name}')}?{more}", {"request": "a\u202eb"})
        assert answer.status_code in (400, 401), name


def test_a_stranger_is_not_asked_in_passing():
    answer = Client().get(Diary().asking(prompt="none"))
    assert brought(answer)["error"] == "interaction_required"


def test_another_site_cannot_say_yes(person):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person)
    page = browser.get(Diary().asking())
    sent = {"request": hidden(page, "request"), "scopes": ["openid"], "action": "grant"}
    assert browser.post(reverse("idp:oidc:authorization"), sent).status_code == 403


def test_what_was_asked_cannot_be_changed_on_the_way(browser):
    diary = Diary()
    signed = hidden(browser.get(diary.asking()), "request")
    sent = {"request": signed[:-2] + "xx", "scopes": ["openid"], "action": "grant"}
    assert browser.post(reverse("idp:oidc:authorization"), sent).status_code == 403
    more = {"request": signed, "scopes": ["openid", "club:write"], "action": "grant"}
    assert browser.post(reverse("idp:oidc:authorization"), more).status_code == 200
    assert not Token.objects.exists()


# --- What must not lead in: at the token


@pytest.mark.parametrize(
    "other",
    [
        {"code_verifier": "another-verifier-that-is-long-enough-to-be-one-1"},
        {"code_verifier": None},
        {"redirect_uri": "https://diary.test/elsewhere"},
        {"code": "another"},
        {"code": "with\x00nothing"},
        {"grant_type": "password"},
        {"grant_type": "client_credentials"},
        {"grant_type": None},
        {"resource": "//"},
    ],
    ids=lambda other: "=".join(map(str, *other.items())).replace("\x00", "0"),
)
def test_a_code_alone_is_worth_nothing(other, diary, browser):
    answer = diary.for_code(diary.let_in_by(browser), **other)
    assert answer.status_code in (400, 401)
    assert not Token.objects.exists()


@pytest.mark.parametrize("secret", ["wrong", None])
def test_an_app_shows_its_secret(secret, browser):
    diary = Diary()
    answer = diary.for_code(diary.let_in_by(browser), client_secret=secret)
    assert answer.status_code == 401
    assert not Token.objects.exists()


def test_the_secret_may_come_in_the_header(browser):
    diary = Diary()
    code = diary.let_in_by(browser)
    diary.server = Client(headers={"Authorization": _basic(diary.app.pk, diary.secret)})
    assert diary.for_code(code, client_id=None, client_secret=None).status_code == 200


@pytest.mark.parametrize("header", ["Basic", "Basic ?", "Basic AAAA", "Basic bm8AYm9keTp4"])
def test_a_header_that_cannot_be_read_is_no_fault_of_ours(header, browser):
    diary = Diary()
    code = diary.let_in_by(browser)
    diary.server = Client(headers={"Authorization": header})
    answer = diary.for_code(code, client_id=None, client_secret=None)
    assert answer.status_code in (400, 401)


def _basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def test_a_code_of_one_app_is_worth_nothing_to_another(browser):
    code = Diary().let_in_by(browser)
    assert Diary().for_code(code).status_code == 400


def test_a_code_that_comes_again_ends_what_it_opened(diary, browser):
    code = diary.let_in_by(browser)
    got = diary.for_code(code).json()
    assert diary.asks(ME, got["access_token"]).status_code == 200
    again = diary.for_code(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert diary.asks(ME, got["access_token"]).status_code == 401
    assert diary.renewed(got["refresh_token"]).status_code == 400


def test_a_code_is_spent_by_a_wrong_try(diary, browser):
    code = diary.let_in_by(browser)
    assert diary.for_code(code, code_verifier="w" * 50).status_code == 400
    assert diary.for_code(code).status_code == 400


@pytest.mark.parametrize(("later_s", "status"), [(50, 200), (61, 400)])
def test_a_code_ends_after_a_minute(later_s, status, browser):
    diary = Diary()
    code = diary.let_in_by(browser)
    with time_machine.travel(timezone.now() + timedelta(seconds=later_s)):
        assert diary.for_code(code).status_code == status


def test_a_key_to_renew_is_good_once(diary, browser, monkeypatch):
    first = diary.got_from(browser)
    second = diary.renewed(first["refresh_token"]).json()
    assert diary.renewed(first["refresh_token"]).status_code == 400
    assert diary.asks(ME, second["access_token"]).status_code == 200, "two of the app's own tries"
    monkeypatch.setattr("coaching.programs.authorize.TOGETHER_S", 0)
    assert diary.renewed(first["refresh_token"]).status_code == 400
    assert diary.asks(ME, second["access_token"]).status_code == 401, (
        "stolen: by whom, nobody knows"
    )


def test_a_wrong_try_does_not_spend_the_key(browser):
    diary = Diary()
    key = diary.got_from(browser)["refresh_token"]
    assert diary.renewed(key, client_secret="wrong").status_code == 401
    assert diary.renewed(key).status_code == 200


def test_to_renew_gives_no_more_than_before(diary, browser):
    key = diary.got_from(browser, tick=("openid", "reports:read"))["refresh_token"]
    answer = diary.renewed(key, scope="openid reports:read account:read")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


def test_there_is_a_limit(browser, settings):
    settings.IDP_OIDC_RATE_LIMITS = {"token": "2/m/ip"}
    diary = Diary()
    for _ in range(2):
        assert diary.renewed("wrong").status_code == 400
    answer = diary.renewed("wrong")
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")


# --- The end


def _taken_back_by_person(diary, got, person):
    apps.take_back(by=person, app=diary.app)


def _new_password(diary, got, person):
    tokens.revoke_all(by=person)


def _switched_off(diary, got, person):
    person.is_active = False
    person.save()


def _given_back_by_app(diary, got, person):
    sent = {"client_id": diary.app.pk, "client_secret": diary.secret, "token": got["refresh_token"]}
    body = {name: value for name, value in sent.items() if value}
    assert diary.server.post(reverse("idp:oidc:revoke"), body).status_code == 200


def _app_is_gone(diary, got, person):
    App.objects.get(pk=diary.app.pk).delete()


@pytest.mark.parametrize(
    "end",
    [_taken_back_by_person, _new_password, _switched_off, _given_back_by_app, _app_is_gone],
)
def test_the_next_request_is_refused(end, diary, browser, person):
    got = diary.got_from(browser)
    assert diary.asks(ME, got["access_token"]).status_code == 200
    end(diary, got, person)
    assert diary.asks(ME, got["access_token"]).status_code == 401
    assert diary.asks(reverse("idp:oidc:userinfo"), got["access_token"]).status_code == 401
    assert diary.renewed(got["refresh_token"]).status_code in (400, 401)


def test_an_access_token_ends_by_itself(diary, browser):
    got = diary.got_from(browser)
    Token.objects.filter(type=Token.Type.ACCESS_TOKEN).update(expires_at="2020-01-01T00:00Z")
    assert diary.asks(ME, got["access_token"]).status_code == 401


def test_a_key_to_renew_opens_nothing_itself(diary, browser):
    got = diary.got_from(browser)
    for key in ("refresh_token", "id_token"):
        assert diary.asks(ME, got[key]).status_code == 401


def test_an_app_makes_and_ends_no_tokens(browser, person):
    diary = Diary(scopes=("account:write",))
    got = diary.got_from(browser)
    mine = tokens.issue(by=person).token
    header = {"Authorization": f"Bearer {got['access_token']}"}
    made = diary.server.post(
        "/api/v1/tokens/",
        {"name": "x", "scopes": ["account:read"]},
        "application/json",
        headers=header,
    )
    ended = diary.server.delete(f"/api/v1/tokens/{mine.pk}/", headers=header)
    assert (made.status_code, ended.status_code) == (403, 403)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_come_with_one_code_one_gets_in(person):
    browser = Client()
    browser.force_login(person)
    diary = Diary(public=True)
    code = diary.let_in_by(browser)
    both = threading.Barrier(2)
    answers = []

    def come() -> None:
        both.wait()
        answers.append(diary.for_code(code).status_code)
        connections.close_all()

    threads = [threading.Thread(target=come) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 400]


# --- For how long


def renewed_every(days: int, diary: Diary, key: str, *, until: int) -> Any:
    """An app that renews what it has each so many days; the last answer."""
    start, answer = timezone.now(), None
    for day in range(days, until + 1, days):
        with time_machine.travel(start + timedelta(days=day), tick=False):
            answer = diary.renewed(key)
        if answer.status_code != 200:
            return answer
        key = answer.json()["refresh_token"]
    return answer


def test_renewing_does_not_go_on_for_ever(diary, browser):
    got = diary.got_from(browser)
    answer = renewed_every(60, diary, got["refresh_token"], until=360)
    assert answer.status_code == 200
    start, last = timezone.now(), answer.json()
    assert last["refresh_expires_in"] <= 5 * 24 * 3600, "the end stays where it was at the first"
    with time_machine.travel(start + timedelta(days=apps.MOST_DAYS, seconds=1), tick=False):
        assert diary.renewed(last["refresh_token"]).status_code == 400
        assert diary.asks(ME, last["access_token"]).status_code == 401


def test_a_key_from_before_there_was_an_end_has_one_too(diary, browser):
    got = diary.got_from(browser)
    Token.objects.update(data=None)
    assert renewed_every(73, diary, got["refresh_token"], until=73 * 5).status_code == 400


def test_who_says_yes_again_begins_anew(diary, browser, person):
    diary.got_from(browser)
    with time_machine.travel(timezone.now() + timedelta(days=80)):
        diary.got_from(browser)
        (allowed,) = apps.allowed_by(person)
        assert timedelta(days=364) < allowed.ends_at - timezone.now() <= timedelta(days=365)


def test_the_page_says_for_how_long(diary, browser, person):
    page = browser.get(diary.asking()).content.decode()
    assert "For 365 days at most" in page
    assert "does not use it for 90 days" in page
    diary.got_from(browser)
    (allowed,) = apps.allowed_by(person)
    assert f"{allowed.ends_at:%Y} at the latest" in browser.get("/accounts/apps/").content.decode()
