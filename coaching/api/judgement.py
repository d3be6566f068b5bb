"""A judgement as the API tells it: the engine's own JSON, with its state and what became of each step.

The classes describe the shape for the schema; the engine's JSON is passed on as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer, inline_serializer
from rest_framework import serializers
from rest_framework.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DateTimeField,
    FloatField,
    IntegerField,
    JSONField,
    ListField,
    UUIDField,
)

from athletes import access
from athletes.access import WITHHELD, Sight
from athletes.models import Assessment, CareStep, PainReport
from athletes.models.base import LEVELS
from athletes.models.care import STEP_KINDS, STEP_STATES
from athletes.models.reports import DONE, PENDING, STATES
from coaching.saying import all_said, said
from coaching.sources import with_references
from coaching.words import STATUS_ONLY
from guidance import KNOWLEDGE, Answers, Disposition, History, assess, screen

FITS = [("strong", "Strong fit"), ("possible", "Possible"), ("unlikely", "Unlikely")]
EVIDENCE = [(word, word) for word in ("agree", "weak", "contested", "outdated")]
PHASES = [(word, word) for word in ("now", "next", "later", "over")]


def texts(help_text: str = "", **kwargs: Any) -> ListField:
    return ListField(child=CharField(), help_text=help_text, **kwargs)


class SourceSerializer(serializers.Serializer[Any]):
    id = CharField()
    title = CharField()
    locator = CharField()


class RuleSerializer(serializers.Serializer[Any]):
    """A danger rule that fired."""

    id = CharField()
    name = CharField()
    level = ChoiceField(
        LEVELS, help_text="One lower than the rule's own where it is only possible."
    )
    certain = BooleanField()
    because = texts("The answers that fired it, in words.")
    findings = texts("The same answers by finding.")
    tell_athlete = CharField()
    tell_coach = CharField()
    why = CharField()
    sources = texts("Ids of sources.")
    references = SourceSerializer(many=True, help_text="The same sources with title and locator.")


class ScreeningSerializer(serializers.Serializer[Any]):
    """The danger signs, judged before anything was stored."""

    disposition = ChoiceField(LEVELS)
    tell_athlete = CharField()
    tell_coach = CharField()
    rules = RuleSerializer(
        many=True, allow_null=True, help_text="null: not shared with the caller."
    )
    knowledge_version = CharField()


# "for" and "from" are words of Python, so these two are made from mappings.
CauseFit = inline_serializer(
    "LikelyCause",
    {
        "id": CharField(),
        "name": CharField(),
        "plain": CharField(),
        "what": CharField(),
        "note": CharField(allow_blank=True),
        "fit": ChoiceField(FITS),
        "for": texts("What speaks for it."),
        "against": texts("What speaks against it."),
    },
    many=True,
    allow_null=True,
)
PlannedSteps = inline_serializer(
    "PlannedStep",
    {
        "id": CharField(),
        "kind": ChoiceField(STEP_KINDS),
        "text": CharField(),
        "why": CharField(),
        "from": DateTimeField(),
        "until": DateTimeField(allow_null=True),
        "evidence": ChoiceField(EVIDENCE),
        "evidence_note": CharField(allow_blank=True),
        "sources": SourceSerializer(many=True),
        "priority": IntegerField(),
        "tags": texts(),
        "state": ChoiceField(STEP_STATES),
        "phase": ChoiceField(PHASES),
        "step": UUIDField(allow_null=True, help_text="Its id at `/care-steps/`; null: not stored."),
    },
    many=True,
)


class OpenQuestionSerializer(serializers.Serializer[Any]):
    """Something that was not asked and might change the answer."""

    finding = CharField()
    question = CharField()
    why = CharField()


class LevelSerializer(serializers.Serializer[Any]):
    """One step of a ladder: walk and run in turns, so many times."""

    number = IntegerField()
    run_min = FloatField()
    walk_min = FloatField()
    repeats = IntegerField()
    text = CharField()


@extend_schema_serializer(component_name="WayBackThatFits")
class ReturnSerializer(serializers.Serializer[Any]):
    """The graded way back to running that fits, and from when its entry may be tried."""

    ladder = CharField()
    name = CharField()
    clinician_first = BooleanField(help_text="Somebody must have recorded a clearance first.")
    starts = DateTimeField()
    entry = texts("What must be true before the first level.")
    rules = texts()
    levels = LevelSerializer(many=True)
    outings_per_level = IntegerField()
    rest_days_between = IntegerField()
    most_pain_during = FloatField()
    evidence = ChoiceField(EVIDENCE)
    evidence_note = CharField(allow_blank=True)
    sources = SourceSerializer(many=True)


class JudgementSerializer(serializers.Serializer[Any]):
    """The recommendation. Causes are likely explanations, best first; none of them is a diagnosis.

    Where the athlete shares only the status with the caller, `status_only` is true, and what says more is null.
    """

    state = ChoiceField(STATES)
    disposition = ChoiceField(LEVELS, help_text="While pending: what the screening said.")
    in_scope = BooleanField(allow_null=True, help_text="null while pending.")
    headline = CharField()
    summary = ListField(child=CharField(), allow_null=True)
    causes = CauseFit
    rules = RuleSerializer(many=True, allow_null=True)
    care_steps = PlannedSteps
    return_to_running = ReturnSerializer(allow_null=True)
    safety_net = texts("What to watch for, and how fast to act.")
    not_asked = OpenQuestionSerializer(many=True, allow_null=True)
    knowledge_version = CharField()
    reviewed = BooleanField(help_text="Whether a clinician has signed all of this knowledge.")


class AssessmentSerializer(JudgementSerializer):
    id = UUIDField()
    report = UUIDField()
    finished_at = DateTimeField(allow_null=True)
    status_only = BooleanField()


class DrySerializer(JudgementSerializer):
    """A judgement of answers that were not stored."""

    screening = ScreeningSerializer()


@extend_schema_field(ScreeningSerializer)
class ScreeningField(JSONField):
    """The screening as it was stored, with its sources spelled out."""

    def to_representation(self, value: Any) -> Any:
        return screening_told(super().to_representation(value))


def screening_told(screening: Mapping[str, Any]) -> dict[str, Any]:
    """A screening as it was given, in the reader's language, with its sources spelled out."""
    return all_said({**screening, "rules": with_references(screening["rules"])})


