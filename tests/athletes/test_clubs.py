"""How a club is called: who may change it, and what cannot be."""

from datetime import time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from athletes import access
from athletes.access import NotAllowed
from athletes.models import OnCall
from athletes.models.base import LONGEST_WAIT_MIN
from athletes.services import clubs, people
from guidance import Disposition
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def coach(squad):
    return factories.make_coach(squad, name="Tom Becker")


def on_call(squad, user, *, by=None, squads=None, begins_h=0.0, ends_h=None):
    now = timezone.now()
    return clubs.put_on_call(
        by=by or squad.coach,
        club=squad.club,
        user=user,
        squads=[squad] if squads is None else squads,
        starts_at=now + timedelta(hours=begins_h),
        ends_at=None if ends_h is None else now + timedelta(hours=ends_h),
    )


# --- times, hours, contacts ---


def test_an_owner_shortens_a_wait(squad):
    clubs.update_club(by=squad.coach, club=squad.club, wait_same_day_min=20)
    squad.club.refresh_from_db()
    assert squad.club.wait_for(Disposition.SAME_DAY) == timedelta(minutes=20)


@pytest.mark.parametrize("level", LONGEST_WAIT_MIN)
@pytest.mark.parametrize("more_min", [-10_000, 1])
def test_no_wait_is_longer_than_the_default_or_none(squad, level, more_min):
    field = f"wait_{level.value}_min"
    wanted = max(LONGEST_WAIT_MIN[level] + more_min, 0)
    with pytest.raises(ValidationError) as refused:
        clubs.update_club(by=squad.coach, club=squad.club, **{field: wanted})
    assert field in refused.value.message_dict


@pytest.mark.parametrize(
    ("begin", "end", "field"),
    [
        (time(22), None, "quiet_until"),
        (None, time(7), "quiet_from"),
        (time(22), time(22), "quiet_until"),
        (time(16), time(8, 1), "quiet_until"),
        (time(6), time(22, 1), "quiet_until"),
        (time(0), time(23, 59), "quiet_until"),
    ],
)
def test_quiet_hours_begin_and_end(squad, begin, end, field):
    with pytest.raises(ValidationError) as refused:
        clubs.update_club(by=squad.coach, club=squad.club, quiet_from=begin, quiet_until=end)
    assert list(refused.value.message_dict) == [field]


@pytest.mark.parametrize(("begin", "end"), [(time(16), time(8)), (time(6), time(22))])
def test_quiet_hours_of_two_thirds_of_a_day_are_the_longest(squad, begin, end):
    clubs.update_club(by=squad.coach, club=squad.club, quiet_from=begin, quiet_until=end)
    squad.club.refresh_from_db()
    assert (squad.club.quiet_from, squad.club.quiet_until) == (begin, end)


def test_only_owners_change_a_club_and_only_what_is_offered(squad, coach):
    with pytest.raises(NotAllowed):
        clubs.update_club(by=coach, club=squad.club, contact_phone="1")
    with pytest.raises(TypeError):
        clubs.update_club(by=squad.coach, club=squad.club, is_demo=True)


# --- on call ---


def test_a_coach_is_put_on_call_for_their_squad(squad, coach):
    row = on_call(squad, coach, by=coach, ends_h=8)
    assert (row.user, list(row.squads.all())) == (coach, [squad])


def test_whole_club_on_call_is_for_owners_by_owners(squad, coach):
    with pytest.raises(NotAllowed):
        on_call(squad, coach, by=coach, squads=[])
    with pytest.raises(ValidationError, match="Only an owner sees all squads"):
        on_call(squad, coach, squads=[])
    assert not on_call(squad, squad.coach, squads=[]).squads.exists()


def test_who_could_not_open_the_message_is_not_put_on_call(squad, coach):
    other = people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    athlete = factories.make_athlete(squad).user
    with pytest.raises(ValidationError, match="does not look after Sprinters"):
        on_call(squad, coach, squads=[squad, other])
    for stranger in (athlete, factories.make_club().coach):
        with pytest.raises(ValidationError, match="does not look after"):
            on_call(squad, stranger)


