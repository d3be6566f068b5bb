"""Acknowledging and finishing, by a person's click only."""

import pytest
from django.urls import reverse

from athletes import access
from athletes.models import EscalationEvent
from athletes.services import escalations
from guidance import KNOWLEDGE
from tests import factories
from tests.coaching.desk.conftest import MOST_QUERIES, client_of, htmx, queries_of


@pytest.fixture
def acknowledge(waiting):
    return reverse("desk:acknowledge", args=[waiting.pk])


@pytest.fixture
def resolve(waiting):
    return reverse("desk:resolve", args=[waiting.pk])


def test_one_tap_acknowledges(squad, desk, waiting, acknowledge):
    response = desk.post(acknowledge, {"next": "/desk/?squad="})
    waiting.refresh_from_db()
    assert (waiting.state, waiting.acknowledged_by) == ("acknowledged", squad.coach)
    assert response["Location"] == "/desk/?squad="


def test_looking_never_acknowledges(desk, waiting, acknowledge):
    assert desk.get(acknowledge).status_code == 405
    desk.get("/desk/")
    desk.get(reverse("desk:escalation", args=[waiting.pk]))
    waiting.refresh_from_db()
    assert waiting.state == "open"


def test_htmx_gets_the_row_as_it_is_now(desk, acknowledge):
    page = htmx(desk, acknowledge, "post").content.decode()
    assert "Seen by you" in page
    assert "<html" not in page
    assert ">Acknowledge<" not in page


def test_twice_is_once(desk, waiting, acknowledge):
    desk.post(acknowledge)
    desk.post(acknowledge)
    assert EscalationEvent.objects.filter(escalation=waiting, kind="acknowledged").count() == 1


def test_the_first_of_two_coaches_stays(squad, desk, waiting, acknowledge):
    second = client_of(factories.make_coach(squad, name="Second"))
    desk.post(acknowledge)
    page = htmx(second, acknowledge, "post").content.decode()
    waiting.refresh_from_db()
    assert waiting.acknowledged_by == squad.coach
    assert f"Seen by {squad.coach}" in page


def test_outsiders_and_the_athlete_find_nothing_to_acknowledge(waiting, acknowledge, resolve):
    for stranger in (factories.make_club().coach, waiting.athlete.user):
        assert client_of(stranger).post(acknowledge).status_code == 404
        assert client_of(stranger).post(resolve, {"outcome": "fine"}).status_code == 404
    waiting.refresh_from_db()
    assert waiting.state == "open"


def test_a_form_never_leads_away_from_this_site(desk, acknowledge, waiting):
    response = desk.post(acknowledge, {"next": "https://elsewhere.example/"})
    assert response["Location"] == reverse("desk:escalation", args=[waiting.pk])


def test_dealt_with_needs_a_line_on_how(desk, waiting, resolve):
    response = desk.post(resolve, {"outcome": " "})
    assert response.status_code == 422
    assert "Please fill this in." in response.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == "open"


def test_what_is_too_long_is_kept_and_said(desk, resolve):
    response = desk.post(resolve, {"outcome": "saw the doctor " * 30})
    assert response.status_code == 422
    assert "saw the doctor saw the doctor" in response.content.decode()


def test_dealt_with_is_seen_and_finished(squad, desk, waiting, resolve):
    response = desk.post(resolve, {"outcome": "No clot, says the ultrasound."})
    waiting.refresh_from_db()
    assert response["Location"] == reverse("desk:athlete", args=[waiting.athlete_id])
    assert (waiting.state, waiting.resolved_by) == ("resolved", squad.coach)
    assert "Ada Berg" not in desk.get("/desk/").content.decode().split("nothing to do")[0]


def test_the_page_from_the_message_tells_the_whole_story(squad, desk, waiting):
    clinician = factories.make_coach(squad, role=access.CLINICIAN, name="Dr Ito")
    escalations.resolve(by=clinician, escalation=waiting, outcome="No clot.")
    page = desk.get(reverse("desk:escalation", args=[waiting.pk])).content.decode()
    for part in (
        "The report came in: doctor today",
        "Seen by Dr Ito",
        "Dealt with by Dr Ito: No clot.",
        KNOWLEDGE.findings["recent_flight"].short,
    ):
        assert part.lower() in page.lower()


def test_the_page_offers_the_way_to_the_athlete(desk, waiting):
    page = desk.get(reverse("desk:escalation", args=[waiting.pk])).content.decode()
    assert reverse("desk:athlete", args=[waiting.athlete_id]) in page


@pytest.mark.parametrize("by", ["form", "htmx"])
def test_what_became_worse_since_the_page_was_shown_stays_open(desk, waiting, acknowledge, by):
    """The button says which level its page showed; nobody has seen the worse one."""
    page = desk.get("/desk/").content.decode()
    assert f'name="level" value="{waiting.level}"' in page
    factories.make_report(waiting.athlete, factories.BREATHLESS)
    if by == "htmx":
        shown = desk.post(acknowledge, {"level": waiting.level}, headers={"HX-Request": "true"})
        assert ">Acknowledge<" in shown.content.decode()
    else:
        shown = desk.post(acknowledge, {"level": waiting.level}, follow=True)
        assert "became more urgent" in shown.content.decode()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.level) == ("open", "emergency_now")


ABOUT_YOU = "This is about you: somebody else on the desk has to look at it."


@pytest.fixture
def pages(waiting):
    """Every page of the desk on which an escalation can be settled."""
    return [
        "/desk/",
        reverse("desk:escalation", args=[waiting.pk]),
        reverse("desk:athlete", args=[waiting.athlete_id]),
    ]


@pytest.fixture
def own(squad, waiting):
    """A coach of the squad, whose own escalation it is."""
    coach = factories.make_coach(squad, name="Runs too")
    waiting.athlete.user = coach
    waiting.athlete.save()
    return client_of(coach)


def can_settle(text):
    return ">Acknowledge<" in text or "Say how it went" in text or "Note as dealt with" in text


def test_who_it_is_about_is_told_that_somebody_else_has_to_look(
    own, desk, squad, waiting, pages, acknowledge, resolve
):
    for page in pages:
        text = own.get(page).content.decode()
        assert ABOUT_YOU in text, page
        assert not can_settle(text), page
        others = desk.get(page).content.decode()
        assert ABOUT_YOU not in others, page
        assert can_settle(others), page
    assert own.post(acknowledge).status_code == 403
    assert own.post(resolve, {"outcome": "ok"}).status_code == 403
    escalations.acknowledge(by=squad.coach, escalation=waiting)
    for page in pages:
        assert not can_settle(own.get(page).content.decode()), page


def test_who_is_alone_on_the_desk_settles_it_themself(desk, squad, waiting, pages, acknowledge):
    waiting.athlete.user = squad.coach
    waiting.athlete.save()
    for page in pages:
        text = desk.get(page).content.decode()
        assert ABOUT_YOU not in text, page
        assert can_settle(text), page
    desk.post(acknowledge)
    waiting.refresh_from_db()
    assert waiting.state == "acknowledged"


def test_no_more_queries_for_many_escalations_of_ones_own(own, waiting):
    few = queries_of(own, "/desk/")
    for site in ("shin_medial", "ankle"):
        factories.make_report(waiting.athlete, {**factories.CLOT, "site": [site]}, assess=True)
    assert (
        own.get("/desk/").content.decode().count(ABOUT_YOU) == waiting.athlete.escalations.count()
    )
    assert waiting.athlete.escalations.count() > 1
    assert queries_of(own, "/desk/") == few <= MOST_QUERIES
