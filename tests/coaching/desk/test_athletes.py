"""The list of athletes, and one athlete on one page."""

import pytest
from django.urls import reverse

from athletes.services import comments, episodes, escalations, people
from tests import factories
from tests.coaching.desk.conftest import MOST_OF_ONE, MOST_QUERIES, queries_of

LIST = "/desk/athletes/"


def page_of(athlete):
    return reverse("desk:athlete", args=[athlete.pk])


def text(response):
    return response.content.decode()


def test_the_list_finds_by_name_and_squad(squad, desk, athlete):
    other = people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    factories.make_athlete(other, name="Fast Runner")
    assert "Ada Berg" in text(desk.get(LIST, {"q": "berg"}))
    assert "Ada Berg" not in text(desk.get(LIST, {"squad": other.pk}))
    assert "Nobody found" in text(desk.get(LIST, {"q": "berg", "squad": other.pk}))


def test_the_list_has_pages(squad, desk):
    for number in range(27):
        factories.make_athlete(squad, name=f"Runner {number:02}", with_login=False)
    first, second = desk.get(LIST), desk.get(LIST, {"page": 2})
    assert "Runner 24" in text(first)
    assert "Runner 25" not in text(first)
    assert "Runner 26" in text(second)


def test_the_page_shows_the_recommendation_with_every_reason(desk, athlete):
    report = factories.make_report(athlete, factories.CLOT, assess=True, note="Since Lisbon.")
    page = text(desk.get(page_of(athlete)))
    result = report.assessment.result
    assert result["headline"] in page
    assert result["rules"][0]["name"] in page
    assert result["rules"][0]["tell_coach"].replace("'", "&#x27;") in page
    assert result["causes"][0]["for"][0] in page
    assert report.assessment.knowledge_version in page
    assert "Since Lisbon." in page


def test_answers_are_told_in_words(desk, athlete):
    factories.make_report(athlete, {**factories.CLOT, "fever": "no", "bruising": "unsure"})
    page = text(desk.get(page_of(athlete)))
    for id_of_a_finding in ("days_since_onset", "recent_flight", "severity_nrs"):
        assert id_of_a_finding not in page
    assert "Said no to:" in page
    assert "Not sure:" in page


def test_times_are_in_the_athletes_zone(desk, athlete):
    factories.make_report(athlete)
    assert "times are in Europe/Berlin" in text(desk.get(page_of(athlete)))


def test_who_filed_it_from_which_face(squad, desk, athlete):
    factories.make_report(athlete)
    factories.make_report(athlete, by=squad.coach)
    page = text(desk.get(page_of(athlete)))
    assert "the athlete" in page
    assert "(Phone)" in page
    assert str(squad.coach) in page


def test_open_episodes_come_before_closed_ones(squad, desk, athlete):
    newer = factories.make_report(athlete, {**factories.CRAMP, "side": "left"}).episode
    factories.make_report(athlete, {**factories.CRAMP, "side": "right"})
    episodes.close_episode(by=squad.coach, episode=newer, reason="pain free for a week")
    page = text(desk.get(page_of(athlete)))
    assert page.index("Right calf") < page.index("Left calf")
    assert "pain free for a week" in page


def test_the_episode_that_waits_for_somebody_comes_first(desk, waiting):
    factories.make_report(waiting.athlete, {**factories.CRAMP, "side": "left"})
    page = text(desk.get(page_of(waiting.athlete)))
    assert page.index("Right calf") < page.index("Left calf")


def test_a_report_that_waits_for_its_judgement_fetches_itself(desk, athlete):
    report = factories.make_report(athlete, factories.CLOT)
    address = reverse("desk:report", args=[report.pk])
    page = text(desk.get(page_of(athlete)))
    assert f'hx-get="{address}"' in page
    assert report.screening["rules"][0]["name"] in page


def test_more_history_asks_the_database_no_more_often(squad, desk, athlete):
    def live_through(count):
        for number in range(count):
            report = factories.make_report(athlete, factories.CLOT, assess=True)
            comments.add_comment(by=squad.coach, episode=report.episode, text=f"Day {number}")
            escalation = report.episode.escalations.order_by("-opened_at").first()
            escalations.resolve(by=squad.coach, escalation=escalation, outcome="seen")
            if number % 2:
                episodes.close_episode(by=squad.coach, episode=report.episode, reason="over")

    def fill(count):
        live_through(count)
        factories.make_report(athlete, factories.CLOT, assess=True)
        factories.make_report(athlete, {**factories.CRAMP, "side": "left"}, assess=True)

    fill(2)
    before = queries_of(desk, page_of(athlete))
    fill(12)
    assert queries_of(desk, page_of(athlete)) == before <= MOST_OF_ONE


def test_more_athletes_ask_the_database_no_more_often(squad, desk):
    def fill(count):
        for _ in range(count):
            factories.make_report(factories.make_athlete(squad), factories.CLOT)

    fill(2)
    before = queries_of(desk, LIST)
    fill(10)
    assert queries_of(desk, LIST) == before <= MOST_QUERIES


@pytest.mark.parametrize("name", ["desk:comment", "desk:close"])
def test_a_form_that_stays_empty_says_so(desk, athlete, name):
    episode = factories.make_report(athlete).episode
    response = desk.post(reverse(name, args=[episode.pk]), {})
    assert response.status_code == 422
    assert "Please fill this in." in text(response)


def test_a_comment_reaches_the_page(desk, athlete):
    episode = factories.make_report(athlete).episode
    address = reverse("desk:comment", args=[episode.pk])
    response = desk.post(address, {"text": "Rest until Friday."}, follow=True)
    assert "Rest until Friday." in text(response)
    assert episode.comments.get().text == "Rest until Friday."


def test_an_episode_is_closed_with_a_reason(squad, desk, athlete):
    episode = factories.make_report(athlete).episode
    close = reverse("desk:close", args=[episode.pk])
    unsaid = desk.post(close, {"reason": "No pain for a week."})
    assert unsaid.status_code == 422  # whether the pain is gone is nothing to take for granted
    assert "No pain for a week." in text(unsaid)
    desk.post(close, {"reason": "No pain for a week.", "pain_free": "no"})
    episode.refresh_from_db()
    assert (episode.closed_by, episode.closed_reason) == (squad.coach, "No pain for a week.")
    assert "the pain was not gone yet" in text(desk.get(page_of(athlete)))


@pytest.mark.parametrize(("told", "stored"), [("yes", True), ("no", False), ("unsure", None)])
def test_whether_the_pain_was_gone_may_be_unknown(desk, athlete, told, stored):
    episode = factories.make_report(athlete).episode
    close = reverse("desk:close", args=[episode.pk])
    desk.post(close, {"reason": "Moved away", "pain_free": told})
    episode.refresh_from_db()
    assert episode.closed_pain_free is stored


def test_closing_warns_when_somebody_is_still_waiting(desk, waiting):
    page = text(desk.get(reverse("desk:close", args=[waiting.episode_id])))
    assert "Nobody has acknowledged" in page


def test_a_search_for_what_no_name_can_hold_finds_nothing(desk, athlete):
    assert "Nobody found" in text(desk.get(LIST, {"q": "Ada\0Nobody"}))