def shared_screening(screening: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of a screening where the athlete shares only the status: what to do, and the kind of a danger of today."""
    level = Disposition(screening["disposition"])
    is_told = access.tells_kind(level.value)
    return all_said(
        {
            "disposition": level.value,
            "tell_athlete": screening["tell_athlete"]
            if is_told
            else next(iter(_safety_net(level))),
            "tell_coach": screening["tell_coach"] if is_told else STATUS_ONLY,
            "rules": None,
            "knowledge_version": screening["knowledge_version"],
        }
    )


def of_report(report: PainReport, now: datetime, sight: Sight) -> dict[str, Any]:
    """The newest assessment of `report`, as far as the athlete shares it."""
    return of_assessment(report.assessment, now, sight)


def of_assessment(assessment: Assessment, now: datetime, sight: Sight) -> dict[str, Any]:
    """The whole of it, as far as the athlete shares it."""
    told = _of_assessment(assessment, now)
    if sight.is_whole(assessment.report.athlete):
        return {**told, "status_only": False}
    headline = headline_of_shared(told["disposition"], told["rules"])
    withheld = dict.fromkeys(WITHHELD["Assessment"] & told.keys())
    return {**told, **withheld, "headline": headline, "status_only": True}


def headline_of_shared(level: str, rules: Sequence[Mapping[str, Any]]) -> str:
    """What kind of danger it is and what to do, where somebody must act today; else that only the status is shared."""
    if access.tells_kind(level) and rules:
        return said(rules[0]["tell_coach"])
    return str(STATUS_ONLY)


def _of_assessment(assessment: Assessment, now: datetime) -> dict[str, Any]:
    """While it is pending, what the screening already knows."""
    report = assessment.report
    told = assessment.result if assessment.is_finished else _while_pending(report)
    steps = {step.advice: step for step in assessment.care_steps.all()}
    answer = {
        "return_to_running": None,  # of a report that was judged before there were ladders
        **told,
        "rules": with_references(told["rules"]),
        "id": str(assessment.pk),
        "report": str(report.pk),
        "state": assessment.state,
        # A report that could not be judged must not sound calmer than its screening.
        "disposition": max(
            Disposition(told["disposition"]), Disposition(report.screening["disposition"])
        ).value,
        "care_steps": [_step(step, steps.get(step["id"]), now) for step in told["care_steps"]],
        "finished_at": assessment.finished_at,
    }
    return all_said(answer)


def of_answers(answers: Answers) -> dict[str, Any]:
    """Screening and assessment of `answers` as if they were told now, without any history."""
    told = assess(answers, History(), timezone.now()).as_json()
    return {**judged_now(told), "screening": screening_told(screen(answers).as_json())}


def judged_now(told: Mapping[str, Any]) -> dict[str, Any]:
    """A judgement of what is not stored."""
    now = timezone.now()
    answer = {
        **told,
        "state": DONE,
        "rules": with_references(told["rules"]),
        "care_steps": [_step(step, None, now) for step in told["care_steps"]],
    }
    return all_said(answer)


def _while_pending(report: PainReport) -> dict[str, Any]:
    screening = report.screening
    return {
        "disposition": screening["disposition"],
        "in_scope": None,
        "headline": screening["tell_athlete"],
        "summary": [],
        "causes": [],
        "rules": screening["rules"],
        "care_steps": [],
        "return_to_running": None,
        "safety_net": list(_safety_net(Disposition(screening["disposition"]))),
        "not_asked": [],
        "knowledge_version": screening["knowledge_version"],
        "reviewed": KNOWLEDGE.reviewed,
    }


def _safety_net(level: Disposition) -> Iterable[str]:
    net = KNOWLEDGE.safety_net
    return net.by_disposition[level], *net.always


def _step(told: Mapping[str, Any], row: CareStep | None, now: datetime) -> dict[str, Any]:
    """A step of the plan, with what became of it and where it stands in time."""
    until = parse_datetime(told["until"]) if told["until"] else None
    step = row or CareStep(starts_at=parse_datetime(told["from"]), ends_at=until)
    stored = row.pk if row else None
    return {**told, "state": step.state, "phase": step.phase(now), "step": stored and str(stored)}


def summary(report: PainReport) -> dict[str, Any]:
    """What a report says of its assessment without the whole of it."""
    assessment = report.assessment
    return {
        "state": assessment.state,
        "disposition": assessment.disposition or None,
        "leading_cause": assessment.leading_cause,
        "knowledge_version": assessment.knowledge_version,
        "finished_at": assessment.finished_at,
    }


class SummarySerializer(serializers.Serializer[Any]):
    """How far the assessment is; the whole of it is at `/reports/{id}/assessment/`."""

    state = ChoiceField(STATES, default=PENDING)
    disposition = ChoiceField(LEVELS, allow_null=True)
    leading_cause = CharField(allow_blank=True, allow_null=True)
    knowledge_version = CharField()
    finished_at = DateTimeField(allow_null=True)
