"""Who is told of whom, step by step; and that it never ends silently."""

from datetime import timedelta

import pytest
from django.utils import timezone

from athletes import access
from athletes.models import Escalation, SquadChannel
from athletes.services import escalations, people
from tests import factories
from tests.athletes.chain_stories import (
    CONTACT,
    OWN,
    OWNERS,
    REST,
    call,
    kinds,
    let_it_run_out,
    make_full_club,
    names,
    people_at,
    put_on_call,
    told,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def squad():
    return make_full_club()


def test_without_own_coaches_all_coaches_are_first_and_the_owners_last(athlete):
    assert names(athlete, OWN) == names(athlete, REST) == ["Carla", "Chris"]
    assert names(athlete, OWNERS) == ["Carla", "Chris", "Olga"]


def test_own_coaches_are_first_and_then_the_others(squad, athlete):
    athlete.own_coaches.add(squad.chris)
    assert names(athlete, OWN) == ["Chris"]
    assert names(athlete, REST) == ["Carla", "Chris"]


def test_an_own_coach_who_has_left_the_desk_is_not_told(squad, athlete):
    athlete.own_coaches.add(squad.chris)
    squad.chris.memberships.update(ended_at=timezone.now())
    assert names(athlete, OWN) == ["Carla"]


def test_an_own_coach_whose_log_in_is_closed_is_not_told(squad, athlete):
    athlete.own_coaches.add(squad.chris)
    squad.chris.is_active = False
    squad.chris.save()
    assert names(athlete, OWN) == ["Carla"]


def test_clinicians_are_in_the_chain_where_the_club_wants_it(squad, athlete):
    squad.club.clinicians_in_chain = True
    squad.club.save()
    athlete.club.refresh_from_db()
    assert names(athlete, OWN) == ["Carla", "Chris"]
    assert names(athlete, REST) == ["Carla", "Chris", "Dora"]


@pytest.mark.parametrize(
    ("starts", "ends", "is_told"),
    [(-60, 60, True), (-60, None, True), (-60, -1, False), (1, 60, False)],
)
def test_who_is_on_call_now_is_told_first(squad, athlete, starts, ends, is_told):
    put_on_call(squad, squad.olga, squad, starts=starts, ends=ends)
    assert names(athlete, OWN) == (["Olga"] if is_told else ["Carla", "Chris"])


def test_on_call_stands_beside_the_own_coaches(squad, athlete):
    athlete.own_coaches.add(squad.chris)
    put_on_call(squad, squad.olga)
    assert names(athlete, OWN) == ["Chris", "Olga"]


def test_on_call_for_another_squad_is_not_told(squad, athlete):
    other = people.create_squad(by=squad.olga, club=squad.club, name="Sprinters")
    put_on_call(squad, squad.carla, other)
    assert names(athlete, OWN) == ["Carla", "Chris"]


def test_on_call_without_a_role_on_this_desk_is_not_told(squad, athlete):
    stranger = factories.make_club().coach
    put_on_call(squad, stranger)
    other = people.create_squad(by=squad.olga, club=squad.club, name="Sprinters")
    put_on_call(squad, factories.make_coach(other, name="Elsewhere"))
    assert names(athlete, OWN) == ["Carla", "Chris"]
    assert stranger not in people_at(athlete, OWNERS)


def test_another_clubs_people_are_never_told(squad, athlete):
    other = factories.make_club()
    athlete.own_coaches.add(other.coach)
    assert "Olga" in names(athlete, OWNERS)
    assert other.coach not in people_at(athlete, OWNERS)


def test_a_coach_who_runs_is_not_told_of_themself(squad):
    runner = factories.make_athlete(squad, with_login=False)
    runner.user = squad.carla
    runner.save()
    runner.own_coaches.add(squad.carla)
    assert names(runner, OWN) == ["Chris"]
    assert names(runner, OWNERS) == ["Chris", "Olga"]
    waiting = factories.make_report(runner, factories.CLOT, by=squad.carla).escalations.get()
    for settle in (
        lambda: escalations.acknowledge(by=squad.carla, escalation=waiting),
        lambda: escalations.resolve(by=squad.carla, escalation=waiting, outcome="fine"),
    ):
        with pytest.raises(access.NotAllowed, match="about yourself"):
            settle()
    assert "acknowledged" not in kinds(waiting)
    assert escalations.acknowledge(by=squad.chris, escalation=waiting).state == "acknowledged"


def test_in_a_club_of_one_that_one_is_told_and_may_acknowledge():
    squad = factories.make_club()
    alone = factories.make_athlete(squad, with_login=False)
    alone.user = squad.coach
    alone.save()
    waiting = factories.make_report(alone, factories.CLOT).escalations.get()
    assert told(waiting) == [squad.coach.name]
    assert escalations.acknowledge(by=squad.coach, escalation=waiting).state == "acknowledged"


def test_a_clinician_is_told_rather_than_nobody(squad, athlete):
    squad.club.memberships.exclude(user=squad.dora).update(ended_at=timezone.now())
    assert names(athlete, OWN) == []
    assert names(athlete, OWNERS) == ["Dora"]
    assert told(call(athlete)) == ["Dora"]


def test_each_step_in_its_turn_then_said_that_nobody_is_left(squad, athlete):
    athlete.own_coaches.add(squad.chris)
    waiting = call(athlete)
    assert told(waiting, 0) == ["Chris"]
    let_it_run_out(waiting)
    assert (waiting.chain_step, told(waiting, 1)) == (1, ["Carla", "Chris"])
    let_it_run_out(waiting)
    assert (waiting.chain_step, told(waiting, 2)) == (2, ["Carla", "Chris", "Olga"])
    assert waiting.nobody_left_at is None
    let_it_run_out(waiting)
    assert waiting.nobody_left_at is not None
    assert kinds(waiting)[-3:] == ["passed_on", "nobody_left", "told"]


def test_when_nobody_is_left_the_owners_are_told_each_time_the_clock_runs_out(squad, athlete):
    waiting = call(athlete)
    for _ in range(6):
        let_it_run_out(waiting)
    assert kinds(waiting).count("nobody_left") == 1
    assert waiting.state == "open"
    assert told(waiting).count("Olga") == 6
    assert told(waiting).count("Carla") == 2  # first, and with the owners


def test_who_comes_later_is_told_when_the_clock_runs_out_again(squad, athlete):
    waiting = call(athlete)
    for _ in range(3):
        let_it_run_out(waiting)
    factories.make_coach(squad, name="Newcomer")
    let_it_run_out(waiting)
    assert "Newcomer" in told(waiting)


def test_a_step_that_adds_nobody_is_skipped_and_keeps_its_number(squad, athlete):
    waiting = call(athlete)  # all coaches were told at once: the second step adds nobody
    let_it_run_out(waiting)
    assert (waiting.chain_step, told(waiting, 2)) == (2, ["Carla", "Chris", "Olga"])
    passed_on = waiting.events.get(kind="passed_on")
    assert passed_on.chain_step == 2


def test_an_emergency_ends_at_the_emergency_contact(squad, athlete):
    squad.club.contact_email = "office@club.test"
    squad.club.save()
    waiting = call(athlete, factories.BREATHLESS)
    let_it_run_out(waiting)
    assert "office@club.test" not in told(waiting)
    let_it_run_out(waiting)
    assert (waiting.chain_step, waiting.nobody_left_at) == (CONTACT, None)
    assert told(waiting, CONTACT) == ["Carla", "Chris", "Olga", "office@club.test"]
    let_it_run_out(waiting)
    assert waiting.nobody_left_at is not None
    assert told(waiting, CONTACT + 1) == ["Olga", "office@club.test"]


def test_what_is_less_than_an_emergency_does_not_go_outside(squad, athlete):
    squad.club.contact_email = "office@club.test"
    squad.club.save()
    waiting = call(athlete)
    for _ in range(4):
        let_it_run_out(waiting)
    assert "office@club.test" not in told(waiting)


def test_what_becomes_an_emergency_after_the_end_of_the_chain_goes_to_the_contact(squad, athlete):
    squad.club.contact_email = "office@club.test"
    squad.club.save()
    waiting = call(athlete)
    for _ in range(3):
        let_it_run_out(waiting)
    factories.make_report(athlete, factories.BREATHLESS)
    waiting.refresh_from_db()
    assert waiting.level == "emergency_now"
    assert "office@club.test" in told(waiting)


def test_with_nobody_at_all_it_says_so_at_once_and_the_clock_runs(squad, athlete):
    squad.club.memberships.exclude(role=access.ATHLETE).update(ended_at=timezone.now())
    waiting = call(athlete)
    assert kinds(waiting) == ["opened", "nobody_left"]
    let_it_run_out(waiting)
    assert waiting.acknowledge_by > timezone.now()
    people.grant_role(user=squad.olga, squad=squad, role=access.OWNER)
    let_it_run_out(waiting)
    assert told(waiting) == ["Olga"]


def test_with_nobody_at_all_an_emergency_goes_to_the_contact_at_once(squad, athlete):
    squad.club.contact_email = "office@club.test"
    squad.club.save()
    squad.club.memberships.exclude(role=access.ATHLETE).update(ended_at=timezone.now())
    assert told(call(athlete, factories.BREATHLESS)) == ["office@club.test"]


def test_the_squads_own_channels_hear_of_it_and_of_each_passing_on(squad, athlete):
    room = SquadChannel.objects.create(squad=squad, name="Chat", url="json://x.test")
    waiting = call(athlete)
    let_it_run_out(waiting)
    assert waiting.notifications.filter(squad_channel=room).count() == 2


def test_what_is_raised_is_told_to_everybody_who_was_told_so_far(squad, athlete):
    duty = put_on_call(squad, squad.olga)
    waiting = call(athlete)
    assert told(waiting) == ["Olga"]
    duty.ends_at = timezone.now()
    duty.save()
    factories.make_report(athlete, factories.BREATHLESS)
    anew = waiting.notifications.filter(level="emergency_now", channel="email", state="pending")
    assert sorted(n.recipient.name for n in anew) == ["Carla", "Chris", "Olga"]
    old = waiting.notifications.filter(level="same_day", channel="email")
    assert {n.state for n in old} == {"withdrawn"}


def test_what_is_raised_keeps_the_clock_that_runs_out_first(athlete):
    waiting = call(athlete)
    soon = timezone.now() + timedelta(minutes=2)
    Escalation.objects.update(acknowledge_by=soon)
    factories.make_report(athlete, factories.BREATHLESS)
    waiting.refresh_from_db()
    assert waiting.acknowledge_by == soon
    Escalation.objects.update(level="same_day", acknowledge_by=soon + timedelta(hours=1))
    factories.make_report(athlete, factories.BREATHLESS)
    waiting.refresh_from_db()
    assert waiting.acknowledge_by < timezone.now() + timedelta(minutes=15)


def test_a_club_waits_shorter_where_it_wants(squad, athlete):
    squad.club.wait_same_day_min = 20
    squad.club.save()
    athlete.club.refresh_from_db()
    waiting = call(athlete)
    assert waiting.acknowledge_by == waiting.report.created_at + timedelta(minutes=20)
