"""What a club asks of those who look after its athletes holds for programs as well: see coaching/second_factor_gate.py."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from athletes import second_factor
from athletes.models import Escalation

# What a danger needs, as (basename, action): asked nothing at all, or only by its object.
NEVER_SHUT = {("report", "create"), ("check-in", "answer")}
BY_OBJECT = {("escalation", "retrieve"), ("escalation", "acknowledge")}
VIEWS_NEVER_SHUT = {"Assess", "InterviewNext", "Me", "Login", "Logout"}


class SecondFactorInTime(BasePermission):
    """After a club's grace its people do nothing by programs either, but what a danger needs."""

    def has_permission(self, request: Request, view: Any) -> bool:
        asked = (getattr(view, "basename", ""), getattr(view, "action", ""))
        if asked in NEVER_SHUT | BY_OBJECT or type(view).__name__ in VIEWS_NEVER_SHUT:
            return True
        return _open_to(request)

    def has_object_permission(self, request: Request, view: Any, obj: Any) -> bool:
        asked = (getattr(view, "basename", ""), getattr(view, "action", ""))
        if asked not in BY_OBJECT:
            return True
        if isinstance(obj, Escalation) and second_factor.stays_open(obj):
            return True
        return _open_to(request)


def _open_to(request: Request) -> bool:
    if request.user.is_authenticated and second_factor.is_shut_out(request.user):
        raise PermissionDenied(
            "Your club asks for a second factor. Switch it on at /accounts/second-factor/ first.",
            code="second_factor_needed",
        )
    return True
