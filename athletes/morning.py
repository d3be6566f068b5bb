"""What a coach should know at the start of a day: who waits, who is held, who is due, who is silent.

Worked out from the records each time, never stored; in a fixed number of queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from athletes.access import Sight
from athletes.models import (
    Assessment,
    Athlete,
    CareStep,
    CheckIn,
    Comment,
    Episode,
    Escalation,
    PainReport,
    ReturnRun,
    Squad,
    User,
)
from athletes.models.follow_up import ASKED, MISSED, PLANNED, REMINDED
from athletes.models.reports import DONE
from athletes.returning import State, ways_back
from guidance import KNOWLEDGE

# A "don't" of the knowledge with one of these tags keeps somebody from training.
TRAINING = frozenset({"running", "load", "exercise"})
SILENT_AFTER = timedelta(days=7)  # an open problem without a report, a run or a word of the athlete
FARTHEST_ZONE = timedelta(
    hours=36
)  # a day somewhere on Earth has begun or ends within this of `now`


class Why(StrEnum):
    UNSEEN = "unseen"  # an escalation that nobody has acknowledged
    HELD = "held"  # the plan says not to train now
    CLINICIAN = "clinician"  # no running until a clinician said yes
    CHECK_IN = "check_in"  # a check-in is due today, in the athlete's zone
    MISSED = "missed"  # a check-in was not answered, and no report came since
    QUIET = "quiet"  # an open problem, and not a word for a week


@dataclass(frozen=True)
class Line:
    """One reason to think of one athlete this morning."""

    why: Why
    athlete: Athlete
    episode: Episode
    at: datetime | None = None  # since when; of what is held and what is due: until when
    text: str = ""
    escalation: Escalation | None = None
    is_whole: bool = True  # the athlete shares all with the reader

    @property
    def place(self) -> str:
        """Where it hurts; "" where that is not shared."""
        return self.episode.place if self.is_whole else ""


@dataclass(frozen=True)
class SquadMorning:
    """The lines of one squad; `squad` is None for athletes who are in none."""

    squad: Squad | None
    lines: list[Line] = field(default_factory=list)

    def _lines(self, *whys: Why) -> list[Line]:
        return [line for line in self.lines if line.why in whys]

    @property
    def unseen(self) -> list[Line]:
        return self._lines(Why.UNSEEN)

    @property
    def held(self) -> list[Line]:
        return self._lines(Why.HELD, Why.CLINICIAN)

    @property
    def due(self) -> list[Line]:
        return self._lines(Why.CHECK_IN)

    @property
    def silent(self) -> list[Line]:
        return self._lines(Why.MISSED, Why.QUIET)


@dataclass(frozen=True)
class Morning:
    """All of it, as of `checked_at`."""

    squads: list[SquadMorning]
    checked_at: datetime

    @property
    def is_empty(self) -> bool:
        return not self.squads


def morning_of(user: User, now: datetime, squad: Squad | None = None) -> Morning:
    """What `user` should know of the athletes they look after, in all their squads or in one."""
    seen = Athlete.objects.seen_from_desk_by(user).real()
    if squad:
        seen = seen.filter(squads=squad)
    episodes = list(_open_episodes(seen))
    lines = [*_unseen(seen), *_held(episodes, now), *_check_ins(seen, now), *_quiet(episodes, now)]
    sight = Sight(user)
    return Morning(_by_squad([_shown(line, sight) for line in lines], user, squad), now)


def _shown(line: Line, sight: Sight) -> Line:
    """As far as the athlete shares it. What the plan says is shared in any case."""
    if sight.is_whole(line.athlete):
        return line
    text = sight.reason(line.escalation) if line.escalation else line.text
    return replace(line, text=text, is_whole=False)


def _unseen(seen: QuerySet[Athlete]) -> Iterable[Line]:
    waiting = Escalation.objects.open().filter(athlete__in=seen.values("pk")).by_urgency()
    for call in waiting.select_related("athlete__club", "episode"):
        yield Line(Why.UNSEEN, call.athlete, call.episode, call.opened_at, call.reason, call)


def _open_episodes(seen: QuerySet[Athlete]) -> QuerySet[Episode]:
    """With the judgement that counts now, and when each last heard from the athlete."""
    of_episode = OuterRef("pk")
    judged = Assessment.objects.filter(report__episode=of_episode, state=DONE)
    reports = PainReport.objects.filter(episode=of_episode)
    runs = ReturnRun.objects.filter(plan__episode=of_episode)
    own_words = Comment.objects.filter(episode=of_episode, author=F("episode__athlete__user"))
    newest = judged.order_by("-report__reported_at", "-report_id", "-created_at")
    return (
        Episode.objects.open()
        .filter(athlete__in=seen.values("pk"))
        .select_related("athlete__club")
        .annotate(
            judgement=Subquery(newest.values("pk")[:1]),
            last_report=Subquery(reports.order_by("-reported_at").values("reported_at")[:1]),
            last_run=Subquery(runs.order_by("-ran_at").values("ran_at")[:1]),
            last_word=Subquery(own_words.order_by("-created_at").values("created_at")[:1]),
        )
        .order_by("athlete__name", "pk")
    )


def _held(episodes: list[Episode], now: datetime) -> Iterable[Line]:
    """Who must not train now: by a clinician's word that is missing, else by the plan."""
    ways = ways_back(episodes, now)
    steps = _holding_steps([episode.judgement for episode in episodes], now)  # type: ignore[attr-defined]
    for episode in episodes:
        if ways[episode.pk].state in (State.HELD, State.CLEARANCE):
            yield Line(Why.CLINICIAN, episode.athlete, episode)
        elif step := steps.get(episode.judgement):  # type: ignore[attr-defined]
            yield Line(Why.HELD, episode.athlete, episode, step.ends_at, step.text)


