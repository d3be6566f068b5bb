"""One shape for everything that goes wrong: `{"error": {"code", "message", "fields"}}`.

`code` is for programs, `message` for people; `fields` names what to correct, by the path of the field
(`answers.fever`), each with its sentences, and is empty where no single field is at fault.
"""

from __future__ import annotations

import logging
import traceback
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import set_rollback

from athletes.services.reports import NotStored, SameKeyOtherContent
from athletes.services.returning import NotNow
from coaching.api.judgement import screening_told

logger = logging.getLogger(__name__)

RETRY_AFTER_S = 5
NOTHING_HERE = "There is nothing here that you can see."


class WrongCredentials(exceptions.APIException):
    status_code = status.HTTP_401_UNAUTHORIZED
    default_detail = "The e-mail address or the password is wrong."
    default_code = "wrong_credentials"


class UnverifiedEmail(exceptions.APIException):
    status_code = status.HTTP_403_FORBIDDEN
    default_detail = "Please confirm your e-mail address first: follow the link that we sent."
    default_code = "email_not_verified"


class Conflict(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = "This client_key was used before, with other content."
    default_code = "conflict"


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "That is more than can be taken at once."
    default_code = "too_large"


class Unavailable(exceptions.APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "The database does not answer just now. Please send this again."
    default_code = "unavailable"
    wait = RETRY_AFTER_S


class ReportNotStored(Unavailable):
    default_detail = (
        "The report could not be stored. Please send it again with the same client_key. "
        "What the danger signs mean is in “screening”."
    )
    default_code = "not_stored"


def one_shape(exc: Exception, context: dict[str, Any]) -> Response:
    """The answer to any exception in a view. What nobody foresaw is logged and answered as 500."""
    known = _translated(exc)
    set_rollback()
    if known is None:
        return _fault(exc, context)
    response = Response(_body(known), status=known.status_code, headers=_headers(known))
    if isinstance(exc, NotStored):
        response.data["screening"] = screening_told(exc.screening.as_json())
    return response


def _translated(exc: Exception) -> exceptions.APIException | None:
    match exc:
        case exceptions.APIException():
            return exc
        case Http404():
            return exceptions.NotFound(NOTHING_HERE)
        case PermissionDenied():
            return exceptions.PermissionDenied(str(exc) or None)
        case RequestDataTooBig():
            return TooLarge()
        case ValidationError():
            return exceptions.ValidationError(as_serializer_error(exc))
        case SameKeyOtherContent():
            return Conflict()
        case NotNow():
            return Conflict(gettext(str(exc)), code=exc.state.value)
        case NotStored():
            if exc.__cause__ is None:  # else the service that could not store it has said so
                _note("a report could not be stored", exc)
            return ReportNotStored()
        case OperationalError() | InterfaceError():
            _note("the database did not answer", exc)
            return Unavailable()
    return None


def _body(exc: exceptions.APIException) -> dict[str, Any]:
    fields = _fields(exc.detail) if isinstance(exc, exceptions.ValidationError) else {}
    general = fields.pop("non_field_errors", [])
    if isinstance(exc, exceptions.ValidationError):
        named = [f"{name}: {sentence}" for name, told in fields.items() for sentence in told]
        return _error("invalid", " ".join([*general, *named]), fields)
    return _error(_code(exc), str(exc.detail), fields)


def _code(exc: exceptions.APIException) -> str:
    codes = exc.get_codes()
    return codes if isinstance(codes, str) else exc.default_code


def _error(code: str, message: str, fields: dict[str, list[str]]) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "fields": fields}}


def _fields(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Nested errors as one flat mapping from dotted path to sentences."""
    if isinstance(detail, dict):
        parts = [(f"{path}.{name}" if path else str(name), told) for name, told in detail.items()]
    elif isinstance(detail, list) and any(isinstance(told, dict | list) for told in detail):
        parts = [(f"{path}.{number}", told) for number, told in enumerate(detail)]
    else:
        told = detail if isinstance(detail, list) else [detail]
        return {path or "non_field_errors": [str(sentence) for sentence in told]}
    return {name: told for part, under in parts for name, told in _fields(under, part).items()}


def _headers(exc: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if exc.status_code == status.HTTP_401_UNAUTHORIZED:
        headers["WWW-Authenticate"] = getattr(exc, "auth_header", 'Bearer realm="niggle"')
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers


def _fault(exc: Exception, context: dict[str, Any]) -> Response:
    request = context["request"]
    _note(f"fault in {request.method} {request.path}", exc)
    # What Django itself sends for a fault: error trackers and the test client listen to it.
    got_request_exception.send(sender=one_shape, request=request)
    message = "Something went wrong here. It was noted; please try again later."
    return Response(_error("fault", message, {}), status=status.HTTP_500_INTERNAL_SERVER_ERROR)


def _note(what: str, exc: BaseException) -> None:
    """What failed and where, without its message: a database repeats the failing row in it."""
    places = "".join(traceback.format_tb(exc.__traceback__))
    logger.error("%s: %s\n%s", what, type(exc).__name__, places)
