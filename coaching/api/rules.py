"""More of the knowledge: the danger rules, and where each statement comes from. It says nothing about anybody."""

from __future__ import annotations

from typing import Any

from rest_framework.fields import CharField, ChoiceField, SerializerMethodField
from rest_framework.serializers import Serializer

from athletes.models.base import LEVELS
from coaching.api.judgement import texts
from coaching.api.knowledge import SaidField, SourcedSerializer
from coaching.api.views import KnowledgeList
from guidance import KNOWLEDGE

SEEN = [
    ("read", "We had the text before us"),
    ("secondary", "An abstract, a quotation or a summary"),
    ("memory", "From general knowledge, to be checked"),
]


class DangerRuleSerializer(SourcedSerializer):
    """A danger: how soon to act, what to say, and why."""

    id = CharField()
    name = SaidField()
    level = ChoiceField(LEVELS, help_text="One lower where “not sure” leaves it only possible.")
    tell_athlete = SaidField()
    tell_coach = SaidField()
    why = SaidField()
    findings = SerializerMethodField(help_text="Ids of what it asks about.")
    suggests = texts("Ids of causes that it makes likely.")
    withholds = SerializerMethodField(help_text="Tags of advice that is not given with it.")

    def get_findings(self, rule: Any) -> list[str]:
        return list(dict.fromkeys(condition.finding for condition in rule.when.conditions))

    def get_withholds(self, rule: Any) -> list[str]:
        return sorted(rule.withholds)


class KnownSourceSerializer(Serializer[Any]):
    """Where statements come from, and whether anybody here has read it."""

    id = CharField()
    title = CharField()
    locator = CharField()
    seen = ChoiceField(SEEN)


class Rules(KnowledgeList):
    """The danger rules: judged first, in the order in which they are written."""

    serializer_class = DangerRuleSerializer

    def items(self) -> dict[str, Any]:
        return dict(KNOWLEDGE.rules)


class Sources(KnowledgeList):
    """What the rules, causes and advice rest on."""

    serializer_class = KnownSourceSerializer

    def items(self) -> dict[str, Any]:
        return dict(KNOWLEDGE.sources)
