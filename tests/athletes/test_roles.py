"""What the table of roles says is so, and docs/roles.md says the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from athletes import access
from athletes.access import ROLES, SHARE_STATUS, May
from athletes.access.page import as_markdown
from athletes.models import Athlete, ClinicianNote, Squad
from athletes.services import memberships, notes, people, sharing
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = Path(__file__).parents[2] / "docs" / "roles.md"


def test_the_page_is_made_from_the_code() -> None:
    assert PAGE.read_text() == as_markdown(), "run `make docs`"


@pytest.mark.parametrize("role", ROLES.values())
def test_every_role_says_what_it_is(role: Any) -> None:
    assert role.name
    assert role.of
    assert len(role.what) > 40


@pytest.fixture
def cast(db: None) -> dict[str, Any]:
    squad = factories.make_club()
    young = date(timezone.now().year - 15, 1, 1)
    athlete = factories.make_athlete(squad, birth_date=young, consents=False)
    report = factories.make_report(
        athlete, by=factories.make_guardian(athlete), answers=factories.STRAIN
    )
    clinician = factories.make_coach(squad, role=access.CLINICIAN)
    notes.add_note(by=clinician, episode=report.episode, text="A note")
    return {
        "squad": squad,
        "athlete": athlete,
        "episode": report.episode,
        "owner": factories.make_coach(squad, role=access.OWNER),
        "coach": factories.make_coach(squad),
        "clinician": clinician,
        "guardian": athlete.guardianships.get().user,
    }


def can(user: Any, what: May, cast: dict[str, Any]) -> bool:
    """As the services and the reads have it."""
    athlete, squad, episode = cast["athlete"], cast["squad"], cast["episode"]
    seen, told = Athlete.objects.visible_to(user), Athlete.objects.told_whole_to(user)
    acts = {
        May.WRITE_NOTES: lambda: notes.add_note(by=user, episode=episode, text="One more"),
        May.REPORT: lambda: access.require_may_report_for(user, athlete),
        May.CHOOSE_SHARING: lambda: sharing.choose_sharing(
            by=user, athlete=athlete, sharing=SHARE_STATUS
        ),
        May.LOOK_AFTER: lambda: access.require_on_desk_of(user, athlete),
        May.LEAD_SQUAD: lambda: access.require_leads_squad(user, squad),
        May.LEAD_CLUB: lambda: access.require_owns_club(user, squad.club),
    }
    if what in acts:
        try:
            acts[what]()
        except access.NotAllowed:
            return False
        return True
    if what is May.READ_NOTES:
        return ClinicianNote.objects.visible_to(user).exists()
    if what is May.SEE_HEALTH_ANYWAY:
        Athlete.objects.filter(pk=athlete.pk).update(sharing=SHARE_STATUS)
    return bool((seen if what is May.SEE_STATUS else told).filter(pk=athlete.pk).exists())


@pytest.mark.parametrize("what", May)
def test_a_role_can_what_the_table_says_and_nothing_else(cast: dict[str, Any], what: May) -> None:
    people = {role: cast[role] for role in ROLES if role != access.ATHLETE}
    people[access.ATHLETE] = cast["athlete"].user
    found = {role for role, user in people.items() if can(user, what, cast)}
    assert found == set(access.who(what))


def test_towards_somebody_else_nobody_is_anything(cast: dict[str, Any]) -> None:
    other = factories.make_athlete(factories.make_club())
    for role in ("owner", "coach", "clinician", "guardian"):
        assert access.roles_towards(cast[role], other) == frozenset()
        assert access.roles_towards(cast[role], cast["athlete"]) == {role}


# ---------------------------------------------------------------- what the state allows


def test_the_last_owner_cannot_go(squad: Squad) -> None:
    last = squad.coach.memberships.get(role=access.OWNER)
    with pytest.raises(ValidationError, match="last owner"):
        memberships.end_membership(by=squad.coach, membership=last)
    other = factories.make_coach(squad, role=access.OWNER)
    memberships.end_membership(by=other, membership=last)
    last.refresh_from_db()
    assert last.ended_at is not None


def test_only_an_owner_ends_roles_and_moves_squads(squad: Squad) -> None:
    coach, other = factories.make_coach(squad), factories.make_coach(squad)
    held = other.memberships.get()
    with pytest.raises(access.NotAllowed):
        memberships.end_membership(by=coach, membership=held)
    with pytest.raises(access.NotAllowed):
        memberships.set_squads(by=coach, membership=held, squads=[])
    foreign = factories.make_club()
    with pytest.raises(ValidationError):
        memberships.set_squads(by=squad.coach, membership=held, squads=[foreign])


def test_what_is_shared_is_logged_with_who_chose_it(squad: Squad, athlete: Athlete) -> None:
    assert sharing.changes_of(athlete) == []
    for chosen in ("status", "status", "full"):
        athlete = sharing.choose_sharing(by=athlete.user, athlete=athlete, sharing=chosen)
    changes = sharing.changes_of(athlete)
    assert [(one.sharing, one.by) for one in changes] == [
        ("full", athlete.user),
        ("status", athlete.user),
    ]
    with pytest.raises(ValidationError):
        sharing.choose_sharing(by=athlete.user, athlete=athlete, sharing="nothing")


def test_who_leads_moves_an_athlete_and_never_out_of_what_another_leads(squad: Squad) -> None:
    other = people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    coach, athlete = factories.make_coach(squad), factories.make_athlete(squad)
    with pytest.raises(ValidationError, match="that you lead"):
        memberships.move_athlete(by=coach, athlete=athlete, squads=[other])
    with pytest.raises(ValidationError, match="at least one"):
        memberships.move_athlete(by=coach, athlete=athlete, squads=[])
    memberships.move_athlete(by=squad.coach, athlete=athlete, squads=[squad, other])
    memberships.move_athlete(by=coach, athlete=athlete, squads=[])
    assert list(athlete.squads.all()) == [other]
    with pytest.raises(access.NotAllowed):
        memberships.move_athlete(by=coach, athlete=athlete, squads=[squad])
