"""The care plan on a page: what counts now, next and later, and nothing twice."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from coaching.templatetags.niggle import phases
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def steps():
    report = factories.make_report(
        factories.make_athlete(factories.make_club()), factories.CRAMP, assess=True
    )
    return list(report.assessment.care_steps.all())


def ids(groups):
    return [group["id"] for group in groups]


def test_at_most_five_things_count_now(steps):
    now = phases(steps)[0]
    assert now["id"] == "now"
    assert 0 < len(now["steps"]) <= 5
    assert [step.position for step in now["steps"]] == sorted(s.position for s in now["steps"])


def test_what_comes_later_says_when(steps):
    assert ids(phases(steps)) == ["now", "next", "later"]
    page = render_to_string("parts/care_steps.html", {"steps": steps, "zone": "UTC"})
    assert "from tomorrow" in page


def test_what_is_over_is_gone(steps):
    first_end = min(step.ends_at for step in steps if step.ends_at)
    later = phases(steps, first_end + timedelta(seconds=1))
    shown = [step for group in later for step in group["steps"]]
    assert 0 < len(shown) < len(steps)
    assert all(step.ends_at is None or step.ends_at > first_end for step in shown)


def test_every_step_is_on_the_page_once(steps):
    page = render_to_string("parts/care_steps.html", {"steps": steps, "zone": "UTC"})
    for step in steps:
        over = step.phase(timezone.now()) == "over"
        assert page.count(f'id="step-{step.pk}"') == (0 if over else 1)
