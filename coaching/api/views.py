"""The REST face. Each view fetches what the caller may see, calls one service, and answers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from athletes.models import Athlete, Comment, Episode, Escalation, Squad
from athletes.models.escalations import OPEN
from athletes.scopes import ALL
from athletes.services import comments, episodes, escalations, people, tokens
from coaching.api import examples, filters, judgement, knowledge, schema, serializers
from coaching.api.authentication import BearerTokenAuthentication
from coaching.api.conventions import Endpoint
from coaching.api.findings import FindingActions
from coaching.api.login import authenticated
from coaching.api.pagination import WholePage
from coaching.api.problems import Conflict
from coaching.api.reports import TellingSerializer
from coaching.api.returning import WayBackActions
from coaching.api.scoped import Scoped
from coaching.api.scopes import ANY_TOKEN, NO_LOG_IN
from coaching.api.training import ClinicianActions


class Nowhere(Endpoint):
    """Every path under `/api/v1/` that is no endpoint."""

    scope = NO_LOG_IN
    authentication_classes = ()
    permission_classes = (AllowAny,)
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404


# --- The way in ------------------------------------------------------------------------------------


class Login(Endpoint):
    """Get a token for an e-mail address and a password."""

    scope = NO_LOG_IN
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="auth_login",
        request=serializers.LoginSerializer,
        responses={200: serializers.TokenSerializer, **schema.errors(401, 403, 429)},
        examples=[examples.LOGIN, examples.TOKEN],
    )
    def post(self, request: Request) -> Response:
        form = serializers.LoginSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        told = form.validated_data
        scopes = told.pop("scopes", ALL)
        issued = tokens.issue(by=authenticated(request._request, **told), scopes=scopes)
        made = issued.token
        return Response({"token": issued.secret, "expiry": made.expires_at, "scopes": made.scopes})


class Logout(Endpoint):
    """Put the token of this request out of use."""

    scope = ANY_TOKEN
    authentication_classes = (BearerTokenAuthentication,)

    @extend_schema(operation_id="auth_logout", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        tokens.revoke(by=request.user, token=request.auth)
        return Response(status=status.HTTP_204_NO_CONTENT)


# --- Athletes --------------------------------------------------------------------------------------


class Athletes(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Athletes that I look after, and myself."""

    scope = "athletes"
    queryset = Athlete.objects.order_by("name", "id")
    serializer_class = serializers.AthleteSerializer
    filterset_class = filters.AthleteFilter

    def get_queryset(self) -> QuerySet[Athlete]:
        """Each with those of its squads that the caller sees."""
        squads = Squad.objects.visible_to(self.request.user)
        return super().get_queryset().prefetch_related(Prefetch("squads", squads))

    @extend_schema(
        request=serializers.NewAthleteSerializer,
        responses={201: serializers.AthleteSerializer},
        examples=[examples.NEW_ATHLETE],
    )
    def create(self, request: Request) -> Response:
        """Add an athlete without a log-in to a squad that I coach."""
        told = self.read(serializers.NewAthleteSerializer)
        athlete = people.add_athlete(by=request.user, **told)
        return Response(self.get_serializer(athlete).data, status=status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change name, time zone, birth date or background: the athlete, or who looks after them."""
        athlete = self.get_object()
        form = self.get_serializer(athlete, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        people.update_athlete(by=request.user, athlete=athlete, **form.validated_data)
        return Response(self.get_serializer(self.get_object()).data)


# --- Episodes --------------------------------------------------------------------------------------


class Episodes(
    WayBackActions,
    FindingActions,
    ClinicianActions,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
):
    """Health problems, each with its latest report. They open with a first report."""

    scope: ClassVar = {
        "*": "reports",
        "close": "care:write",
        "clearance": "care:write",
        "record_finding": "care:write",
    }
    queryset = (
        Episode.objects.with_latest()
        .with_changed_at()
        .select_related("athlete")
        .order_by("-opened_at", "-id")
    )
    serializer_class = serializers.EpisodeSerializer
    filterset_class = filters.EpisodeFilter

    @extend_schema(
        request=serializers.CloseEpisodeSerializer,
        responses=serializers.EpisodeSerializer,
        filters=False,
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def close(self, request: Request, pk: str) -> Response:
        """Close an episode that is over. Closing it again changes nothing."""
        episode = self.get_object()
        told = self.read(serializers.CloseEpisodeSerializer)
        episodes.close_episode(by=request.user, episode=episode, **told)
        return Response(self.get_serializer(self.get_object()).data)


class Comments(Scoped, mixins.ListModelMixin):
    """The talk between an athlete and the coaches about an episode, oldest first."""

    scope = "reports"
    queryset = Comment.objects.select_related("author").order_by("created_at", "id")
    serializer_class = serializers.CommentSerializer
    filterset_class = filters.CommentFilter

    @extend_schema(responses={201: serializers.CommentSerializer, **schema.errors(409)})
    def create(self, request: Request) -> Response:
        """Say something about an episode. 409 (`closed`) from 30 days after its end on: if it hurts again, report it."""
        said = self.read(serializers.CommentSerializer)
        try:
            comment = comments.add_comment(by=request.user, **said)
        except comments.TalkIsOver as over:
            raise Conflict(str(over), code="closed") from over
        return Response(self.get_serializer(comment).data, status=status.HTTP_201_CREATED)


# --- Escalations -----------------------------------------------------------------------------------


class Escalations(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Dangers brought to a person: unacknowledged first, then by level, then by whose clock runs out."""

    scope = "escalations"
    queryset = Escalation.objects.select_related("athlete", "acknowledged_by", "resolved_by")
    serializer_class = serializers.EscalationSerializer
    filterset_class = filters.EscalationFilter

    def get_serializer_class(self) -> type[Serializer[Any]]:
        detailed = serializers.EscalationDetailSerializer
        return detailed if self.action == "retrieve" else serializers.EscalationSerializer

    def get_queryset(self) -> QuerySet[Escalation]:
        if self.action == "retrieve":
            return super().get_queryset().prefetch_related("events__actor")
        return super().get_queryset().by_urgency()  # type: ignore[attr-defined, no-any-return]

    @extend_schema(
        request=serializers.AcknowledgeSerializer,
        responses={200: serializers.EscalationSerializer, **schema.errors(409)},
        filters=False,
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Say that I have seen it. The first to say so stays; saying it again changes nothing.

        With `level`, what became more urgent since I looked stays open, and the answer is 409 (`raised`).
        """
        escalation = self.get_object()
        level = self.read(serializers.AcknowledgeSerializer).get("level", "")
        seen = escalations.acknowledge(by=request.user, escalation=escalation, level=level)
        if seen.state == OPEN:
            raise Conflict("It became more urgent meanwhile. Look once more.", code="raised")
        return Response(self.get_serializer(seen).data)

    @extend_schema(request=serializers.ResolveSerializer, filters=False)
    @action(detail=True, methods=["post"], filterset_class=None)
    def resolve(self, request: Request, pk: str) -> Response:
        """Say that it is dealt with, and how. What was not seen yet is seen by this."""
        escalation = self.get_object()
        outcome = self.read(serializers.ResolveSerializer)["outcome"]
        done = escalations.resolve(by=request.user, escalation=escalation, outcome=outcome)
        return Response(self.get_serializer(done).data)


# --- Knowledge -------------------------------------------------------------------------------------


class KnowledgeList(Endpoint, GenericViewSet[Any]):
    """Items of the knowledge base, in its own order."""

    scope = ANY_TOKEN
    pagination_class = WholePage
    filter_backends = ()
    lookup_field = "id"

    def items(self) -> dict[str, Any]:
        raise NotImplementedError

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(list(self.items().values()))  # type: ignore[arg-type]
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(parameters=[schema.ITEM_ID])
    def retrieve(self, request: Request, id: str) -> Response:
        item = self.items().get(id)
        if item is None:
            raise Http404
        return Response(self.get_serializer(item).data)


class Findings(KnowledgeList):
    """What can be told in `answers`: every finding with its question and its choices."""

    serializer_class = knowledge.FindingSerializer

    def items(self) -> dict[str, Any]:
        return dict(knowledge.askable())


class Causes(KnowledgeList):
    """The explanations that the engine knows, with what speaks for and against each."""

    serializer_class = knowledge.CauseSerializer

    def items(self) -> dict[str, Any]:
        return knowledge.causes()


class Safety(Endpoint):
    """What was measured on published stories, as on the page `/safety/`. It says nothing about anybody, so it is open."""

    scope = NO_LOG_IN
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="safety", responses=knowledge.SafetySerializer)
    def get(self, request: Request) -> Response:
        return Response(knowledge.safety())


class Assess(Endpoint):
    """Judge answers without storing anything."""

    telling: ClassVar = {"post": TellingSerializer}

    scope = ANY_TOKEN  # whoever tells a danger sign is answered

    @extend_schema(
        operation_id="guidance_assess",
        request=TellingSerializer,
        responses={200: judgement.DrySerializer},
        examples=[examples.TELLING],
    )
    def post(self, request: Request) -> Response:
        form = TellingSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(judgement.of_answers(form.validated_data["answers"]))
