"""What happens to log-ins, keys, roles and data of people: a line each in the log, for whoever looks for a break-in.

A line has the event, whose account it is about (`user_id`, a number) and by what way (`how`, a word of ours). Who did
it stands in the line of the request with the same `request_id`. Never a name, an address, or what was typed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

import structlog
from django.db import transaction

from athletes.models import User

logger = structlog.get_logger("niggle.security")

# What went well is told once it is stored; what was refused at once. docs/security.md has the same list.
DONE = {
    "account_opened": "an account was opened",
    "logged_in": "somebody logged in in a browser",
    "logged_out": "and out again",
    "proved_again": "somebody showed once more that it is they, before something sensitive",
    "password_changed": "set or changed, by its owner, a link, staff or a command; sessions, tokens and apps end with it",
    "address_changed": "the e-mail address of an account",
    "key_added": "a passkey, an app that shows codes, or codes on paper",
    "key_removed": "one of these, by its owner or by staff",
    "token_made": "a token, by name or by a program's log-in",
    "token_revoked": "taken back",
    "app_allowed": "an app may act for somebody",
    "app_ended": "taken back",
    "role_given": "a role in a club, for one squad more",
    "role_changed": "the squads of a role",
    "role_ended": "a role in a club",
    "guardian_bound": "somebody answers for a minor now",
    "guardian_ended": "and no longer",
    "webhook_secret_made": "a club's program is told of events, or got a new secret",
    "export_asked": "a file of one's own data, or a child's",
    "export_taken": "it was fetched",
    "erased": "an athlete's record or a whole account",
}
REFUSED = {
    "log_in_failed": "a wrong password, at log-in or when it was asked once more",
    "log_in_limited": "a password was not even looked at: too many tries",
    "second_factor_failed": "a wrong code of an app or on paper",
    "code_refused": "a wrong code by mail",
    "app_key_replayed": "a code or key of an app came a second time: what it opened has ended",
    "https_missed": "a program asked without TLS",
}
EVENTS = {**DONE, **REFUSED}


_is_made_up = ContextVar("_is_made_up", default=False)


@contextmanager
def made_up() -> Iterator[None]:
    """What happens meanwhile happens to people who do not exist (the demo club): on DEBUG only."""
    before = _is_made_up.set(True)
    try:
        yield
    finally:
        _is_made_up.reset(before)


def note(event: str, *, user_id: int | None = None, how: str = "") -> None:
    """`user_id`: whose account, where there is one. What is undone is not told as done."""
    if event in REFUSED:
        _write(event, user_id, how)
    else:
        is_made_up = _is_made_up.get()
        transaction.on_commit(partial(_write, event, user_id, how, is_made_up), robust=True)


def pk_of(email: str) -> int | None:
    """Whose account was tried, if there is one with this address; what was typed is nowhere."""
    found = User.objects.filter(email__iexact=email.strip())
    return found.values_list("pk", flat=True).first()


def _write(event: str, user_id: int | None, how: str, is_made_up: bool = False) -> None:
    about = {"user_id": None if user_id is None else str(user_id), "how": how or None}
    done = logger.debug if is_made_up else logger.info
    tell = logger.warning if event in REFUSED else done
    tell(event, **about)
