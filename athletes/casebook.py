"""All that is stored of one athlete, read once, for a page that tells of it in several ways."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from athletes.models import Athlete, Episode, TrainingHold
from athletes.models.follow_up import MISSED
from athletes.returning import WayBack
from athletes.training_rows import Moment


@dataclass(frozen=True)
class Casebook:
    """As `athletes.training_rows.Rows`, without a question.

    `episodes`: every one, with comments and check-ins; `every_hold`: the newest first, with the people and the episode;
    `every_way`: of each episode.
    """

    athlete: Athlete
    now: datetime
    episodes: Sequence[Episode]
    every_hold: Sequence[TrainingHold]
    every_way: Mapping[UUID, WayBack]

    @property
    def hold_in_force(self) -> TrainingHold | None:
        """As `TrainingHold.objects.in_force` has it."""
        standing = (hold for hold in self.every_hold if hold.released_at is None)
        return next((hold for hold in standing if _holds_at(hold, self.now)), None)

    def holds(self) -> Iterable[TrainingHold]:
        return [hold for hold in self.every_hold if hold.since <= self.now]

    def words(self) -> Iterable[Moment]:
        """Every report is in the way of its problem, judged or still to be."""
        for way in self.every_way.values():
            yield from ((self.athlete.pk, told.at) for told in way.judged)
        for comment in (one for episode in self.episodes for one in episode.comments.all()):
            if comment.author_id is not None and comment.author_id == self.athlete.user_id:
                yield self.athlete.pk, comment.created_at

    def missed(self) -> Iterable[Moment]:
        for one in (one for episode in self.episodes for one in episode.check_ins.all()):
            if one.state == MISSED and one.settled_at is not None and one.settled_at <= self.now:
                yield self.athlete.pk, one.settled_at

    def ways(self) -> Mapping[UUID, WayBack]:
        return {
            key: way for key, way in self.every_way.items() if way.episode.opened_at <= self.now
        }


def _holds_at(hold: TrainingHold, moment: datetime) -> bool:
    return hold.since <= moment and (hold.until is None or hold.until > moment)
