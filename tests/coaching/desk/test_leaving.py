"""Who leaves, at the desk."""

from datetime import UTC, datetime
from html import unescape

import pytest
from django.urls import reverse

from athletes.models import Athlete
from athletes.services import leaving
from tests.coaching.desk.conftest import queries_of
from tests.factories import make_athlete, make_report

pytestmark = pytest.mark.django_db


def text(response):
    return unescape(response.content.decode())


@pytest.fixture
def silent(squad):
    return make_athlete(squad, name="Toni", with_login=False)


def test_the_page_says_what_it_means_and_changes_nothing(desk, silent):
    page = desk.get(reverse("desk:athlete_leave", args=[silent.pk]))
    assert "You can bring them back" in text(page)
    silent.refresh_from_db()
    assert silent.left_at is None


def test_they_leave_and_come_back(desk, silent):
    here = reverse("desk:athlete_leave", args=[silent.pk])
    listed = desk.post(here, follow=True)
    assert "Toni has left the club." in text(listed)
    assert "Bring back" in text(listed)
    assert desk.get(reverse("desk:athlete", args=[silent.pk])).status_code == 404
    assert reverse("desk:left") in desk.get(reverse("desk:squads")).content.decode()
    back = desk.post(reverse("desk:athlete_return", args=[silent.pk]), follow=True)
    assert "Toni is in the club again." in text(back)
    assert reverse("desk:left") not in desk.get(reverse("desk:squads")).content.decode()


def test_while_something_is_open_it_says_why_not(desk, squad):
    athlete = make_athlete(squad)
    make_report(athlete, assess=True)
    here = reverse("desk:athlete_leave", args=[athlete.pk])
    for answer, status in ((desk.get(here), 200), (desk.post(here), 422)):
        assert answer.status_code == status
        assert "They have left" not in text(answer)
        assert 'role="alert"' in answer.content.decode()
    athlete.refresh_from_db()
    assert athlete.left_at is None


def test_who_has_a_log_in_is_not_brought_back_by_a_button(desk, squad):
    athlete = make_athlete(squad, name="Robin")
    leaving.let_go(by=squad.coach, athlete=athlete)
    listed = desk.get(reverse("desk:left"))
    assert "comes back by taking up a link" in text(listed)
    assert "Bring back" not in text(listed)
    refused = desk.post(reverse("desk:athlete_return", args=[athlete.pk]), follow=True)
    assert "send them a link" in text(refused)


def test_the_day_of_leaving_is_written_as_every_other_day(desk, squad):
    athlete = make_athlete(squad, name="Robin")
    leaving.let_go(by=squad.coach, athlete=athlete)
    Athlete.objects.update(left_at=datetime(2026, 3, 3, 12, tzinfo=UTC))
    assert "left on 3 March 2026" in text(desk.get(reverse("desk:left")))


def test_the_list_costs_the_same_however_long(desk, squad):
    def one_more(number):
        left = make_athlete(squad, name=f"Toni {number}", with_login=False)
        leaving.let_go(by=squad.coach, athlete=left)
        return queries_of(desk, reverse("desk:left"))

    assert len({one_more(number) for number in range(4)}) == 1
