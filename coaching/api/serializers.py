"""What is taken in and given out. A name that is not a field is refused, never ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError

from athletes import access
from athletes.models import (
    Athlete,
    Club,
    Comment,
    Episode,
    Escalation,
    EscalationEvent,
    Squad,
    User,
)
from athletes.models.clubs import validate_zone
from athletes.scopes import SCOPES
from athletes.services import people
from coaching.api import judgement
from coaching.api.withholding import Withholding, sight_of
from guidance import Answers, InvalidAnswers

NOT_TOLD = (
    "They (for a minor: a guardian) have to agree first: say true once they have told you so."
)
MOST_ANSWERS = 500  # more than there are findings


# What DRF would turn into something else: the number 1 into “1”, “yes” into true. One that means text writes text.
JSON_TYPES: tuple[tuple[type[serializers.Field], tuple[type, ...], str], ...] = (
    (serializers.BooleanField, (bool,), "This is true or false, without quotes."),
    (serializers.IntegerField, (int,), "This is a whole number, without quotes."),
    (serializers.FloatField, (int, float), "This is a number, without quotes."),
    (serializers.CharField, (str,), "This is text, in quotes."),
    (serializers.UUIDField, (str,), "This is text, in quotes."),
)


def _of_another_type(field: serializers.Field, value: Any) -> str | None:
    """Why `value` cannot be taken, though its words could be read as what is wanted."""
    for kind, types, why in JSON_TYPES:
        if isinstance(field, kind) and value is not None:
            if kind is serializers.IntegerField and isinstance(value, float) and value.is_integer():
                return None  # 4.0 is a whole number to JSON schema
            fits = isinstance(value, types) and (bool in types or not isinstance(value, bool))
            return _too_long(field, value) if fits else why
    return None


def _too_long(field: serializers.Field, value: Any) -> str | None:
    """The length is that of what was sent, as the schema says, not of what is left of it without spaces at its ends."""
    longest = getattr(field, "max_length", None)
    if not isinstance(value, str) or longest is None or len(value) <= longest:
        return None
    return str(field.error_messages["max_length"]).format(max_length=longest)


class Strict(serializers.Serializer[Any]):
    """Names every field that is unknown, cannot be set or is of another type, together with what else is wrong."""

    refuses_unknown = True  # said in the schema

    def to_internal_value(self, data: Any) -> Any:
        unknown = self._refused(data) if isinstance(data, Mapping) else {}
        try:
            value = super().to_internal_value(data)
        except ValidationError as wrong:
            raise ValidationError({**wrong.detail, **unknown}) from wrong
        if unknown:
            raise ValidationError(unknown)
        return value

    def _refused(self, data: Mapping[str, Any]) -> dict[str, list[str]]:
        refused = {}
        for name, value in data.items():
            if (field := self.fields.get(name)) is None:
                refused[str(name)] = ["There is no such field."]
            elif field.read_only:
                refused[name] = ["This field cannot be set here."]
            elif why := _of_another_type(field, value):
                refused[name] = [why]
        return refused


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {
            "oneOf": [
                {"type": "string"},
                {"type": "number"},
                {"type": "boolean"},
                {"type": "array", "items": {"type": "string"}},
            ]
        },
        "description": (
            "Findings by id (`/api/v1/findings/`). Yes/no: “yes”, “no” or “unsure” (true and false "
            "are taken too). A finding that is left out was not asked, which is never a “no”."
        ),
        "example": {"site": ["calf"], "side": "left", "swelling": "unsure", "severity_nrs": 4},
    }
)
class AnswersField(serializers.DictField):
    """Answers by finding, as they were sent."""

    child = serializers.JSONField()

    def to_internal_value(self, data: Any) -> Any:
        """A wrong name is compared with all the right ones: thousands of them would hold a process."""
        if isinstance(data, dict) and len(data) > MOST_ANSWERS:
            raise ValidationError(f"At most {MOST_ANSWERS} answers can be taken at once.")
        return super().to_internal_value(data)


def parsed(raw: Mapping[str, Any], skipped: list[str]) -> Answers:
    """Validated answers, or the errors keyed `answers.<finding>`."""
    try:
        return Answers.parse(raw, skipped=skipped)
    except InvalidAnswers as wrong:
        errors: dict[str, Any] = dict(wrong.errors)
        screens = {"skipped_screens": errors.pop("skipped")} if "skipped" in errors else {}
        raise ValidationError(({"answers": errors} if errors else {}) | screens) from wrong


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {
            "oneOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]
        },
        "description": "What is lasting, by the ids of findings that have `profile` (`/api/v1/findings/`).",
        "example": {"sex": "F", "prior_vte": "no"},
    }
)
class BackgroundField(AnswersField):
    """What is known of somebody for good."""


class ChangedAt(serializers.DateTimeField):
    """When it was last changed, or what is shown with it: what `updated_since` goes by."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, help_text="See `updated_since`.", **kwargs)

    def get_attribute(self, instance: Any) -> Any:
        return getattr(instance, "changed_at", None) or instance.updated_at


