"""The interview, one screen at a time: from what was told so far to what is asked next. Nothing is stored."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from athletes import access
from athletes.access import Sight
from athletes.models import Athlete
from athletes.services import people
from coaching.api import judgement
from coaching.api.conventions import Endpoint
from coaching.api.knowledge import FindingSerializer, SaidField
from coaching.api.reports import TellingSerializer
from coaching.api.serializers import AnswersField, VisibleRelated
from coaching.interview.steps import SoFar, can_skip
from coaching.saying import said
from coaching.telling import PLAIN, in_words
from guidance import Answers, Finding, InvalidAnswers, Question

ONE_OF_BOTH = "Leave this out where it is about an athlete: of them it is known here."
KINDS = [(word, word) for word in ("core", "danger", "detail")]
REST = [("no", "None of these"), ("yes", "All of these")]

# --- What is taken in --------------------------------------------------------------------------------


class InterviewSerializer(TellingSerializer):
    """What was told so far, and of whom."""

    answers = AnswersField(required=False, help_text="All that was answered so far; at first none.")
    athlete = VisibleRelated(
        "athlete",
        queryset=Athlete.objects.select_related("club"),
        required=False,
        help_text="May be left out by a caller who is exactly one athlete.",
    )
    known_facts = AnswersField(
        required=False,
        help_text="Instead of `athlete`: lasting facts of somebody who is not kept here. May be empty.",
    )

    def validate_known_facts(self, raw: dict[str, Any]) -> Answers:
        try:
            return Answers.parse(people.lasting_facts(raw))
        except InvalidAnswers as wrong:
            raise ValidationError(wrong.errors) from wrong  # type: ignore[arg-type]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate({"answers": {}, **attrs})
        if "athlete" in attrs and "known_facts" in attrs:
            raise ValidationError({"known_facts": [ONE_OF_BOTH]})
        if "known_facts" not in attrs:
            attrs["athlete"] = attrs.get("athlete") or self._me()
        return attrs

    def _me(self) -> Athlete | None:
        mine = list(self.context["request"].user.athletes.filter(left_at=None)[:2])
        return mine[0] if len(mine) == 1 else None


# --- What is given out -------------------------------------------------------------------------------


class ChoiceSerializer(serializers.Serializer[Any]):
    value = serializers.CharField(help_text="As it is sent in `answers`.")
    label = serializers.CharField()


class AskedSerializer(FindingSerializer):
    """One question, with what can be tapped. A number, a date or a name is typed."""

    choices = serializers.SerializerMethodField()

    @extend_schema_field(ChoiceSerializer(many=True))
    def get_choices(self, finding: Finding) -> list[dict[str, str]]:
        """“Not sure” is an answer everywhere, and never a “no”."""
        options = [(option.id, said(option.label)) for option in finding.options]
        if finding.kind == "yes_no":
            options = [(value, str(PLAIN[value])) for value in ("yes", "no")]
        unsure = ("unsure", str(PLAIN["unsure"]))
        return [{"value": value, "label": label} for value, label in (*options, unsure)]


class HeadingSerializer(serializers.Serializer[Any]):
    """Questions of a long list that stand together."""

    title = SaidField()
    findings = judgement.texts("Ids.")


class ToldBeforeSerializer(serializers.Serializer[Any]):
    """What belongs on this screen and is known: it is not asked again, but may be changed by answering it."""

    id = serializers.CharField()
    short = SaidField()
    value = serializers.JSONField()
    in_words = serializers.CharField()


class ScreenSerializer(serializers.Serializer[Any]):
    """Questions that are asked together."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(
        KINDS, help_text="`detail` is asked only while it can change the answer."
    )
    title = SaidField()
    why = SaidField(help_text="Why it is asked.")
    findings = AskedSerializer(many=True)
    rest = serializers.ChoiceField(
        REST,
        allow_blank=True,
        help_text="Of a list: what one button says of each that was not marked (`no`: none of these). The client sends it "
        "as their answer. Empty: each is answered by itself.",
    )
    can_skip = serializers.BooleanField(
        help_text="Whether “I can't say” answers all of it: put its id into `skipped_screens`."
    )
    headings = HeadingSerializer(many=True)
    known = ToldBeforeSerializer(many=True)


class ProgressSerializer(serializers.Serializer[Any]):
    done = serializers.IntegerField(help_text="Screens.")
    expected = serializers.IntegerField(help_text="An estimate of all; it may rise and fall.")


class NextSerializer(serializers.Serializer[Any]):
    """What comes next, and what the danger signs say of all that was told up to here."""

    screening = judgement.ScreeningSerializer()
    may_stop = serializers.BooleanField(help_text="Whether a report can be sent now.")
    screen = ScreenSerializer(allow_null=True, help_text="null: nothing is left to ask. Send it.")
    progress = ProgressSerializer()
    athlete = serializers.UUIDField(allow_null=True)
    known_facts = AnswersField(help_text="What is not asked because it is known already.")


