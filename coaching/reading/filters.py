"""What of the first page is wanted: ids and levels, no word about anybody."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

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