class VisibleRelated(serializers.PrimaryKeyRelatedField[Any]):
    """A reference to a row that the caller sees. A foreign row and a missing one are the same mistake."""

    def __init__(self, what: str, **kwargs: Any) -> None:
        self.what = what
        messages = {"does_not_exist": f"There is no such {what}."}
        super().__init__(pk_field=serializers.UUIDField(), error_messages=messages, **kwargs)

    def get_queryset(self) -> Any:
        return super().get_queryset().visible_to(self.context["request"].user)


# --- People ----------------------------------------------------------------------------------------


class ScopesField(serializers.ListField):
    """What a token may do, of `athletes.scopes`."""

    def __init__(self, **kwargs: Any) -> None:
        named = serializers.ChoiceField(choices=list(SCOPES))
        super().__init__(child=named, max_length=len(SCOPES), **kwargs)


class LoginSerializer(Strict):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=1024, trim_whitespace=False, write_only=True)
    code = serializers.CharField(
        max_length=20,
        required=False,
        write_only=True,
        help_text="The second factor, of whom it is asked: from the app, or a recovery code.",
    )
    scopes = ScopesField(
        required=False, allow_empty=False, help_text="What the token may do. Left out: all."
    )


class TokenSerializer(serializers.Serializer[Any]):
    """The token is shown this once."""

    token = serializers.CharField()
    expiry = serializers.DateTimeField()
    scopes = ScopesField()


class ClubSerializer(serializers.ModelSerializer[Club]):
    class Meta:
        model = Club
        fields = ("id", "name")


class SquadNameSerializer(serializers.ModelSerializer[Squad]):
    class Meta:
        model = Squad
        fields = ("id", "name")


class SquadSerializer(serializers.ModelSerializer[Squad]):
    class Meta:
        model = Squad
        fields = ("id", "name", "club", "updated_at")


class PersonSerializer(serializers.ModelSerializer[User]):
    id = serializers.UUIDField(source="uid")

    class Meta:
        model = User
        fields = ("id", "name")


class AthleteSerializer(Strict, Withholding):
    timezone = serializers.CharField(max_length=64, required=False, validators=[validate_zone])
    background = BackgroundField(required=False)
    squads = SquadNameSerializer(many=True, read_only=True)

    class Meta:
        model = Athlete
        fields = (
            "id",
            "name",
            "timezone",
            "birth_date",
            "background",
            "sharing",
            "squads",
            "club",
            "updated_at",
        )
        read_only_fields = ("club", "sharing", "updated_at")

    def validate_background(self, raw: dict[str, Any] | None) -> dict[str, Any]:
        if raw is None:
            raise ValidationError("This is an object of findings; leave it out to change nothing.")
        try:
            return people.lasting_facts(raw)
        except InvalidAnswers as wrong:
            raise ValidationError(wrong.errors) from wrong  # type: ignore[arg-type]


class NewAthleteSerializer(AthleteSerializer):
    """Somebody without a log-in."""

    squad = VisibleRelated(
        "squad",
        queryset=Squad.objects.all(),
        required=False,
        write_only=True,
        help_text="Left out: the oldest that I coach.",
    )
    consent_told = serializers.BooleanField(
        write_only=True,
        error_messages={"required": NOT_TOLD},
        help_text="Has to be true: they (for a minor, a guardian) agreed to what is kept.",
    )

    class Meta(AthleteSerializer.Meta):
        fields = (*AthleteSerializer.Meta.fields, "consent_told", "squad")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs["squad"] = attrs.get("squad") or self._first_squad()
        if not attrs["consent_told"]:
            raise ValidationError({"consent_told": [NOT_TOLD]})
        return attrs

    def _first_squad(self) -> Squad:
        """The squad that the caller has coached longest, else the oldest that the caller sees."""
        user = self.context["request"].user
        leads = user.memberships.active().filter(role__in=access.LEADS)
        coached = Squad.objects.filter(memberships__in=leads).order_by("created_at").first()
        seen = Squad.objects.seen_from_desk_by(user).order_by("created_at").first()
        if seen is None:
            raise PermissionDenied("Only coaches and club owners add athletes.")
        return coached or seen


