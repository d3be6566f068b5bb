"""What of the first page is asked for stands in the address, and never hides that somebody waits."""

import pytest

from athletes import access
from athletes.services import escalations, looks, people
from tests import factories
from tests.coaching.desk.conftest import client_of, htmx
from tests.coaching.desk.test_today import TODAY, report_of, text

LOW = {**factories.CRAMP, "can_walk": "limp"}


@pytest.fixture
def full(squad):
    """A dangerous and a low one that wait, and one that the coach has seen."""
    report_of(squad, "Dangerous One", factories.CLOT)
    report_of(squad, "Low One", LOW)
    seen = report_of(squad, "Seen One", factories.CLOT).escalations.get()
    escalations.acknowledge(by=squad.coach, escalation=seen)


def shown(client, **asked):
    page = text(client.get(TODAY, asked))
    return {name for name in ("Dangerous One", "Low One", "Seen One") if f">{name}</a>" in page}


def test_level_and_state_choose(squad, desk, full):
    low = squad.club.athletes.get(name="Low One").escalations.get().level
    assert shown(desk) == {"Dangerous One", "Low One", "Seen One"}
    assert shown(desk, level=low) == {"Low One"}
    assert shown(desk, state="waiting") == {"Dangerous One", "Low One"}
    assert shown(desk, state="seen") == shown(desk, state="mine") == {"Seen One"}


def test_what_somebody_else_saw_is_not_mine(squad, full):
    assert shown(client_of(factories.make_coach(squad)), state="mine") == set()


def test_new_to_me_leaves_out_what_i_have_looked_at(squad, desk, full):
    looks.looked(by=squad.coach, athlete=squad.club.athletes.get(name="Low One"))
    assert shown(desk, changed="1") == {"Dangerous One"}


def test_a_choice_never_hides_that_somebody_waits(desk, full):
    page = text(desk.get(TODAY, {"state": "seen"}))
    assert "2 more are waiting that this choice does not show." in page
    assert "Doctor today" in page[page.index("2 more are waiting") :]


def test_an_empty_choice_does_not_say_that_nobody_waits(desk, full):
    page = text(desk.get(TODAY, {"level": "emergency_now"}))
    assert "nothing was missed" not in page
    assert "Nobody waits who fits this choice." in page


@pytest.mark.parametrize(
    "asked", [{"level": "nonsense"}, {"state": "gone"}, {"level": "self_care"}]
)
def test_nonsense_is_not_found(desk, asked):
    assert desk.get(TODAY, asked).status_code == 404


def test_what_is_chosen_by_hand_stands_in_the_address_afterwards(desk, full):
    response = desk.get(
        TODAY,
        {"squad": "", "level": "same_day", "state": ""},
        headers={"HX-Request": "true", "HX-Trigger": "filters"},
    )
    assert response["HX-Push-Url"] == "/desk/?level=same_day"
    assert 'hx-get="/desk/?level=same_day"' in text(response)
    assert "HX-Push-Url" not in htmx(desk, TODAY)


def test_the_choices_offer_only_own_squads(squad, desk, full):
    people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    stranger = people.create_squad(
        by=(other := factories.make_club()).coach, club=other.club, name="Hidden"
    )
    page = text(desk.get(TODAY))
    assert "Sprinters" in page
    assert str(stranger.pk) not in page


def test_a_clinician_of_one_squad_sees_nothing_of_the_other(squad, full):
    other = people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    clinician = client_of(factories.make_coach(other, role=access.CLINICIAN))
    assert shown(clinician) == set()
    assert "more are waiting" not in text(clinician.get(TODAY, {"state": "seen"}))


def test_a_desk_without_athletes_has_nothing_to_choose_from(desk):
    assert 'id="filters"' not in text(desk.get(TODAY))
