"""A squad whose danger would reach nobody is a fault before it matters."""

from datetime import timedelta

import pytest
from django.utils import timezone

from athletes import access, reach
from athletes.models import Escalation, Notification, OnCall, PushSubscription, Squad, SquadChannel
from athletes.services import escalations, people
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def squad():
    """Without a fault: a coach, an owner and an emergency contact."""
    squad = factories.make_club()
    squad.club.contact_phone = "+49 30 1234"
    squad.club.save()
    factories.make_coach(squad, name="Carla")
    return squad


def codes(*squads):
    return [fault.code for fault in reach.faults_of(squads)]


def end_all(squad, **only):
    squad.club.memberships.filter(**only).update(ended_at=timezone.now())


def mail_that(state, recipient, escalation=None):
    key = f"{recipient.pk}:{Notification.objects.count()}"
    return Notification.objects.create(
        recipient=recipient,
        channel="email",
        dedupe_key=key,
        subject="-",
        path="/",
        state=state,
        next_attempt_at=timezone.now(),
    )


def on_call(squad, user, *squads, starts=-60, ends=60):
    now = timezone.now()
    duty = OnCall.objects.create(
        club=squad.club,
        user=user,
        starts_at=now + timedelta(minutes=starts),
        ends_at=now + timedelta(minutes=ends),
    )
    duty.squads.set(squads)


def test_a_squad_with_coach_owner_and_contact_has_no_fault(squad):
    assert codes(squad) == []


def test_a_squad_with_nobody_says_so(squad):
    end_all(squad)
    assert codes(squad) == [reach.NOBODY]
    (fault,) = reach.faults_of([squad])
    assert fault.is_grave
    assert fault.sentence == "Milers: nobody would be told of a danger."


def test_people_whose_log_in_is_closed_are_nobody(squad):
    for membership in squad.club.memberships.all():
        membership.user.is_active = False
        membership.user.save()
    assert codes(squad) == [reach.NOBODY]


def test_a_coach_who_alone_looks_after_themself_is_a_fault(squad):
    end_all(squad, user__name="Carla")
    assert codes(squad) == []
    factories.make_athlete(squad, with_login=False)
    runner = factories.make_athlete(squad, with_login=False)
    runner.user = squad.coach
    runner.save()
    assert codes(squad) == [reach.ONLY_THEMSELF]


def test_messages_that_were_all_given_up_are_a_fault(squad):
    end_all(squad, user__name="Carla")
    mail_that("sent", squad.coach)
    assert codes(squad) == []
    mail_that("failed", squad.coach)
    assert codes(squad) == [reach.NO_WAY]
    mail_that("pending", squad.coach)
    assert codes(squad) == [reach.NO_WAY]
    mail_that("sent", squad.coach)
    assert codes(squad) == []


def test_one_who_can_be_reached_is_enough(squad):
    mail_that("failed", squad.coach)
    assert codes(squad) == []


def test_a_phone_or_a_squads_own_channel_is_a_way_too(squad):
    end_all(squad, user__name="Carla")
    mail_that("failed", squad.coach)
    phone = PushSubscription.objects.create(
        user=squad.coach, endpoint="https://push.test/1", p256dh="k", auth="a"
    )
    assert codes(squad) == []
    phone.gone_at = timezone.now()
    phone.save()
    assert codes(squad) == [reach.NO_WAY]
    room = SquadChannel.objects.create(squad=squad, name="Chat", url="json://x.test")
    assert codes(squad) == []
    room.removed_at = timezone.now()
    room.save()
    assert codes(squad) == [reach.NO_WAY]


def test_on_call_without_a_role_on_the_squads_desk_is_a_fault(squad):
    other = people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    elsewhere = factories.make_coach(other, name="Emil")
    on_call(squad, elsewhere)
    assert codes(squad) == [reach.NO_ROLE]
    assert codes(other) == []
    (fault,) = reach.faults_of([squad])
    assert "Emil is on call" in fault.sentence
    assert not fault.is_grave


def test_a_duty_to_come_is_looked_at_and_one_of_before_is_not(squad):
    stranger = factories.make_user("Sam")
    on_call(squad, stranger, starts=-60, ends=-30)
    assert codes(squad) == []
    on_call(squad, stranger, starts=60, ends=90)
    assert codes(squad) == [reach.NO_ROLE]


def test_nobody_on_call_is_a_fault_only_where_nobody_else_is_first(squad):
    on_call(squad, squad.coach, starts=-60, ends=-30)
    assert codes(squad) == []
    end_all(squad, role=access.COACH)
    assert codes(squad) == [reach.NO_COVER]
    on_call(squad, squad.coach)
    assert codes(squad) == []


def test_a_club_without_an_emergency_contact_is_told_so(squad):
    squad.club.contact_phone = ""
    squad.club.save()
    assert codes(squad) == [reach.NO_CONTACT]
    squad.club.contact_email = "office@club.test"
    squad.club.save()
    assert codes(squad) == []


def test_the_gravest_comes_first(squad):
    other = factories.make_club()
    end_all(squad)
    assert codes(other, squad) == [reach.NOBODY, reach.NO_CONTACT]


def test_each_sees_the_faults_of_the_squads_they_look_after(squad):
    end_all(squad, user__name="Carla")
    mail_that("failed", squad.coach)
    assert [fault.squad for fault in reach.for_person(squad.coach)] == [squad]
    assert reach.for_person(factories.make_user()) == []
    runner = factories.make_athlete(squad)
    assert reach.for_person(runner.user) == []


def test_the_number_of_queries_does_not_grow(squad, django_assert_num_queries):
    on_call(squad, squad.coach)
    for number in range(4):
        more = people.create_squad(by=squad.coach, club=squad.club, name=f"Squad {number}")
        factories.make_coach(more)
        on_call(squad, squad.coach, more)
    with django_assert_num_queries(10):
        reach.for_person(squad.coach)
    assert Squad.objects.count() == 5


def test_what_stands_still_is_open_with_nobody_left(squad):
    waiting = factories.make_report(factories.make_athlete(squad), factories.CLOT).escalations.get()
    assert not reach.standstill(squad.coach)
    for _ in range(2):
        Escalation.objects.update(acknowledge_by=timezone.now() - timedelta(seconds=1))
        escalations.pass_on(escalation_id=waiting.pk)
    assert list(reach.standstill(squad.coach)) == [waiting]
    assert not reach.standstill(factories.make_club().coach)
    assert not reach.standstill(waiting.athlete.user)
    escalations.acknowledge(by=squad.coach, escalation=waiting)
    assert not reach.standstill(squad.coach)
