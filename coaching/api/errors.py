"""One shape for everything that goes wrong: a problem as RFC 9457 describes it, `application/problem+json`.

`code` is for programs, `detail` for people; `errors` names what to correct: a JSON pointer into what was sent
(`/answers/fever`), a query parameter or a header, each with one sentence.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404, UnreadablePostError
from django.utils.translation import gettext
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import set_rollback

from athletes.access.policies import NotAsThingsStand
from athletes.services.consents import NoConsent, TextChanged
from athletes.services.reports import NotKept, NotStored, SameKeyOtherContent
from athletes.services.returning import NotNow
from coaching.api.judgement import judged_now, screening_told
from coaching.api.problems import (
    FAULT,
    MEDIA_TYPE,
    NOTHING_HERE,
    Conflict,
    ConsentNeeded,
    ReportNotKept,
    ReportNotStored,
    TooLarge,
    Unavailable,
    WrongRequest,
    problem,
)

logger = logging.getLogger(__name__)


def one_shape(exc: Exception, context: dict[str, Any]) -> Response:
    """The answer to any exception in a view. What nobody foresaw is logged and answered as 500."""
    known = _translated(exc)
    set_rollback()
    if known is None:
        return _fault(exc, context)
    body = _body(known, in_query=context["request"].method in ("GET", "HEAD"))
    if isinstance(exc, NotStored):
        body["screening"] = screening_told(exc.screening.as_json())
    if isinstance(exc, NotKept):
        body["assessment"] = judged_now(exc.judged)
    return Response(
        body, status=known.status_code, headers=_headers(known), content_type=MEDIA_TYPE
    )


def _translated(exc: Exception) -> exceptions.APIException | None:
    match exc:
        case exceptions.APIException():
            return exc
        case Http404():
            return exceptions.NotFound(NOTHING_HERE)
        case NoConsent():
            return ConsentNeeded()
        case PermissionDenied():
            return exceptions.PermissionDenied(str(exc) or None)
        case RequestDataTooBig():
            return TooLarge()
        case SuspiciousOperation() | UnreadablePostError():
            return exceptions.ParseError("This request cannot be read.")
        case NotAsThingsStand():
            return Conflict(" ".join(exc.messages), code="not_as_things_stand")
        case ValidationError():
            return exceptions.ValidationError(as_serializer_error(exc))
        case SameKeyOtherContent():
            return Conflict()
        case NotNow():
            return Conflict(gettext(str(exc)), code=exc.state.value)
        case TextChanged():
            return Conflict(str(exc), code="text_changed")
        case NotKept():
            return ReportNotKept()
        case NotStored():
            if exc.__cause__ is None:  # else the service that could not store it has said so
                _note("a report could not be stored", exc)
            return ReportNotStored()
        case OperationalError() | InterfaceError():
            _note("the database did not answer", exc)
            return Unavailable()
    return None


def _body(exc: exceptions.APIException, *, in_query: bool) -> dict[str, Any]:
    if not isinstance(exc, exceptions.ValidationError):
        return problem(exc.status_code, _code(exc), str(exc.detail))
    told = list(_told(exc.detail))
    sentences = [f"{'.'.join(path)}: {text}" if path else text for path, text in told]
    errors = [{**_place(exc, path, in_query), "detail": text} for path, text in told]
    return problem(exc.status_code, "invalid", " ".join(sentences), errors=errors)


def _code(exc: exceptions.APIException) -> str:
    codes = exc.get_codes()
    return codes if isinstance(codes, str) else exc.default_code


def _told(detail: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Nested errors as one flat list of where and what; what no single field is to blame for comes first."""
    if isinstance(detail, dict):
        for name in sorted(detail, key=lambda name: name != "non_field_errors"):
            yield from _told(
                detail[name], path if name == "non_field_errors" else (*path, str(name))
            )
    elif isinstance(detail, list) and any(isinstance(told, dict | list) for told in detail):
        for number, told in enumerate(detail):
            yield from _told(told, (*path, str(number)))
    else:
        for sentence in detail if isinstance(detail, list) else [detail]:
            yield path, str(sentence)


def _place(
    exc: exceptions.ValidationError, path: tuple[str, ...], in_query: bool
) -> dict[str, str]:
    if isinstance(exc, WrongRequest):
        return exc.place
    if in_query and path:
        return {"parameter": ".".join(path)}
    return {"pointer": "".join(f"/{_escaped(part)}" for part in path)}


def _escaped(part: str) -> str:
    """As RFC 6901 wants it."""
    return part.replace("~", "~0").replace("/", "~1")


def _headers(exc: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if shown := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = shown
    elif exc.status_code == status.HTTP_401_UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="niggle"'
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(max(1, int(wait)))
    return headers


def _fault(exc: Exception, context: dict[str, Any]) -> Response:
    request = context["request"]
    _note(f"fault in {request.method} {request.path}", exc)
    # What Django itself sends for a fault: error trackers and the test client listen to it.
    got_request_exception.send(sender=one_shape, request=request)
    code = status.HTTP_500_INTERNAL_SERVER_ERROR
    return Response(problem(code, "fault", FAULT), status=code, content_type=MEDIA_TYPE)


def _note(what: str, exc: BaseException) -> None:
    """What failed and where, without its message: a database repeats the failing row in it."""
    places = "".join(traceback.format_tb(exc.__traceback__))
    logger.error("%s: %s\n%s", what, type(exc).__name__, places)
