"""Every kind of secret is found in logs and messages; what leaves the process is heard."""

from __future__ import annotations

import contextlib
import json
import logging
from pathlib import Path
from typing import Any

import oauthlib.common
import pytest
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.idp.oidc.internal.oauthlib import server
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as code_app
from apprise.plugins.base import NotifyBase
from celery.app.task import Task
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from pywebpush import WebPusher

from athletes import access
from athletes.check_in_links import magic_token
from athletes.services import apps, invitations, tokens
from athletes.services.senders import Message
from athletes.services.webhooks import telling
from tests import factories, secrets_made, wires
from tests.canary import Canary
from tests.conftest import CANARY
from tests.test_canary import canary, run_alone

__all__ = ["canary"]  # a fixture


def a_personal_token() -> str:
    return tokens.issue(by=factories.make_user()).secret


def an_invitation() -> str:
    squad = factories.make_club()
    return invitations.invite(by=squad.coach, squad=squad, role=access.ATHLETE).token


def a_link_for_the_track() -> str:
    squad = factories.make_club()
    made = invitations.invite_at_the_track(by=squad.coach, squad=squad)
    return invitations.track_path(invitation=made).split("/")[2]


def a_link_of_a_check_in() -> str:
    athlete = factories.make_athlete(factories.make_club())
    return magic_token(factories.make_check_in(factories.make_report(athlete)))


def a_session() -> str:
    return factories.make_session(factories.make_user()).session_key


def a_token_of_an_app() -> str:
    return server.generate_access_token(None)


def a_key_to_renew() -> str:
    return server.generate_refresh_token(None)


def a_code_of_an_app() -> str:
    return str(oauthlib.common.generate_token())


def a_secret_of_an_app() -> str:
    return apps.register(name="Diary", redirect_uris=["https://diary.test/back"]).secret


def a_recovery_code() -> str:
    return str(RecoveryCodes.activate(factories.make_user()).generate_codes()[0])


def a_key_of_a_code_app() -> str:
    return str(code_app.generate_totp_secret())


def a_way_to_a_new_password() -> str:
    return str(default_token_generator.make_token(factories.make_user()))


def a_code_to_log_in() -> str:
    return str(get_adapter().generate_login_code())


def a_proof_of_an_address() -> str:
    user = factories.make_user()
    address = EmailAddress.objects.create(user=user, email=user.email)
    return str(EmailConfirmationHMAC.create(address).key)


def a_secret_of_a_webhook() -> str:
    return factories.make_webhook(factories.make_club()).secret


SECRETS_MADE = [
    a_personal_token,
    an_invitation,
    a_link_for_the_track,
    a_link_of_a_check_in,
    a_session,
    a_token_of_an_app,
    a_key_to_renew,
    a_code_of_an_app,
    a_secret_of_an_app,
    a_recovery_code,
    a_key_of_a_code_app,
    a_way_to_a_new_password,
    a_code_to_log_in,
    a_proof_of_an_address,
    a_secret_of_a_webhook,
]


@pytest.fixture
def of_the_run(canary: Canary) -> Canary:
    """With what was planted in the whole run: secrets are watched once, for all."""
    canary.secrets, canary.planted = CANARY.secrets, CANARY.planted
    return canary


@pytest.mark.django_db
@pytest.mark.parametrize("make", SECRETS_MADE, ids=lambda make: make.__name__)
def test_each_kind_of_secret_is_found_in_a_log(of_the_run: Canary, make: Any) -> None:
    secret = make()
    logging.getLogger("planted").info("there came %s here", secret)
    assert secret in of_the_run.hits()


@pytest.mark.django_db
@pytest.mark.parametrize("make", SECRETS_MADE, ids=lambda make: make.__name__)
def test_each_kind_of_secret_is_found_in_a_message(of_the_run: Canary, make: Any) -> None:
    secret = make()
    of_the_run.hear(wires.SQUAD, f"Look here: {secret}")
    assert f"{wires.SQUAD}: {secret}" in of_the_run.hits_in_messages()


