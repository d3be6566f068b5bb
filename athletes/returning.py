"""Where an athlete stands on the way back to running. Worked out from the records each time, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils.dateparse import parse_datetime

from athletes.models import Assessment, Episode, ReturnClearance, ReturnPlan, ReturnRun
from athletes.models.reports import PENDING
from guidance import KNOWLEDGE, Disposition, Ladder, Outing, Standing, standing


class State(StrEnum):
    """What is to be done before the next run, the most serious first."""

    CLOSED = "closed"  # the episode is over
    HELD = "held"  # a danger was reported on the way: on hold until a clinician said yes
    UNJUDGED = "unjudged"  # the newest report is still being judged
    UNCLEAR = "unclear"  # on the way, and the newest report fits no ladder
    NONE = "none"  # nothing to come back from, as far as anybody knows
    CLEARANCE = "clearance"  # a clinician must say yes first
    EARLY = "early"  # too soon to try whether the conditions hold
    ENTRY = "entry"  # the conditions must be said to be true
    CLIMBING = "climbing"  # running, one level at a time
    FINISHED = "finished"


@dataclass(frozen=True)
class Judged:
    """One report of the episode, and the ladder that its judgement offers, if any."""

    report_id: UUID
    at: datetime
    level: Disposition
    is_pending: bool
    ladder: Ladder | None
    clinician_first: bool
    starts: datetime | None
    pain_now: float | None = None


@dataclass(frozen=True)
class WayBack:
    """One episode's way back to running, as it stands at `now`. `judged`: its reports, newest first."""

    episode: Episode
    judged: Sequence[Judged]
    plan: ReturnPlan | None
    now: datetime

    @property
    def exists(self) -> bool:
        """Whether there is anything to show."""
        return self.plan is not None or self.state not in (State.NONE, State.CLOSED, State.UNJUDGED)

    @cached_property
    def offer(self) -> Judged | None:
        """What the newest report offers; a ladder that asks for a clinician is not left for a laxer one."""
        if not self.judged or self.judged[0].ladder is None:
            return None
        strict = (told for told in self.judged if told.ladder and told.ladder.clinician_first)
        return next(strict, self.judged[0])

    @property
    def ladder(self) -> Ladder | None:
        if self.offer:
            return self.offer.ladder
        return KNOWLEDGE.ladders.get(self.plan.ladder) if self.plan else None

    @cached_property
    def state(self) -> State:
        if self.episode.closed_at:
            return State.CLOSED
        if self._entry_at and self._was_dangerous(since=self._entry_at) and not self.clearance:
            return State.HELD
        if self.judged and self.judged[0].is_pending:
            return State.UNJUDGED
        if self.offer is None:
            return State.UNCLEAR if self._entry_at else State.NONE
        if self.clinician_first and not self.clearance:
            return State.CLEARANCE
        if self._has_entry:
            return State.FINISHED if self._stands.outcome == "finished" else State.CLIMBING
        return State.EARLY if self.starts and self.starts > self.now else State.ENTRY

    @property
    def clinician_first(self) -> bool:
        """Whether somebody must have recorded a clinician's yes before the next run."""
        asked = self.offer is not None and (self.offer.clinician_first or self._newest_asks)
        return asked or self._was_dangerous(since=None)

    @property
    def _newest_asks(self) -> bool:
        return self.judged[0].clinician_first

    @property
    def coach_first(self) -> bool:
        """The newest report asks to talk to the coach before the next run."""
        return bool(self.judged) and self.judged[0].level >= Disposition.COACH_REVIEW

    @property
    def starts(self) -> datetime | None:
        """From when on the conditions may be tried."""
        return self.offer.starts if self.offer else None

    @property
    def _entry_at(self) -> datetime | None:
        return self.plan.entry_at if self.plan else None

    def _was_dangerous(self, *, since: datetime | None) -> bool:
        """Whether a report calls for a clinician today; after the start also for one in the next days."""
        return bool(self._dangers(since))

    def _dangers(self, since: datetime | None) -> list[Judged]:
        least = Disposition.WITHIN_DAYS if since else Disposition.SAME_DAY
        return [
            told
            for told in self.judged
            if told.level >= least and (since is None or told.at > since)
        ]

    @property
    def held_by(self) -> Judged | None:
        """The newest report that put it on hold."""
        dangers = self._dangers(self._entry_at)
        return dangers[0] if dangers and self.state == State.HELD else None

    @cached_property
    def clearance(self) -> ReturnClearance | None:
        """The last yes of a clinician, if nothing that asks for a clinician was reported since."""
        asked = [told.at for told in self.judged if told.level >= Disposition.WITHIN_DAYS]
        given = list(self.plan.clearances.all()) if self.plan else []
        last = given[-1] if given else None
        if last is None or not asked:
            return last
        on_time = last.created_at > asked[0] and last.given_on >= self._day(asked[0])
        return last if on_time else None

    @property
    def _has_entry(self) -> bool:
        """The conditions were confirmed for this ladder, and no danger was reported since."""
        if self._entry_at is None or self.plan is None or self.ladder is None:
            return False
        return self.plan.ladder == self.ladder.id and not self._was_dangerous(since=self._entry_at)

    @cached_property
    def runs(self) -> list[ReturnRun]:
        """Every run that was logged, newest first, also of before a new start."""
        return list(reversed(self.plan.runs.all())) if self.plan else []

    def counts(self, run: ReturnRun) -> bool:
        """Whether `run` is part of the climb that goes on now."""
        if self._entry_at is None or self.plan is None:
            return False
        return run.ladder == self.plan.ladder and run.ran_at >= self._entry_at

    @property
    def standing(self) -> Standing | None:
        """The level, from when it may be run, and why; only for who is on the way."""
        return self._stands if self.state in (State.CLIMBING, State.FINISHED) else None

    @cached_property
    def _stands(self) -> Standing:
        assert self.ladder is not None
        top = len(self.ladder.levels)  # a ladder may have become shorter since
        outings = [outing(run, top) for run in self.runs if self.counts(run)]
        return standing(self.ladder.id, outings, self.now.astimezone(self.episode.athlete.zone))

    @property
    def is_pain_free(self) -> bool:
        """Every step is done, and nothing hurt on the last: in no run of it, on no morning after, in no report since.

        A pain that nobody told is never no pain.
        """
        if self.state != State.FINISHED or self.ladder is None:
            return False
        last = [run for run in self.runs if self.counts(run)][: self.ladder.outings_per_level]
        top = len(self.ladder.levels)
        if len(last) < self.ladder.outings_per_level or any(run.level < top for run in last):
            return False
        since = [told.pain_now for told in self.judged if told.at > last[-1].ran_at]
        return all(is_free_of_pain(run) for run in last) and all(pain == 0 for pain in since)

    @property
    def may_run_now(self) -> bool:
        if self.state != State.CLIMBING:
            return False
        return self._stands.may_run_from <= self.now

    @property
    def asks_about(self) -> ReturnRun | None:
        """The run whose morning after is not told, and can be told now."""
        last = next((run for run in self.runs if self.counts(run)), None)
        if last is None or last.pain_next_morning is not None:
            return None
        return last if self.takes_morning_of(last) else None

    def takes_morning_of(self, run: ReturnRun) -> bool:
        """The morning after has come, and it is not too late to tell of it."""
        waits = timedelta(hours=KNOWLEDGE.climbing.morning_within_hours)
        return self._day(run.ran_at) < self._day(self.now) and self.now < run.ran_at + waits

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.episode.athlete.zone).date()


