"""How many weeks a season shows, and which."""

from __future__ import annotations

from datetime import date, timedelta

USUAL_WEEKS, MOST_WEEKS = 12, 53


def weeks_from(since: date, today: date) -> int:
    """The week of `since` and all after it, that of `today` the last."""
    return (today - since + timedelta(days=since.weekday())).days // 7 + 1


def is_too_long_ago(since: date, today: date) -> bool:
    return (today - since).days > 7 * (MOST_WEEKS - 1)