def test_every_place_where_secrets_are_made_is_tried() -> None:
    assert len(SECRETS_MADE) >= len(secrets_made.MADE_BY) + len(secrets_made.HASHED_BY)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "channel", "may"),
    [
        (an_invitation, wires.MAIL, True),
        (an_invitation, wires.PUSH, False),
        (a_link_of_a_check_in, wires.PUSH, True),
        (a_link_of_a_check_in, wires.HOOK, False),
        (a_code_to_log_in, wires.MAIL, True),
        (a_code_to_log_in, wires.MESSAGE, False),
        (a_personal_token, wires.MAIL, False),
        (a_recovery_code, wires.MAIL, False),
    ],
)
def test_a_message_may_say_what_it_is_for(
    of_the_run: Canary, make: Any, channel: str, may: bool
) -> None:
    secret = make()
    of_the_run.hear(channel, f'["{secret}"]')
    assert any(hit.endswith(f": {secret}") for hit in of_the_run.hits_in_messages()) is not may


@pytest.mark.parametrize("channel", wires.CHANNELS)
@pytest.mark.parametrize("said", ["Lena Vogt", "raised to same_day", "severity_nrs=7"])
def test_names_levels_and_answers_are_found_on_every_channel(
    canary: Canary, channel: str, said: str
) -> None:
    canary.plant("Lena Vogt", kind="Athlete.name")
    canary.hear(channel, f'["{said}"]')
    assert canary.hits_in_messages()


@pytest.mark.parametrize(
    ("channel", "told", "strays"),
    [
        (wires.BROKER, ["0f8fad5b-d9cb-469f-a165-70867728950e", 7], []),
        (wires.BROKER, ["calf"], ["calf"]),
        (wires.BROKER, [{"answers": {"swelling": "yes"}}], ["yes"]),
        (wires.HOOK, {"type": "report.assessed", "timestamp": "2026-06-01T08:00:00Z"}, []),
        (wires.HOOK, {"level": "soon"}, ["soon"]),
        (wires.HOOK, {"data": {"athlete_name": "Kim"}}, ["Kim"]),
        (wires.MAIL, ["Somebody wrote to you"], []),
    ],
)
def test_programs_and_the_broker_get_ids_and_times_only(
    channel: str, told: Any, strays: list[str]
) -> None:
    assert wires.strays(channel, json.dumps(told)) == strays


@pytest.mark.django_db
def test_what_goes_out_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each wire once. Listened to is before it is done: what is missing here for doing it is no matter."""
    monkeypatch.setattr(CANARY, "heard", [])
    EmailMessage(subject="A mail", body="to somebody", to=["a@example.test"]).send()
    Message("x" * 32, "A subject", "https://here.test/me/", "/me/", False, 5.0)
    telling.ping(factories.make_webhook(factories.make_club()))
    for call in (WebPusher.encode, NotifyBase.notify, Task.apply_async):
        with contextlib.suppress(AttributeError):
            call(None, ["7"])
    assert {channel for channel, _text in CANARY.heard} == set(wires.CHANNELS)


@pytest.mark.parametrize(
    ("leak", "told"),
    [
        (
            "    secret = server.generate_access_token(None)\n"
            "    logging.getLogger('athletes').warning('refused %s', secret)\n",
            "planted, and stands in a log",
        ),
        (
            "    secret = server.generate_access_token(None)\n"
            "    EmailMessage(subject='Hello', body=secret, to=['a@example.test']).send()\n",
            "planted, and stands in what was sent: ['a mail: ",
        ),
        (
            "    with suppress(OSError, OperationalError):\n"
            "        deliver_message.apply_async(args=['calf pain'], retry=False)\n",
            "planted, and stands in what was sent: ['a message to the broker: calf pain']",
        ),
    ],
)
def test_a_test_in_which_a_secret_gets_out_fails(tmp_path: Path, leak: str, told: str) -> None:
    planted = tmp_path / "test_planted.py"
    planted.write_text(
        "import logging\n"
        "from contextlib import suppress\n"
        "from allauth.idp.oidc.internal.oauthlib import server\n"
        "from django.core.mail import EmailMessage\n"
        "from kombu.exceptions import OperationalError\n"
        "from athletes.tasks import deliver_message\n"
        "def test_something():\n"
        f"{leak}"
        "def test_something_else():\n"
        "    server.generate_access_token(None)\n"
    )
    done = run_alone(planted)
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert told in done.stdout
