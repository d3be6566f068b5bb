"""The way back to running: where it stands, the start, a clinician's yes, each run and the morning after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.access import Sight
from athletes.models import Episode, ReturnClearance, ReturnRun
from athletes.models.returning import MOST_PAIN
from athletes.returning import State, WayBack, way_back
from athletes.services import returning
from coaching.api import judgement, schema
from coaching.api.scoped import Scoped
from coaching.api.serializers import PersonSerializer, Strict
from coaching.saying import all_said
from coaching.sources import titled
from guidance import Ladder

STATES = [(state.value, state.value) for state in State]
OUTCOMES = [
    (word, word) for word in ("start", "stay", "up", "down", "wait_for_morning", "finished")
]
RUN_ID = OpenApiParameter("run", OpenApiTypes.UUID, OpenApiParameter.PATH)


def pain(help_text: str = "", **kwargs: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=MOST_PAIN, help_text=help_text, **kwargs)


# --- What is given out -------------------------------------------------------------------------------


class LadderSerializer(serializers.Serializer[Any]):
    """The steps, and what holds on them."""

    id = serializers.CharField()
    name = serializers.CharField()
    entry = judgement.texts("What must be true before the first level.")
    rules = judgement.texts()
    levels = judgement.LevelSerializer(many=True)
    outings_per_level = serializers.IntegerField()
    rest_days_between = serializers.IntegerField()
    most_pain_during = serializers.FloatField()
    evidence = serializers.ChoiceField(judgement.EVIDENCE)
    evidence_note = serializers.CharField(allow_blank=True)
    sources = judgement.SourceSerializer(many=True)
    reviewed = serializers.BooleanField(help_text="Whether a clinician has signed it.")


class StandingSerializer(serializers.Serializer[Any]):
    """The level of today, and why."""

    level = serializers.IntegerField()
    may_run_from = serializers.DateTimeField(help_text="Midnight in the athlete's zone.")
    outcome = serializers.ChoiceField(OUTCOMES)
    why = serializers.CharField()
    outings_done = serializers.IntegerField()
    outings_needed = serializers.IntegerField()


class ClearanceSerializer(serializers.ModelSerializer[ReturnClearance]):
    recorded_by = PersonSerializer(allow_null=True)
    recorded_at = serializers.DateTimeField(source="created_at")

    class Meta:
        model = ReturnClearance
        fields = ("id", "clinician", "given_on", "note", "recorded_by", "recorded_at")
        read_only_fields = fields


class RunSerializer(serializers.ModelSerializer[ReturnRun]):
    counts = serializers.BooleanField(help_text="false: from before a new start.")

    class Meta:
        model = ReturnRun
        fields = (
            "id",
            "client_key",
            "level",
            "ran_at",
            "pain_before",
            "pain_during",
            "pain_after",
            "pain_next_morning",
            "counts",
        )
        read_only_fields = fields


class WayBackSerializer(serializers.Serializer[Any]):
    """Where an athlete stands on the way back to running in one episode.

    Where the athlete shares only the status with the caller, `status_only` is true, and what says more is null.
    """

    episode = serializers.UUIDField()
    state = serializers.ChoiceField(STATES, help_text="What is to be done before the next run.")
    ladder = LadderSerializer(allow_null=True)
    clinician_first = serializers.BooleanField(
        help_text="Without a clearance nobody starts or goes on."
    )
    coach_first = serializers.BooleanField(
        help_text="One condition more: the athlete has talked to the coach."
    )
    starts = serializers.DateTimeField(
        allow_null=True, help_text="From when on the conditions may be tried."
    )
    entry_at = serializers.DateTimeField(
        allow_null=True, help_text="When the conditions were said to be true."
    )
    entry_by = PersonSerializer(allow_null=True)
    clearances = ClearanceSerializer(many=True, allow_null=True)
    standing = StandingSerializer(allow_null=True, help_text="Only while climbing or finished.")
    may_run_now = serializers.BooleanField()
    runs = RunSerializer(many=True, allow_null=True, help_text="Newest first.")
    asks_about = serializers.UUIDField(
        allow_null=True, help_text="The run whose next morning can be told now."
    )
    status_only = serializers.BooleanField()


def as_json(way: WayBack, sight: Sight) -> dict[str, Any]:
    """As far as the athlete shares it: with the status only, what is to be done before the next run and from when on."""
    told = _as_json(way)
    if sight.is_whole(way.episode.athlete):
        return {**told, "status_only": False}
    shown = ("episode", "state", "clinician_first", "coach_first", "starts", "may_run_now")
    return {**dict.fromkeys(told), **{name: told[name] for name in shown}, "status_only": True}


def _as_json(way: WayBack) -> dict[str, Any]:
    plan, stands, ladder = way.plan, way.standing, way.ladder
    for run in way.runs:
        run.counts = way.counts(run)  # type: ignore[attr-defined]
    told = {
        "episode": way.episode.pk,
        "state": way.state.value,
        "ladder": all_said(_ladder(ladder)) if ladder else None,
        "clinician_first": way.clinician_first,
        "coach_first": way.coach_first,
        "starts": way.starts,
        "entry_at": plan.entry_at if plan else None,
        "entry_by": plan.entry_by if plan else None,
        "clearances": plan.clearances.all() if plan else [],
        "standing": all_said(asdict(stands)) if stands else None,
        "may_run_now": way.may_run_now,
        "runs": way.runs,
        "asks_about": way.asks_about.pk if way.asks_about else None,
        "status_only": False,
    }
    return dict(WayBackSerializer(told).data)


def _ladder(ladder: Ladder) -> dict[str, Any]:
    return {
        "id": ladder.id,
        "name": ladder.name,
        "entry": list(ladder.entry),
        "rules": list(ladder.rules),
        "levels": [asdict(level) for level in ladder.levels],
        "outings_per_level": ladder.outings_per_level,
        "rest_days_between": ladder.rest_days_between,
        "most_pain_during": ladder.most_pain_during,
        "evidence": ladder.evidence.value,
        "evidence_note": ladder.evidence_note,
        "sources": titled(ladder.sources),
        "reviewed": ladder.review.signed,
    }


# --- What is taken in --------------------------------------------------------------------------------


class StartSerializer(Strict):
    ladder = serializers.CharField(
        max_length=40, help_text="Id of the ladder whose conditions were read and are all true."
    )


class NewClearanceSerializer(Strict):
    clinician = serializers.CharField(max_length=120, help_text="The name, as it was told.")
    given_on = serializers.DateField(help_text="Not before the last report that asked for one.")
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class NewRunSerializer(Strict):
    client_key = serializers.UUIDField(
        help_text="Made by the client, one for each run: sending it again never makes a second run."
    )
    level = serializers.IntegerField()
    ran_at = serializers.DateTimeField(required=False, help_text="Left out: now.")
    pain_before = pain("Left out or null: not known.", required=False, allow_null=True)
    pain_during = pain(required=False, allow_null=True)
    pain_after = pain(required=False, allow_null=True)


class MorningSerializer(Strict):
    pain = pain("On the morning after the run.")


SENT_BEFORE = schema.answer(WayBackSerializer, "The same run was sent before.")


def _told(
    path: str, takes: type[Strict], answers: Mapping[int, Any], *, name: str = "", **more: Any
) -> Callable[[Any], Any]:
    """Something that a person says below `return/`: what it takes, what it answers, and 409 where it is not the time."""
    described = extend_schema(
        request=takes, responses={**answers, **schema.errors(409)}, filters=False, **more
    )
    routed = action(
        detail=True,
        methods=["post"],
        url_path=f"return/{path}",
        url_name=f"return-{name or path}",
        filterset_class=None,
    )
    return lambda view: described(routed(view))


class WayBackActions(Scoped):
    """For the episodes: everything about running again, below `return/`. Each answers with where it stands now."""

    @extend_schema(responses=WayBackSerializer, filters=False)
    @action(detail=True, url_path="return", url_name="return", filterset_class=None)
    def way_back(self, request: Request, pk: str) -> Response:
        """Where the athlete stands on the way back to running, and what is to be done first."""
        return self._stands(self.get_object())

    @_told("start", StartSerializer, {200: WayBackSerializer})
    def start(self, request: Request, pk: str) -> Response:
        """Say that every condition to start is true. Saying it again changes nothing."""
        episode = self.get_object()
        told = self.read(StartSerializer)
        returning.confirm_entry(by=request.user, episode=episode, ladder=told["ladder"])
        return self._stands(episode)

    @_told("clearance", NewClearanceSerializer, {201: WayBackSerializer})
    def clearance(self, request: Request, pk: str) -> Response:
        """Record that a doctor or physiotherapist said yes. Nobody clears themselves."""
        episode = self.get_object()
        told = self.read(NewClearanceSerializer)
        returning.record_clearance(by=request.user, episode=episode, **told)
        return self._stands(episode, status.HTTP_201_CREATED)

    @_told("runs", NewRunSerializer, {201: WayBackSerializer, 200: SENT_BEFORE})
    def runs(self, request: Request, pk: str) -> Response:
        """Log a run on the ladder."""
        episode = self.get_object()
        told = self.read(NewRunSerializer)
        logged = returning.log_run(by=request.user, episode=episode, **told)
        code = status.HTTP_201_CREATED if logged.created else status.HTTP_200_OK
        return self._stands(episode, code)

    @_told(
        "runs/(?P<run>[^/.]+)/morning",
        MorningSerializer,
        {200: WayBackSerializer},
        name="morning",
        parameters=[RUN_ID],
    )
    def morning(self, request: Request, pk: str, run: str) -> Response:
        """Tell how the leg felt on the morning after a run; it can be corrected until it is too late."""
        episode = self.get_object()
        mine = ReturnRun.objects.visible_to(request.user).filter(plan__episode=episode)
        told = get_object_or_404(mine.select_related("plan__episode__athlete"), pk=_id(run))
        returning.log_next_morning(by=request.user, run=told, **self.read(MorningSerializer))
        return self._stands(episode)

    def _stands(self, episode: Episode, code: int = status.HTTP_200_OK) -> Response:
        return Response(
            as_json(way_back(episode, timezone.now()), Sight(self.request.user)), status=code
        )


def _id(text: str) -> UUID | None:
    """None, which no row has, for what is no id."""
    try:
        return UUID(text)
    except ValueError:
        return None
