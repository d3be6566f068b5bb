"""What of the first page is wanted, as it stands in the address."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest

from athletes.models import Squad
from coaching.reading.filters import LEVELS, STATES, Filters


def filters_from(request: HttpRequest, squads: Sequence[Squad]) -> Filters:
    """What the address asks for. Raises Http404 for a squad that is not one's own, and for nonsense."""
    told = request.GET
    return Filters(
        squad=chosen_squad(request, squads),
        level=_one_of(told.get("level", ""), LEVELS),
        state=_one_of(told.get("state", ""), [name for name, _words in STATES]),
        changed=bool(told.get("changed")),
    )


def chosen_squad(request: HttpRequest, squads: Sequence[Squad]) -> Squad | None:
    """The squad that the address asks for, if it is one of `squads`; None for all."""
    wanted = _one_of(request.GET.get("squad", ""), [str(squad.pk) for squad in squads])
    return next((squad for squad in squads if str(squad.pk) == wanted), None)


def _one_of(wanted: str, known: list[str]) -> str:
    if wanted and wanted not in known:
        raise Http404
    return wanted
