"""Who is told of whom, when; and that it never ends silently."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from athletes import access, chain
from athletes.dispatcher import Dispatcher
from athletes.models import Escalation, EscalationEvent, OnCall, SquadChannel
from athletes.models.base import LONGEST_WAIT_MIN
from athletes.services import assessments, escalations, notifications, people
from guidance import Disposition
from tests import factories

pytestmark = pytest.mark.django_db

OWN, REST, OWNERS, CONTACT = range(4)


@pytest.fixture
def squad():
    """A club whose owner does not coach: Olga owns, Carla and Chris coach, Dora is the clinician."""
    squad = factories.make_club(owner=factories.make_user("Olga"))
    squad.club.memberships.get(role=access.COACH).squads.clear()
    squad.olga = squad.coach
    squad.carla = factories.make_coach(squad, name="Carla")
    squad.chris = factories.make_coach(squad, name="Chris")
    squad.dora = factories.make_coach(squad, role=access.CLINICIAN, name="Dora")
    return squad


@pytest.fixture
def athlete(squad):
    return factories.make_athlete(squad)


def names(athlete, step):
    return [user.name for user in people_at(athlete, step)]


def people_at(athlete, step):
    return chain.of_athlete(athlete, timezone.now()).people(step)


def call(athlete, answers=factories.CLOT):
    return factories.make_report(athlete, answers).escalations.get()


def let_it_run_out(escalation):
    past = timezone.now() - timedelta(seconds=1)
    Escalation.objects.filter(pk=escalation.pk).update(acknowledge_by=past)
    assert escalations.pass_on(escalation_id=escalation.pk)
    escalation.refresh_from_db()


def kinds(escalation):
    return list(escalation.events.values_list("kind", flat=True))


def told(escalation, step=None):
    """Who was written to at `step` by e-mail."""
    mails = escalation.notifications.filter(channel="email")
    at_step = [n for n in mails if step is None or n.dedupe_key.split(":")[3] == str(step)]
    return sorted(n.recipient.name if n.recipient else n.address for n in at_step)


def put_on_call(squad, user, *squads, starts=-60, ends: int | None = 60):
    now = timezone.now()
    duty = OnCall.objects.create(
        club=squad.club,
        user=user,
        starts_at=now + timedelta(minutes=starts),
        ends_at=None if ends is None else now + timedelta(minutes=ends),
    )
    duty.squads.set(squads)
    return duty


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


# --- time


def test_a_report_that_comes_late_has_its_whole_time(athlete):
    """A phone was offline for three hours. The clock starts when the report has reached us."""
    before = timezone.now()
    report = factories.make_report(athlete, factories.CLOT, reported_at=before - timedelta(hours=3))
    waiting = report.escalations.get()
    assert waiting.opened_at >= before
    assert waiting.acknowledge_by >= before + timedelta(minutes=60)
    assert all(event.created_at >= before for event in waiting.events.all())


def test_a_worse_report_that_comes_late_does_not_run_out_before_it_was_told(athlete):
    waiting = call(athlete)
    before = timezone.now()
    factories.make_report(athlete, factories.BREATHLESS, reported_at=before - timedelta(hours=3))
    waiting.refresh_from_db()
    assert waiting.acknowledge_by >= before + timedelta(minutes=15)


@pytest.mark.parametrize("level", LONGEST_WAIT_MIN)
def test_a_clock_that_was_set_back_does_not_hold_up_a_call(athlete, level):
    """The machine's clock was two hours ahead when it was opened, and was then put right."""
    waiting = call(athlete)
    ahead = timedelta(minutes=LONGEST_WAIT_MIN[level], hours=2)
    quiet = timedelta(hours=50) if level == Disposition.COACH_REVIEW else timedelta(0)
    row = Escalation.objects.filter(pk=waiting.pk)
    row.update(level=level.value, acknowledge_by=timezone.now() + ahead + quiet)
    assert Escalation.objects.past_due().get() == waiting
    assert escalations.pass_on(escalation_id=waiting.pk)
    assert not Escalation.objects.past_due().exists()