# --- Episodes --------------------------------------------------------------------------------------


class EpisodeSerializer(Withholding):
    updated_at = ChangedAt()
    athlete_name = serializers.CharField(source="athlete.name")
    place = serializers.CharField(help_text="Where it hurts, in words.")
    latest_at = serializers.DateTimeField(allow_null=True)
    latest_pain = serializers.FloatField(allow_null=True)
    latest_disposition = serializers.ChoiceField(judgement.LEVELS, allow_null=True)

    class Meta:
        model = Episode
        fields = (
            "id",
            "athlete",
            "athlete_name",
            "region",
            "side",
            "place",
            "kind",
            "opened_at",
            "onset_at",
            "closed_at",
            "closed_reason",
            "closed_pain_free",
            "latest_at",
            "latest_pain",
            "latest_disposition",
            "updated_at",
        )
        read_only_fields = fields


class CloseEpisodeSerializer(Strict):
    reason = serializers.CharField(max_length=300)
    pain_free = serializers.BooleanField(
        default=None, allow_null=True, help_text="Whether the pain is gone; null is not known."
    )


class CommentSerializer(Strict, serializers.ModelSerializer[Comment]):
    episode = VisibleRelated("episode", queryset=Episode.objects.select_related("athlete__user"))
    author = PersonSerializer(read_only=True, allow_null=True)
    text = serializers.CharField(max_length=2000)

    class Meta:
        model = Comment
        fields = ("id", "episode", "author", "text", "created_at", "updated_at")
        read_only_fields = ("created_at", "updated_at")


# --- Escalations -----------------------------------------------------------------------------------


class EscalationSerializer(Withholding):
    athlete_name = serializers.CharField(source="athlete.name")
    is_drill = serializers.BooleanField(
        source="athlete.is_drill", help_text="Nobody is hurt: the club rehearses."
    )
    overdue = serializers.SerializerMethodField()
    acknowledged_by = PersonSerializer(allow_null=True)
    resolved_by = PersonSerializer(allow_null=True)

    class Meta:
        model = Escalation
        fields = (
            "id",
            "athlete",
            "athlete_name",
            "is_drill",
            "episode",
            "report",
            "check_in",
            "level",
            "reason",
            "state",
            "overdue",
            "opened_at",
            "acknowledge_by",
            "chain_step",
            "nobody_left_at",
            "acknowledged_at",
            "acknowledged_by",
            "resolved_at",
            "resolved_by",
            "outcome",
            "updated_at",
        )
        read_only_fields = fields

    def told_anyway(self, escalation: Escalation) -> dict[str, Any]:
        """What calls for somebody today or now says why: a person must act."""
        sight = sight_of(self.context)
        return {"reason": sight.reason(escalation), "outcome": sight.outcome(escalation)}

    def get_overdue(self, escalation: Escalation) -> bool:
        return escalation.is_overdue(timezone.now())


class EscalationEventSerializer(serializers.ModelSerializer[EscalationEvent]):
    at = serializers.DateTimeField(source="created_at")
    actor = PersonSerializer(allow_null=True, help_text="Who did it, or who was told.")
    channel = serializers.CharField(
        help_text="How somebody was told: `in_app`, `email`, `push`, `squad`; else empty."
    )
    reached = serializers.CharField(help_text="Who was told, where it is no user.")

    class Meta:
        model = EscalationEvent
        fields = (
            "kind",
            "at",
            "actor",
            "channel",
            "reached",
            "report",
            "check_in",
            "level",
            "chain_step",
        )
        read_only_fields = fields


class EscalationDetailSerializer(EscalationSerializer):
    events = EscalationEventSerializer(many=True)

    class Meta(EscalationSerializer.Meta):
        fields = (*EscalationSerializer.Meta.fields, "events")
        read_only_fields = fields


class AcknowledgeSerializer(Strict):
    level = serializers.ChoiceField(
        judgement.LEVELS,
        required=False,
        help_text="The level that the person saw. Raised since then, it stays open (409).",
    )


class ResolveSerializer(Strict):
    outcome = serializers.CharField(max_length=300)
