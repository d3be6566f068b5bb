"""Squads, athletes without a log-in, and links that bring people in."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from athletes import access
from athletes.models import Athlete, Invitation, Squad
from athletes.services import invitations
from tests import factories
from tests.coaching.desk.conftest import MOST_QUERIES, client_of, queries_of

PAGE = "/desk/squads/"


def text(response):
    return response.content.decode()


def invite(squad):
    return reverse("desk:invite", args=[squad.pk])


def token_on(page):
    return re.search(r"/join/([\w-]+)/", text(page)).group(1)


def test_a_new_coach_reads_what_to_do_next(desk, squad):
    page = text(desk.get(PAGE))
    assert "Now bring in your athletes." in page
    assert invite(squad) in page


def test_the_page_shows_athletes_coaches_and_open_links(desk, squad, athlete):
    factories.make_coach(squad, name="Tom Second")
    invitations.invite(by=squad.coach, squad=squad, role=access.CLINICIAN, email="ito@example.test")
    page = text(desk.get(PAGE))
    assert "Ada Berg" in page
    assert "Tom Second" in page
    assert "ito@example.test" in page


def test_a_link_is_shown_once_and_works(desk, squad):
    page = desk.post(invite(squad), {"role": access.ATHLETE})
    token = token_on(page)
    assert "no-store" in page["Cache-Control"]
    assert token not in text(desk.get(PAGE))
    newcomer = factories.make_user("New Runner")
    invitations.accept(by=newcomer, token=token)
    assert newcomer.athletes.get().squads.get() == squad


def test_a_link_for_an_athlete_who_is_there_takes_over_the_record(desk, squad):
    athlete = factories.make_athlete(squad, name="Kim Lee", with_login=False)
    assert f'value="{athlete.pk}" selected' in text(
        desk.get(invite(squad), {"athlete": athlete.pk})
    )
    token = token_on(desk.post(invite(squad), {"role": "athlete", "athlete": athlete.pk}))
    invitations.accept(by=factories.make_user(), token=token)
    athlete.refresh_from_db()
    assert athlete.user is not None


def test_a_coachs_link_cannot_take_over_an_athlete(desk, squad):
    athlete = factories.make_athlete(squad, with_login=False)
    response = desk.post(invite(squad), {"role": "coach", "athlete": athlete.pk})
    assert response.status_code == 422
    assert not Invitation.objects.exists()


def test_an_address_gets_the_link_by_mail(desk, squad, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = desk.post(invite(squad), {"role": "coach", "email": "tom@example.test"})
    assert "tom@example.test" in text(page)
    assert mail.outbox[0].to == ["tom@example.test"]


def test_a_bad_address_is_said_and_kept(desk, squad):
    page = desk.post(invite(squad), {"role": "coach", "email": "tom at example"})
    assert page.status_code == 422
    assert "tom at example" in text(page)


def test_a_link_is_put_out_of_use(desk, squad):
    made = invitations.invite(by=squad.coach, squad=squad, role=access.COACH)
    desk.post(reverse("desk:revoke", args=[made.invitation.pk]))
    assert not Invitation.objects.usable().exists()
    assert "Links not used yet" not in text(desk.get(PAGE))


def test_links_that_ran_out_are_not_listed(desk, squad):
    invitations.invite(by=squad.coach, squad=squad, role=access.COACH)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    assert "Links not used yet" not in text(desk.get(PAGE))


def test_outsiders_cannot_touch_links_or_squads(squad):
    made = invitations.invite(by=squad.coach, squad=squad, role=access.COACH)
    outsider = client_of(factories.make_club().coach)
    assert outsider.post(reverse("desk:revoke", args=[made.invitation.pk])).status_code == 404
    assert outsider.get(invite(squad)).status_code == 404
    assert outsider.get(reverse("desk:new_athlete", args=[squad.pk])).status_code == 404
    assert Invitation.objects.usable().count() == 1


def test_a_clinician_looks_but_does_not_invite(squad):
    clinician = client_of(factories.make_coach(squad, role=access.CLINICIAN))
    assert invite(squad) not in text(clinician.get(PAGE))
    assert clinician.get(invite(squad)).status_code == 403
    assert clinician.get(reverse("desk:new_squad")).status_code == 403


def test_an_athlete_is_added_and_invited_next(desk, squad):
    address = reverse("desk:new_athlete", args=[squad.pk])
    typed = {"name": "Kim Lee", "timezone": "Asia/Seoul", "birth_date": "2009-04-01"}
    refused = desk.post(address, typed)
    assert refused.status_code == 422, "nobody has said that they agreed"
    response = desk.post(address, typed | {"consent_told": "on"})
    athlete = Athlete.objects.get(name="Kim Lee")
    assert response["Location"] == f"{invite(squad)}?athlete={athlete.pk}"
    assert athlete.timezone == "Asia/Seoul"
    assert athlete.consents.get().given_as == "coach"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("timezone", "Moon/Base", "is not a time zone"),
        ("birth_date", "2999-01-01", "date of birth"),
        ("birth_date", "1850-01-01", "date of birth"),
        ("name", "", "required"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(desk, squad, field, value, words):
    typed = {"name": "Kim Lee", "timezone": "UTC", "birth_date": "", "consent_told": "on"} | {
        field: value
    }
    response = desk.post(reverse("desk:new_athlete", args=[squad.pk]), typed)
    assert response.status_code == 422
    assert words in text(response)
    assert not Athlete.objects.exists()


def test_an_owner_makes_a_squad(desk, squad):
    desk.post(reverse("desk:new_squad"), {"club": squad.club_id, "name": "Sprinters"})
    assert Squad.objects.get(name="Sprinters").club == squad.club


def test_a_name_that_is_taken_is_said(desk, squad):
    response = desk.post(reverse("desk:new_squad"), {"club": squad.club_id, "name": "MILERS"})
    assert response.status_code == 422
    assert "already has a squad of this name" in text(response)


def test_a_squad_is_made_in_ones_own_club_only(desk):
    other = factories.make_club()
    desk.post(reverse("desk:new_squad"), {"club": other.club_id, "name": "Sprinters"})
    assert not Squad.objects.filter(name="Sprinters").exists()


def test_more_people_ask_the_database_no_more_often(squad, desk):
    def fill(count):
        for _ in range(count):
            factories.make_athlete(squad)
            factories.make_coach(squad)
            invitations.invite(by=squad.coach, squad=squad, role=access.COACH)

    fill(2)
    before = queries_of(desk, PAGE)
    fill(10)
    assert queries_of(desk, PAGE) == before <= MOST_QUERIES


def test_a_link_that_cannot_be_made_says_why_beside_the_field(desk, squad):
    athlete = factories.make_athlete(squad)
    refused = desk.post(invite(squad), {"role": "athlete", "athlete": str(athlete.pk)})
    assert refused.status_code == 422
    assert "has a log-in already" in text(refused)


def test_who_has_asked_many_guardians_waits_for_an_answer(desk, squad):
    child = factories.make_athlete(squad, birth_date=date(2016, 1, 2), consents=False)
    told = {"role": "guardian", "athlete": str(child.pk)}
    answers = [
        desk.post(invite(squad), {**told, "email": f"parent{number}@example.test"})
        for number in range(invitations.MOST_ASKED + 1)
    ]
    assert [answer.status_code for answer in answers] == [200] * invitations.MOST_ASKED + [422]
    assert "Too many have been asked already" in text(answers[-1])


def test_owners_name_another_owner_and_coaches_do_not(desk, squad):
    """A club's last owner stays, and cannot erase their account: there is a way to name another."""
    assert 'value="owner"' in text(desk.get(invite(squad)))
    assert desk.post(invite(squad), {"role": "owner"}).status_code == 422  # without an address
    named = {"role": "owner", "email": "ito@example.test"}
    assert desk.post(invite(squad), named).status_code == 200
    link = Invitation.objects.get()
    assert (link.role, link.created_by) == (access.OWNER, squad.coach)
    coach = client_of(factories.make_coach(squad))
    assert 'value="owner"' not in text(coach.get(invite(squad)))
    assert coach.post(invite(squad), named).status_code == 422
    assert Invitation.objects.count() == 1
