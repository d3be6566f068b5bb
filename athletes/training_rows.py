"""What availability is worked out from, as it is stored: of many athletes in a fixed number of queries.

A page that has read all of one athlete hands over what it has (`athletes.casebook`) instead of asking again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db.models import F, Max, Q

from athletes.models import CheckIn, Comment, Episode, PainReport, TrainingHold
from athletes.models.follow_up import MISSED
from athletes.returning import WayBack, ways_back

Moment = tuple[UUID, datetime]  # of an athlete


class Rows(Protocol):
    """Of some athletes, up to `now`."""

    @property
    def now(self) -> datetime: ...

    def holds(self) -> Iterable[TrainingHold]:
        """With their episodes. Those that ended before count as words still: somebody let the athlete back."""

    def words(self) -> Iterable[Moment]:
        """Reports, whoever filed them, the newest of before included; and the athlete's own comments."""

    def missed(self) -> Iterable[Moment]:
        """When a check-in was given up."""

    def ways(self) -> Mapping[UUID, WayBack]:
        """Of each problem that was open in that time, by its key."""


@dataclass(frozen=True)
class StoredRows:
    """Asked for when they are wanted, one query a kind."""

    athletes: frozenset[UUID]
    start: datetime
    now: datetime

    def holds(self) -> Iterable[TrainingHold]:
        recent = Q(released_at=None) | Q(released_at__gte=self.start)
        holds = TrainingHold.objects.filter(recent, athlete__in=self.athletes, since__lte=self.now)
        return holds.select_related("episode")

    def words(self) -> Iterable[Moment]:
        of_these = PainReport.objects.filter(athlete__in=self.athletes)
        told = of_these.filter(reported_at__gte=self.start).values_list("athlete_id", "reported_at")
        before = of_these.filter(reported_at__lt=self.start).values("athlete_id")
        own = Comment.objects.filter(
            episode__athlete__in=self.athletes,
            author=F("episode__athlete__user"),
            created_at__gte=self.start,
        ).values_list("episode__athlete_id", "created_at")
        older = before.annotate(last=Max("reported_at")).values_list("athlete_id", "last")
        return [*told, *older, *own]

    def missed(self) -> Iterable[Moment]:
        rows = CheckIn.objects.filter(
            episode__athlete__in=self.athletes,
            state=MISSED,
            settled_at__range=(self.start, self.now),
        ).values_list("episode__athlete_id", "settled_at")
        return [(athlete, moment) for athlete, moment in rows if moment is not None]

    def ways(self) -> Mapping[UUID, WayBack]:
        recent = Q(closed_at=None) | Q(closed_at__gte=self.start)
        found = Episode.objects.filter(recent, athlete__in=self.athletes, opened_at__lte=self.now)
        return ways_back(found.select_related("athlete"), self.now)
