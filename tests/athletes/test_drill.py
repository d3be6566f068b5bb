"""A club can rehearse: the real way, marked, and gone afterwards."""

from datetime import timedelta
from io import StringIO
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from athletes.dispatcher import Dispatcher
from athletes.models import Athlete, Escalation, Heartbeat, Notification, PainReport
from athletes.services import drills, escalations
from guidance import Answers, Disposition, screen
from tests import factories

pytestmark = pytest.mark.django_db


def drill(squad, **options):
    """What the command prints, and whether it says that all went well."""
    out = StringIO()
    options = {"wait": 0.0, "yes": True, **options}
    try:
        call_command("drill", squad=str(squad.pk), stdout=out, **options)
    except CommandError as fault:
        return out.getvalue() + str(fault), False
    return out.getvalue(), True


@pytest.mark.parametrize("level", drills.LEVELS)
def test_one_danger_sign_of_the_knowledge_calls_for_each_level(level):
    assert screen(drills.answers_for(level)).disposition == level


def test_a_level_that_no_single_sign_calls_for_is_said():
    nothing = screen(Answers.parse({}))
    with (
        patch("athletes.services.drills.screen", return_value=nothing),
        pytest.raises(drills.CannotRehearse, match="same_day"),
    ):
        drills.answers_for(Disposition.SAME_DAY)


@pytest.mark.parametrize("level", drills.LEVELS)
def test_real_messages_go_out_and_say_that_it_is_a_drill(squad, level):
    report = drills.start(by=squad.coach, squad=squad, level=level)
    waiting = Escalation.objects.get()
    assert (waiting.level, waiting.athlete.is_drill) == (level.value, True)
    Dispatcher().round()
    assert mail.outbox
    assert all(message.subject.startswith("Drill: ") for message in mail.outbox)
    what = [step.what for step in drills.course(report)]
    assert what[0] == "opened"
    assert "judged by the dispatcher" in what
    assert f"told: {squad.coach.name}, e-mail" in what
    assert f"told: {squad.coach.name}, in the app" in what


def test_with_all_stopped_it_says_what_did_not_happen(squad):
    Heartbeat.objects.update(at=timezone.now() - timezone.timedelta(hours=1))
    said, went_well = drill(squad)
    assert not went_well
    assert "Nobody acknowledged it." in said
    assert f"Not told: {squad.coach.name}, e-mail: not tried yet" in said
    assert "Standing still: dispatcher" in said


def test_with_nobody_to_judge_it_that_is_said(squad):
    said, _ = drill(squad)  # a dispatcher is said to be alive and does nothing
    assert "The report was not judged" in said


def test_afterwards_it_is_resolved_closed_and_gone(squad):
    drill(squad)
    escalation = Escalation.objects.get()
    assert (escalation.state, escalation.outcome) == ("resolved", "Drill")
    assert escalation.episode.closed_reason == "Drill"
    assert not Athlete.objects.seen_from_desk_by(squad.coach).exists()
    assert not Notification.objects.filter(state="pending").exists()
    assert not Dispatcher().judge()


def test_the_next_drill_uses_the_same_athlete_again(squad):
    drill(squad)
    drill(squad)
    assert Athlete.objects.get().name == "Drill (nobody)"
    assert PainReport.objects.count() == Escalation.objects.count() == 2


def test_a_drill_that_was_killed_is_ended_by_the_next(squad):
    killed = drills.start(by=squad.coach, squad=squad, level=Disposition.SAME_DAY)
    drill(squad)
    assert killed.escalations.get().state == "resolved"
    assert not Escalation.objects.unresolved().exists()


def test_what_is_judged_after_the_drill_calls_nobody(squad):
    report = drills.start(by=squad.coach, squad=squad, level=Disposition.SAME_DAY)
    drills.end(by=squad.coach, athlete=report.athlete)
    report.refresh_from_db()
    late = escalations.open_or_raise(
        report=report, level=Disposition.EMERGENCY_NOW, reason="Judged late"
    )
    assert late is None


