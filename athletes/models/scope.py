"""Rows that belong to an athlete are seen by whoever sees the athlete."""

from __future__ import annotations

from typing import Any, Self

from athletes.models.base import KeepsTime, Row
from athletes.models.people import Athlete


class AthleteScoped(KeepsTime[Row]):
    """Rows that belong to an athlete: seen by whoever sees the athlete."""

    athlete_path = "athlete"

    def real(self) -> Self:
        """Without what a drill made, which belongs into no list and no figure."""
        return self.filter(**{f"{self.athlete_path}__is_drill": False})

    def visible_to(self, user: Any) -> Self:
        seen = Athlete.objects.visible_to(user).values("pk")
        return self.filter(**{f"{self.athlete_path}__in": seen})

    def seen_from_desk_by(self, user: Any) -> Self:
        """As `visible_to`, without what `user` sees only because it is their own."""
        seen = Athlete.objects.seen_from_desk_by(user).values("pk")
        return self.filter(**{f"{self.athlete_path}__in": seen})

    def told_whole_to(self, user: Any) -> Self:
        """Of athletes of whom `user` is told all: what is counted, ordered or searched starts from here."""
        told = Athlete.objects.told_whole_to(user).values("pk")
        return self.filter(**{f"{self.athlete_path}__in": told})
