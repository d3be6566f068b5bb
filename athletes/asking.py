"""At what hour of the athlete's own day a check-in is asked: never at night, and when they chose where that is near."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from guidance import KNOWLEDGE

# How far the hour that somebody chose may move a check-in, to either side: the day after a strain is still the day
# after, and of two days or a week any hour of the day is near enough.
PART_OF_THE_TIME = 0.25
AT_MOST = timedelta(hours=12)


def in_waking_hours(moment: datetime, zone: ZoneInfo) -> datetime:
    """`moment`, or the next morning where it falls into the night of `zone`."""
    follow_up, local = KNOWLEDGE.follow_up, moment.astimezone(zone)
    if follow_up.day_from_hour <= local.hour < follow_up.day_until_hour:
        return moment
    day = local.date()
    if local.hour >= follow_up.day_until_hour:
        day += timedelta(days=1)
    return _at(day, time(follow_up.day_from_hour), zone).astimezone(moment.tzinfo)


def at_chosen_hour(
    due: datetime, *, after: timedelta, hour: time, zone: ZoneInfo, now: datetime
) -> datetime:
    """The next `hour` after `due`, else the last before it, if either is near enough; else `due`.

    `after` is how long after the report it is due. By the clock on the wall of `zone`, whatever summer time does.
    """
    near = min(AT_MOST, after * PART_OF_THE_TIME)
    day = due.astimezone(zone).date()
    chances = [_at(day + timedelta(days=days), hour, zone) for days in (0, 1, -1)]
    later = [moment for moment in chances if due <= moment <= due + near]
    earlier = [moment for moment in chances if due - near <= moment < due and moment > now]
    return next(iter((*later, *earlier)), due).astimezone(due.tzinfo)


def _at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, tzinfo=zone)