def test_a_clinician_decides_for_nobody_and_a_stranger_not_either(squad, coach):
    clinician = factories.make_coach(squad, role=access.CLINICIAN)
    for by in (clinician, factories.make_club().coach):
        with pytest.raises(NotAllowed):
            on_call(squad, coach, by=by)
    assert on_call(squad, clinician, by=coach).user == clinician


def test_squads_of_another_club_are_refused(squad, coach):
    elsewhere = factories.make_club(owner=squad.coach)
    with pytest.raises(ValidationError, match="squads of this club"):
        on_call(squad, squad.coach, squads=[elsewhere])


@pytest.mark.parametrize(("begins_h", "ends_h"), [(2, 1), (-5, -1), (1, 1)])
def test_a_time_that_is_over_or_runs_backward_is_refused(squad, coach, begins_h, ends_h):
    with pytest.raises(ValidationError) as refused:
        on_call(squad, coach, begins_h=begins_h, ends_h=ends_h)
    assert list(refused.value.message_dict) == ["ends_at"]


def test_a_double_click_puts_on_call_once(squad, coach):
    on_call(squad, coach, ends_h=8)
    with pytest.raises(ValidationError, match="on call then already"):
        on_call(squad, coach, ends_h=8)
    on_call(squad, coach, begins_h=8.1, ends_h=20)
    assert OnCall.objects.count() == 2


def test_ending_leaves_what_was_and_takes_away_what_was_to_come(squad, coach):
    running = on_call(squad, coach, begins_h=-1)
    to_come = on_call(squad, squad.coach, begins_h=5)
    for row in (running, to_come):
        clubs.end_on_call(by=squad.coach, on_call=row)
    left = OnCall.objects.get()
    assert left == running
    assert left.ends_at <= timezone.now()


def test_who_may_end_it(squad, coach):
    other = factories.make_coach(squad)
    clinician = factories.make_coach(squad, role=access.CLINICIAN)
    row = on_call(squad, coach, begins_h=-1)
    whole = on_call(squad, squad.coach, squads=[], begins_h=-1)
    for by, what in ((clinician, row), (factories.make_club().coach, row), (other, whole)):
        with pytest.raises(NotAllowed):
            clubs.end_on_call(by=by, on_call=what)
    own = on_call(squad, clinician, begins_h=-1)
    clubs.end_on_call(by=clinician, on_call=own)
    own.refresh_from_db()
    assert own.ends_at


# --- own coaches ---


def test_a_squads_coach_says_who_is_told_first(squad, coach):
    athlete = factories.make_athlete(squad)
    clubs.set_own_coaches(by=coach, athlete=athlete, coaches=[coach])
    assert list(athlete.own_coaches.all()) == [coach]
    clubs.set_own_coaches(by=squad.coach, athlete=athlete, coaches=[])
    assert not athlete.own_coaches.exists()


def test_own_coaches_look_after_the_athlete_and_are_not_the_athlete(squad, coach):
    athlete = factories.make_athlete(squad)
    runs_too = factories.make_athlete(squad)
    runs_too.user = coach
    runs_too.save()
    for whose, who in ((athlete, factories.make_club().coach), (runs_too, coach)):
        with pytest.raises(ValidationError) as refused:
            clubs.set_own_coaches(by=squad.coach, athlete=whose, coaches=[who])
        assert list(refused.value.message_dict) == ["coaches"]


def test_clinicians_and_strangers_do_not_say_who_is_told_first(squad, coach):
    athlete = factories.make_athlete(squad)
    clinician = factories.make_coach(squad, role=access.CLINICIAN)
    for by in (clinician, athlete.user, factories.make_club().coach):
        with pytest.raises(NotAllowed):
            clubs.set_own_coaches(by=by, athlete=athlete, coaches=[coach])
