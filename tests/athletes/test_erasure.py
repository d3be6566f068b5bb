"""An erased athlete has left nothing behind, and work under way for them harms nobody."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from athletes import access
from athletes.models import (
    Assessment,
    Athlete,
    AuditChain,
    AuditEntry,
    AuditSubject,
    Club,
    Forgotten,
    Membership,
    PastTally,
    Squad,
    User,
)
from athletes.services import assessments, comments, erasure, people
from tests import factories

pytestmark = pytest.mark.django_db

OF_THE_CLUB = {Club, Squad, Membership, User, PastTally, Forgotten}
OF_THE_CLUB |= {AuditEntry, AuditSubject, AuditChain}  # keys that lead nowhere


@pytest.fixture
def athlete(squad):
    athlete = factories.make_athlete(squad)
    report = factories.make_report(athlete, factories.CLOT, assess=True)
    comments.add_comment(by=athlete.user, episode=report.episode, text="Is it bad?")
    comments.add_comment(by=squad.coach, episode=report.episode, text="See a doctor.")
    return athlete


def rows_of_records():
    """How many rows each record has, beside what belongs to the club itself."""
    records = list(apps.get_app_config("athletes").get_models())
    return {m.__name__: m.objects.count() for m in records if m not in OF_THE_CLUB}


def test_no_row_is_left(squad):
    before = rows_of_records()
    erased = factories.make_athlete(squad)
    report = factories.make_report(erased, factories.CLOT, assess=True)
    comments.add_comment(by=squad.coach, episode=report.episode, text="See a doctor.")
    assert rows_of_records() != before
    erasure.erase_athlete(by=squad.coach, athlete=erased)
    assert rows_of_records() == before


def test_the_log_in_goes_unless_the_person_is_somebody_else_too(squad, athlete):
    other = factories.make_athlete(squad)
    people.grant_role(user=other.user, squad=squad, role=access.COACH)
    for one in (athlete, other):
        erasure.erase_athlete(by=squad.coach, athlete=one)
    assert not User.objects.filter(pk=athlete.user.pk).exists()
    assert list(other.user.memberships.values_list("role", flat=True)) == [access.COACH]


def test_only_an_owner_of_the_club_may_for_somebody_else(squad, athlete):
    coach = factories.make_coach(squad)
    stranger = factories.make_club().coach
    mate = factories.make_athlete(squad).user
    for person in (coach, stranger, mate):
        with pytest.raises(access.NotAllowed):
            erasure.erase_athlete(by=person, athlete=athlete)
    assert Athlete.objects.filter(pk=athlete.pk).exists()


def test_twice_is_once(squad, athlete):
    same = Athlete.objects.get(pk=athlete.pk)
    erasure.erase_athlete(by=squad.coach, athlete=athlete)
    erasure.erase_athlete(by=squad.coach, athlete=same)


def test_a_judgement_under_way_finds_nothing_to_do(squad, monkeypatch):
    athlete = factories.make_athlete(squad)
    report = factories.make_report(athlete, factories.CLOT)
    pending = Assessment.objects.get(report=report)
    judge = assessments.judge

    def erased_meanwhile(of):
        result = judge(of)
        erasure.erase_athlete(by=squad.coach, athlete=athlete)
        return result

    monkeypatch.setattr(assessments, "judge", erased_meanwhile)
    assert not assessments.assess_report(assessment_id=pending.pk, finished_by="worker")
    assert not assessments.assess_report(assessment_id=pending.pk, finished_by="worker")


def test_the_command(squad, athlete, capsys):
    with pytest.raises(CommandError, match="Only an owner"):
        call_command("erase_athlete", str(athlete.pk), owner=factories.make_coach(squad).email)
    call_command("erase_athlete", str(athlete.pk), owner=squad.coach.email)
    assert not Athlete.objects.filter(pk=athlete.pk).exists()
    with pytest.raises(CommandError, match="no such athlete"):
        call_command("erase_athlete", str(athlete.pk), owner=squad.coach.email)
