"""Whose data a request is handed: noted row by row as it comes out of the database, so that no view can forget it.

A request opens a `Seen` (`watching`); outside of one, in workers and commands, nothing is noted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.db import models

Path = tuple[str, ...]


class Subject(NamedTuple):
    """An athlete, as far as the audit needs to know one."""

    pk: UUID
    club_id: UUID
    user_id: int | None


@dataclass
class Seen:
    """What one request was handed, and by which face it came."""

    face: str
    athletes: dict[UUID, Subject] = field(default_factory=dict)
    # Rows by what they belong to: `owners[Comment][pk]` is an episode's key, or None where that was not fetched.
    owners: dict[type[models.Model], dict[UUID, UUID | None]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    written: set[UUID] = field(default_factory=set)  # athletes that an entry of this request names
    # What stands on a page that is about somebody else, such as a banner: by its name.
    beside: dict[str, Seen] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.athletes or self.owners)

    def subjects(self) -> list[Subject]:
        """The athletes behind all rows. What was not fetched with them is asked for: one query a kind of row."""
        keys = {key for model in list(self.owners) for key in self._athletes_of(model)}
        if missing := keys - self.athletes.keys():
            found = _athlete_model()._base_manager.filter(pk__in=missing)
            for subject in found.values_list("pk", "club_id", "user_id"):
                self.athletes[subject[0]] = Subject(*subject)
        return list(self.athletes.values())

    def _athletes_of(self, model: type[models.Model]) -> set[UUID]:
        found, unknown = set(), []
        for pk in self.owners[model]:
            athlete = self._climb(model, pk)
            found.add(athlete) if athlete else unknown.append(pk)
        if unknown:
            path = "__".join(path_to_athlete(model) or ())
            found |= set(model._base_manager.filter(pk__in=unknown).values_list(path, flat=True))
        return found

    def _climb(self, model: type[models.Model], pk: UUID) -> UUID | None:
        """From a row to its athlete over rows that were fetched too; None where one of them was not."""
        at: type[models.Model] = model
        key: UUID | None = pk
        for step in path_to_athlete(model) or ():
            key = self.owners[at].get(key) if key else None
            at = at._meta.get_field(step).related_model  # type: ignore[assignment]
        return key


_watching: ContextVar[Seen | None] = ContextVar("seen", default=None)


@contextmanager
def watching(face: str) -> Iterator[Seen]:
    seen = Seen(face)
    token = _watching.set(seen)
    try:
        yield seen
    finally:
        _watching.reset(token)


@contextmanager
def beside(name: str) -> Iterator[None]:
    """What is handed out meanwhile is not what the page is about: it gets an entry of its own, called `name`."""
    page = _watching.get()
    if page is None:
        yield
        return
    token = _watching.set(page.beside.setdefault(name, Seen(page.face)))
    try:
        yield
    finally:
        _watching.reset(token)


def current() -> Seen | None:
    """What the request that is under way was handed so far."""
    return _watching.get()


def note(row: models.Model) -> None:
    """A row came out of the database."""
    seen = _watching.get()
    if seen is None:
        return
    path = path_to_athlete(type(row))
    if path is None:
        return
    known: dict[str, Any] = row.__dict__
    if not path:
        if "club_id" in known and "user_id" in known:
            seen.athletes[known["id"]] = Subject(known["id"], known["club_id"], known["user_id"])
    else:
        seen.owners[type(row)][known["id"]] = known.get(f"{path[0]}_id")


@cache
def path_to_athlete(model: type[models.Model]) -> Path | None:
    """The steps from a row to its athlete; none from an athlete; None for what belongs to nobody."""
    if model is _athlete_model():
        return ()
    rows = getattr(model._default_manager, "_queryset_class", None)
    path = getattr(rows, "athlete_path", None)
    return tuple(path.split("__")) if path else None


@cache
def _athlete_model() -> type[models.Model]:
    return apps.get_model("athletes", "Athlete")
