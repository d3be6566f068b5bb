"""Squads that the caller looks after: what the desk's lists and figures are about."""

from __future__ import annotations

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from athletes import access
from athletes.models import Squad
from coaching.api.problems import WrongRequest

SQUAD = OpenApiParameter(
    "squad", OpenApiTypes.UUID, description="Only of this squad, one that I look after."
)


def squad_asked(request: Request) -> Squad | None:
    """What `?squad=` names; None for all. A foreign one and none are the same mistake."""
    wanted = request.query_params.get("squad", "")
    if not wanted:
        return None
    try:
        key = UUID(wanted)
    except ValueError:
        raise WrongRequest("This is no id.", parameter="squad") from None
    found = Squad.objects.seen_from_desk_by(request.user).filter(pk=key).first()
    if found is None:
        raise WrongRequest("There is no such squad.", parameter="squad")
    return found


def squad_looked_after(request: Request, pk: UUID) -> Squad:
    """404 for who does not see it, 403 for who only runs in it."""
    squad = get_object_or_404(Squad.objects.visible_to(request.user).select_related("club"), pk=pk)
    if not Squad.objects.seen_from_desk_by(request.user).filter(pk=pk).exists():
        raise access.NotAllowed("Only this squad's coaches, clinicians and club owners see this.")
    return squad
