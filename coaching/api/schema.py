"""What the OpenAPI schema says beyond what the serializers say by themselves.

Each operation gets what the conventions give it: every status that can occur, the headers, and the parameters of requests
that may be sent again. Views say only what is their own.
"""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from threading import Lock
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from coaching.api.judgement import JudgementSerializer, ScreeningSerializer
from coaching.api.problems import MEDIA_TYPE, problem

ITEM_ID = OpenApiParameter("id", OpenApiTypes.STR, OpenApiParameter.PATH)


class HourOfTheDay(OpenApiSerializerFieldExtension):
    """An hour on somebody's own clock. JSON schema's `time` is another thing: one with a zone."""

    target_class = "rest_framework.fields.TimeField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"}


class WrongPartSerializer(serializers.Serializer[Any]):
    """One thing to correct, and where it stands: one of `pointer`, `parameter` and `header`."""

    pointer = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="JSON pointer into what was sent, such as `/answers/fever`; empty: all of it.",
    )
    parameter = serializers.CharField(required=False, help_text="Of the address.")
    header = serializers.CharField(required=False)
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """The one shape of everything that goes wrong (RFC 9457)."""

    type = serializers.CharField(help_text="`urn:niggle:problem:` and the code.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="For people.")
    code = serializers.CharField(help_text="For programs.")
    errors = WrongPartSerializer(many=True, required=False)  # type: ignore[assignment]
    screening = ScreeningSerializer(
        required=False,
        help_text="What the danger signs mean, wherever the answers of a report could be read.",
    )
    assessment = JudgementSerializer(
        required=False, help_text="Of a report that was judged and not kept: nobody agreed to it."
    )


MEANING = {
    400: "Something that was sent cannot be used; `errors` names it.",
    401: "No token or session, or one that cannot be used.",
    403: "You can see it but may not do this with it, or the token is not good for this.",
    404: "It does not exist, or you cannot see it: the two are not told apart.",
    406: "Only JSON is given.",
    409: "As things stand it cannot be done, or this key was used before.",
    412: "Somebody else was first: it is no longer what `If-Match` names.",
    413: "More than can be taken at once.",
    414: "The address, with its parameters, is longer than 4,094 bytes.",
    415: "Only JSON in UTF-8 is taken.",
    422: "This `Idempotency-Key` was used before, for something else.",
    429: "Too many requests. `Retry-After` says when to go on.",
    500: "A fault of ours. It was noted.",
    503: "The database does not answer. `Retry-After` says when to try again.",
}
CODES = {
    400: "invalid",
    401: "not_authenticated",
    403: "permission_denied",
    404: "not_found",
    406: "not_acceptable",
    409: "still_at_work",
    412: "changed_meanwhile",
    413: "too_large",
    414: "address_too_long",
    415: "unsupported_media_type",
    422: "key_used_otherwise",
    429: "throttled",
    500: "fault",
    503: "unavailable",
}
HEADERS = {
    "ETag": "Names this state of it. For `If-None-Match` and `If-Match`.",
    "Idempotency-Replayed": "`true`: this is the answer that was given the first time.",
    "Retry-After": "Seconds.",
    "WWW-Authenticate": "How to log in, or which scope is missing.",
}
OWN_HEADERS = {
    401: ("WWW-Authenticate",),
    403: ("WWW-Authenticate",),
    409: ("Retry-After",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}
PARAMETERS = {
    "Idempotency-Key": (
        "Made by the client, 1 to 200 visible ASCII characters. Sent again with the same body it gets the first "
        "answer, for 24 hours.",
        {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    ),
    "If-Match": ("An `ETag`: only change it if it is still that.", {"type": "string"}),
    "If-None-Match": ("An `ETag`: 304 if it is still that.", {"type": "string"}),
}
UNCHANGED = {"description": "It is still what `If-None-Match` names."}


def answer(serializer: Any, description: str) -> OpenApiResponse:
    return OpenApiResponse(serializer, description)


def errors(*codes: int) -> dict[tuple[int, str], OpenApiResponse]:
    """For `extend_schema`: statuses of a view's own. Those of the conventions are there already."""
    return {(code, MEDIA_TYPE): answer(ProblemSerializer, MEANING[code]) for code in codes}


NOT_STORED = {
    (503, MEDIA_TYPE): answer(
        ProblemSerializer,
        "Not stored; send it again with the same client_key after `Retry-After` seconds. "
        "What the danger signs mean is in `screening`.",
    )
}


class Described(AutoSchema):
    """Adds to each operation what the conventions give to all."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        self.resolve_serializer(ProblemSerializer, "response")
        responses = operation["responses"]
        for code in self._codes():
            responses.setdefault(str(code), _ref("responses", _name(code)))
        if self.method == "GET" and "200" in responses:
            responses["200"].setdefault("headers", {})["ETag"] = _ref("headers", "ETag")
            responses["304"] = _ref("responses", "NotModified")
        for code in ("200", "201", "202", "204"):
            if self.method == "POST" and self._is_kept() and code in responses:
                name = "Idempotency-Replayed"
                responses[code].setdefault("headers", {})[name] = _ref("headers", name)
        for code, names in OWN_HEADERS.items():
            if "$ref" not in (told := responses.get(str(code), {"$ref": ""})):
                told.setdefault("headers", {}).update({n: _ref("headers", n) for n in names})
        operation["responses"] = dict(sorted(responses.items()))
        for parameter in operation.get("parameters", []):
            if (shape := parameter.get("schema", {})).get("type") == "array":
                shape["minItems"] = 1  # an empty one is refused
        if named := self._parameters():
            refs = [_ref("parameters", name) for name in named]
            operation["parameters"] = [*operation.get("parameters", []), *refs]
        return operation

    def _map_basic_serializer(self, serializer: Any, direction: str) -> Any:
        """What refuses unknown names says so; and what a PATCH cannot do without, unless it is of a record, field by field."""
        shape = super()._map_basic_serializer(serializer, direction)
        if direction == "request" and getattr(serializer, "refuses_unknown", False):
            shape["additionalProperties"] = False
            if self.method == "PATCH" and not isinstance(serializer, serializers.ModelSerializer):
                needed = [name for name, field in serializer.fields.items() if field.required]
                shape.update({"required": sorted(needed)} if needed else {})
        return shape

    def _map_serializer_field(
        self, field: Any, direction: str, bypass_extensions: bool = False
    ) -> Any:
        """A list that may not be empty says so."""
        shape = super()._map_serializer_field(field, direction, bypass_extensions)
        may_be_empty = getattr(field, "allow_empty", True)
        if direction == "request" and not may_be_empty and shape and shape.get("type") == "array":
            shape.setdefault("minItems", 1)
        return shape

    def _codes(self) -> list[int]:
        codes = [400, 406, 414, 500, 503]
        if self.view.authentication_classes:
            codes += [401, 403, 429]
        if self.method in ("POST", "PUT", "PATCH", "DELETE"):
            codes += [413, 415] if self.method != "DELETE" else [412]
        if self.method in ("PUT", "PATCH"):
            codes += [412]
        if self.method == "POST" and self._is_kept():
            codes += [404, 409, 422]  # sent again by who sees it no more
        if "{" in self.path or self._is_list_view():
            codes += [404]  # also a page beyond the last
        return codes

    def _parameters(self) -> list[str]:
        match self.method:
            case "GET":
                return ["If-None-Match"]
            case "POST":
                return ["Idempotency-Key"] if self._is_kept() else []
            case _:
                return ["If-Match"]

    def _is_kept(self) -> bool:
        """Answers are kept for somebody: without a log-in there is nobody to keep them for."""
        return bool(self.view.authentication_classes)


def _ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


# Python 3.13 calls these otherwise than 3.11; the schema is the same on each.
PHRASES = {413: "Content Too Large", 414: "URI Too Long", 422: "Unprocessable Content"}


def _name(code: int) -> str:
    """`NotFound`"""
    phrase = PHRASES.get(code) or HTTPStatus(code).phrase
    return phrase.title().replace(" ", "").replace("-", "")


def conventions(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Hook of drf-spectacular: the parts that all operations refer to."""
    parts = result.setdefault("components", {})
    parts["responses"] = {_name(code): _problem_response(code) for code in sorted(CODES)}
    parts["responses"]["NotModified"] = {
        **UNCHANGED,
        "headers": {"ETag": _ref("headers", "ETag")},
    }
    parts["headers"] = {
        name: {"description": told, "schema": {"type": "string"}} for name, told in HEADERS.items()
    }
    parts["parameters"] = {
        name: {"name": name, "in": "header", "description": told, "schema": shape}
        for name, (told, shape) in PARAMETERS.items()
    }
    return result


def _problem_response(code: int) -> dict[str, Any]:
    headers = {name: _ref("headers", name) for name in OWN_HEADERS.get(code, [])}
    more: dict[str, Any] = {}
    if code == HTTPStatus.BAD_REQUEST:
        more["errors"] = [{"pointer": "/answers/fevr", "detail": "There is no question 'fevr'."}]
    example = problem(code, CODES[code], MEANING[code].replace("`", ""), **more)
    content = {"schema": _ref("schemas", "Problem"), "example": example}
    told: dict[str, Any] = {"description": MEANING[code], "content": {MEDIA_TYPE: content}}
    return {**told, "headers": headers} if headers else told


class OncePerProcess(SchemaGenerator):
    """The same for everybody and slow to make, so an open address must not make it again each time."""

    def get_schema(self, request: Any = None, public: bool = False) -> Any:
        with _one_at_a_time:
            return _made(public)


# drf-spectacular keeps what it finds in its classes: two threads at once fail.
_one_at_a_time = Lock()


@cache
def _made(public: bool) -> Any:
    return SchemaGenerator().get_schema(request=None, public=public)
