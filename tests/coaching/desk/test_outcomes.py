"""What was said first beside what it turned out to be."""

import pytest
from django.urls import reverse
from django.utils import timezone

from athletes.services import episodes, findings, people
from coaching.desk import outcomes
from coaching.desk.outcomes import Figure
from tests import factories
from tests.coaching.desk.conftest import MOST_QUERIES, client_of, queries_of

PAGE = reverse("desk:outcomes")


def found(coach, athlete, cause, answers=factories.CLOT, **told):
    report = factories.make_report(athlete, answers, assess=True)
    findings.record_finding(
        by=coach,
        episode=report.episode,
        cause=cause,
        in_words=told.get("in_words", ""),
        clinician="Dr Weber",
        found_on=timezone.now().date(),
        method="ultrasound",
    )
    return report


def text(client, **query):
    return client.get(PAGE, query).content.decode()


def test_without_anything_noted_it_says_how_something_comes_here(desk, athlete):
    factories.make_report(athlete, factories.CLOT, assess=True)  # open, and nobody has looked
    assert "Nothing to compare yet" in text(desk)


def test_a_finding_stands_beside_what_was_said_first(desk, squad, athlete):
    found(squad.coach, athlete, "dvt")
    page = text(desk)
    assert "Dr Weber, ultrasound" in page
    assert "Doctor today" in page
    assert "Named first" in page
    assert "1 of 1; too few to say much" in page


def test_what_was_not_named_and_what_was_judged_too_low_are_marked(desk, squad, athlete):
    found(squad.coach, athlete, "dvt", factories.SORE)
    page = text(desk)
    assert '<span class="chip chip-warn">Not named</span>' in page
    assert "Judged too low" in page


def test_the_clinicians_own_words_stand_where_it_is_none_of_the_causes(desk, squad, athlete):
    found(squad.coach, athlete, "", in_words="A stress reaction of the fibula")
    page = text(desk)
    assert "A stress reaction of the fibula" in page
    assert "none yet" in page, "a finding without a name here is in no share"


def test_an_episode_without_a_finding_says_how_it_ended(desk, squad, athlete):
    report = factories.make_report(athlete, factories.SORE, assess=True)
    episodes.close_episode(by=squad.coach, episode=report.episode, reason="Runs again")
    page = text(desk)
    assert "Closed by a coach" in page
    assert "Runs again" in page
    assert "No clinician’s finding" in page


def test_it_is_narrowed_to_a_squad_and_hides_what_is_not_ones_own(desk, squad, athlete):
    sprinters = people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    found(squad.coach, athlete, "dvt")
    other = factories.make_athlete(sprinters, name="Bo Lind")
    found(squad.coach, other, "dvt")
    assert "Bo Lind" in text(desk)
    only = text(desk, squad=str(squad.pk))
    assert "Bo Lind" not in only
    assert "Ada Berg" in only
    assert "1 of 1" in only
    stranger = factories.make_club("Elsewhere")
    assert "Nothing to compare yet" in text(client_of(stranger.coach))
    assert desk.get(PAGE, {"squad": str(stranger.pk)}).status_code == 404


def test_more_rows_ask_the_database_no_more_often(desk, squad, monkeypatch):
    monkeypatch.setattr(outcomes, "OUTCOMES_ON_A_PAGE", 5)
    found(squad.coach, factories.make_athlete(squad), "dvt")
    few = queries_of(desk, PAGE)
    for _ in range(6):
        found(squad.coach, factories.make_athlete(squad), "muscle_strain")
    assert queries_of(desk, PAGE) == few <= MOST_QUERIES
    assert "Page 1 of 2" in text(desk)
    assert text(desk, page="2").count("Dr Weber") == 2


@pytest.mark.parametrize(
    ("count", "whole", "words"),
    [
        (0, 0, "none yet"),
        (3, 4, "3 of 4; too few to say much"),
        (19, 19, "19 of 19; too few to say much"),
        (15, 20, "15 of 20 (53 to 89 %)"),
    ],
)
def test_small_numbers_are_called_small(count, whole, words):
    assert Figure("Named first", count, whole).words == words
