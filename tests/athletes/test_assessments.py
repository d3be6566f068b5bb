"""A report is judged once in its effects, however often it is tried."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from athletes.models import Assessment, CareStep, Escalation, EscalationEvent
from athletes.services import assessments
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def pending():
    report = factories.make_report(factories.make_athlete(factories.make_club()))
    return report.assessment


def judge(assessment, by="worker"):
    return assessments.assess_report(assessment_id=assessment.pk, finished_by=by)


def give_back(assessment):
    """As if the lease of a dead worker had run out."""
    past = timezone.now() - timedelta(seconds=1)
    Assessment.objects.filter(pk=assessment.pk).update(claimed_until=past)


def test_a_cramp_gets_causes_with_reasons_and_a_care_plan(pending):
    assert judge(pending)
    pending.refresh_from_db()
    assert pending.state == "done"
    assert pending.leading_cause == "dehydration_cramp"
    assert pending.result["causes"][0]["for"]
    assert CareStep.objects.filter(assessment=pending, kind="do").exists()
    assert pending.result["safety_net"]


def test_judging_twice_changes_nothing(pending):
    assert judge(pending)
    before = list(CareStep.objects.values_list("pk", flat=True))
    assert not judge(pending)
    assert list(CareStep.objects.values_list("pk", flat=True)) == before


def test_while_one_process_holds_it_another_leaves_it_alone(pending, settings):
    Assessment.objects.filter(pk=pending.pk).update(
        claimed_until=timezone.now() + timedelta(seconds=settings.ASSESSMENT_LEASE_S)
    )
    assert not judge(pending)


def test_two_that_judged_at_once_store_one_result(pending):
    """The lease of a slow one ran out, another finished: the slow one's result is not stored."""
    real = assessments.assess

    def slow(*args):
        give_back(pending)
        assert judge(pending, by="dispatcher")
        return real(*args)

    with patch.object(assessments, "assess") as judged:
        judged.side_effect = lambda *a: slow(*a) if judged.call_count == 1 else real(*a)
        assert not judge(pending)
    pending.refresh_from_db()
    assert pending.finished_by == "dispatcher"
    steps = CareStep.objects.filter(assessment=pending)
    assert steps.count() == len(pending.result["care_steps"])


def test_a_report_that_fells_the_engine_is_set_aside_with_a_safe_answer(pending):
    with patch.object(assessments, "assess", side_effect=ZeroDivisionError):
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                judge(pending)
            give_back(pending)
        assert judge(pending)
    pending.refresh_from_db()
    assert pending.state == "failed"
    assert pending.result["safety_net"]
    escalation = Escalation.objects.get(report=pending.report)
    assert escalation.level == "coach_review"


def test_the_assessment_never_lowers_what_the_screening_said():
    athlete = factories.make_athlete(factories.make_club())
    report = factories.make_report(athlete, factories.BREATHLESS)
    calm = {**assessments.judge(report), "disposition": "self_care", "rules": []}
    with patch.object(assessments, "judge", return_value=calm):
        judge(report.assessment)
    report.refresh_from_db()
    assert report.disposition == "emergency_now"
    assert Escalation.objects.get(report=report).level == "emergency_now"


def test_a_worse_judgement_raises_the_escalation_and_says_so():
    athlete = factories.make_athlete(factories.make_club())
    report = factories.make_report(athlete, factories.CLOT)
    assert report.disposition == "same_day"
    worse = {**assessments.judge(report), "disposition": "emergency_now"}
    with patch.object(assessments, "judge", return_value=worse):
        judge(report.assessment)
    escalation = Escalation.objects.get(report=report)
    assert escalation.level == "emergency_now"
    kinds = EscalationEvent.objects.filter(escalation=escalation).values_list("kind", flat=True)
    assert list(kinds) == ["opened", "told", "raised", "told"]


def test_an_escalation_seen_before_the_worker_ran_is_not_opened_again():
    from athletes.services import escalations

    squad = factories.make_club()
    report = factories.make_report(factories.make_athlete(squad), factories.CLOT)
    escalations.acknowledge(by=squad.coach, escalation=report.escalations.get())
    judge(report.assessment)
    assert report.escalations.count() == 1


def test_the_worst_waits_least():
    squad = factories.make_club()
    calm = factories.make_report(factories.make_athlete(squad))
    urgent = factories.make_report(factories.make_athlete(squad), factories.BREATHLESS)
    order = [a.report_id for a in Assessment.objects.pending().by_urgency()]
    assert order == [urgent.pk, calm.pk]
