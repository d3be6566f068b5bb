"""The outbox of messages: written with what caused them, never with health data. delivery.py sends them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from athletes.models import (
    ChannelChoice,
    CheckIn,
    Episode,
    Escalation,
    Notification,
    PushSubscription,
    Squad,
    SquadChannel,
    User,
)
from athletes.models.escalations import CALLS, EMAIL, IN_APP, PUSH, SQUAD
from athletes.services import events
from guidance import Disposition


def queue(
    *,
    recipients: Iterable[User],
    key: str,
    subject: str,
    path: str,
    topic: str = CALLS,
    level: Disposition | None = None,
    escalation: Escalation | None = None,
    episode: Episode | None = None,
    check_in: CheckIn | None = None,
    not_before: datetime | None = None,
    always: bool = False,
) -> None:
    """Put one message a person and channel into the outbox. The same `key` twice is one message.

    In the app it stands at once, and in the time line of the escalation that it tells of; by e-mail and on
    the phone where the person wants `topic` there. What calls for somebody now or today (`level`) goes out
    on every channel, whatever they chose, and so does what must `always` be told. `not_before` (aware) holds it
    back until quiet hours are over.
    Of an episode in a club that calls nobody nothing is written at all.
    """
    if episode is not None and episode.athlete.club.calls_nobody:
        return
    now = timezone.now()
    base = {
        "subject": subject,
        "path": path,
        "topic": topic,
        "level": level.value if level else "",
        "escalation": escalation,
        "episode": episode,
        "check_in": check_in,
        "due_at": not_before or now,
        "next_attempt_at": not_before or now,
    }
    people = list(recipients)
    unwanted = set() if always else _unwanted(people, topic, level)
    by_mail = [person for person in people if (person.pk, EMAIL) not in unwanted]
    by_push = [person for person in people if (person.pk, PUSH) not in unwanted]
    in_app = [_in_app(base, key, person, now) for person in people]
    outside = [_by_mail(base, key, person) for person in by_mail]
    Notification.objects.bulk_create(
        [*in_app, *outside, *_by_push(base, key, by_push)], ignore_conflicts=True
    )
    if escalation:
        _note_told(escalation, in_app)


def _in_app(base: dict[str, Any], key: str, person: User, now: datetime) -> Notification:
    return Notification(
        **base,
        recipient=person,
        channel=IN_APP,
        dedupe_key=f"{key}:{person.pk}:{IN_APP}",
        state="sent",
        sent_at=now,
    )


def _by_mail(base: dict[str, Any], key: str, person: User) -> Notification:
    return Notification(
        **base, recipient=person, channel=EMAIL, dedupe_key=f"{key}:{person.pk}:{EMAIL}"
    )


def _by_push(base: dict[str, Any], key: str, people: list[User]) -> Iterator[Notification]:
    """One for each browser of theirs that is still there."""
    for browser in PushSubscription.objects.filter(user__in=people, gone_at=None):
        yield Notification(
            **base,
            recipient_id=browser.user_id,
            push_subscription=browser,
            channel=PUSH,
            dedupe_key=f"{key}:{browser.pk}:{PUSH}",
        )


def queue_outside(
    *,
    key: str,
    subject: str,
    path: str,
    level: Disposition,
    escalation: Escalation,
    squads: Iterable[Squad] = (),
    address: str = "",
    not_before: datetime | None = None,
) -> None:
    """The same for who has no log-in: the squads' own channels, and the club's emergency contact."""
    if escalation.athlete.club.calls_nobody:
        return
    due = not_before or timezone.now()
    base = {
        "subject": subject,
        "path": path,
        "topic": CALLS,
        "level": level.value,
        "escalation": escalation,
        "episode": escalation.episode,
        "due_at": due,
        "next_attempt_at": due,
    }
    channels = SquadChannel.objects.filter(squad__in=squads, removed_at=None)
    rows = [
        Notification(
            **base,
            squad_channel=channel,
            channel=SQUAD,
            dedupe_key=f"{key}:{channel.pk}:{SQUAD}",
        )
        for channel in channels
        if level >= Disposition(channel.least_level)
    ]
    if address:
        rows.append(
            Notification(
                **base, address=address, channel=EMAIL, dedupe_key=f"{key}:contact:{EMAIL}"
            )
        )
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


def _note_told(escalation: Escalation, rows: list[Notification]) -> None:
    """Only of messages that are new: of one that stood there before, ours was left out by its key."""
    written = Notification.objects.filter(pk__in=[row.pk for row in rows])
    new = set(written.values_list("pk", flat=True))
    people = [row.recipient for row in rows if row.pk in new and row.recipient]
    events.note_told_in_app(escalation=escalation, people=people)


def _unwanted(people: list[User], topic: str, level: Disposition | None) -> set[tuple[object, str]]:
    """Who switched which channel off for `topic`; nobody where it calls for them now or today."""
    if level is not None and level >= Disposition.SAME_DAY:
        return set()
    off = ChannelChoice.objects.filter(user__in=people, topic=topic, wanted=False)
    return set(off.values_list("user_id", "channel"))
