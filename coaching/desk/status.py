"""The athlete's page of who shares only the status: made of what is shared, and of nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from athletes.casebook import Casebook
from athletes.models import CheckIn, Comment, Episode, User
from athletes.models.escalations import RESOLVED
from athletes.models.follow_up import ANSWERED, MISSED
from athletes.returning import State
from coaching.reading import cases
from coaching.reading.judged import Recommendation
from coaching.reading.today import Row, rows_for
from coaching.way_back import FOR_COACH

ON_THE_WAY = gettext_lazy("On the way back to running, step by step.")


@dataclass(frozen=True)
class StatusCase:
    """A problem of who shares only the status: made of what is shared, and of nothing else."""

    episode: Episode
    calls: list[Row]
    recommendation: Recommendation | None
    way_back: str

    @property
    def is_waiting(self) -> bool:
        return any(row.is_waiting for row in self.calls)

    @property
    def talk(self) -> list[Comment]:
        return list(self.episode.comments.all())

    @property
    def check_ins(self) -> list[tuple[CheckIn, str]]:
        """How many were answered is shared; what was answered is not."""
        names = {ANSWERED: _("Answered"), MISSED: _("Not answered")}
        return [
            (one, names[one.state]) for one in self.episode.check_ins.all() if one.state in names
        ]


def status_cases_of(user: User, book: Casebook) -> list[StatusCase]:
    """The open problems of an athlete, and whatever waits for somebody; what is over is not told of."""
    episodes, ways, now = book.episodes, book.every_way, book.now
    called = [escalation for episode in episodes for escalation in episode.escalations.all()]
    calls: dict[object, list[Row]] = {}
    for row in rows_for(user, called, now):
        calls.setdefault(row.escalation.episode_id, []).append(row)
    shown = [one for one in episodes if not one.closed_at or _waits(calls.get(one.pk, []))]
    judged = cases.recommendations(shown, now)
    found = [
        StatusCase(
            episode=episode,
            calls=[row for row in calls.get(episode.pk, []) if row.escalation.state != RESOLVED],
            recommendation=judged.get(episode.pk),
            way_back=_way_back(ways[episode.pk].state) if ways[episode.pk].exists else "",
        )
        for episode in shown
    ]
    return sorted(found, key=lambda case: not case.is_waiting)


def _waits(rows: list[Row]) -> bool:
    return any(row.escalation.state != RESOLVED for row in rows)


def _way_back(state: State) -> str:
    return str(FOR_COACH.get(state, ON_THE_WAY))
