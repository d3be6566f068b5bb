"""What somebody is told about their own account, by every way they are told by: the outbox sends it, never the page."""

from __future__ import annotations

import uuid

from athletes.models import User
from athletes.models.escalations import TALK
from athletes.services import notifications

NEW_DEVICE, PASSWORD, SECOND_FACTOR = "new_device", "password", "second_factor"
TOKEN, APP = "token", "app"
SUBJECTS = {
    NEW_DEVICE: "Somebody logged in to your account on a new device",
    PASSWORD: "Your password was changed",
    SECOND_FACTOR: "How your account is protected was changed",
    TOKEN: "A token was made that acts in your name",
    APP: "An app may act for you now",
}
PATHS = {
    NEW_DEVICE: "/accounts/sessions/",
    SECOND_FACTOR: "/accounts/second-factor/",
    TOKEN: "/accounts/tokens/",
    APP: "/accounts/apps/",
}


def tell(*, user: User, what: str) -> None:
    """If it was not them, they can end it at the page that the message leads to."""
    notifications.queue(
        recipients=[user],
        key=f"account:{what}:{uuid.uuid4()}",
        subject=SUBJECTS[what],
        path=PATHS.get(what, "/accounts/"),
        topic=TALK,
        always=True,
    )
