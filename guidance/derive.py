"""Findings that nobody has to be asked, because the history knows them. Thresholds stand in scale.toml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from guidance.answers import Answers, Value
from guidance.results import History, PastReport
from guidance.schema import NO, UNSURE, YES, Knowledge

DAYS_SINCE_ONSET = "days_since_onset"
WORSE = "worse_since_last_report"
EPISODES = "episodes_recently"


def with_history(base: Knowledge, answers: Answers, history: History, now: datetime) -> Answers:
    """The answers with what the history adds; what somebody stated is never overwritten."""
    derived = {
        DAYS_SINCE_ONSET: days_since_onset(history, now),
        WORSE: worse_since_last_report(base, answers, history),
        EPISODES: episodes_recently(base, answers, history, now),
    }
    known: Mapping[str, Value] = {
        name: value
        for name, value in derived.items()
        if value is not None and name in base.findings and answers.get(name, UNSURE) == UNSURE
    }
    return answers.merged(Answers(known, frozenset(), base)) if known else answers


def days_since_onset(history: History, now: datetime) -> int | None:
    """Whole days over the whole episode, not since the latest report."""
    if history.first_onset is None:
        return None
    return max((now - history.first_onset) // timedelta(days=1), 0)


def worse_since_last_report(base: Knowledge, answers: Answers, history: History) -> str | None:
    """Yes where pain rose by the threshold since the last report of the same place."""
    pain = answers.get("severity_nrs")
    earlier = [report for report in _same_place(answers, history) if report.pain_now is not None]
    if isinstance(pain, (str, tuple)) or pain is None or not earlier:
        return None
    last = max(earlier, key=lambda report: report.at)
    assert last.pain_now is not None
    return YES if pain - last.pain_now >= base.scale.history["worse_by"] else NO


def episodes_recently(
    base: Knowledge, answers: Answers, history: History, now: datetime
) -> int | None:
    """How many separate episodes at this place in recent weeks, this one included."""
    recent = timedelta(days=base.scale.history["recent_days"])
    gap = timedelta(days=base.scale.history["episode_gap_days"])
    times = sorted(
        report.at for report in _same_place(answers, history) if now - recent <= report.at <= now
    )
    if not times:
        return None
    return 1 + sum(
        later - earlier > gap for earlier, later in zip(times, [*times[1:], now], strict=True)
    )


def _same_place(answers: Answers, history: History) -> list[PastReport]:
    site, side = answers.get("site"), answers.get("side")
    places = set(site) if isinstance(site, tuple) else set()
    return [
        report
        for report in history.reports
        if places & set(report.site)
        and (side in (None, UNSURE, "both") or report.side in (None, "both", side))
    ]
