"""References to rows and people in a body: what the caller does not see is the same mistake as what is not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from athletes.models import Membership, Squad, User

MOST = 200  # more than a club has squads, or a squad coaches


def squads_seen(user: User) -> Any:
    return Squad.objects.visible_to(user)


def squads_to_name(user: User) -> Any:
    """Those that a person at the desk is shown beside something else. As a list of keys: a prefetch of `squads` would
    else be narrowed to the caller's own roles."""
    seen = Squad.objects.seen_from_desk_by(user).values("pk")
    return Squad.objects.filter(pk__in=seen).order_by("name", "id")


def people_seen(user: User) -> Any:
    """Who looks after athletes beside the caller."""
    held = Membership.objects.visible_to(user).values("user")
    return User.objects.filter(pk__in=held, is_active=True)


class References(serializers.ListField):
    """Several at once, by id, looked up together; those that are not seen are named by their place."""

    def __init__(
        self, what: str, rows: Callable[[User], Any], *, key: str = "pk", **kwargs: Any
    ) -> None:
        self.what, self.rows, self.key = what, rows, key
        super().__init__(child=serializers.UUIDField(), max_length=MOST, **kwargs)

    def to_internal_value(self, data: Any) -> list[Any]:
        asked: list[UUID] = super().to_internal_value(data)
        seen = self.rows(self.context["request"].user).filter(**{f"{self.key}__in": asked})
        found = {getattr(row, self.key): row for row in seen}
        if wrong := {
            number: [self._none()] for number, key in enumerate(asked) if key not in found
        }:
            raise ValidationError(wrong)
        return [found[key] for key in dict.fromkeys(asked)]

    def _none(self) -> str:
        return f"There is no such {self.what}."


class Squads(References):
    """Squads that the caller sees."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("squad", squads_seen, **kwargs)


class People(References):
    """People who look after athletes beside the caller, by the id that `memberships/` gives."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("person", people_seen, key="uid", **kwargs)


class Person(serializers.UUIDField):
    """One of them."""

    def to_internal_value(self, data: Any) -> Any:
        uid = super().to_internal_value(data)
        person = people_seen(self.context["request"].user).filter(uid=uid).first()
        if person is None:
            raise ValidationError("There is no such person.")
        return person
