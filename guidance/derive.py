"""Findings that nobody has to be asked, because the history knows them. Thresholds stand in scale.toml.

What somebody told is never overwritten: a finding is only worked out where it was not asked, or the answer was "not sure".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from guidance.answers import Answers, Value
from guidance.check_ins import DAYS_SINCE_ONSET, is_over
from guidance.results import History, PastReport
from guidance.schema import NO, UNSURE, YES, Knowledge

DAYS_OF_EPISODE = "days_of_episode"
WORSE = "worse_since_last_report"
BETTER = "better_since_last_report"
EPISODES = "episodes_recently"
RECURRENCE = "recurrence"
EARLIER_STRAIN = "prior_calf_strain_days"
UNANSWERED = "check_ins_unanswered"

STRAIN = "muscle_strain"
DAY = timedelta(days=1)


def with_history(base: Knowledge, answers: Answers, history: History, now: datetime) -> Answers:
    """The answers with what the history adds; what somebody stated is never overwritten."""
    here = _same_place(base, answers, history)
    # A pain that is said to be gone lasts no longer, however long ago it began.
    days = None if is_over(base, answers) else days_of_episode(history, now)
    derived = {
        DAYS_SINCE_ONSET: days,
        DAYS_OF_EPISODE: days,
        WORSE: worse_since_last_report(base, answers, here),
        BETTER: better_since_last_report(base, answers, here),
        EPISODES: episodes_recently(base, here, history.episode, now),
        RECURRENCE: recurrence(here),
        EARLIER_STRAIN: days_since_strain(here, now),
        UNANSWERED: history.check_ins_unanswered or None,
    }
    known: Mapping[str, Value] = {
        name: value
        for name, value in derived.items()
        if value is not None and name in base.findings and answers.get(name, UNSURE) == UNSURE
    }
    return answers.merged(Answers(known, frozenset(), base)) if known else answers


def days_of_episode(history: History, now: datetime) -> int | None:
    """Whole days over the whole episode, not since the latest report."""
    if history.first_onset is None:
        return None
    return max((now - history.first_onset) // DAY, 0)


def worse_since_last_report(
    base: Knowledge, answers: Answers, here: list[PastReport]
) -> str | None:
    """Yes where pain rose by the threshold since the last report of this place."""
    rise = _rise_of_pain(answers, here)
    return None if rise is None else _yes_no(rise >= base.scale.history["worse_by"])


def better_since_last_report(
    base: Knowledge, answers: Answers, here: list[PastReport]
) -> str | None:
    """Yes where pain fell by the threshold since the last report of this place."""
    rise = _rise_of_pain(answers, here)
    return None if rise is None else _yes_no(-rise >= base.scale.history["better_by"])


def _rise_of_pain(answers: Answers, here: list[PastReport]) -> float | None:
    pain = answers.get("severity_nrs")
    before = [(report.at, report.pain_now) for report in here if report.pain_now is not None]
    if not isinstance(pain, (int, float)) or not before:
        return None
    _, last = max(before)
    return pain - last


def _yes_no(holds: bool) -> str:
    return YES if holds else NO


def episodes_recently(
    base: Knowledge, here: list[PastReport], episode: str, now: datetime
) -> int | None:
    """How many separate episodes at this place in recent weeks, this one included."""
    recent = timedelta(days=base.scale.history["recent_days"])
    gap = timedelta(days=base.scale.history["episode_gap_days"])
    times = sorted(
        (report.at, report.episode) for report in here if now - recent <= report.at <= now
    )
    if not times:
        return None
    following = [*times[1:], (now, episode)]
    return 1 + sum(
        later - earlier > gap or _are_two(one, other)
        for (earlier, one), (later, other) in zip(times, following, strict=True)
    )


def _are_two(one: str, other: str) -> bool:
    """Two health problems, as far as the history tells them apart."""
    return bool(one and other and one != other)


def recurrence(here: list[PastReport]) -> str | None:
    """Yes where an earlier problem at this place was over. Never no: it may have hurt before anybody asked."""
    return YES if any(report.ended for report in here) else None


def days_since_strain(here: list[PastReport], now: datetime) -> int | None:
    """Days since the last report of an earlier problem at this place that looked like a strain."""
    strains = [report.at for report in here if report.ended and report.leading_cause == STRAIN]
    return max((now - max(strains)) // DAY, 0) if strains else None


def _same_place(base: Knowledge, answers: Answers, history: History) -> list[PastReport]:
    """The earlier reports of this place. A side that was not told is unknown, not another leg."""
    site, side = answers.get("site"), answers.get("side")
    places = set(site) if isinstance(site, tuple) else set[str]()
    for group in base.scale.same_place:
        if group & set(site if isinstance(site, tuple) else ()):
            places |= group
    return [
        report
        for report in history.reports
        if places & set(report.site)
        and (side in (None, UNSURE, "both") or report.side in (None, "both", side))
    ]
