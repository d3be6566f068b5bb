"""How lists are narrowed down and ordered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django_filters import rest_framework as filters
from django_filters.fields import IsoDateTimeField

from athletes.models import Athlete, CheckIn, Comment, Episode, Escalation, PainReport
from athletes.models.base import LEVELS


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


class AthleteFilter(filters.FilterSet):
    squad = filters.UUIDFilter(field_name="squads", distinct=True)
    club = filters.UUIDFilter(field_name="club")

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
    ordering = filters.OrderingFilter(
        fields=(("reported_at", "reported_at"), ("pain_shown", "pain_now"))
    )

    class Meta:
        model = PainReport
        fields: tuple[str, ...] = ()


class EpisodeFilter(filters.FilterSet):
    athlete = filters.UUIDFilter(field_name="athlete")
    open = filters.BooleanFilter(field_name="closed_at", lookup_expr="isnull")
    ordering = filters.OrderingFilter(fields=("opened_at",))

    class Meta:
        model = Episode
        fields: tuple[str, ...] = ()


class CommentFilter(filters.FilterSet):
    episode = filters.UUIDFilter(field_name="episode")

    class Meta:
        model = Comment
        fields: tuple[str, ...] = ()


class EscalationFilter(filters.FilterSet):
    athlete = filters.UUIDFilter(field_name="athlete")
    episode = filters.UUIDFilter(field_name="episode")
    state = filters.MultipleChoiceFilter(choices=Escalation._meta.get_field("state").choices)
    level = filters.MultipleChoiceFilter(choices=LEVELS)
    ordering = filters.OrderingFilter(fields=("opened_at", "acknowledge_by"))

    class Meta:
        model = Escalation
        fields: tuple[str, ...] = ()


class CheckInFilter(filters.FilterSet):
    athlete = filters.UUIDFilter(field_name="episode__athlete")
    episode = filters.UUIDFilter(field_name="episode")
    state = filters.MultipleChoiceFilter(choices=CheckIn._meta.get_field("state").choices)
    ordering = filters.OrderingFilter(fields=("due_at",))

    class Meta:
        model = CheckIn
        fields: tuple[str, ...] = ()
