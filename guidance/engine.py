"""Judges answers: danger rules first, then the ranking of causes, then the plan. Pure and deterministic."""

from __future__ import annotations

from datetime import datetime, timedelta

from guidance import dangers, derive, influence, plan, ranking
from guidance.answers import Answers
from guidance.check_ins import DAYS_SINCE_ONSET
from guidance.compiled import Compiled, compiled
from guidance.logic import Reading, judge
from guidance.results import Assessment, FiredRule, History, Json, RankedCause, Screening
from guidance.schema import Disposition, Fit, Knowledge, ScreenKind


def screen(base: Knowledge, answers: Answers) -> Screening:
    """The danger rules alone."""
    knowledge = compiled(base)
    return _screening(knowledge, answers, knowledge.bits.read(answers.values_by_finding))


def assess(base: Knowledge, answers: Answers, history: History, now: datetime) -> Assessment:
    """Everything: how soon, likely causes with reasons, the plan, and what was not asked."""
    if now.tzinfo is None:
        raise ValueError("now must carry a time zone")
    knowledge = compiled(base)
    reading = knowledge.bits.read(answers.values_by_finding)
    rules = _screening(knowledge, answers, reading).rules
    stated, answers = answers, derive.with_history(base, answers, history, now)
    if answers is not stated:
        reading = knowledge.bits.read(answers.values_by_finding)
        touched = dangers.naming_what_changed(knowledge, stated, answers)
        raised = dangers.raised(touched, reading)
        now_so = dangers.in_words(knowledge, raised, reading, answers)
        rules = dangers.stronger_of(now_so, rules)
    in_scope = is_in_scope(base, answers)
    floor = Disposition.SELF_CARE if in_scope else Disposition.COACH_REVIEW
    disposition = max(rules[0].level, floor) if rules else floor
    scores = ranking.rank(knowledge, reading, rules)
    standing = influence.Standing(knowledge, reading, disposition, scores)
    if not in_scope:
        scores = [score for score in scores if score.boost]
    causes = ranking.explained(base, scores, rules)
    likely = tuple(cause.id for cause in ranking.likely(base.scale, scores))
    situation = plan.Situation(
        reading=reading,
        disposition=disposition,
        likely=likely,
        guarded=ranking.guarded(base.scale, scores).union(likely),
        withheld=frozenset[str]().union(*(rule.withholds for rule in rules)),
        in_scope=in_scope,
        onset=_onset(answers, history, now),
        now=now,
    )
    back = plan.return_to_running(base, situation)
    return Assessment(
        disposition=disposition,
        in_scope=in_scope,
        headline=_headline(base, disposition, in_scope),
        summary=_summary(knowledge, answers, reading, situation, causes),
        rules=rules,
        causes=causes,
        care_steps=plan.care_steps(knowledge, situation, back),
        return_to_running=back,
        safety_net=_safety_net(base, disposition),
        not_asked=influence.open_questions(standing, answers, in_scope),
        knowledge_version=base.version,
        reviewed=base.reviewed,
    )


def is_in_scope(base: Knowledge, answers: Answers) -> bool:
    """Is it the lower leg, or what reaches it? A place that was not told is not a reason to turn anybody away."""
    sites = answers.get("site")
    if not isinstance(sites, tuple):
        return True
    places = set(sites)
    return bool(places & base.scale.scope_sites) or any(
        group <= places for group in base.scale.scope_together
    )


def unassessed(base: Knowledge) -> Json:
    """The safe answer for a report that could not be judged, in the shape of an assessment."""
    return Assessment(
        disposition=Disposition.COACH_REVIEW,
        in_scope=True,
        headline=base.safety_net.unassessed,
        summary=(),
        rules=(),
        causes=(),
        care_steps=(),
        return_to_running=None,
        safety_net=_safety_net(base, Disposition.COACH_REVIEW),
        not_asked=(),
        knowledge_version=base.version,
        reviewed=base.reviewed,
    ).as_json()


def _screening(knowledge: Compiled, answers: Answers, reading: Reading) -> Screening:
    base, raised = knowledge.base, dangers.raised(knowledge.rules, reading)
    told = dangers.in_words(knowledge, raised, reading, answers)
    fired = dangers.in_order([*told, *dangers.not_answered(base, answers)])
    disposition = fired[0].level if fired else Disposition.SELF_CARE
    tell_athlete, tell_coach = _telling(base, disposition, fired[0] if fired else None)
    return Screening(disposition, fired, tell_athlete, tell_coach, base.version)


def _telling(
    base: Knowledge, disposition: Disposition, strongest: FiredRule | None
) -> tuple[str, str]:
    """What to say: the strongest rule's words, softened where it rests on a "not sure"."""
    how_soon, words = base.safety_net.by_disposition[disposition], base.scale.words
    if strongest is None:
        return how_soon, words[disposition.value]
    if strongest.certain or strongest.id == dangers.NOT_ANSWERED:
        return strongest.tell_athlete, strongest.tell_coach
    return (
        words["not_sure_rule"].format(how_soon=how_soon, tell_athlete=strongest.tell_athlete),
        words["not_sure_rule_coach"].format(tell_coach=strongest.tell_coach),
    )


def _headline(base: Knowledge, disposition: Disposition, in_scope: bool) -> str:
    """One sentence: what to do and how soon."""
    if not in_scope and disposition <= Disposition.COACH_REVIEW:
        return base.scale.words["out_of_scope"]
    return base.scale.words[disposition.value]


def _summary(
    knowledge: Compiled,
    answers: Answers,
    reading: Reading,
    situation: plan.Situation,
    causes: tuple[RankedCause, ...],
) -> tuple[str, ...]:
    """What it looks like, and whether danger signs are still open: a sentence each."""
    words, disposition = knowledge.base.scale.words, situation.disposition
    if disposition is Disposition.EMERGENCY_NOW:
        return ()
    told = []
    if situation.in_scope and causes and causes[0].fit is not Fit.UNLIKELY:
        told.append(words["most_likely"].format(cause=causes[0].name))
    elif situation.in_scope:
        told.append(words["no_clear_cause"])
    elif disposition > Disposition.COACH_REVIEW:
        told.append(words["out_of_scope"])
    if disposition < Disposition.SAME_DAY and _danger_not_asked(knowledge, answers, reading):
        told.append(words["danger_not_asked"])
    return tuple(told)


def _danger_not_asked(knowledge: Compiled, answers: Answers, reading: Reading) -> bool:
    """Is a danger screen still open that the interview would ask?"""
    return any(
        entry.screen.kind is ScreenKind.DANGER
        and entry.screen.id not in answers.skipped
        and any(finding not in answers for finding in entry.screen.findings)
        and judge(entry.when, *reading)
        for entry in knowledge.screens
    )


def _safety_net(base: Knowledge, disposition: Disposition) -> tuple[str, ...]:
    return (base.safety_net.by_disposition[disposition], *base.safety_net.always)


def _onset(answers: Answers, history: History, now: datetime) -> datetime:
    """When it began. Where nobody knows, now: then heat and hard training wait the longest."""
    if history.first_onset is not None:
        return history.first_onset
    days = answers.get(DAYS_SINCE_ONSET)
    return now - timedelta(days=days) if isinstance(days, (int, float)) else now
