"""What is new about a problem since the reader last had its athlete before them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

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
    yield from _reports(user, episodes, since)
    of: dict[str, Any] = {"episode__in": episodes}
    said = Comment.objects.filter(**of, created_at__gt=since).exclude(author=user)
    for episode, at in said.values_list("episode_id", "created_at"):
        yield _Happened(episode, at, "comment")
    missed = CheckIn.objects.filter(**of, state=MISSED, settled_at__gt=since)
    for episode, settled_at in missed.values_list("episode_id", "settled_at"):
        if settled_at is not None:
            yield _Happened(episode, settled_at, "missed")
    moved = EscalationEvent.objects.filter(
        escalation__episode__in=episodes, kind__in=("raised", "passed_on"), created_at__gt=since
    )
    for episode, at, kind in moved.values_list("escalation__episode_id", "created_at", "kind"):
        yield _Happened(episode, at, kind)


def _reports(user: User, episodes: list[UUID], since: datetime) -> Iterable[_Happened]:
    rows = PainReport.objects.filter(episode__in=episodes, created_at__gt=since)
    told = rows.exclude(filed_by=user).values_list(
        "episode_id", "created_at", "answers_check_in", "answers"
    )
    for episode, at, check_in, answers in told:
        yield _Happened(episode, at, _trend(answers) if check_in else "report")


def _trend(answers: dict[str, Any]) -> str:
    """What the athlete said of it. Neither better nor worse is no word for “the same”."""
    if answers.get(WORSE) == YES:
        return "worse"
    return "better" if answers.get(BETTER) == YES else "answered"


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
