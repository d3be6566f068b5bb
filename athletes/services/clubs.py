"""How a club is called: its times and hours, who is on call, and who is told first of whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from athletes import access
from athletes.models import Athlete, Club, OnCall, Squad, User
from athletes.models.base import LONGEST_WAIT_MIN
from athletes.services import audit, people

STEPS = (1, 2, 3)  # of a new club: itself, how one is told, how athletes come in
EDITABLE = (
    "name",
    "emergency_number",
    "contact_name",
    "contact_phone",
    "contact_email",
    "timezone",
    *(f"wait_{level.value}_min" for level in LONGEST_WAIT_MIN),
    "quiet_from",
    "quiet_until",
    "clinicians_in_chain",
    "needs_second_factor",
    "consent_age",
    "keep_months",
)
DIALLED = ("emergency_number", "contact_phone")
dialled = RegexValidator(
    r"^[0-9 +()./-]*[0-9][0-9 +()./-]*$",
    gettext_lazy("Write the number with digits, for example +49 30 5550199."),
)


@transaction.atomic
def update_club(*, by: User, club: Club, **changes: Any) -> Club:
    """Change its name, times, hours, zone, contacts, or how long it keeps what is over.

    What is being waited for keeps the clock it has. Raises ValidationError; a time can only be shorter than the default.
    """
    access.require_owns_club(by, club)
    unknown = set(changes) - set(EDITABLE)
    if unknown:
        raise TypeError(f"not a field of a club that can be changed: {sorted(unknown)}")
    _require_dialled(changes)
    club = Club.objects.select_for_update(no_key=True).get(pk=club.pk)
    asked = changes.get("needs_second_factor", club.needs_second_factor)
    if asked != club.needs_second_factor:
        changes["second_factor_since"] = timezone.now() if asked else None
    for field, value in changes.items():
        setattr(club, field, value)
    club.full_clean()
    club.save(update_fields=list(changes))
    return club


def _require_dialled(changes: Mapping[str, Any]) -> None:
    """Somebody in need taps on these."""
    wrong = {}
    for field in DIALLED:
        try:
            dialled(changes.get(field) or "112")
        except ValidationError as invalid:
            wrong[field] = invalid
    if wrong:
        raise ValidationError(wrong)


@transaction.atomic
def rename_squad(*, by: User, squad: Squad, name: str) -> Squad:
    """Raises ValidationError where the club has a squad of that name already."""
    access.require_leads_squad(by, squad)
    squad = Squad.objects.select_for_update(no_key=True).get(pk=squad.pk)
    squad.name = name
    people.require_name_is_free(squad)
    squad.full_clean()
    squad.save(update_fields=["name"])
    return squad


def go_to_step(*, by: User, club: Club, step: int) -> None:
    """Which of the first steps `by` has ahead; past the last, and with 0, none. Never back to an earlier one."""
    access.require_owns_club(by, club)
    ahead = step if step in STEPS else 0
    under_way = Club.objects.filter(pk=club.pk, first_step__gt=0)
    if ahead:
        under_way = under_way.filter(first_step__lt=ahead)
    under_way.update(first_step=ahead)


def with_steps_ahead(user: User) -> Club | None:
    """The newest club of `user` whose first steps are not done."""
    owned = Club.objects.filter(access.clubs_led_by(user), first_step__gt=0)
    return owned.order_by("-created_at").first()


@transaction.atomic
def put_on_call(
    *,
    by: User,
    club: Club,
    user: User,
    squads: Collection[Squad],
    starts_at: datetime,
    ends_at: datetime | None,
) -> OnCall:
    """`user` is told first from `starts_at` on, for `squads` or (without any) for the whole club.

    A squad's coaches decide for their squads, the owners for all. Raises ValidationError.
    """
    if squads:
        for squad in squads:
            access.require_leads_squad(by, squad)
    else:
        access.require_owns_club(by, club)
    if any(squad.club_id != club.pk for squad in squads):
        raise ValidationError({"squads": _("Choose squads of this club.")})
    if ends_at is not None and ends_at <= max(starts_at, timezone.now()):
        raise ValidationError(
            {"ends_at": _("The end must lie after the beginning, and ahead of now.")}
        )
    Club.objects.select_for_update(no_key=True).get(
        pk=club.pk
    )  # two at once would not see each other's row
    _require_sees(user, club, squads)
    _require_not_on_call_already(user, club, squads, starts_at, ends_at)
    on_call = OnCall.objects.create(club=club, user=user, starts_at=starts_at, ends_at=ends_at)
    on_call.squads.set(squads)
    return on_call


def _require_sees(user: User, club: Club, squads: Collection[Squad]) -> None:
    """Who is called must be able to open what the message leads to."""
    if access.OWNER in access.desk_memberships(user, club):
        return
    if not squads:
        told = _("Only an owner sees all squads. Choose the squads that this person looks after.")
        raise ValidationError({"squads": told})
    seen = set(Squad.objects.seen_from_desk_by(user).values_list("pk", flat=True))
    if unseen := [squad.name for squad in squads if squad.pk not in seen]:
        told = _("%(who)s does not look after %(squads)s, so could not open the message.") % {
            "who": user,
            "squads": _(", ").join(unseen),
        }
        raise ValidationError({"user": told})


def _require_not_on_call_already(
    user: User,
    club: Club,
    squads: Collection[Squad],
    starts_at: datetime,
    ends_at: datetime | None,
) -> None:
    held = OnCall.objects.filter(club=club, user=user).overlapping(starts_at, ends_at)
    wanted = {squad.pk for squad in squads}
    for row in held.prefetch_related("squads"):
        if {squad.pk for squad in row.squads.all()} == wanted:
            raise ValidationError({"user": _("%(who)s is on call then already.") % {"who": user}})


@transaction.atomic
def end_on_call(*, by: User, on_call: OnCall) -> None:
    """From now on `on_call` calls nobody; what had not begun yet is as if it had never been."""
    squads = list(on_call.squads.all())
    if by.pk != on_call.user_id:
        if squads:
            for squad in squads:
                access.require_leads_squad(by, squad)
        else:
            access.require_owns_club(by, on_call.club)
    now = timezone.now()
    on_call = OnCall.objects.select_for_update(no_key=True).get(pk=on_call.pk)
    if on_call.starts_at >= now:
        on_call.delete()
    elif on_call.ends_at is None or on_call.ends_at > now:
        on_call.ends_at = now
        on_call.save(update_fields=["ends_at"])


@transaction.atomic
def set_own_coaches(*, by: User, athlete: Athlete, coaches: Collection[User]) -> Athlete:
    """Who is told first when this athlete needs somebody; nobody for all coaches of the squads."""
    access.require_leads_athlete(by, athlete)
    for coach in coaches:
        if coach.pk == athlete.user_id or not access.is_on_desk_of(coach, athlete):
            told = _("%(who)s does not look after this athlete, so could not open the message.") % {
                "who": coach
            }
            raise ValidationError({"coaches": told})
    athlete.own_coaches.set(coaches)
    audit.record_change(
        by=by, athletes=[athlete], what="athlete", record_key=athlete.pk, fields=["own_coaches"]
    )
    return athlete
