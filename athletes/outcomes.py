"""What was said first of an episode, beside what it turned out to be. Worked out from the records, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from athletes.models import Assessment, ClinicianFinding, Episode, Squad, User
from athletes.models.reports import PENDING
from guidance import KNOWLEDGE, Disposition

FIRST_FEW = 3


class Named(StrEnum):
    """Where the cause that was found stood in what was said first."""

    FIRST = "first"
    IN_FIRST_THREE = "in_first_three"
    NOT_NAMED = "not_named"
    UNKNOWN = "unknown"  # nothing was found, or nothing that has a name here


@dataclass(frozen=True)
class Outcome:
    """One episode: what its first report was judged to be, and what it was.

    `causes` are ids of the knowledge, best first, where they fitted at all. An episode without `finding`
    is here because it is over.
    """

    episode: Episode
    level: Disposition
    causes: tuple[str, ...]
    finding: ClinicianFinding | None

    @property
    def leading(self) -> str:
        return self.causes[0] if self.causes else ""

    @property
    def named(self) -> Named:
        return _named(self.finding.cause if self.finding else "", self.causes)

    @property
    def too_low(self) -> bool:
        """A cause that calls for a doctor on the same day, and it was judged to have more time."""
        return self.finding is not None and _too_low(self.finding.cause, self.level)


@dataclass(frozen=True)
class Totals:
    """Counts over all episodes; shares of a few say little, so the parts are told with the whole."""

    episodes: int
    found: int  # with a finding that has a name here
    first_right: int
    in_first_three: int  # the first included
    not_named: int
    dangerous: int  # found to be something that calls for a doctor on the same day
    dangerous_too_low: int


def episodes_to_compare(user: User, squad: Squad | None = None) -> QuerySet[Episode]:
    """Episodes that are over or have a finding, newest first, of the athletes that `user` looks after.

    Of who shares only the status not even a count: of few, it would say what each was.
    """
    seen = Episode.objects.seen_from_desk_by(user).told_whole_to(user).real()
    if squad is not None:
        seen = seen.filter(athlete__squads=squad)
    with_finding = ClinicianFinding.objects.values("episode")
    over = seen.filter(Q(closed_at__isnull=False) | Q(pk__in=with_finding))
    return over.order_by("-opened_at", "-pk")


def compare(episodes: Iterable[Episode]) -> list[Outcome]:
    """For these episodes, a page of them: three queries, however many they are."""
    asked = list(episodes)
    keys = [episode.pk for episode in asked]
    newest = ClinicianFinding.objects.order_by("created_at", "id").select_related("recorded_by")
    full = Episode.objects.filter(pk__in=keys).select_related("athlete", "closed_by")
    by_id = {row.pk: row for row in full.prefetch_related(Prefetch("findings", newest))}
    said = {row["pk"]: row for row in _first_said(Episode.objects.filter(pk__in=keys))}
    return [_outcome(by_id[key], said[key]) for key in keys if key in by_id and key in said]


def _outcome(episode: Episode, said: dict[str, Any]) -> Outcome:
    findings = list(episode.findings.all())
    return Outcome(
        episode=episode,
        level=Disposition(said["level"]),
        causes=_causes(said),
        finding=findings[-1] if findings else None,
    )


def totals(user: User, squad: Squad | None = None) -> Totals:
    """Over all that `user` may compare, in one query."""
    newest = ClinicianFinding.objects.filter(episode=OuterRef("pk")).order_by("-created_at", "-id")
    rows = _first_said(
        episodes_to_compare(user, squad).annotate(found=Subquery(newest.values("cause")[:1])),
        "found",
    )
    count = dict.fromkeys(Totals.__dataclass_fields__, 0)
    for row in rows:
        count["episodes"] += 1
        cause, level = row["found"] or "", Disposition(row["level"])
        named = _named(cause, _causes(row))
        count["found"] += named is not Named.UNKNOWN
        count["first_right"] += named is Named.FIRST
        count["in_first_three"] += named in (Named.FIRST, Named.IN_FIRST_THREE)
        count["not_named"] += named is Named.NOT_NAMED
        count["dangerous"] += cause in dangerous()
        count["dangerous_too_low"] += _too_low(cause, level)
    return Totals(**count)


def dangerous() -> frozenset[str]:
    """Causes that a doctor has to see on the same day, as the knowledge has it."""
    return frozenset(cause.id for cause in KNOWLEDGE.causes.values() if cause.dangerous)


def _named(cause: str, causes: tuple[str, ...]) -> Named:
    if not cause:
        return Named.UNKNOWN
    if causes[:1] == (cause,):
        return Named.FIRST
    return Named.IN_FIRST_THREE if cause in causes[:FIRST_FEW] else Named.NOT_NAMED


def _too_low(cause: str, level: Disposition) -> bool:
    return cause in dangerous() and level < Disposition.SAME_DAY


_PLACES = range(FIRST_FEW)


def _first_said(episodes: QuerySet[Episode], *more: str) -> Iterator[dict[str, Any]]:
    """What the first judged report of each episode was said to be; the rest of the judgement is not read."""
    first = (
        Assessment.objects.filter(report__episode=OuterRef("pk"))
        .exclude(state=PENDING)
        .order_by("report__reported_at", "report_id", "created_at")
    )
    told = {"level": Subquery(first.values("disposition")[:1])}
    for place in _PLACES:
        for part in ("id", "fit"):
            key = f"result__causes__{place}__{part}"
            told[f"{part}_{place}"] = Subquery(first.values(key)[:1])
    rows = episodes.annotate(**told).values("pk", *told, *more)
    return (row for row in rows if row["level"])


def _causes(row: dict[str, Any]) -> tuple[str, ...]:
    fitting = (
        place for place in _PLACES if row[f"id_{place}"] and row[f"fit_{place}"] != "unlikely"
    )
    return tuple(row[f"id_{place}"] for place in fitting)