def test_only_a_drill_is_ended_like_that(squad):
    athlete = factories.make_athlete(squad)
    with pytest.raises(ValueError, match="drill"):
        drills.end(by=squad.coach, athlete=athlete)


def test_ctrl_c_ends_it_in_order(squad):
    with patch("athletes.management.commands.drill.sleep", side_effect=KeyboardInterrupt):
        said, _ = drill(squad, wait=60.0)
    assert "Stopped." in said
    assert Escalation.objects.get().state == "resolved"


def test_somebody_acknowledges_and_each_step_is_told_with_its_time(squad):
    factories.make_coach(squad, name="Carla")

    def meanwhile(_seconds):
        """A dispatcher is at work, and a coach looks at her messages."""
        Dispatcher().round()
        if waiting := Escalation.objects.open().first():
            escalations.acknowledge(by=squad.coach, escalation=waiting)

    with (
        patch("athletes.management.commands.drill.sleep", side_effect=meanwhile),
        patch("athletes.services.clock.standing_still", return_value=[]),
    ):
        said, went_well = drill(squad, wait=20.0)
    assert went_well, said
    for part in (
        f"First: Carla, {squad.coach.name}",
        "danger sign judged, report and call stored",
        "judged by the dispatcher",
        "told: Carla, in the app",
        "told: Carla, e-mail",
        f"seen: {squad.coach.name}",
        "The drill is over",
    ):
        assert part in said


def test_passing_on_is_shown(squad):
    report = drills.start(by=squad.coach, squad=squad, level=Disposition.SAME_DAY)
    Escalation.objects.update(acknowledge_by=timezone.now() - timezone.timedelta(seconds=1))
    escalations.pass_on(escalation_id=Escalation.objects.get().pk)
    assert "passed on" in [step.what for step in drills.course(report)]


def test_a_squad_is_named_by_its_name_or_id(squad):
    call = lambda named: call_command("drill", squad=named, wait=0.0, yes=True, stdout=StringIO())  # noqa: E731
    with pytest.raises(CommandError, match="did not work to its end"):
        call("milers")
    with pytest.raises(CommandError, match="There is no squad"):
        call("Nowhere")
    factories.make_club()
    with pytest.raises(CommandError, match="several squads"):
        call("Milers")


def test_nobody_is_written_to_without_a_yes(squad):
    said, went_well = drill(squad, yes=False)
    assert not went_well
    assert "Add --yes" in said
    assert not Athlete.objects.exists()


def test_a_squad_with_nobody_is_said_before_anything_is_filed(squad):
    squad.club.memberships.update(ended_at=timezone.now())
    said, _ = drill(squad)
    assert "nobody would be told" in said
    assert not PainReport.objects.exists()


def test_a_drill_is_in_no_list_of_athletes_reports_or_episodes(squad):
    report = drills.start(by=squad.coach, squad=squad, level=Disposition.SAME_DAY)
    assert not Athlete.objects.visible_to(squad.coach).real().exists()
    assert not PainReport.objects.visible_to(squad.coach).real().exists()
    assert report.episode.check_ins.model.objects.visible_to(squad.coach).real().count() == 0


def test_a_drill_that_nobody_ended_ends_by_itself_and_not_too_soon(squad):
    report = drills.start(by=squad.coach, squad=squad, level=Disposition.EMERGENCY_NOW)
    Dispatcher().round()
    assert not Athlete.objects.get().left_at  # whoever started it may be waiting still
    long_ago = timezone.now() - drills.LASTS_AT_MOST - timedelta(minutes=1)
    PainReport.objects.filter(pk=report.pk).update(created_at=long_ago, filed_by=None)
    Dispatcher().round()
    assert Athlete.objects.get().left_at
    assert Escalation.objects.get().state == "resolved"
    assert not Notification.objects.filter(state="pending").exists()
    assert not drills.end_left_over(athlete_id=report.athlete_id)
