"""Who looked at whose health data, and who changed what: one entry a club.

What people tell of themselves is nobody's look: entries are about somebody else's data. Each is one plain INSERT, in
the transaction of what it tells of; the seals follow (`audit_seals`), so nothing here waits for anybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from athletes import looking
from athletes.looking import Subject
from athletes.models import Athlete, AuditEntry, User
from athletes.models.audit import BY_SITE, CHANGED, ERASED, READ, REFUSED, TAKEN

Whose = Athlete | Subject
ONE_LOOK = timedelta(hours=1)  # a page that asks again by itself within it is the same look


def record_read(
    *, by: User, athletes: Iterable[Whose], what: str, record_key: object = "", face: str = ""
) -> None:
    """`by` was shown health data of these athletes. `what` is a kind of record, or the name of a page."""
    _write(READ, by=by, athletes=athletes, what=what, record_key=record_key, face=face)


def record_change(
    *,
    by: User | None,
    athletes: Iterable[Whose],
    what: str,
    record_key: object = "",
    fields: Iterable[str] = (),
    face: str = "",
    also_own: bool = False,
) -> None:
    """`by` wrote something about these athletes: `fields` are names, never values.

    `also_own`: an entry is made as well where they did so about themself, as of what they share.

    Called by the service that writes, as the last thing in its transaction. Without a person it was the site itself,
    which has no entry.
    """
    if by is not None:
        _write(
            CHANGED,
            by=by,
            athletes=athletes,
            what=what,
            record_key=record_key,
            face=face,
            fields=fields,
            also_own=also_own,
        )


def taken(
    *, by: User, athletes: Iterable[Whose], what: str, record_key: object = "", face: str = ""
) -> None:
    """`by` was handed a file with health data of these athletes."""
    _write(TAKEN, by=by, athletes=athletes, what=what, record_key=record_key, face=face)


def refused(
    *, by: User, athletes: Iterable[Whose], what: str, record_key: object = "", face: str = ""
) -> None:
    """`by` asked for what is there and was refused."""
    _write(REFUSED, by=by, athletes=athletes, what=what, record_key=record_key, face=face)


def erased(*, by: User | None, athletes: Iterable[Whose], what: str = "athlete") -> None:
    """All about these athletes is gone for good; also where they did it themselves, or time did."""
    _write(ERASED, by=by, athletes=athletes, what=what, record_key="", face="", also_own=True)


def not_shown_lately(*, by: User, athletes: Iterable[Whose], what: str) -> bool:
    """Whether one of them was not on this page before `by` within the hour."""
    shown = AuditEntry.objects.filter(
        actor_key=by.uid, what=what, action=READ, at__gt=timezone.now() - ONE_LOOK
    ).values_list("athlete_keys", flat=True)
    known = {key for keys in shown for key in keys}
    return any(str(whose.pk) not in known for whose in _others(by, athletes))


def _others(by: User | None, athletes: Iterable[Whose]) -> list[Whose]:
    return [whose for whose in athletes if by is None or whose.user_id != by.pk]


def _write(
    action: str,
    *,
    by: User | None,
    athletes: Iterable[Whose],
    what: str,
    record_key: object,
    face: str,
    fields: Iterable[str] = (),
    also_own: bool = False,
) -> None:
    whose = list(athletes) if also_own else _others(by, athletes)
    clubs: dict[UUID, set[str]] = defaultdict(set)
    for one in whose:
        clubs[one.club_id].add(str(one.pk))
    seen = looking.current()
    AuditEntry.objects.bulk_create(
        AuditEntry(
            club_key=club,
            actor_key=by.uid if by else None,
            action=action,
            what=what,
            record_key=str(record_key),
            fields=sorted(fields),
            athlete_keys=sorted(keys),
            face=face or (BY_SITE if seen is None else seen.face),
        )
        for club, keys in sorted(clubs.items())
    )
    if seen is not None:
        seen.written |= {one.pk for one in whose}
