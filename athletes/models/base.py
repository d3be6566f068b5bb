"""What every record shares: an id that says nothing, and a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Self, TypeVar

import uuid_utils.compat as uuids
from django.db import models
from django.db.models import Case, IntegerField, Q, Value, When
from django.utils import timezone

from athletes import looking
from guidance import Disposition

Row = TypeVar("Row", bound=models.Model, covariant=True)

LEVELS = [(level.value, level.value.replace("_", " ")) for level in Disposition]

# How long a level may wait for a person, in minutes (design.md section 5). A club may only shorten it.
LONGEST_WAIT_MIN = {
    Disposition.EMERGENCY_NOW: 15,
    Disposition.SAME_DAY: 60,
    Disposition.WITHIN_DAYS: 24 * 60,
    Disposition.COACH_REVIEW: 48 * 60,
}
MOST_QUIET_H = 16  # more would leave no time of the day in which a review can reach anybody
# How long quiet hours can ever hold back a review: a day, and the hour that the clocks are set back in it.
LONGEST_QUIET = timedelta(hours=25)
# How far ahead a clock can ever stand. A review may come up in quiet hours, and run out in the next ones.
LONGEST_CLOCK = {
    level: timedelta(minutes=longest)
    + (2 * LONGEST_QUIET if level == Disposition.COACH_REVIEW else timedelta(0))
    for level, longest in LONGEST_WAIT_MIN.items()
}


class Record(models.Model):
    """A row with a time-ordered UUID: it can stand in a URL and tells nobody how many there are."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        row = super().from_db(*args, **kwargs)
        looking.note(row)
        return row


class KeepsTime(models.QuerySet[Row]):
    """Rows changed in one go say when, like rows that are saved one by one."""

    def update(self, **changes: Any) -> int:
        if issubclass(self.model, Changing):
            changes.setdefault("updated_at", timezone.now())  # written as `save` writes it
        return super().update(**changes)


class Changing(Record):
    """A record that programs keep a copy of: `updated_at` says when to fetch it anew."""

    updated_at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.updated_at = timezone.now()
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "updated_at"} if fields else fields
        super().save(*args, **kwargs)


def one_of(field: str, values: Sequence[tuple[str, Any]], *, blank: bool = False) -> Q:
    """The check that `field` holds one of the choices `values` (or nothing, with `blank`)."""
    allowed = [value for value, _ in values]
    return Q(**{f"{field}__in": [*allowed, ""] if blank else allowed})


def urgency_of(field: str) -> Case:
    """A disposition column as a number, 0 for self-care to 4 for an emergency."""
    steps = [
        When(**{field: level.value}, then=Value(rank)) for rank, level in enumerate(Disposition)
    ]
    return Case(*steps, default=Value(-1), output_field=IntegerField())