@pytest.mark.parametrize("level", LONGEST_WAIT_MIN)
def test_the_longest_time_that_a_level_has_is_not_due(athlete, level):
    waiting = call(athlete)
    longest = timezone.now() + timedelta(minutes=LONGEST_WAIT_MIN[level])
    Escalation.objects.filter(pk=waiting.pk).update(level=level.value, acknowledge_by=longest)
    assert not Escalation.objects.past_due().exists()


def test_a_clock_that_was_set_forward_passes_on_one_step_at_a_time(squad, athlete):
    """As if many hours had gone by at once: nobody's turn is left out, and everybody gets their time."""
    athlete.own_coaches.add(squad.chris)
    waiting = call(athlete)
    long_past = timezone.now() - timedelta(hours=26)
    Escalation.objects.update(acknowledge_by=long_past)
    for _ in range(3):
        Dispatcher().round()
    waiting.refresh_from_db()
    assert waiting.chain_step == 1
    left = waiting.acknowledge_by - timezone.now()
    assert timedelta(minutes=59) < left <= timedelta(minutes=60)


# --- quiet hours


@pytest.fixture
def asleep(squad, time_machine):
    """Two at night in Berlin, in a club that sleeps."""
    club = squad.club
    club.timezone, club.quiet_from, club.quiet_until = "Europe/Berlin", time(22), time(7)
    club.save()
    time_machine.move_to(datetime(2026, 6, 2, 0, 0, tzinfo=UTC), tick=False)
    return datetime(2026, 6, 2, 5, 0, tzinfo=UTC)


def open_at(athlete, level):
    report = factories.make_report(athlete, factories.SORE)
    escalation = escalations.open_or_raise(report=report, level=level, reason="Look at this")
    assert escalation is not None
    return escalation


def test_a_review_is_told_in_the_morning(asleep, athlete):
    waiting = open_at(athlete, Disposition.COACH_REVIEW)
    mails = waiting.notifications.filter(channel="email")
    assert {n.next_attempt_at for n in mails} == {n.due_at for n in mails} == {asleep}
    assert waiting.acknowledge_by == asleep + timedelta(hours=48)
    assert waiting.notifications.filter(channel="in_app", state="sent").exists()


def test_a_squads_own_channel_sleeps_too(squad, asleep, athlete):
    SquadChannel.objects.create(squad=squad, name="C", url="json://x", least_level="coach_review")
    waiting = open_at(athlete, Disposition.COACH_REVIEW)
    assert waiting.notifications.get(channel="squad").next_attempt_at == asleep


@pytest.mark.parametrize(
    "level", [level for level in LONGEST_WAIT_MIN if level != Disposition.COACH_REVIEW]
)
def test_all_else_is_told_at_night(asleep, athlete, level):
    waiting = open_at(athlete, level)
    mails = waiting.notifications.filter(channel="email")
    assert {n.next_attempt_at for n in mails} == {timezone.now()}
    assert waiting.acknowledge_by == timezone.now() + athlete.club.wait_for(level)


def test_a_review_that_becomes_urgent_at_night_is_told_at_once(asleep, athlete):
    waiting = open_at(athlete, Disposition.COACH_REVIEW)
    factories.make_report(athlete, {**factories.CLOT, "side": "both"})
    waiting.refresh_from_db()
    assert waiting.level == "same_day"
    assert waiting.acknowledge_by == timezone.now() + timedelta(hours=1)
    pending = waiting.notifications.filter(channel="email", state="pending")
    assert {(n.level, n.next_attempt_at) for n in pending} == {("same_day", timezone.now())}


# --- check-ins and events


def told_in_app(escalation):
    """Whose message stood in the app at which level and step of the chain, as the time line has it."""
    events = escalation.events.filter(kind="told", channel="in_app")
    return list(events.values_list("actor__name", "level", "chain_step"))


def test_the_time_line_says_at_once_who_was_told_in_the_app(squad, athlete):
    athlete.own_coaches.add(squad.chris)
    waiting = call(athlete)
    assert told_in_app(waiting) == [("Chris", "same_day", 0)]
    let_it_run_out(waiting)
    assert told_in_app(waiting)[1:] == [("Carla", "same_day", 1), ("Chris", "same_day", 1)]
    call(athlete, factories.BREATHLESS)
    worse = [("Carla", "emergency_now", 1), ("Chris", "emergency_now", 1)]
    assert told_in_app(waiting)[3:] == worse


