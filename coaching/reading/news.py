"""What is new about a problem since the reader last had its athlete before them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from athletes.models import (
    CheckIn,
    Comment,
    Episode,
    EscalationEvent,
    LastLook,
    PainReport,
    User,
)
from athletes.models.follow_up import MISSED

WORSE, BETTER, YES = "worse_since_last_report", "symptom_improving", "yes"


@dataclass(frozen=True)
class News:
    """Of one episode. Without `looked_at` its athlete was never before the reader: all of it is new."""

    looked_at: datetime | None = None
    words: tuple[str, ...] = ()

    @property
    def is_new(self) -> bool:
        return self.looked_at is None or bool(self.words)


@dataclass(frozen=True)
class _Happened:
    episode: UUID
    at: datetime
    kind: str


def since_last_look(
    user: User, episodes: Iterable[Episode], status_only: Collection[UUID] = ()
) -> dict[UUID, News]:
    """By the key of each episode (with its athlete's key); in a fixed number of queries.

    What the reader did themself is no news. Of athletes who share only the status (`status_only`, their keys) it is told
    that there was an answer, and not which.
    """
    athletes = {episode.pk: episode.athlete_id for episode in episodes}
    looks = LastLook.objects.of(user).filter(athlete__in=set(athletes.values()))
    looked: dict[UUID, datetime] = dict(looks.values_list("athlete_id", "looked_at"))
    known = [episode for episode, athlete in athletes.items() if athlete in looked]
    counted: dict[UUID, Counter[str]] = defaultdict(Counter)
    if known:
        for it in _happened(user, known, min(looked.values())):
            if it.at > looked[athletes[it.episode]]:
                counted[it.episode][_shown(it.kind, athletes[it.episode] in status_only)] += 1
    return {
        episode: News(looked.get(athlete), _in_words(counted[episode]))
        for episode, athlete in athletes.items()
    }


def _shown(kind: str, is_status_only: bool) -> str:
    return "answered" if is_status_only and kind in ("worse", "better") else kind


def _happened(user: User, episodes: list[UUID], since: datetime) -> Iterable[_Happened]:
    """In one query: every list with a person in each row asks."""
    here = Q(episode__in=episodes)
    told = PainReport.objects.filter(here, created_at__gt=since).exclude(filed_by=user)
    said = Comment.objects.filter(here, created_at__gt=since).exclude(author=user)
    missed = CheckIn.objects.filter(here, state=MISSED, settled_at__gt=since)
    moved = EscalationEvent.objects.filter(
        escalation__episode__in=episodes, kind__in=("raised", "passed_on"), created_at__gt=since
    )
    found = _rows(told, at="created_at", kind=_TREND).union(
        _rows(said, at="created_at", kind=Value("comment")),
        _rows(missed, at="settled_at", kind=Value("missed")),
        _rows(moved, at="created_at", kind=F("kind"), episode="escalation__episode_id"),
        all=True,
    )
    return [_Happened(*row) for row in found]


def _rows(
    of: QuerySet[Any], *, at: str, kind: Any, episode: str = "episode_id"
) -> QuerySet[Any, tuple[Any, ...]]:
    named = {"of": F(episode), "moment": F(at), "what": Cast(kind, CharField())}
    return of.order_by().annotate(**named).values_list("of", "moment", "what")


# What the athlete said of it. Neither better nor worse is no word for “the same”.
_TREND = Case(
    When(answers_check_in=None, then=Value("report")),
    When(**{f"answers__{WORSE}": YES}, then=Value("worse")),
    When(**{f"answers__{BETTER}": YES}, then=Value("better")),
    default=Value("answered"),
)


def _in_words(counted: Counter[str]) -> tuple[str, ...]:
    """The gravest first."""
    reports, comments = counted["report"], counted["comment"]
    words = {
        "raised": _("More urgent"),
        "passed_on": _("Passed on"),
        "worse": _("Check-in answered: worse"),
        "missed": _("Check-in not answered"),
        "report": ngettext("New report", "%(n)s new reports", reports) % {"n": reports},
        "answered": _("Check-in answered"),
        "better": _("Check-in answered: better"),
        "comment": ngettext("New comment", "%(n)s new comments", comments) % {"n": comments},
    }
    return tuple(said for kind, said in words.items() if counted[kind])
