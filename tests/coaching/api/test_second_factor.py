"""The second factor for programs: at log-in, and where a club asks for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.permissions import AllowAny

from athletes.models import Club
from coaching.api import urls as api_urls
from coaching.api.second_factor import SecondFactorInTime
from tests import factories
from tests.coaching.accounts.second_factors import code_now, give_app, give_passkey
from tests.coaching.api.conftest import Client
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def coach() -> Any:
    return factories.make_coach(factories.make_club("Harbour"))


@pytest.fixture
def middle_of_a_code() -> Any:
    """No code ends while a test runs."""
    with time_machine.travel("2026-03-03T10:00:15Z", tick=False) as clock:
        yield clock


def log_in(user: Any, **more: str) -> Any:
    return Client().post("/auth/login/", {"email": user.email, "password": PASSWORD, **more})


def with_token(user: Any) -> Client:
    client = Client()
    token = log_in(user).json()["token"]
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def code_of(answer: Any) -> str:
    told = answer.json()
    return str(told.get("code") or told["error"]["code"])


def test_the_code_is_asked_for_and_gets_the_token(coach: Any, middle_of_a_code: Any) -> None:
    give_app(coach)
    without = log_in(coach)
    assert (without.status_code, code_of(without)) == (401, "second_factor_needed")
    assert code_of(log_in(coach, code="000000")) == "second_factor_needed"
    assert log_in(coach, code=code_now()).status_code == 200


def test_neither_a_code_nor_a_paper_code_works_twice(coach: Any, middle_of_a_code: Any) -> None:
    paper = give_app(coach)
    for code in (code_now(), paper[3]):
        assert [log_in(coach, code=code).status_code for _ in range(2)] == [200, 401]


def test_codes_are_not_guessed_past_the_limit(coach: Any, middle_of_a_code: Any) -> None:
    give_app(coach)
    assert [log_in(coach, code="000000").status_code for _ in range(6)] == [401] * 5 + [429]
    assert log_in(coach, code=code_now()).status_code == 429


def test_whether_there_is_one_is_told_only_to_the_right_password(coach: Any) -> None:
    give_app(coach)
    wrong = Client().post(
        "/auth/login/", {"email": coach.email, "password": "a guess", "code": "1"}
    )
    assert code_of(wrong) == "wrong_credentials"


def test_a_passkey_alone_asks_no_program_for_anything(coach: Any) -> None:
    give_passkey(coach)
    assert log_in(coach).status_code == 200


@pytest.fixture
def shut_out(coach: Any) -> Any:
    """Whose club asked long ago."""
    long_ago = timezone.now() - timedelta(days=30)
    coach.memberships.update(created_at=long_ago)
    Club.objects.update(needs_second_factor=True, second_factor_since=long_ago)
    return coach


@pytest.mark.parametrize("path", ["/athletes/", "/reports/", "/squads/", "/escalations/"])
def test_after_the_grace_the_token_is_refused_with_a_plain_word(shut_out: Any, path: str) -> None:
    client = with_token(shut_out)
    refused = client.get(path)
    assert (refused.status_code, code_of(refused)) == (403, "second_factor_needed")
    give_app(shut_out)
    assert client.get(path).status_code == 200


def test_an_athlete_of_the_same_club_is_asked_for_nothing(shut_out: Any) -> None:
    squad = shut_out.memberships.get().squads.get()
    athlete = factories.make_athlete(squad)
    assert with_token(athlete.user).get("/reports/").status_code == 200


def test_what_a_danger_needs_is_never_shut(shut_out: Any) -> None:
    squad = shut_out.memberships.get().squads.get()
    athlete = factories.make_athlete(squad)
    client = with_token(shut_out)
    judged = client.post("/guidance/assess/", {"answers": factories.BREATHLESS})
    assert judged.status_code == 200
    asked = {"athlete": str(athlete.pk), "answers": factories.CLOT}
    assert client.post("/interview/next/", asked).status_code == 200
    told = {
        "athlete": str(athlete.pk),
        "client_key": "6f3a4f0e-5c53-4a3a-9a2e-1b6d7d9f0a11",
        "answers": factories.BREATHLESS,
    }
    answer = client.post("/reports/", told)
    assert answer.status_code == 201
    assert answer.json()["screening"]["disposition"] == "emergency_now"
    call = athlete.escalations.get()
    assert client.get(f"/escalations/{call.pk}/").status_code == 200
    assert client.post(f"/escalations/{call.pk}/acknowledge/").status_code == 200


def test_a_call_that_can_wait_waits_for_the_second_factor(shut_out: Any) -> None:
    squad = shut_out.memberships.get().squads.get()
    athlete = factories.make_athlete(squad)
    factories.make_report(athlete, factories.STRAIN, assess=True)
    call = athlete.escalations.first()
    if call is None:
        pytest.fail("a strain opens no call any more: take another story")
    assert with_token(shut_out).get(f"/escalations/{call.pk}/").status_code == 403


def test_no_view_of_others_forgets_the_gate() -> None:
    """Whoever chooses their own permissions takes this one along, or is for everybody."""
    forgotten = []
    for entry in api_urls.urlpatterns:
        view = getattr(entry.callback, "cls", None)
        if view is None or AllowAny in view.permission_classes:
            continue
        if SecondFactorInTime not in view.permission_classes:
            forgotten.append(view.__name__)
    assert len(api_urls.urlpatterns) > 30
    assert forgotten == []
