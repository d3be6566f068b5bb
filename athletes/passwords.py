"""Which passwords are turned down, by lists that lie on this machine; and what a new one ends."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

from athletes.models import User
from athletes.security_log import note
from athletes.services import account_notices, tokens

MOST_CHARACTERS = 256
JUDGED_CHARACTERS = 72  # beyond that zxcvbn does not look, and nobody guesses by then
EASY = 2  # of 4: fewer than 10^8 guesses offline
OWN_CHARACTERS = 6  # letters and digits that are left beside names, club and “niggle”
SHORTEST_WORD = 3


class NotTooLong:
    """A book in place of a password would only keep the server busy."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if len(password) > MOST_CHARACTERS:
            told = _("At most %(n)s characters, please.") % {"n": MOST_CHARACTERS}
            raise ValidationError(told, code="password_too_long")

    def get_help_text(self) -> str:
        return ""


class HardToGuess:
    """Leaked passwords, names, words, dates and keyboard rows, alone or strung together (zxcvbn); and what is near.

    The person's own name and address, their clubs and “niggle” count as words that everybody tries first.
    """

    def __init__(self, also: Collection[str] = ()) -> None:
        self.also = also  # what else is near: the club that is being made

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        near = _near(user, self.also)
        judged = zxcvbn(password[:JUDGED_CHARACTERS], user_inputs=sorted(near))
        if judged["score"] <= EASY or len(_without(near, password)) < OWN_CHARACTERS:
            raise ValidationError(
                _("This password is easy to guess. Take a few words that do not belong together."),
                code="password_easy",
            )

    def get_help_text(self) -> str:
        return ""


def _near(user: AbstractBaseUser | None, also: Collection[str]) -> set[str]:
    """Words that somebody who knows the person would try, whole and in pieces."""
    told = ["niggle", *also]
    if isinstance(user, User):
        told += [user.email, user.name]
        if user.pk:
            told += user.memberships.active().values_list("club__name", flat=True)
    pieces = {
        piece for words in told for piece in words.replace("@", " ").replace(".", " ").split()
    }
    return {word.lower() for word in (*told, *pieces) if word}


def _without(near: set[str], password: str) -> str:
    """The letters and digits of `password` that are none of these words."""
    left = password.lower()
    for word in sorted(near, key=len, reverse=True):
        if len(word) >= SHORTEST_WORD:
            left = left.replace(word, "")
    return "".join(sign for sign in left if sign.isalnum())


class EndsWhatTheOldOpened:
    """Not a rule: Django calls it whenever a password has changed, by its owner, by staff or by a command.

    The other sessions end by themselves, because each is signed with the password.
    """

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Takes every password."""

    def password_changed(self, password: str, user: Any = None) -> None:
        if not isinstance(user, User):
            return
        note("password_changed", user_id=user.pk)
        tokens.revoke_all(by=user)  # also of who only ever came in by a program
        if user.last_login:  # a new account has nothing to be told
            account_notices.tell(user=user, what=account_notices.PASSWORD)

    def get_help_text(self) -> str:
        return ""
