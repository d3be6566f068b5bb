"""An episode is over when nothing hurts on the last step, or when a coach says so."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from athletes.models import Athlete, CheckIn, Episode, PainReport, ReturnPlan, ReturnRun
from athletes.services import assessments, episodes, returning
from tests.factories import STRAIN, make_report

pytestmark = pytest.mark.django_db

FREE = (0, 0, 0, 0)
HERE = {"site": STRAIN["site"], "side": STRAIN["side"]}
TOP = 10  # steps of the ladder after a strain


def ago(**age: float) -> datetime:
    return timezone.now() - timedelta(**age)


def on_the_last_step(athlete: Athlete, *, before: tuple[int | None, ...] = FREE) -> Episode:
    """Every step is done but the second run on the last; the first one there felt like `before`."""
    report = make_report(athlete, STRAIN, assess=True, reported_at=ago(days=70))
    episode = report.episode
    returning.confirm_entry(by=athlete.user, episode=episode, ladder="calf_muscle", at=ago(days=60))
    plan = ReturnPlan.objects.get(episode=episode)
    days = 58
    for level in [step for step in range(1, TOP + 1) for _ in range(2)][:-1]:
        run(plan, level, ago(days=days), FREE if level < TOP else before)
        days -= 2
    return Episode.objects.get(pk=episode.pk)


def run(plan: ReturnPlan, level: int, at: datetime, pains: tuple[int | None, ...]) -> ReturnRun:
    names = ("pain_before", "pain_during", "pain_after", "pain_next_morning")
    return ReturnRun.objects.create(
        plan=plan, ladder=plan.ladder, client_key=uuid.uuid4(), level=level, ran_at=at,
        **dict(zip(names, pains, strict=True)),
    )  # fmt: skip


def finish(episode: Episode, pain: int = 0, morning: int = 0, **pains: Any) -> Episode:
    """The last run, and how it was in the morning."""
    last = run_the_last(
        episode, **{"pain_before": 0, "pain_during": pain, "pain_after": pain, **pains}
    )
    episode.refresh_from_db()
    assert episode.closed_at is None, "the morning after is not told yet"
    return tell_the_morning(episode, last, morning)


def run_the_last(episode: Episode, **pains: Any) -> ReturnRun:
    return returning.log_run(
        by=episode.athlete.user,
        episode=episode,
        client_key=uuid.uuid4(),
        level=TOP,
        at=ago(days=2),
        **{"pain_before": 0, "pain_during": 0, "pain_after": 0, **pains},
    ).run


def tell_the_morning(episode: Episode, last: ReturnRun, pain: int = 0) -> Episode:
    next_day = last.ran_at + timedelta(hours=25)
    returning.log_next_morning(by=episode.athlete.user, run=last, pain=pain, at=next_day)
    episode.refresh_from_db()
    return episode


def test_it_closes_by_itself_after_the_last_step_without_pain(athlete):
    episode = on_the_last_step(athlete)
    CheckIn.objects.filter(episode=episode).update(state="planned")
    finish(episode)
    assert episode.closed_as == "pain_free"
    assert episode.closed_by == athlete.user
    assert episode.closed_reason
    assert not CheckIn.objects.waiting().filter(episode=episode).exists()


@pytest.mark.parametrize(
    "felt", [{"pain": 1}, {"morning": 1}, {"pain_after": None}, {"pain_before": 1}]
)
def test_it_stays_open_while_anything_hurts_or_is_not_told(athlete, felt):
    assert finish(on_the_last_step(athlete), **felt).closed_at is None


def test_the_other_run_on_the_last_step_counts_too(athlete):
    assert finish(on_the_last_step(athlete, before=(1, 1, 1, 1))).closed_at is None


@pytest.mark.parametrize(("pain", "closed_as"), [(0, "pain_free"), (2, ""), (None, "")])
def test_a_report_that_it_hurts_or_does_not_say_keeps_it_open(athlete, pain, closed_as):
    episode = on_the_last_step(athlete)
    last = run_the_last(episode)
    told = {**HERE, **({} if pain is None else {"severity_nrs": pain})}
    report = make_report(athlete, told, reported_at=ago(hours=40))
    report.assessments.update(state="done", result=as_before(episode), finished_at=ago())
    PainReport.objects.filter(pk=report.pk).update(disposition="self_care")
    assert tell_the_morning(episode, last).closed_as == closed_as


def test_it_closes_when_the_report_that_it_waited_for_is_judged(athlete, monkeypatch):
    episode = on_the_last_step(athlete)
    last = run_the_last(episode)
    report = make_report(athlete, {**HERE, "severity_nrs": 0}, reported_at=ago(hours=40))
    PainReport.objects.filter(pk=report.pk).update(disposition="self_care")
    assert tell_the_morning(episode, last).closed_at is None
    monkeypatch.setattr(assessments, "judge", lambda _: as_before(episode))
    assessments.assess_report(assessment_id=report.assessment.pk, finished_by="worker")
    episode.refresh_from_db()
    assert (episode.closed_as, episode.closed_by) == ("pain_free", None)
    assert not CheckIn.objects.waiting().filter(episode=episode).exists()


def as_before(episode: Episode) -> dict[str, Any]:
    """The judgement of the first report, without its urgency: what the engine says is not tested here."""
    first = episode.reports.order_by("reported_at")[0].assessment.result
    return {**first, "disposition": "self_care", "rules": []}


def test_a_coach_closes_with_a_reason_once(athlete):
    episode = on_the_last_step(athlete)
    coach = athlete.club.memberships.get(role="owner").user
    episodes.close_episode(by=coach, episode=episode, reason="Moved to another sport")
    episodes.close_episode(by=coach, episode=episode, reason="Something else")
    episode.refresh_from_db()
    assert (episode.closed_as, episode.closed_by) == ("by_coach", coach)
    assert episode.closed_reason == "Moved to another sport"
