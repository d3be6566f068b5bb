"""What can go wrong, and the body that tells it: a problem as RFC 9457 describes it.

Apart from `errors`, which answers with them, because the framework's settings name classes that raise them:
whichever is loaded first, neither may need the framework's views.
"""

from __future__ import annotations

from typing import Any

from rest_framework import exceptions, status

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:niggle:problem:"
RETRY_AFTER_S = 5
NOTHING_HERE = "There is nothing here that you can see."
FAULT = "Something went wrong here. It was noted; please try again later."
TITLES = {
    400: "Something that was sent cannot be used",
    401: "Nobody is logged in",
    403: "This may not be done",
    404: "Nothing here",
    405: "This is not offered here",
    406: "Only JSON is given",
    409: "Not as things stand",
    412: "Somebody else was first",
    413: "Too much at once",
    414: "The address is too long",
    415: "Only JSON is taken",
    422: "The key was used for something else",
    429: "Too many requests",
    500: "A fault of ours",
    503: "Not available just now",
}


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


class StillAtWork(Conflict):
    """The first request with this `Idempotency-Key` has not been answered yet."""

    default_detail = "The first request with this Idempotency-Key is still at work. Ask again."
    default_code = "still_at_work"
    wait = 1


class KeyUsedOtherwise(exceptions.APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = "This Idempotency-Key was used before, for something else. Make a new one."
    default_code = "key_used_otherwise"


class ChangedMeanwhile(exceptions.APIException):
    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = "It was changed since you fetched it. Look once more, then change it."
    default_code = "changed_meanwhile"


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


class ConsentNeeded(exceptions.PermissionDenied):
    default_detail = (
        "Nobody has agreed yet that this is kept: see /api/v1/consents/. Nothing of it was stored."
    )
    default_code = "consent_needed"


class ReportNotKept(ConsentNeeded):
    default_detail = (
        "Nobody has agreed yet that this athlete’s reports are kept (see /api/v1/consents/), so nothing of it was "
        "stored and nobody was told. It is answered in “screening” and “assessment”."
    )


class WrongRequest(exceptions.ValidationError):
    """What is wrong stands in the address or in a header, not in the body."""

    def __init__(self, sentence: str, *, parameter: str = "", header: str = "") -> None:
        super().__init__(sentence)
        self.place = {"parameter": parameter} if parameter else {"header": header}


def problem(code: int, name: str, detail: str, **more: Any) -> dict[str, Any]:
    """The body of an answer with the status `code`; `name` is what programs know it by."""
    return {
        "type": TYPE + name,
        "title": TITLES[code],
        "status": code,
        "detail": detail,
        "code": name,
        **more,
    }
