"""How lists are narrowed down and ordered."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django_filters import rest_framework as filters
from django_filters.fields import IsoDateTimeField

from athletes.models import (
    Athlete,
    CheckIn,
    Comment,
    Episode,
    Escalation,
    PainReport,
    Squad,
)
from athletes.models.base import LEVELS
from coaching.api.pagination import time_of_change

NO_ZONE = (
    "Write a time with its zone: 2026-06-01T08:00:00Z, or +02:00 at its end, with the “+” escaped."
)

FLAGS = {"true": True, "1": True, "false": False, "0": False}
WITH_ZONE = re.compile(r"\d:\d\d.*(Z|[+-]\d\d(:?\d\d)?)$", re.IGNORECASE)


class MomentField(IsoDateTimeField):
    """A time that every database can hold: at the edge of the calendar a zone can push it out."""

    def to_python(self, value: Any) -> datetime | None:
        try:
            moment: datetime | None = super().to_python(value)
            if moment is not None:
                moment.astimezone(UTC)
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        return moment


class Moment(filters.IsoDateTimeFilter):
    field_class = MomentField


class ZonedMomentField(MomentField):
    """A time without a zone is another moment for everybody who reads it."""

    def to_python(self, value: Any) -> datetime | None:
        if isinstance(value, str) and value.strip() and not WITH_ZONE.search(value.strip()):
            raise ValidationError(NO_ZONE, code="invalid")
        return super().to_python(value)


class Since(Moment):
    """For keeping a copy up to date: what was changed at that time or later."""

    field_class = ZonedMomentField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Changed then or later. Ask from a minute before the last.", **kwargs
        )

    def filter(self, qs: QuerySet[Any], value: datetime | None) -> QuerySet[Any]:
        if value is None:
            return qs
        return qs.filter(**{f"{time_of_change(qs)[0]}__gte": value})


class FlagField(forms.Field):
    def to_python(self, value: Any) -> bool | None:
        if value in self.empty_values:
            return None
        if value.lower() not in FLAGS:
            raise ValidationError("This is true or false.", code="invalid")
        return FLAGS[value.lower()]


class Flag(filters.BooleanFilter):
    """True or false. Anything else is refused, never ignored: a filter that does not filter shows too much."""

    field_class = FlagField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, widget=forms.TextInput, **kwargs)


class Ordering(filters.OrderingFilter):
    """Rows that are alike stand in the order of their ids: a page never shifts, and no place gives anything away."""

    def filter(self, qs: Any, value: Any) -> Any:
        ordered = super().filter(qs, value)
        return ordered.order_by(*ordered.query.order_by, "pk") if value else ordered


class SquadFilter(filters.FilterSet):
    club = filters.UUIDFilter(field_name="club")
    updated_since = Since()
    ordering = Ordering(fields=("name", "updated_at"))

    class Meta:
        model = Squad
        fields: tuple[str, ...] = ()


class AthleteFilter(filters.FilterSet):
    squad = filters.UUIDFilter(field_name="squads", distinct=True)
    club = filters.UUIDFilter(field_name="club")
    updated_since = Since()
    ordering = Ordering(fields=("name", "updated_at"))

    class Meta:
        model = Athlete
        fields: tuple[str, ...] = ()


class ReportFilter(filters.FilterSet):
    athlete = filters.UUIDFilter(field_name="athlete")
    episode = filters.UUIDFilter(field_name="episode")
    disposition = filters.MultipleChoiceFilter(choices=LEVELS)
    date = filters.DateFilter(field_name="reported_at", lookup_expr="date", label="A day in UTC.")
    reported_at__gte = Moment(field_name="reported_at", lookup_expr="gte")
    reported_at__lte = Moment(field_name="reported_at", lookup_expr="lte")
    # By the pain that the caller is told: the place in a list must not say what the row does not.
    ordering = Ordering(
        fields=(
            ("reported_at", "reported_at"),
            ("pain_shown", "pain_now"),
            ("changed_at", "updated_at"),
        )
    )
    updated_since = Since()

    class Meta:
        model = PainReport
        fields: tuple[str, ...] = ()


class EpisodeFilter(filters.FilterSet):
    athlete = filters.UUIDFilter(field_name="athlete")
    open = Flag(field_name="closed_at", lookup_expr="isnull")
    updated_since = Since()
    ordering = Ordering(fields=(("opened_at", "opened_at"), ("changed_at", "updated_at")))

    class Meta:
        model = Episode
        fields: tuple[str, ...] = ()


class CommentFilter(filters.FilterSet):
    episode = filters.UUIDFilter(field_name="episode")
    updated_since = Since()
    ordering = Ordering(fields=("created_at", "updated_at"))

    class Meta:
        model = Comment
        fields: tuple[str, ...] = ()


class EscalationFilter(filters.FilterSet):
    athlete = filters.UUIDFilter(field_name="athlete")
    episode = filters.UUIDFilter(field_name="episode")
    state = filters.MultipleChoiceFilter(choices=Escalation._meta.get_field("state").choices)
    level = filters.MultipleChoiceFilter(choices=LEVELS)
    ordering = Ordering(fields=("opened_at", "acknowledge_by", "updated_at"))
    updated_since = Since()

    class Meta:
        model = Escalation
        fields: tuple[str, ...] = ()


class CheckInFilter(filters.FilterSet):
    athlete = filters.UUIDFilter(field_name="episode__athlete")
    episode = filters.UUIDFilter(field_name="episode")
    state = filters.MultipleChoiceFilter(choices=CheckIn._meta.get_field("state").choices)
    ordering = Ordering(fields=("due_at", "updated_at"))
    updated_since = Since()

    class Meta:
        model = CheckIn
        fields: tuple[str, ...] = ()
