"""What the desk says of a problem in a line, as far as the athlete shares it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from athletes.access import Sight
from athletes.models import Athlete, Episode
from coaching.saying import said


def place_of(sight: Sight, episode: Episode) -> str:
    """“Left calf”; of who shares only the status, that there is a problem."""
    return said(episode.place) if sight.is_whole(episode.athlete) else _("A problem")


@dataclass(frozen=True)
class Problem:
    """An open problem in a list."""

    episode: Episode
    place: str
    pain: float | None
    is_whole: bool  # the athlete shares all with the reader

    @property
    def athlete(self) -> Athlete:
        return self.episode.athlete


def problems(sight: Sight, episodes: Iterable[Episode]) -> list[Problem]:
    """For episodes with their latest report (`with_latest`) and their athlete."""
    return [
        Problem(
            episode,
            place_of(sight, episode),
            episode.latest_pain if sight.is_whole(episode.athlete) else None,  # type: ignore[attr-defined]
            sight.is_whole(episode.athlete),
        )
        for episode in episodes
    ]