def is_free_of_pain(run: ReturnRun) -> bool:
    """In the run, after it and on the next morning; before it as far as it was told."""
    during = (run.pain_during, run.pain_after, run.pain_next_morning)
    return all(pain == 0 for pain in during) and not run.pain_before


def outing(run: ReturnRun, top: int) -> Outing:
    return Outing(
        level=min(run.level, top),
        at=run.ran_at,
        pain_before=run.pain_before,
        pain_during=run.pain_during,
        pain_after=run.pain_after,
        pain_next_morning=run.pain_next_morning,
    )


def way_back(episode: Episode, now: datetime) -> WayBack:
    return ways_back([episode], now)[episode.pk]


def ways_back(episodes: Iterable[Episode], now: datetime) -> dict[UUID, WayBack]:
    """For each of these episodes (with their athletes), in a fixed number of queries."""
    by_id = {episode.pk: episode for episode in episodes}
    judged = _judged(by_id)
    clearances = ReturnClearance.objects.select_related("recorded_by")
    plans = ReturnPlan.objects.filter(episode__in=by_id).prefetch_related(
        "runs", Prefetch("clearances", clearances)
    )
    plan_of = {plan.episode_id: plan for plan in plans.select_related("entry_by")}
    return {
        key: WayBack(episode, judged.get(key, []), plan_of.get(key), now)
        for key, episode in by_id.items()
    }


_OFFER = "result__return_to_running__"


def _judged(episodes: Iterable[UUID]) -> dict[UUID, list[Judged]]:
    """The reports of each episode, newest first, by their newest judgement; without the rest of it."""
    rows = (
        Assessment.objects.filter(report__episode__in=list(episodes))
        .order_by("report__reported_at", "report_id", "created_at")
        .values(
            "report_id",
            "report__episode_id",
            "report__reported_at",
            "report__disposition",
            "report__pain_now",
            "state",
            f"{_OFFER}ladder",
            f"{_OFFER}clinician_first",
            f"{_OFFER}starts",
        )
    )
    newest = {row["report_id"]: row for row in rows}
    found: dict[UUID, list[Judged]] = {}
    for row in newest.values():
        found.setdefault(row["report__episode_id"], []).insert(0, _read(row))
    return found


def _read(row: dict[str, Any]) -> Judged:
    starts = row[f"{_OFFER}starts"]
    return Judged(
        report_id=row["report_id"],
        at=row["report__reported_at"],
        level=Disposition(row["report__disposition"]),
        is_pending=row["state"] == PENDING,
        ladder=KNOWLEDGE.ladders.get(row[f"{_OFFER}ladder"] or ""),
        clinician_first=bool(row[f"{_OFFER}clinician_first"]),
        starts=parse_datetime(starts) if starts else None,
        pain_now=row["report__pain_now"],
    )
