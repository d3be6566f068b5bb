"""Writes down, once a request is answered, whose health data was in the answer, and who was refused.

What a request was handed is noted where rows come out of the database (`athletes.looking`): a view can neither forget
nor understate it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any
from uuid import UUID

import structlog
from django.apps import apps
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import ResolverMatch

from athletes import looking
from athletes.looking import Seen, Subject
from athletes.models import (
    Assessment,
    Athlete,
    CareStep,
    CheckIn,
    ClinicianNote,
    Comment,
    Consent,
    Episode,
    Escalation,
    Guardianship,
    HandOver,
    PainReport,
    ReturnRun,
    TrainingHold,
    User,
)
from athletes.models.audit import BY_ADMIN, BY_API, ON_DESK, ON_PHONE
from athletes.services import audit
from coaching.looks.shown import SHOWS_NOBODY

logger = structlog.get_logger(__name__)

FACES = {"desk": ON_DESK, "api": BY_API, "admin": BY_ADMIN}  # by the first part of the path
NO_CONTENT, UNPROCESSABLE, UNAVAILABLE = 204, 422, 503
REFUSALS = (403, 404)
# What stands before a key in an address, and what it is the key of. Squads, clubs and settings are nobody's health.
KEPT_UNDER: dict[str, Any] = {
    "athletes": Athlete,
    "left-athletes": Athlete,
    "assessments": Assessment,
    "reports": PainReport,
    "consents": Consent,
    "episodes": Episode,
    "escalations": Escalation,
    "check-ins": CheckIn,
    "clinician-notes": ClinicianNote,
    "comments": Comment,
    "guardians": Guardianship,
    "holds": TrainingHold,
    "training-holds": TrainingHold,
    "hand-overs": HandOver,
    "runs": ReturnRun,
    "steps": CareStep,
    "care-steps": CareStep,
}


def audit_looks(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """The innermost of all: what is outside of it reads nobody's health data."""

    def watched(request: HttpRequest) -> HttpResponse:
        face = FACES.get(request.path_info.split("/")[1], ON_PHONE)
        with looking.watching(face) as seen:
            answer = get_response(request)
            if isinstance(answer, StreamingHttpResponse):
                _read_now(answer)
        found = request.resolver_match
        if found is None:
            return answer
        try:
            _note(request, answer, seen, found)
        except (DatabaseError, InterfaceError):
            return _not_written(request, answer, seen, found)
        return answer

    return watched


def _read_now(answer: StreamingHttpResponse) -> None:
    """Files are made line by line as they are sent: whose data is in one is known only at its end."""
    answer.streaming_content = list(answer.streaming_content)  # type: ignore[arg-type]


def _note(request: HttpRequest, answer: HttpResponse, seen: Seen, found: ResolverMatch) -> None:
    if answer.status_code in REFUSALS:
        _note_refusal(request, seen, found)
    elif _has_content(request, answer):
        if found.view_name not in SHOWS_NOBODY and seen:
            _note_look(request, answer, seen, found)
        for name, beside in seen.beside.items():
            _note_beside(request, name, beside)


def _has_content(request: HttpRequest, answer: HttpResponse) -> bool:
    code = answer.status_code
    is_page = (200 <= code < 300 and code != NO_CONTENT) or code == UNPROCESSABLE
    return is_page and request.method != "HEAD"


def _note_look(
    request: HttpRequest, answer: HttpResponse, seen: Seen, found: ResolverMatch
) -> None:
    by = request.user
    if not isinstance(by, User):  # a link that athletes are sent shows them their own
        return
    whose = [it for it in seen.subjects() if it.user_id != by.pk and it.pk not in seen.written]
    if not whose:
        return
    told: dict[str, Any] = {
        "by": by,
        "athletes": whose,
        "what": found.view_name,
        "record_key": _key_in(found) or "",
        "face": seen.face,
    }
    if _is_file(answer):
        audit.taken(**told)
    elif not _asks_again(request, seen, found) or audit.not_shown_lately(
        by=by, athletes=whose, what=found.view_name
    ):
        audit.record_read(**told)


def _note_beside(request: HttpRequest, name: str, seen: Seen) -> None:
    """Once an hour: it stands on every page."""
    by = request.user
    if not isinstance(by, User) or not seen:
        return
    whose = seen.subjects()
    if audit.not_shown_lately(by=by, athletes=whose, what=name):
        audit.record_read(by=by, athletes=whose, what=name, face=seen.face)


def _is_file(answer: HttpResponse) -> bool:
    return str(answer.get("Content-Disposition", "")).startswith("attachment")


def _asks_again(request: HttpRequest, seen: Seen, found: ResolverMatch) -> bool:
    """Pages that fill themselves, programs that ask for a list again and again, and the answer to what one sent."""
    is_list = seen.face == BY_API and _key_in(found) is None
    return "HX-Request" in request.headers or is_list or request.method != "GET"


def _note_refusal(request: HttpRequest, seen: Seen, found: ResolverMatch) -> None:
    """Only of what is there, and somebody else's: who mistypes an address has not tried anything."""
    by = request.user
    asked = _asked_for(request.path_info)
    if asked is None or not isinstance(by, User):
        return
    model, key = asked
    if (whose := _whose(model, key)) is not None:
        audit.refused(by=by, athletes=[whose], what=found.view_name, record_key=key, face=seen.face)


def _asked_for(path: str) -> tuple[Any, UUID] | None:
    parts = path.split("/")
    for before, part in pairwise(parts):
        key = _as_key(part)
        if key is not None and (model := _kept_under(before)) is not None:
            return model, key
    return None


def _kept_under(part: str) -> Any:
    """By the word in our own addresses, or by the model's name as the administration has it."""
    if part in KEPT_UNDER:
        return KEPT_UNDER[part]
    named = apps.all_models["athletes"].get(part)
    return named if named is not None and looking.path_to_athlete(named) is not None else None


def _whose(model: Any, key: UUID) -> Subject | None:
    path = looking.path_to_athlete(model) or ()
    steps = ["__".join([*path, name]) for name in ("pk", "club_id", "user_id")]
    row = model._base_manager.filter(pk=key).values_list(*steps).first()
    return Subject(*row) if row else None


def _key_in(found: ResolverMatch) -> UUID | None:
    return next((key for value in found.kwargs.values() if (key := _as_key(value))), None)


def _as_key(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


def _not_written(
    request: HttpRequest, answer: HttpResponse, seen: Seen, found: ResolverMatch
) -> HttpResponse:
    """A page is shown all the same: somebody may need it in a hurry. A file is not handed out unseen.

    (docs/decisions/0009-who-looked.md)
    """
    logger.error(
        "look_not_written",
        view=found.view_name,
        method=request.method,
        ids=[str(key) for key in sorted(seen.athletes)],
    )
    if not _is_file(answer):
        return answer
    return render(request, "503.html", status=UNAVAILABLE)
