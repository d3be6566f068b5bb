"""The knowledge as the API tells it: what can be asked, and what the likely causes are."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DictField,
    FloatField,
    IntegerField,
    JSONField,
    SerializerMethodField,
)
from rest_framework.serializers import Serializer

from athletes.models.base import LEVELS
from coaching.api.judgement import SourceSerializer, texts
from coaching.saying import said
from guidance import KNOWLEDGE, Finding, measured

KINDS = [(word, word) for word in ("yes_no", "one_of", "several_of", "number", "codes")]
WEIGHTS = [(word, word) for word in ("typical", "strongly_fits", "fits", "against", "rules_out")]


class SaidField(CharField):
    """A text of the knowledge, in the language that the request asks for."""

    def to_representation(self, value: str) -> str:
        return said(super().to_representation(value))


class OptionSerializer(Serializer[Any]):
    id = CharField()
    label = SaidField()


class FindingSerializer(Serializer[Finding]):
    """One fact that can be told in `answers`."""

    id = CharField()
    kind = ChoiceField(KINDS)
    group = CharField()
    question = SaidField()
    short = SaidField()
    help = SaidField(allow_blank=True)
    term = CharField()
    profile = BooleanField(help_text="A lasting fact: it belongs into the athlete's background.")
    options = OptionSerializer(many=True)
    unit = SaidField(allow_blank=True)
    minimum = FloatField(allow_null=True)
    maximum = FloatField(allow_null=True)
    integer = BooleanField()


class SignSerializer(Serializer[Any]):
    say = SaidField()
    weight = ChoiceField(WEIGHTS)


class SourcedSerializer(Serializer[Any]):
    """What rests on sources and is looked at again."""

    sources = SerializerMethodField()
    reviewed = BooleanField(source="review.signed")
    next_review = DateField(source="review.next_review")

    @extend_schema_field(SourceSerializer(many=True))
    def get_sources(self, item: Any) -> list[dict[str, str]]:
        sources = [KNOWLEDGE.sources[name] for name in item.sources]
        return list(SourceSerializer(sources, many=True).data)


class CauseSerializer(SourcedSerializer):
    """One possible explanation of the pain."""

    id = CharField()
    name = SaidField()
    plain = SaidField()
    what = SaidField()
    note = SaidField(allow_blank=True)
    article = BooleanField(help_text="One of the five causes that the guidance is about.")
    signs = SignSerializer(many=True)


class MeasuredCaseSerializer(Serializer[Any]):
    """One published story: what was expected, and what the guidance says. Its words are not ours to give."""

    id = CharField()
    category = CharField()
    usable_for = texts("What the story says enough about: cause, triage, both or nothing.")
    min = ChoiceField(LEVELS, help_text="The least urgent level that is safe.")
    level = ChoiceField(LEVELS)
    max = ChoiceField(LEVELS, help_text="The most urgent level that is no false alarm.")
    got = ChoiceField(LEVELS, help_text="Through the interview.")
    got_all_facts = ChoiceField(LEVELS, help_text="With everything told at once.")
    checklist = ChoiceField(LEVELS, help_text="What a plain checklist says.")
    causes = texts("The first three, with everything told at once.")
    causes_interview = texts("The first three, after the interview.")
    right_causes = texts()
    rank = IntegerField(allow_null=True, help_text="At which place a right cause stands.")
    rank_interview = IntegerField(allow_null=True)
    screens = IntegerField(help_text="How many the interview asked.")


class SafetySerializer(Serializer[Any]):
    """How often the guidance was right on published stories. Not clinical validation."""

    knowledge_version = CharField(help_text="The version that was measured.")
    running_version = CharField(help_text="The version that answers here now.")
    cases = DictField(child=JSONField(), help_text="How many stories, and of what kind.")
    columns = DictField(
        child=DictField(child=JSONField()),
        help_text="niggle, niggle_without_clinician, checklist, checklist_without_clinician: each figure with "
        "its counts and its 95 % interval.",
    )
    rules = IntegerField(help_text="How many danger rules there are.")
    needed_by_one = DictField(
        child=CharField(), help_text="Rules that exactly one story needs, and that story."
    )
    outcomes = MeasuredCaseSerializer(many=True)


def safety() -> dict[str, Any]:
    return {**measured().as_json, "running_version": KNOWLEDGE.version}


def askable() -> dict[str, Finding]:
    """Findings that a person can tell; what is worked out from others is left out."""
    return {name: found for name, found in KNOWLEDGE.findings.items() if found.can_be_told}


def causes() -> dict[str, Any]:
    return dict(KNOWLEDGE.causes)