def test_the_same_message_again_is_not_told_again(squad, athlete):
    waiting = call(athlete)
    message = {"subject": "S", "path": "/", "escalation": waiting, "key": "the same"}
    notifications.queue(recipients=[squad.carla], **message)
    notifications.queue(recipients=[squad.carla, squad.chris], **message)
    told = [("Carla", "same_day", 0), ("Chris", "same_day", 0)]
    assert told_in_app(waiting) == told * 2


def test_what_is_about_no_call_stands_in_no_time_line(squad, athlete):
    waiting = call(athlete)
    notifications.queue(recipients=[squad.dora], subject="S", path="/", key="another")
    assert "Dora" not in [name for name, _, _ in told_in_app(waiting)]


def test_many_are_told_in_as_many_statements_as_few(squad, athlete, django_assert_num_queries):
    waiting = call(athlete)
    message = {"subject": "S", "path": "/", "escalation": waiting, "level": Disposition.SAME_DAY}
    for several in ([squad.carla], [squad.carla, squad.chris, squad.dora, squad.olga]):
        with django_assert_num_queries(4):  # browsers, messages, which are new, events
            notifications.queue(recipients=several, key=f"{len(several)}", **message)


def missed_check_in(report):
    now = timezone.now()
    return report.check_ins.create(
        episode=report.episode,
        kind="day_1",
        level=report.disposition,
        due_at=now - timedelta(hours=3),
        remind_at=now - timedelta(hours=2),
        missed_at=now - timedelta(hours=1),
        state="missed",
    )


def call_for(check_in):
    return escalations.open_or_raise(
        report=check_in.report,
        level=Disposition.SAME_DAY,
        reason="No answer to the check-in",
        check_in=check_in,
    )


def test_a_missed_check_in_calls_though_its_report_was_seen(squad, athlete):
    seen = call(athlete)
    escalations.acknowledge(by=squad.carla, escalation=seen)
    check_in = missed_check_in(seen.report)
    before = timezone.now()
    called = call_for(check_in)
    assert called != seen
    assert called.check_in == check_in
    assert called.events.get(kind="opened").check_in == check_in
    assert called.acknowledge_by >= before + timedelta(minutes=60)
    assert told(called) == ["Carla", "Chris"]


def test_a_missed_check_in_calls_once(squad, athlete):
    seen = call(athlete)
    escalations.acknowledge(by=squad.carla, escalation=seen)
    check_in = missed_check_in(seen.report)
    called = call_for(check_in)
    assert call_for(check_in) == called
    escalations.resolve(by=squad.carla, escalation=called, outcome="Rang her")
    assert call_for(check_in) == called
    assert Escalation.objects.count() == 2


def test_a_missed_check_in_joins_what_is_still_open(athlete):
    waiting = call(athlete)
    check_in = missed_check_in(waiting.report)
    assert call_for(check_in) == call_for(check_in) == waiting
    assert kinds(waiting) == ["opened", "told", "told", "reported_again"]


def test_a_check_in_that_was_called_for_leaves_the_judgement_of_its_report_alone(squad, athlete):
    seen = call(athlete)
    called = call_for(missed_check_in(seen.report))
    escalations.resolve(by=squad.carla, escalation=called, outcome="Rang her")
    assessments.assess_report(assessment_id=seen.report.assessment.pk, finished_by="worker")
    assert not Escalation.objects.open().exists()


def test_events_are_never_changed_or_deleted_in_bulk(athlete):
    waiting = call(athlete)
    with pytest.raises(TypeError):
        EscalationEvent.objects.filter(escalation=waiting).update(kind="resolved")
    with pytest.raises(TypeError):
        waiting.events.all().delete()
    with pytest.raises(TypeError):
        EscalationEvent.objects.bulk_update(waiting.events.all(), ["kind"])
    assert kinds(waiting) == ["opened", "told", "told"]


def test_erasing_an_athlete_takes_the_time_line_with_it(athlete):
    call(athlete)
    athlete.delete()
    assert not EscalationEvent.objects.exists()
