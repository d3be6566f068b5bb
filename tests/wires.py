"""What leaves the process besides the log: mail, push, messages to squads and clubs' programs, work for the broker.

Each is listened to at the place where the text is complete and not yet encrypted, whoever sends it, also where a
test has put something else in the place of the network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

from apprise.plugins.base import NotifyBase
from celery.app.task import Task
from django.core.mail import EmailMessage
from pywebpush import WebPusher

from athletes.services import senders

MAIL, MESSAGE, PUSH, SQUAD = "a mail", "a message", "a push message", "a squad's channel"
HOOK, BROKER = "a webhook", "a message to the broker"
CHANNELS = (MAIL, MESSAGE, PUSH, SQUAD, HOOK, BROKER)

Hear = Callable[[str, str], None]  # on which channel, what
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+", re.IGNORECASE)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
ADDRESS = re.compile(r"https?://[\w.:-]+/api/v1/[a-z-]+/[0-9a-f-]{36}/([a-z]+/)?")


def listen(hear: Hear) -> None:
    """From now on, for the whole run."""
    _before(EmailMessage, "send", lambda mail, *_, **__: hear(MAIL, _text(mail)))
    _before(senders.Message, "__init__", lambda _, *told, **more: hear(MESSAGE, repr((told, more))))
    _before(WebPusher, "encode", lambda _, data, *__, **___: hear(PUSH, _decoded(data)))
    _before(NotifyBase, "notify", lambda _, *told, **more: hear(SQUAD, repr((told, more))))
    _before(Task, "apply_async", lambda _, *told, **more: hear(BROKER, _work(*told, **more)))
    telling = import_module(
        "athletes.services.webhooks.telling"
    )  # models: not before Django is ready
    _after(telling, "_body", lambda body: hear(HOOK, json.dumps(body)))


def _before(owner: Any, name: str, look: Callable[..., None]) -> None:
    done = getattr(owner, name)

    def listening(*args: Any, **kwargs: Any) -> Any:
        look(*args, **kwargs)
        return done(*args, **kwargs)

    setattr(owner, name, listening)


def _after(owner: Any, name: str, look: Callable[[Any], None]) -> None:
    done = getattr(owner, name)

    def listening(*args: Any, **kwargs: Any) -> Any:
        made = done(*args, **kwargs)
        look(made)
        return made

    setattr(owner, name, listening)


def _text(mail: Any) -> str:
    """All but to whom it goes."""
    others = [str(content) for content, _kind in getattr(mail, "alternatives", ())]
    return "\n".join([mail.subject, mail.body, *others])


def _decoded(data: Any) -> str:
    return data.decode(errors="replace") if isinstance(data, bytes) else str(data)


def _work(args: Any = None, kwargs: Any = None, **_: Any) -> str:
    return json.dumps([*(args or ()), *(kwargs or {}).values()], default=str)


# --- Ids and times only ----------------------------------------------------------------------------


def strays(channel: str, text: str) -> list[str]:
    """What stands in work for the broker and is no primary key; in a webhook also no time, event or address."""
    if channel not in (BROKER, HOOK):
        return []
    fine = [KEY] if channel == BROKER else [KEY, MOMENT, ADDRESS]
    known = frozenset() if channel == BROKER else _events()
    return [
        value
        for value in _values(json.loads(text))
        if value not in known and not any(form.fullmatch(value) for form in fine)
    ]


@cache
def _events() -> frozenset[str]:
    return frozenset(name for name, _ in import_module("athletes.models.webhooks").SENT_EVENTS)


def _values(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        told = list(told.values())
    if isinstance(told, list):
        for value in told:
            yield from _values(value)
    elif told is not None:
        yield str(told)
