"""What a token may be good for. A token never may more than its owner may at that moment."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

# In the words of whoever ticks them. A scope to write lets read what it writes.
SCOPES: dict[str, Any] = {
    "athletes:read": _("See athletes and squads"),
    "athletes:write": _("Add and change athletes and squads, invite people"),
    "reports:read": _("See reports, answers, plans, check-ins and comments"),
    "reports:write": _("Report pain, answer check-ins, tick off steps, comment"),
    "care:write": _("Change plans, hold training, hand over, note what a clinician found"),
    "escalations:read": _("See escalations"),
    "escalations:write": _("Acknowledge and resolve escalations"),
    "notices:read": _("See your messages, and how you are told"),
    "notices:write": _("Change how you are told, and switch on devices"),
    "club:read": _("See a club's settings, who is told when, and its webhooks"),
    "club:write": _("Change a club's settings, who is told when, and its webhooks"),
    "account:read": _("See your account, and who looked"),
    "account:write": _("Change your account, consent and sharing"),
    "data:read": _("Take all of your data away as a file"),
}
ALL = frozenset(SCOPES)
# What an app may be told about the person itself, by the names that OpenID Connect gives them.
ABOUT_ONESELF: dict[str, Any] = {
    "openid": _("Know that it is you, by a number"),
    "profile": _("See your name"),
    "email": _("See your e-mail address"),
}
IDENTITY = frozenset(ABOUT_ONESELF)


def allows(held: list[str], needed: str) -> bool:
    """Whether a token with the scopes `held` may do what `needed` names."""
    area, verb = needed.split(":")
    return needed in held or (verb == "read" and f"{area}:write" in held)
