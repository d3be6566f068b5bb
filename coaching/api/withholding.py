"""What an athlete does not share with the caller is null, in every answer, by one list: `access.WITHHELD`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from athletes import access
from athletes.access import Sight
from athletes.models import Athlete


def sight_of(context: dict[str, Any]) -> Sight:
    """The caller's, made once for an answer. Without a caller there is no answer."""
    if "sight" not in context:
        context["sight"] = Sight(context["request"].user)
    sight: Sight = context["sight"]
    return sight


class Withholding(serializers.ModelSerializer[Any]):
    """Null where the athlete shares only the status with the caller; `status_only` says so."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for name in self._withheld & fields.keys():
            fields[name].allow_null = True
        return {**fields, "status_only": serializers.SerializerMethodField()}

    def get_status_only(self, row: Any) -> bool:
        """The athlete shares only the status with the caller: what says more is null, which is no “no”."""
        return not sight_of(self.context).is_whole(athlete_of(row))

    def to_representation(self, row: Any) -> dict[str, Any]:
        told: dict[str, Any] = super().to_representation(row)
        if not told["status_only"]:
            return told
        withheld = dict.fromkeys(self._withheld & told.keys())
        return {**told, **withheld, **self.told_anyway(row)}

    def told_anyway(self, row: Any) -> dict[str, Any]:
        """What is said instead of null."""
        return {}

    @property
    def _withheld(self) -> frozenset[str]:
        return access.WITHHELD[self.Meta.model.__name__]  # type: ignore[attr-defined]


def athlete_of(row: Any) -> Athlete:
    """Whom a record is about."""
    if isinstance(row, Athlete):
        return row
    for step in type(row).objects.all().athlete_path.split("__"):
        row = getattr(row, step)
    assert isinstance(row, Athlete)
    return row
