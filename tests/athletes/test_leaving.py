"""Who leaves a club drops out of sight only when nothing is open, and keeps what is theirs."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from athletes import access
from athletes.models import Athlete, AuditEntry, Invitation
from athletes.services import (
    assessments,
    clubs,
    drills,
    episodes,
    erasure,
    escalations,
    exports,
    invitations,
    leaving,
    reports,
)
from guidance import Answers
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def athlete(squad):
    return factories.make_athlete(squad, name="Robin")


def sees(user, athlete):
    return Athlete.objects.visible_to(user).filter(pk=athlete.pk).exists()


def test_who_has_left_is_seen_by_nobody_and_called_for_by_nobody(squad, athlete):
    clubs.set_own_coaches(by=squad.coach, athlete=athlete, coaches=[squad.coach])
    link = invitations.invite(by=squad.coach, squad=squad, role=access.ATHLETE)
    Invitation.objects.filter(pk=link.invitation.pk).update(athlete=athlete)
    gone = leaving.let_go(by=squad.coach, athlete=athlete)
    assert gone.left_at
    assert not sees(squad.coach, athlete)
    assert not sees(athlete.user, athlete)
    assert not athlete.own_coaches.exists()
    assert not Invitation.objects.usable().exists()
    assert not athlete.user.memberships.active().exists()
    assert AuditEntry.objects.filter(what="athlete", fields=["left_at"]).count() == 1


def test_again_changes_nothing(squad, athlete):
    first = leaving.let_go(by=squad.coach, athlete=athlete).left_at
    assert leaving.let_go(by=squad.coach, athlete=athlete).left_at == first


@pytest.mark.parametrize("role", [access.CLINICIAN, None])
def test_only_who_leads_them_lets_them_go(squad, athlete, role):
    by = factories.make_coach(squad, role=role) if role else factories.make_club().coach
    with pytest.raises(access.NotAllowed):
        leaving.let_go(by=by, athlete=athlete)
    assert sees(squad.coach, athlete)


def test_nobody_leaves_while_a_problem_is_open(squad, athlete):
    report = factories.make_report(athlete, assess=True)
    escalations.resolve(by=squad.coach, escalation=report.escalations.get(), outcome="Seen")
    with pytest.raises(ValidationError, match="still open"):
        leaving.let_go(by=squad.coach, athlete=athlete)
    episodes.close_episode(by=squad.coach, episode=report.episode, reason="Over", pain_free=True)
    assert leaving.let_go(by=squad.coach, athlete=athlete).left_at


def test_nobody_leaves_while_somebody_is_called_for_them(squad, athlete):
    report = factories.make_report(athlete, factories.CLOT, assess=True)
    episodes.close_episode(by=squad.coach, episode=report.episode, reason="Over", pain_free=None)
    with pytest.raises(ValidationError, match="still called"):
        leaving.let_go(by=squad.coach, athlete=athlete)
    assert sees(squad.coach, athlete)


def test_nobody_leaves_while_a_report_is_being_judged(squad, athlete):
    report = factories.make_report(athlete)
    episodes.close_episode(by=squad.coach, episode=report.episode, reason="Over", pain_free=None)
    for escalation in athlete.escalations.all():
        escalations.resolve(by=squad.coach, escalation=escalation, outcome="Seen")
    with pytest.raises(ValidationError, match="being judged"):
        leaving.let_go(by=squad.coach, athlete=athlete)
    assessments.assess_report(assessment_id=report.assessment.pk, finished_by="worker")


def test_a_drill_ends_by_itself(squad):
    drilled = drills.start(by=squad.coach, squad=squad, level=drills.LEVELS[0]).athlete
    with pytest.raises(ValidationError, match="drill"):
        leaving.let_go(by=squad.coach, athlete=drilled)


def test_a_danger_that_was_on_its_way_brings_them_back_and_calls(squad, athlete):
    """The phone had asked who it is before the coach let them go."""
    leaving.let_go(by=squad.coach, athlete=athlete)
    answered = reports.submit_pain_report(
        by=athlete.user,
        athlete=athlete,
        answers=Answers.parse(factories.CLOT),
        client_key="0197c1d2-0000-7000-8000-000000000001",
        face="phone",
    ).report
    assert answered.disposition == "same_day"
    assert sees(squad.coach, athlete)
    assert sees(athlete.user, athlete)
    assert answered.escalations.get().notifications.filter(recipient=squad.coach).exists()


def test_who_has_no_log_in_is_brought_back_by_who_leads_them(squad):
    silent = factories.make_athlete(squad, with_login=False)
    leaving.let_go(by=squad.coach, athlete=silent)
    assert Athlete.objects.that_left(squad.coach).get() == silent
    assert not Athlete.objects.that_left(factories.make_club().coach).exists()
    assert not Athlete.objects.that_left(
        factories.make_coach(squad, role=access.CLINICIAN)
    ).exists()
    back = leaving.bring_back(by=squad.coach, athlete=silent)
    assert back.left_at is None
    assert sees(squad.coach, silent)


def test_who_has_a_log_in_comes_back_of_their_own(squad, athlete):
    leaving.let_go(by=squad.coach, athlete=athlete)
    with pytest.raises(ValidationError, match="link"):
        leaving.bring_back(by=squad.coach, athlete=athlete)
    link = invitations.invite(by=squad.coach, squad=squad, role=access.ATHLETE)
    invitations.accept(by=athlete.user, token=link.token)
    assert sees(athlete.user, athlete)
    assert sees(squad.coach, athlete)


def test_what_they_told_stays_theirs(squad, athlete):
    leaving.let_go(by=squad.coach, athlete=athlete)
    assert exports.ask(by=athlete.user, athlete=athlete)
    child = factories.make_athlete(squad, birth_date=date(2016, 1, 2), consents=False)
    parent = factories.make_guardian(child)
    leaving.let_go(by=squad.coach, athlete=child)
    assert exports.ask(by=parent, athlete=child)
    with pytest.raises(access.NotAllowed):
        exports.ask(by=squad.coach, athlete=child)
    erasure.erase_athlete(by=parent, athlete=child)
    assert not Athlete.objects.filter(pk=child.pk).exists()


def test_a_drills_nobody_is_not_among_those_who_left(squad):
    drilled = drills.start(by=squad.coach, squad=squad, level=drills.LEVELS[0]).athlete
    drills.end(by=squad.coach, athlete=drilled)
    assert not Athlete.objects.that_left(squad.coach).exists()
    assert Athlete.objects.filter(left_at__lte=timezone.now()).exists()
