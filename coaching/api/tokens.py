"""Personal tokens: which there are, a new one, and none any more."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.models import ApiToken
from athletes.services import tokens
from coaching.api import examples
from coaching.api.pagination import WholePage
from coaching.api.present import refuse_apps, require_present
from coaching.api.scoped import Scoped
from coaching.api.serializers import ScopesField, Strict

NOT_BY_APPS = "An app does not deal in tokens: what it holds can be taken back by the person alone."


class PersonalTokenSerializer(serializers.ModelSerializer[ApiToken]):
    """A token without its secret."""

    scopes = ScopesField()

    class Meta:
        model = ApiToken
        fields = (
            "id",
            "name",
            "prefix",
            "scopes",
            "made_by",
            "created_at",
            "last_used_at",
            "expires_at",
        )
        read_only_fields = fields


class MadeTokenSerializer(PersonalTokenSerializer):
    token = serializers.CharField(help_text="Shown this once: only its hash is kept.")

    class Meta(PersonalTokenSerializer.Meta):
        fields = (*PersonalTokenSerializer.Meta.fields, "token")
        read_only_fields = fields


class NewTokenSerializer(Strict):
    name = serializers.CharField(
        max_length=ApiToken._meta.get_field("name").max_length, help_text="What it is for."
    )
    scopes = ScopesField(allow_empty=False, help_text="No more than the token has that asks.")
    expires_in_days = serializers.IntegerField(
        source="days",
        min_value=1,
        max_value=tokens.MOST_DAYS,
        default=tokens.DAYS,
        help_text="It never lasts longer than the token that asks for it.",
    )


class Tokens(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """My tokens that open something now, the newest first."""

    scope = "account"
    queryset = ApiToken.objects.order_by("-created_at", "-id")
    serializer_class = PersonalTokenSerializer
    pagination_class = WholePage
    filter_backends = ()

    def get_queryset(self) -> QuerySet[ApiToken]:
        return super().get_queryset().usable()  # type: ignore[attr-defined, no-any-return]

    @extend_schema(
        request=NewTokenSerializer,
        responses={201: MadeTokenSerializer},
        examples=[examples.NEW_TOKEN, examples.MADE_TOKEN],
    )
    def create(self, request: Request) -> Response:
        """Make a token. In a browser, log in anew first; an app cannot make one (403)."""
        through = self._through()
        issued = tokens.make(by=request.user, through=through, **self.read(NewTokenSerializer))
        issued.token.token = issued.secret  # type: ignore[attr-defined]
        body = MadeTokenSerializer(issued.token).data
        return Response(body, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take it back: refused from the next request on."""
        refuse_apps(request, NOT_BY_APPS)
        tokens.revoke(by=request.user, token=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _through(self) -> ApiToken | None:
        """The token that asks; None for somebody at a browser, who has just shown to be there."""
        refuse_apps(self.request, NOT_BY_APPS)
        require_present(self.request)
        auth = self.request.auth
        return auth if isinstance(auth, ApiToken) else None