_TOLD = {"site": ["calf"], "side": "right"}
BEGUN = OpenApiExample(
    "The place is told",
    value={"athlete": "0197c1d2-0000-7000-8000-000000000001", "answers": _TOLD},
    request_only=True,
)
ASKED = OpenApiExample(
    "How it began is asked next",
    value={
        "screening": {
            "disposition": "self_care",
            "tell_athlete": "",
            "tell_coach": "",
            "rules": [],
            "knowledge_version": "1f2e3d4c5b6a7980",
        },
        "may_stop": False,
        "screen": {
            "id": "pain",
            "kind": "core",
            "title": "How bad is the pain now, from 0 to 10?",
            "why": "It says how much the leg can do, and shows later whether it gets better.",
            "findings": [
                {
                    "id": "severity_nrs",
                    "kind": "number",
                    "group": "pain",
                    "question": "How bad is the pain now, from 0 to 10?",
                    "short": "Pain now",
                    "help": "",
                    "term": "numeric rating scale",
                    "profile": False,
                    "options": [],
                    "unit": "of 10",
                    "minimum": 0,
                    "maximum": 10,
                    "integer": False,
                    "choices": [{"value": "unsure", "label": "Not sure"}],
                }
            ],
            "rest": "",
            "can_skip": False,
            "headings": [],
            "known": [],
        },
        "progress": {"done": 1, "expected": 9},
        "athlete": "0197c1d2-0000-7000-8000-000000000001",
        "known_facts": {"prior_vte": "no"},
    },
    response_only=True,
    status_codes=["200"],
)

# --- Endpoint ----------------------------------------------------------------------------------------


class InterviewNext(Endpoint):
    """The interview. Nothing of it is kept: send all that was told so far each time, and in the end a report."""

    scope = "reports:read"  # what is known of an athlete is in the answer
    telling: ClassVar = {"post": TellingSerializer}

    @extend_schema(
        operation_id="interview_next",
        request=InterviewSerializer,
        responses={200: NextSerializer},
        examples=[BEGUN, ASKED],
    )
    def post(self, request: Request) -> Response:
        """What to ask next, why, and whether one may stop. Danger signs in what was told are answered at once."""
        form = InterviewSerializer(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        told = form.validated_data
        athlete: Athlete | None = told.get("athlete")
        known = told.get("known_facts") or self._known_of(athlete)
        so_far = SoFar(known, told["answers"])
        return Response(
            {
                "screening": judgement.screening_told(so_far.screening.as_json()),
                "may_stop": so_far.may_stop,
                "screen": _screen(so_far),
                "progress": dict(zip(("done", "expected"), so_far.progress, strict=True)),
                "athlete": athlete.pk if athlete else None,
                "known_facts": known.as_dict(),
            }
        )

    def _known_of(self, athlete: Athlete | None) -> Answers:
        """What the athlete shares with who asks; the rest is asked anew, and shown to nobody."""
        if athlete is None:
            return Answers.parse({})
        access.require_may_report_for(self.request.user, athlete)
        today = timezone.now().astimezone(athlete.zone).date()
        return Answers.parse(Sight(self.request.user).known_facts(athlete, today))

    def still_sees(self, answered: Any) -> None:
        """What is known of an athlete is told again to nobody who would not be told it now."""
        if not answered["athlete"]:
            return
        seen = Athlete.objects.visible_to(self.request.user)
        athlete = seen.filter(pk=UUID(answered["athlete"])).first()
        is_told = athlete is not None and Sight(self.request.user).is_whole(athlete)
        if athlete is None or (answered["known_facts"] and not is_told):
            raise Http404


def _screen(so_far: SoFar) -> dict[str, Any] | None:
    question = so_far.following
    if question is None:
        return None
    told = {
        "id": question.screen_id,
        "kind": question.kind,
        "title": question.title,
        "why": question.why,
        "findings": question.findings,
        "rest": question.rest or ("no" if question.none_of_these else ""),
        "can_skip": can_skip(question),
        "headings": _headings(question),
        "known": [_known(finding, so_far.answers) for finding in question.known],
    }
    return dict(ScreenSerializer(told).data)


def _headings(question: Question) -> list[dict[str, Any]]:
    """Of those that are still asked."""
    asked = {finding.id for finding in question.findings}
    grouped = [
        {"title": group.title, "findings": [name for name in group.findings if name in asked]}
        for group in question.groups
    ]
    return [group for group in grouped if group["findings"]]


def _known(finding: Finding, answers: Answers) -> dict[str, Any]:
    value = answers.as_dict()[finding.id]
    return {
        "id": finding.id,
        "short": finding.short,
        "value": value,
        "in_words": in_words(finding.id, value),
    }
