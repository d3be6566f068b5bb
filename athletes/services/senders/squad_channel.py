"""A squad's own channel: a chat room or an SMS gateway, through apprise.

Only what is in this table is ever loaded: apprise also writes files, runs programs and speaks protocols that
the guard does not see. Everything here speaks HTTP through requests.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any

from apprise import AppriseAsset
from django.utils.translation import gettext as _

from athletes.services.senders import Message, NotSent
from athletes.services.senders.outgoing import (
    HTTP_PORTS,
    Refused,
    guarded,
    require_public,
)

# What the address starts with: how a person calls it, and what sends to it.
SCHEMES = {
    "bulksms": ("BulkSMS", "bulksms.NotifyBulkSMS"),
    "clicksend": ("ClickSend", "clicksend.NotifyClickSend"),
    "discord": ("Discord", "discord.NotifyDiscord"),
    "gchat": ("Google Chat", "google_chat.NotifyGoogleChat"),
    "gotify": ("Gotify", "gotify.NotifyGotify"),
    "gotifys": ("Gotify", "gotify.NotifyGotify"),
    "json": ("Webhook", "custom_json.NotifyJSON"),
    "jsons": ("Webhook", "custom_json.NotifyJSON"),
    "matrix": ("Matrix", "matrix.NotifyMatrix"),
    "matrixs": ("Matrix", "matrix.NotifyMatrix"),
    "mmost": ("Mattermost", "mattermost.NotifyMattermost"),
    "mmosts": ("Mattermost", "mattermost.NotifyMattermost"),
    "msgbird": ("MessageBird", "messagebird.NotifyMessageBird"),
    "nctalk": ("Nextcloud Talk", "nextcloudtalk.NotifyNextcloudTalk"),
    "nctalks": ("Nextcloud Talk", "nextcloudtalk.NotifyNextcloudTalk"),
    "ntfy": ("ntfy", "ntfy.NotifyNtfy"),
    "ntfys": ("ntfy", "ntfy.NotifyNtfy"),
    "plivo": ("Plivo", "plivo.NotifyPlivo"),
    "pover": ("Pushover", "pushover.NotifyPushover"),
    "rocket": ("Rocket.Chat", "rocketchat.NotifyRocketChat"),
    "rockets": ("Rocket.Chat", "rocketchat.NotifyRocketChat"),
    "seven": ("seven", "seven.NotifySeven"),
    "signal": ("Signal gateway", "signal_api.NotifySignalAPI"),
    "signals": ("Signal gateway", "signal_api.NotifySignalAPI"),
    "sinch": ("Sinch", "sinch.NotifySinch"),
    "slack": ("Slack", "slack.NotifySlack"),
    "tgram": ("Telegram", "telegram.NotifyTelegram"),
    "threema": ("Threema", "threema.NotifyThreema"),
    "twilio": ("Twilio", "twilio.NotifyTwilio"),
    "vonage": ("Vonage", "vonage.NotifyVonage"),
    "webex": ("Webex", "webexteams.NotifyWebexTeams"),
    "workflows": ("Microsoft Teams", "workflows.NotifyWorkflows"),
    "wxteams": ("Webex", "webexteams.NotifyWebexTeams"),
    "zulip": ("Zulip", "zulip.NotifyZulip"),
}
# Services whose own web address (https://hooks.slack.com/...) is understood as well.
NATIVE = ("slack", "discord", "workflows", "gchat", "webex", "ntfys")

# Its warnings can name addresses, and those hold secrets; what went wrong is known here without them.
logging.getLogger("apprise").setLevel(logging.CRITICAL)


class NotUnderstood(ValueError):
    """An address that no channel can be made of; the text says why, without the address."""


def send(message: Message, *, to: str, all_s: float) -> None:
    """Hand one message to the service; `NotSent` when it was not taken."""
    try:
        channel = _channel(to)
    except NotUnderstood as fault:
        raise NotSent("address not understood", is_final=True) from fault
    if hasattr(channel, "headers"):  # a webhook can tell by this what came twice
        channel.headers["Idempotency-Key"] = message.id
    body = f"{message.link}\n(Niggle, message {message.id[:12]})"
    with guarded(answer_s=message.patience_s, all_s=all_s) as attempt:
        if not channel.notify(title=message.subject, body=body):
            raise NotSent(_why(attempt.fault, attempt.status))


def _why(fault: str, status: int | None) -> str:
    return fault or (f"answered {status}" if status else "not taken")


def require_understood(url: str) -> None:
    """Raises `NotUnderstood` for what is not on the list, or leads to a host that is not public."""
    channel = _channel(url)
    if (host := getattr(channel, "host", "")) and (scheme := _scheme(url)) in _WITH_HOST:
        port = channel.port or HTTP_PORTS["https" if scheme.endswith("s") else "http"]
        try:
            require_public(host, port)
        except Refused as refusal:
            raise NotUnderstood(
                _("This address is not open to the internet, so nothing is sent there.")
            ) from refusal


_WITH_HOST = {name for name in SCHEMES if f"{name}s" in SCHEMES or name[:-1] in SCHEMES}


def _channel(url: str) -> Any:
    """apprise's sender for `url`."""
    scheme = _scheme(url)
    if scheme == "https":
        return _native(url)
    if scheme not in SCHEMES:
        known = ", ".join(sorted({label for label, _sender_of in SCHEMES.values()}))
        told = _("Niggle does not know this kind of address. It can write to: %(services)s.")
        raise NotUnderstood(told % {"services": known})
    sender = _sender(scheme)
    return _made(sender, sender.parse_url(url.strip()))


def _native(url: str) -> Any:
    for scheme in NATIVE:
        sender = _sender(scheme)
        if found := sender.parse_native_url(url.strip()):
            return _made(sender, found)
    raise NotUnderstood(
        _(
            "This web address belongs to no chat service that Niggle knows. For a webhook of your own, "
            "write jsons:// in place of https://."
        )
    )


def _scheme(url: str) -> str:
    return url.strip().split("://", 1)[0].lower() if "://" in url else ""


def _sender(scheme: str) -> Any:
    module, name = SCHEMES[scheme][1].split(".")
    return getattr(import_module(f"apprise.plugins.{module}"), name)


def _made(sender: Any, parts: dict[str, Any] | None) -> Any:
    if not parts:
        raise NotUnderstood(_("This address is not complete."))
    if parts.get("template"):  # some would read a file of this machine, or fetch one from elsewhere
        raise NotUnderstood(_("This address names a template. Leave that out."))
    asset = AppriseAsset(app_id="Niggle", app_desc="Niggle", app_url="", http_redirects=False)
    try:
        return sender(**{**parts, "asset": asset})
    except TypeError as fault:  # how apprise says that something is missing
        raise NotUnderstood(_("This address is not complete.")) from fault
