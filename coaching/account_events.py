"""What Django and allauth say about log-ins and keys goes into the security log (athletes/security_log.py).

Loaded with the addresses of the site; whatever changes a key, be it a page, the administration or a command of ours
below it, is heard.
"""

from __future__ import annotations

from typing import Any

from allauth.account.signals import (
    authentication_step_completed,
    email_changed,
    login_code_rejected,
    password_reset_code_rejected,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from athletes.models import User
from athletes.security_log import note, pk_of

METHODS = "account_authentication_methods"  # allauth's, in the session


@receiver(user_logged_in)
def logged_in(user: User, request: HttpRequest | None = None, **_: object) -> None:
    records = request.session.get(METHODS, []) if request is not None else []
    ways = [str(record.get("type") or record["method"]) for record in records]
    note("logged_in", user_id=user.pk, how="+".join(dict.fromkeys(ways)))


@receiver(user_logged_out)
def logged_out(user: User | None, **_: object) -> None:
    if user is not None:
        note("logged_out", user_id=user.pk)


@receiver(user_login_failed)
def log_in_failed(credentials: dict[str, Any], **_: object) -> None:
    typed = str(credentials.get("email") or credentials.get("username") or "")
    note("log_in_failed", user_id=pk_of(typed))


@receiver(authentication_failed)
def second_factor_failed(user: User, authenticator: Authenticator | None, **_: object) -> None:
    note("second_factor_failed", user_id=user.pk, how=authenticator.type if authenticator else "")


@receiver([login_code_rejected, password_reset_code_rejected])
def code_refused(user: User | None, **_: object) -> None:
    note("code_refused", user_id=user.pk if user else None)


@receiver(authentication_step_completed)
def proved_again(user: User, method: str, reauthenticated: bool = False, **more: object) -> None:
    if reauthenticated:
        note("proved_again", user_id=user.pk, how=str(more.get("type") or method))


@receiver(email_changed)
def address_changed(user: User, **_: object) -> None:
    note("address_changed", user_id=user.pk)


@receiver(post_save, sender=User)
def account_opened(instance: User, created: bool, raw: bool = False, **_: object) -> None:
    if created and not raw:
        note("account_opened", user_id=instance.pk)


@receiver(post_save, sender=Authenticator)
def key_added(instance: Authenticator, created: bool, raw: bool = False, **_: object) -> None:
    if created and not raw:
        note("key_added", user_id=instance.user_id, how=instance.type)


@receiver(post_delete, sender=Authenticator)
def key_removed(instance: Authenticator, **_: object) -> None:
    note("key_removed", user_id=instance.user_id, how=instance.type)
