"""A club's quiet hours: when nobody is told of what can wait. By the wall clock of the club's zone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from athletes.models import Club
from athletes.models.base import LONGEST_QUIET
from guidance import Disposition

QUIETED = Disposition.COACH_REVIEW  # all that is more urgent rings at night too
_MINUTE = timedelta(minutes=1)


def is_quiet(club: Club, moment: datetime) -> bool:
    """Whether the club's clock stands in its quiet hours, to the minute; they may cross midnight."""
    if club.quiet_from is None or club.quiet_until is None:
        return False
    start, end = _to_the_minute(club.quiet_from), _to_the_minute(club.quiet_until)
    clock = moment.astimezone(club.zone).time()
    if start <= end:
        return start <= clock < end
    return clock >= start or clock < end


def when_quiet_ends(club: Club, moment: datetime) -> datetime:
    """`moment` (aware), or the first full minute after it that is not quiet.

    Minute by minute, in UTC: so an hour that the clocks skip or repeat needs no thought of its own.
    """
    later, latest = moment, moment + LONGEST_QUIET
    while is_quiet(club, later) and later < latest:
        later = later.replace(second=0, microsecond=0) + _MINUTE
    return later


def told_from(club: Club, level: Disposition, moment: datetime) -> datetime:
    """When people may be told of `level` if it comes up at `moment`."""
    return when_quiet_ends(club, moment.astimezone(UTC)) if level == QUIETED else moment


def acknowledge_by(club: Club, level: Disposition, start: datetime) -> datetime:
    """When the clock of `level` that starts at `start` has run out; for a review never at night.

    It starts when people may be told, so that nobody wakes up to a clock that has run out.
    """
    return told_from(club, level, told_from(club, level, start) + club.wait_for(level))


def _to_the_minute(moment: time) -> time:
    return moment.replace(second=0, microsecond=0)