def _holding_steps(judgements: Iterable[UUID], now: datetime) -> dict[UUID, CareStep]:
    """Of each judgement the step that keeps from training the longest."""
    holding = [
        name
        for name, advice in KNOWLEDGE.advice.items()
        if advice.kind == "dont" and not TRAINING.isdisjoint(advice.tags)
    ]
    open_now = Q(ends_at=None) | Q(ends_at__gt=now)
    steps = CareStep.objects.filter(
        open_now,
        assessment__in=[judgement for judgement in judgements if judgement],
        kind="dont",
        advice__in=holding,
        state="open",
        starts_at__lte=now,
    )
    return {step.assessment_id: step for step in steps.order_by(F("ends_at").asc(nulls_last=True))}


def _check_ins(seen: QuerySet[Athlete], now: datetime) -> Iterable[Line]:
    """Those of today; and those that were missed, as long as the athlete has not reported since."""
    later = PainReport.objects.filter(
        episode=OuterRef("episode"), reported_at__gt=OuterRef("due_at")
    )
    of_today = Q(
        state__in=(PLANNED, ASKED, REMINDED),
        due_at__range=(now - FARTHEST_ZONE, now + FARTHEST_ZONE),
    )
    missed = Q(state=MISSED, episode__closed_at=None) & ~Exists(later)
    rows = CheckIn.objects.filter(of_today | missed, episode__athlete__in=seen.values("pk"))
    told: set[UUID] = set()
    for row in rows.select_related("episode__athlete__club").order_by("-due_at", "-pk"):
        episode, athlete = row.episode, row.episode.athlete
        if row.state == MISSED:
            if episode.pk not in told:  # the newest is enough
                told.add(episode.pk)
                yield Line(Why.MISSED, athlete, episode, row.due_at)
        elif row.due_at.astimezone(athlete.zone).date() == now.astimezone(athlete.zone).date():
            yield Line(Why.CHECK_IN, athlete, episode, row.due_at)


def _quiet(episodes: list[Episode], now: datetime) -> Iterable[Line]:
    for episode in episodes:
        words = (episode.last_report, episode.last_run, episode.last_word)  # type: ignore[attr-defined]
        heard = max((moment for moment in words if moment), default=episode.opened_at)
        if heard <= now - SILENT_AFTER:
            yield Line(Why.QUIET, episode.athlete, episode, heard)


def _by_squad(lines: list[Line], user: User, chosen: Squad | None) -> list[SquadMorning]:
    """Each athlete stands in one squad only: the chosen one, else the first that `user` looks after."""
    silent = {line.episode.pk for line in lines if line.why == Why.MISSED}
    home = _home_squads(lines, user, chosen)
    found: dict[Squad | None, list[Line]] = defaultdict(list)
    for line in lines:
        if line.why == Why.QUIET and line.episode.pk in silent:
            continue  # said already: a check-in was not answered
        found[home.get(line.athlete.pk)].append(line)
    in_order = sorted(found, key=lambda squad: (squad is None, squad.name if squad else ""))
    return [SquadMorning(squad, found[squad]) for squad in in_order]


def _home_squads(lines: list[Line], user: User, chosen: Squad | None) -> dict[UUID, Squad]:
    if chosen:
        return {line.athlete.pk: chosen for line in lines}
    seen = Squad.objects.seen_from_desk_by(user).select_related("club")
    squads = {squad.pk: squad for squad in seen}
    links = Athlete.squads.through.objects.filter(
        athlete__in={line.athlete.pk for line in lines}, squad__in=squads
    )
    home: dict[UUID, Squad] = {}
    for athlete, squad in links.order_by("-squad__name").values_list("athlete_id", "squad_id"):
        home[athlete] = squads[squad]  # the first by name is written last
    return home
