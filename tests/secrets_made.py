"""Where the site and its libraries make secrets: each is planted with its kind, so that it can be looked for.

Not the functions that make random letters, but those that know what for: then it can be said who may be told what.
A source that moves fails here, at the start of every run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

Plant = Callable[[str, str], None]  # what, of which kind

TOKEN, INVITATION, MAGIC_LINK = "personal token", "invitation", "link of a check-in"
APP_KEY, APP_CODE, APP_SECRET = "token of an app", "code of an app", "secret of an app"
SESSION, RECOVERY_CODE, TOTP = "session", "recovery code", "key of a code app"
RESET, LOGIN_CODE, CONFIRMATION = "way to a new password", "code to log in", "proof of an address"

# What is given back is a secret.
MADE_BY = [
    (APP_KEY, "allauth.idp.oidc.internal.oauthlib.server", "generate_opaque_token"),
    (APP_CODE, "oauthlib.common", "generate_token"),
    (APP_SECRET, "coaching.programs.identity", "IdentityAdapter.generate_client_secret"),
    (
        SESSION,
        "django.contrib.sessions.backends.base",
        "SessionBase._get_new_session_key",
    ),
    (
        RECOVERY_CODE,
        "allauth.mfa.recovery_codes.internal.auth",
        "RecoveryCodes.generate_codes",
    ),
    (TOTP, "allauth.mfa.totp.internal.auth", "generate_totp_secret"),
    (RESET, "django.contrib.auth.tokens", "PasswordResetTokenGenerator.make_token"),
    (LOGIN_CODE, "allauth.account.adapter", "DefaultAccountAdapter.generate_login_code"),
    (CONFIRMATION, "allauth.account.models", "EmailConfirmationHMAC.key"),
    (MAGIC_LINK, "athletes.check_in_links", "_signer.sign"),
]
# What is handed in, to be kept as a hash, is a secret.
HASHED_BY = [
    (TOKEN, "athletes.services.tokens", "_hash"),
    (INVITATION, "athletes.services.invitations", "token_hash"),
]


def watch(plant: Plant) -> None:
    """From now on whatever is made at these places is planted."""
    for kind, module, name in MADE_BY:
        _wrap(import_module(module), name, kind, plant, _given_back)
    for kind, module, name in HASHED_BY:
        _wrap(import_module(module), name, kind, plant, _handed_in)


def _wrap(module: Any, name: str, kind: str, plant: Plant, around: Any) -> None:
    holder, _, last = name.rpartition(".")
    if last == "sign":
        setattr(module, holder, _signing(getattr(module, holder), kind, plant))
        return
    owner = getattr(module, holder) if holder else module
    found = vars(owner)[last]
    if isinstance(found, property):
        assert found.fget is not None
        setattr(owner, last, property(around(found.fget, kind, plant)))
    else:
        setattr(owner, last, around(found, kind, plant))


def _given_back(made_by: Any, kind: str, plant: Plant) -> Any:
    def planting(*args: Any, **kwargs: Any) -> Any:
        made = made_by(*args, **kwargs)
        for one in _each(made):
            plant(one, kind)
        return made

    return planting


def _handed_in(hashed_by: Any, kind: str, plant: Plant) -> Any:
    def planting(secret: str) -> Any:
        plant(secret, kind)
        return hashed_by(secret)

    return planting


def _signing(signer_for: Any, kind: str, plant: Plant) -> Any:
    """Of something that makes a signer: what that signs is the secret."""

    def planting(*args: Any) -> Any:
        signer = signer_for(*args)
        signer.sign = _given_back(signer.sign, kind, plant)
        return signer

    return planting


def _each(made: Any) -> Iterable[str]:
    return [made] if isinstance(made, str) else made
