"""What of the first page is wanted, as it stands in the address: ids and levels, no word about anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from athletes.models import Squad
from athletes.models.base import LONGEST_WAIT_MIN

WAITING, SEEN, MINE = "waiting", "seen", "mine"
STATES: list[tuple[str, str | Promise]] = [
    ("", _("Everybody")),
    (WAITING, _("Waiting")),
    (SEEN, _("Seen")),
    (MINE, _("Seen by me")),
]
LEVELS = [level.value for level in LONGEST_WAIT_MIN]


@dataclass(frozen=True)
class Filters:
    """Nothing chosen is everything."""

    squad: Squad | None = None
    level: str = ""
    state: str = ""
    changed: bool = False

    @property
    def query(self) -> str:
        """As it stands in an address, without what was not chosen."""
        chosen = {
            "squad": self.squad.pk if self.squad else "",
            "level": self.level,
            "state": self.state,
            "changed": "1" if self.changed else "",
        }
        return urlencode({name: value for name, value in chosen.items() if value})

    @property
    def of_calls(self) -> bool:
        """They ask for some of the calls: who needs nothing is not meant."""
        return bool(self.level or self.state or self.changed)

    @property
    def any(self) -> bool:
        return bool(self.query)


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
