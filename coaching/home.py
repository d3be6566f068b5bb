"""The front door: everybody is sent to the face that is theirs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from athletes.access import DESK_ROLES


@require_safe
def home(request: HttpRequest) -> HttpResponseRedirect:
    if not request.user.is_authenticated:
        return redirect("account_login")
    return redirect("/desk/" if _has_desk(request.user) else "/me/")


def _has_desk(user: Any) -> bool:
    return bool(user.memberships.active().filter(role__in=DESK_ROLES).exists())
