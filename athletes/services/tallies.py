"""A club's counts of what is about to be deleted: how many a year, of nobody in particular."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import ExtractYear

from athletes import outcomes
from athletes.models import CheckIn, Club, Episode, Escalation, PainReport, PastTally, User
from athletes.models import erasure as tallied
from athletes.models.follow_up import ANSWERED, MISSED
from athletes.outcomes import Named

AT_ONCE = 200
Tally = tuple[UUID, int, str]  # club, year, what


def keep(*, episodes: QuerySet[Episode]) -> None:
    """Count `episodes` and what hangs on them, without what a drill made. Inner step of what deletes them."""
    count: Counter[Tally] = Counter()
    real = episodes.filter(athlete__is_drill=False)
    keys = real.values("pk")
    for tally, number in (
        *_by_year(real, "athlete__club", "opened_at", tallied.PROBLEMS),
        *_by_year(
            PainReport.objects.filter(episode__in=keys),
            "athlete__club",
            "reported_at",
            tallied.REPORTS,
        ),
        *_by_year(
            Escalation.objects.filter(episode__in=keys),
            "athlete__club",
            "opened_at",
            tallied.CALLS,
        ),
        *_check_ins(keys, ANSWERED, tallied.ANSWERED),
        *_check_ins(keys, MISSED, tallied.MISSED),
        *_outcomes(real),
    ):
        count[tally] += number
    for (club, year, what), number in sorted(count.items(), key=str):  # one order: no deadlock
        row, _made = PastTally.objects.get_or_create(club_id=club, year=year, what=what)
        PastTally.objects.filter(pk=row.pk).update(number=F("number") + number)


def counted(user: User) -> dict[str, int]:
    """Over all years and clubs that `user` serves: how many of what, of which the records are gone."""
    clubs = Club.objects.seen_from_desk_by(user).values("pk")
    rows = PastTally.objects.filter(club__in=clubs).order_by().values_list("what")
    return dict(rows.annotate(n=Sum("number")))


def _by_year(rows: QuerySet[Any], club: str, at: str, what: str) -> Iterator[tuple[Tally, int]]:
    found = rows.order_by().values(key=F(club), year=ExtractYear(at)).annotate(n=Count("pk"))
    for row in found:
        yield (row["key"], row["year"], what), row["n"]


def _check_ins(episodes: QuerySet[Any, Any], state: str, what: str) -> Iterator[tuple[Tally, int]]:
    rows = CheckIn.objects.filter(episode__in=episodes, state=state)
    return _by_year(rows, "episode__athlete__club", "due_at", what)


def _outcomes(episodes: QuerySet[Episode]) -> Iterator[tuple[Tally, int]]:
    """What was said first beside what it was; as the page of outcomes counts it."""
    keys = list(episodes.filter(findings__isnull=False).distinct().values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        some = Episode.objects.filter(pk__in=keys[start : start + AT_ONCE])
        for one in outcomes.compare(some):
            if one.named is Named.UNKNOWN:
                continue
            of = (one.episode.athlete.club_id, one.episode.opened_at.year)
            yield (*of, tallied.FOUND), 1
            yield (*of, tallied.FIRST_RIGHT), int(one.named is Named.FIRST)
            yield (*of, tallied.TOO_LOW), int(one.too_low)
