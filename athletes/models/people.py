"""Athletes."""

from __future__ import annotations

import zoneinfo
from datetime import date
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from athletes import access
from athletes.models.base import Changing, KeepsTime, one_of
from athletes.models.clubs import Club, Squad, validate_zone
from athletes.models.users import User
from guidance import KNOWLEDGE, Answers

SHARE_ALL, SHARE_STATUS = access.SHARE_ALL, access.SHARE_STATUS
SHARING = [
    (SHARE_ALL, gettext_lazy("All that I tell")),
    (SHARE_STATUS, gettext_lazy("Only whether I can train, and my plan")),
]


class AthleteQuerySet(KeepsTime["Athlete"]):
    def real(self) -> Self:
        """Without the nobody of a drill, who belongs into no list and no figure."""
        return self.filter(is_drill=False)

    def seen_from_desk_by(self, user: Any) -> Self:
        """Athletes that `user` looks after as a coach, clinician or owner."""
        if isinstance(user, AnonymousUser):
            return self.none()
        squads = Squad.objects.filter(access.squads_seen_by(user)).values("pk")
        links = Athlete.squads.through.objects.filter(squad__in=squads).values("athlete_id")
        clubs = Club.objects.filter(access.clubs_led_by(user)).values("pk")
        return self.filter(Q(pk__in=links) | Q(club__in=clubs), left_at=None)

    def seen_as_clinician_by(self, user: Any) -> Self:
        """Athletes of the squads in which `user` is a clinician."""
        if isinstance(user, AnonymousUser):
            return self.none()
        squads = Squad.objects.filter(access.squads_treated_by(user)).values("pk")
        links = Athlete.squads.through.objects.filter(squad__in=squads).values("athlete_id")
        return self.filter(pk__in=links, left_at=None)

    def that_left(self, user: Any) -> Self:
        """Who has left the squads that `user` leads, or the clubs that they own."""
        if isinstance(user, AnonymousUser):
            return self.none()
        squads = Squad.objects.led_by(user).values("pk")
        links = Athlete.squads.through.objects.filter(squad__in=squads).values("athlete_id")
        clubs = Club.objects.filter(access.clubs_led_by(user)).values("pk")
        return self.real().filter(Q(pk__in=links) | Q(club__in=clubs), left_at__isnull=False)

    def told_about_themselves(self, user: Any) -> Self:
        """The athlete that `user` is, in each club, and those that they are the guardian of now."""
        return self.whose_data_is_of(user).filter(left_at=None)

    def whose_data_is_of(self, user: Any) -> Self:
        """The same people, also once they have left: what was told is still theirs to take away, and to erase."""
        if isinstance(user, AnonymousUser):
            return self.none()
        wards = Athlete.objects.filter(access.wards_of(user, timezone.now())).values("pk")
        return self.filter(Q(user=user) | Q(pk__in=wards))

    def visible_to(self, user: Any) -> Self:
        if isinstance(user, AnonymousUser):
            return self.none()
        desk = Athlete.objects.seen_from_desk_by(user).values("pk")
        own = Athlete.objects.told_about_themselves(user).values("pk")
        return self.filter(Q(pk__in=own) | Q(pk__in=desk))

    def told_whole_to(self, user: Any) -> Self:
        """Of whom `user` is told all, and not the status only: see access/sight.py."""
        own = Athlete.objects.told_about_themselves(user).values("pk")
        treated = Athlete.objects.seen_as_clinician_by(user).values("pk")
        closest = Q(pk__in=own) | Q(pk__in=treated)
        return self.visible_to(user).filter(closest | Q(sharing=SHARE_ALL))


def validate_birth_date(day: date) -> None:
    """One sentence for every face. A face that took more than the record does would fail at saving."""
    if not 0 <= timezone.now().year - day.year <= 120 or day > timezone.now().date():
        raise ValidationError(
            _("This cannot be a date of birth: that lies in the past, at most 120 years back.")
        )


class Athlete(Changing):
    """The person who may be hurt, with or without a log-in of their own."""

    club = models.ForeignKey(Club, on_delete=models.CASCADE, related_name="athletes")
    squads = models.ManyToManyField(Squad, related_name="athletes", blank=True)
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="athletes"
    )
    name = models.CharField(max_length=120)
    timezone = models.CharField(max_length=64, default="UTC", validators=[validate_zone])
    birth_date = models.DateField(null=True, blank=True, validators=[validate_birth_date])
    background = models.JSONField(
        default=dict,
        blank=True,
        help_text="Lasting facts asked once, as findings: sex, prior injuries, risk items.",
    )
    own_coaches = models.ManyToManyField(
        User,
        related_name="+",
        blank=True,
        help_text="Told first. Without any, all coaches of the squads are.",
    )
    sharing = models.CharField(
        max_length=6,
        choices=SHARING,
        default=SHARE_ALL,
        help_text="What coaches and owners see of it; chosen by the athlete.",
    )
    is_drill = models.BooleanField(
        default=False, help_text="Nobody: made by a drill of the chain, and in no figure."
    )
    left_at = models.DateTimeField(null=True, blank=True)

    objects = AthleteQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            UniqueConstraint(
                fields=["club", "user"],
                condition=Q(user__isnull=False),
                name="one_athlete_per_user_and_club",
            ),
            models.CheckConstraint(
                condition=one_of("sharing", SHARING), name="athlete_sharing_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.timezone)

    @property
    def is_drill_over(self) -> bool:
        """Whether a drill made this athlete and has ended: what is still judged of it calls nobody."""
        return self.is_drill and self.left_at is not None

    def known_facts(self, today: date) -> dict[str, Any]:
        """Findings that need not be asked again: the background, and the age in whole years.

        Only what is lasting and what today's knowledge takes: all else is asked anew.
        """
        facts = dict(self.background)
        if self.birth_date:
            had_birthday = (today.month, today.day) >= (self.birth_date.month, self.birth_date.day)
            facts["age"] = today.year - self.birth_date.year - (0 if had_birthday else 1)
        usable = Answers.recall(facts).as_dict()
        return {name: told for name, told in usable.items() if KNOWLEDGE.findings[name].profile}
