"""Several low ones acknowledged at once; what is urgent is looked at one by one."""

import pytest
from django.urls import reverse

from athletes import access
from athletes.models import Escalation, EscalationEvent
from athletes.services import escalations
from tests import factories
from tests.coaching.desk.conftest import client_of, htmx
from tests.coaching.desk.test_today import TODAY, report_of, text

TOGETHER = reverse("desk:acknowledge_ticked")
LOW = {**factories.CRAMP, "can_walk": "limp"}


@pytest.fixture
def low(squad):
    return [report_of(squad, f"Low {n}", LOW).escalations.get() for n in range(3)]


def box(escalation, level=""):
    return f"{escalation.pk}:{level or escalation.level}"


def states():
    return sorted(Escalation.objects.values_list("state", flat=True))


def test_the_ticked_ones_are_acknowledged_each_by_a_person(squad, desk, low):
    response = desk.post(
        TOGETHER, {"ticked": [box(low[0]), box(low[1])], "next": "/desk/?state=waiting"}
    )
    assert response["Location"] == "/desk/?state=waiting"
    assert states() == ["acknowledged", "acknowledged", "open"]
    events = EscalationEvent.objects.filter(kind="acknowledged")
    assert set(events.values_list("escalation", "actor")) == {
        (it.pk, squad.coach.pk) for it in low[:2]
    }
    assert "2 acknowledged." in text(desk.get(TODAY))


def test_htmx_gets_the_list_with_what_was_done(desk, low):
    page = text(htmx(desk, TOGETHER, "post", ticked=[box(it) for it in low]))
    assert "3 acknowledged." in page
    assert "<html" not in page


def test_what_is_urgent_is_refused_and_nothing_is_done(desk, squad, low):
    urgent = report_of(squad, "Urgent", factories.CLOT).escalations.get()
    assert desk.post(TOGETHER, {"ticked": [box(low[0]), box(urgent)]}).status_code == 403
    assert set(states()) == {"open"}


def test_the_service_refuses_it_too(squad):
    urgent = report_of(squad, "Urgent", factories.BREATHLESS).escalations.get()
    with pytest.raises(access.NotAllowed):
        escalations.acknowledge_together(by=squad.coach, seen=[(urgent, urgent.level)])
    with pytest.raises(access.NotAllowed):
        escalations.acknowledge_together(by=squad.coach, seen=[(urgent, "")])


def test_an_urgent_one_told_as_a_low_one_stays_waiting(desk, squad):
    urgent = report_of(squad, "Urgent", factories.CLOT).escalations.get()
    desk.post(TOGETHER, {"ticked": [box(urgent, "coach_review")]})
    assert states() == ["open"]


def test_what_was_raised_meanwhile_stays_waiting_and_is_said(desk, low):
    seen = box(low[0])
    factories.make_report(
        low[0].athlete, {**LOW, **factories.BREATHLESS, "side": "left"}, assess=True
    )
    page = text(htmx(desk, TOGETHER, "post", ticked=[seen, box(low[1])]))
    assert "1 became more urgent meanwhile and still waits" in page
    low[0].refresh_from_db()
    assert (low[0].state, low[0].level) == ("open", "emergency_now")


def test_one_of_another_club_spoils_all(desk, low):
    foreign = report_of(factories.make_club(), "Foreign", LOW).escalations.get()
    assert desk.post(TOGETHER, {"ticked": [box(low[0]), box(foreign)]}).status_code == 404
    assert set(states()) == {"open"}


def test_one_about_oneself_spoils_all(squad, low):
    coach = factories.make_coach(squad)
    own = low[0].athlete
    own.user = coach
    own.save()
    response = client_of(coach).post(TOGETHER, {"ticked": [box(it) for it in low]})
    assert response.status_code == 403
    assert set(states()) == {"open"}


@pytest.mark.parametrize(
    "ticked", ["nonsense", "018f0000-0000-7000-8000-000000000000:coach_review"]
)
def test_what_no_box_says_is_not_found(desk, low, ticked):
    assert desk.post(TOGETHER, {"ticked": [ticked]}).status_code == 404


def test_nothing_ticked_is_said(desk, low):
    desk.post(TOGETHER)
    assert "Tick at least one first." in text(desk.get(TODAY))


def test_boxes_stand_beside_low_ones_only(desk, squad, low):
    urgent = report_of(squad, "Urgent", factories.CLOT).escalations.get()
    page = text(desk.get(TODAY))
    assert f'value="{box(low[0])}" form="ticked"' in page
    assert f'value="{box(urgent)}"' not in page
