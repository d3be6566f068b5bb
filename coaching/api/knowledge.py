"""The knowledge as the API tells it: what can be asked, and what the likely causes are."""

from __future__ import annotations

from typing import Any

from rest_framework.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    FloatField,
    SerializerMethodField,
)
from rest_framework.serializers import Serializer

from coaching.api.judgement import SourceSerializer
from guidance import KNOWLEDGE, Finding

KINDS = [(word, word) for word in ("yes_no", "one_of", "several_of", "number", "codes")]
WEIGHTS = [(word, word) for word in ("typical", "strongly_fits", "fits", "against", "rules_out")]


class OptionSerializer(Serializer[Any]):
    id = CharField()
    label = CharField()


class FindingSerializer(Serializer[Finding]):
    """One fact that can be told in `answers`."""

    id = CharField()
    kind = ChoiceField(KINDS)
    group = CharField()
    question = CharField()
    short = CharField()
    help = CharField(allow_blank=True)
    term = CharField()
    profile = BooleanField(help_text="A lasting fact: it belongs into the athlete's background.")
    options = OptionSerializer(many=True)
    unit = CharField(allow_blank=True)
    minimum = FloatField(allow_null=True)
    maximum = FloatField(allow_null=True)
    integer = BooleanField()


class SignSerializer(Serializer[Any]):
    say = CharField()
    weight = ChoiceField(WEIGHTS)


class CauseSerializer(Serializer[Any]):
    """One possible explanation of the pain."""

    id = CharField()
    name = CharField()
    plain = CharField()
    what = CharField()
    note = CharField(allow_blank=True)
    article = BooleanField(help_text="One of the five causes that the guidance is about.")
    signs = SignSerializer(many=True)
    sources = SerializerMethodField()
    reviewed = BooleanField(source="review.signed")
    next_review = DateField(source="review.next_review")

    def get_sources(self, cause: Any) -> list[dict[str, str]]:
        sources = [KNOWLEDGE.sources[name] for name in cause.sources]
        return list(SourceSerializer(sources, many=True).data)


def askable() -> dict[str, Finding]:
    """Findings that a person can tell; what is worked out from others is left out."""
    return {name: found for name, found in KNOWLEDGE.findings.items() if not found.derived}


def causes() -> dict[str, Any]:
    return dict(KNOWLEDGE.causes)
