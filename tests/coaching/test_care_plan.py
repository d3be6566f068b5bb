"""The care plan on a page: few things first, none lost."""

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from athletes.models import CareStep
from coaching.templatetags.niggle import AT_ONCE, phases
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def steps():
    report = factories.make_report(
        factories.make_athlete(factories.make_club()), factories.CRAMP, assess=True
    )
    found = list(report.assessment.care_steps.all())
    assert sum(step.phase(timezone.now()) == "now" for step in found) > AT_ONCE
    return found


def test_the_most_useful_few_come_first_and_the_others_follow_on_a_tap(steps):
    now = phases(steps)[0]
    assert [step.position for step in now["steps"]] == sorted(s.position for s in now["steps"])
    assert len(now["steps"]) == AT_ONCE
    assert now["more"]
    assert max(s.position for s in now["steps"]) < min(s.position for s in now["more"])


def test_every_step_is_on_the_page(steps):
    page = render_to_string("parts/care_steps.html", {"steps": steps, "zone": "UTC"})
    for step in steps:
        assert page.count(f'id="step-{step.pk}"') == 1


def test_the_others_stay_open_while_one_ticks_them_off(steps):
    assert not phases(steps)[0]["is_open"]
    last = phases(steps)[0]["more"][-1]
    CareStep.objects.filter(pk=last.pk).update(state="done")
    last.refresh_from_db()
    assert phases(steps)[0]["is_open"]
