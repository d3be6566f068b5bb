"""Whatever goes wrong with a report, a limit, a lock or a mistake in it, its danger signs are answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, InterfaceError
from django.http import UnreadablePostError
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from athletes.services.reports import NotStored
from coaching.api.judgement import screening_told
from guidance import Answers, Screening, screen

Telling = type[Serializer[Any]]


class DangerAnswered(APIView):
    """`telling` names the actions (or methods) that take answers, and what reads those."""

    telling: ClassVar[Mapping[str, Telling]] = {}

    @property
    def tells_danger(self) -> bool:
        return self._tells in self.telling

    @property
    def _tells(self) -> str:
        return getattr(self, "action", None) or (self.request.method or "").lower()

    def handle_exception(self, exc: Exception) -> Response:
        if not self.tells_danger:
            return super().handle_exception(exc)
        screening = self._screening()
        if screening and isinstance(exc, DatabaseError | InterfaceError):
            unstored = NotStored(screening)
            unstored.__cause__ = exc
            return super().handle_exception(unstored)
        response = super().handle_exception(exc)
        if screening and response.status_code != 429:
            response.data.setdefault("screening", screening_told(screening.as_json()))
        return response

    def _screening(self) -> Screening | None:
        """Of the answers, wherever they can be read. Of a part of them only what is dangerous: the rest may be as well."""
        try:
            data = self.request.data
        except (APIException, SuspiciousOperation, UnreadablePostError):
            return None
        if not isinstance(data, dict):
            return None
        takes = self.telling[self._tells]
        told = {name: data[name] for name in takes().fields if name in data}
        if (answers := _read(takes, told)) is not None:
            return screen(answers)
        answers = _read(takes, _without_mistakes(takes, told))
        part = screen(answers) if answers is not None else None
        return part if part and part.rules else None


def _read(takes: Telling, told: dict[str, Any]) -> Answers | None:
    form = takes(data=told)
    return form.validated_data["answers"] if form.is_valid() else None


def _without_mistakes(takes: Telling, told: dict[str, Any]) -> dict[str, Any]:
    form = takes(data=told)
    form.is_valid()
    wrong, answers = form.errors, told.get("answers")
    if isinstance(answers, dict) and isinstance(wrong.get("answers"), dict):
        named = wrong["answers"]
        told = {
            **told,
            "answers": {key: value for key, value in answers.items() if key not in named},
        }
    return {name: value for name, value in told.items() if name == "answers" or name not in wrong}
