"""Clubs, squads, athletes and the roles that people hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone as clock
from django.utils.translation import gettext as _

from athletes import access
from athletes.consent import was_of_age
from athletes.models import Athlete, Club, Membership, PainReport, Squad, User
from athletes.security_log import note
from athletes.services import audit, consents
from guidance import KNOWLEDGE, Answers, InvalidAnswers


@transaction.atomic
def create_club(*, by: User, name: str, squad_name: str, first_step: int = 0) -> Squad:
    """A club with its first squad; `by` owns the one and coaches the other.

    With `first_step` its owner is led on from that step.
    """
    club = Club.objects.create(name=name, first_step=first_step)
    squad = Squad.objects.create(club=club, name=squad_name)
    Membership.objects.create(user=by, club=club, role=access.OWNER)
    grant_role(user=by, squad=squad, role=access.COACH)
    return squad


def grant_role(*, user: User, squad: Squad, role: str) -> Membership:
    """Give `user` a role for one squad more. Inner step of services that checked who may."""
    membership, _new = Membership.objects.get_or_create(user=user, club=squad.club, role=role)
    if membership.ended_at:  # who comes back does not see the squads of before again
        membership.squads.clear()
        membership.ended_at = None
        membership.save(update_fields=["ended_at"])
    membership.squads.add(squad)
    note("role_given", user_id=user.pk, how=role)
    return membership


@transaction.atomic
def create_squad(*, by: User, club: Club, name: str) -> Squad:
    """A further squad of a club that `by` owns; `by` coaches it until somebody else does.

    Raises ValidationError where the club has one of that name already.
    """
    access.require_owns_club(by, club)
    Club.objects.select_for_update(no_key=True).get(
        pk=club.pk
    )  # two at once would not see each other's
    squad = Squad(club=club, name=name)
    require_name_is_free(squad)
    squad.full_clean()
    squad.save()
    grant_role(user=by, squad=squad, role=access.COACH)
    return squad


def require_name_is_free(squad: Squad) -> None:
    """Two squads of one name would be mistaken for each other."""
    if squad.club.squads.filter(name__iexact=squad.name).exclude(pk=squad.pk).exists():
        raise ValidationError({"name": _("The club already has a squad of this name.")})


@transaction.atomic
def add_athlete(
    *,
    by: User,
    squad: Squad,
    name: str,
    timezone: str = "UTC",
    birth_date: date | None = None,
    background: dict[str, Any] | None = None,
    consent_told: bool = False,
    is_made_up: bool = False,
) -> Athlete:
    """An athlete without a log-in yet. Raises InvalidAnswers, ValidationError.

    `consent_told`: they (for a minor: a guardian) told `by` that they agree to what is kept.
    """
    access.require_leads_squad(by, squad)
    if not is_made_up:
        access.require_takes_real_people(squad)
    athlete = Athlete(
        club=squad.club,
        name=name,
        timezone=timezone,
        birth_date=birth_date,
        background=lasting_facts(background or {}),
    )
    athlete.full_clean()
    athlete.save()
    athlete.squads.add(squad)
    if consent_told:
        consents.note_told(by=by, athlete=athlete)
    told = ["name", "timezone", "birth_date", "background"]
    audit.record_change(
        by=by, athletes=[athlete], what="athlete", record_key=athlete.pk, fields=told
    )
    return athlete


def lasting_facts(raw: Mapping[str, object]) -> dict[str, Any]:
    """A background in its canonical form. Raises InvalidAnswers.

    A sign that comes and goes is refused: kept here, its “no” would answer for every later report.
    """
    facts = Answers.parse(raw).as_dict()
    known = KNOWLEDGE.findings
    passing = {
        name: f"{known[name].short}: this can change. Tell it in a report, not in the background."
        for name in facts
        if not known[name].profile
    }
    if passing:
        raise InvalidAnswers(passing)
    return facts


def keep_lasting_facts(*, by: User, report: PainReport, in_hindsight: bool = False) -> None:
    """What a report told about lasting facts goes into the profile, so that it is asked once.

    The athlete's own word counts: it also changes what was known, and a "not sure" makes it unknown
    again. Somebody else's word, and history that is entered later, only fills in what is unknown; where
    it contradicts, the report shows the difference. Inner step: the caller holds the lock on the athlete.
    """
    athlete, before = report.athlete, report.athlete.background
    told = {name: value for name, value in report.answers.items() if is_lasting(name)}
    definite = {name: value for name, value in told.items() if value != UNSURE}
    if athlete.user_id in (None, by.pk) and not in_hindsight:
        doubted = told.keys() - definite.keys()
        after = {name: value for name, value in before.items() if name not in doubted} | definite
    else:
        known = {name: value for name, value in before.items() if value != UNSURE}
        after = {**before, **definite, **known}
    if after != before:
        athlete.background = after
        athlete.save(update_fields=["background"])


def is_lasting(finding: str) -> bool:
    """Whether an answer in a report may be kept. A number is out of date by the next report."""
    known = KNOWLEDGE.findings.get(finding)
    return known is not None and known.profile and known.kind != "number"


UNSURE = "unsure"
EDITABLE = ("name", "timezone", "birth_date", "background")


@transaction.atomic
def update_athlete(*, by: User, athlete: Athlete, **changes: Any) -> Athlete:
    """Change name, zone, birth date or background: by the athlete or from the desk.

    Raises InvalidAnswers, ValidationError.
    """
    access.require_may_report_for(by, athlete)
    if "background" in changes:
        access.require_told_all(by, athlete)
    unknown = set(changes) - set(EDITABLE)
    if unknown:
        raise TypeError(f"not a field of an athlete that can be changed: {sorted(unknown)}")
    athlete = Athlete.objects.select_for_update(no_key=True).get(pk=athlete.pk)
    if "background" in changes:
        changes["background"] = lasting_facts(changes["background"])
        if _is_told_more(athlete, changes["background"]):
            consents.require(athlete)
    if "birth_date" in changes:
        _require_may_set_birth_date(by, athlete, changes["birth_date"])
    for field, value in changes.items():
        setattr(athlete, field, value)
    athlete.full_clean(exclude=["club", "user"])
    athlete.save(update_fields=list(changes))
    audit.record_change(
        by=by, athletes=[athlete], what="athlete", record_key=athlete.pk, fields=changes
    )
    return athlete


def _is_told_more(athlete: Athlete, background: dict[str, Any]) -> bool:
    """What stands there may be taken back, or sent again, by who has not agreed."""
    return any(athlete.background.get(name) != told for name, told in background.items())


def _require_may_set_birth_date(by: User, athlete: Athlete, day: date | None) -> None:
    """A minor does not come of age by typing another year: a guardian or a coach corrects it."""
    if athlete.user_id != by.pk or athlete.birth_date in (None, day):
        return
    changed = Athlete(club=athlete.club, birth_date=day)
    now = clock.now()
    if not was_of_age(athlete, now) and was_of_age(changed, now) is not False:
        raise ValidationError({"birth_date": _("Ask a guardian or your coach to correct this.")})
