"""Who is told when, who is on call, and the times, hours and contacts behind it."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from athletes import access
from athletes.models import Escalation, OnCall, User
from athletes.services import clubs, escalations, people
from tests import factories
from tests.coaching.desk.conftest import MOST_QUERIES, client_of, queries_of

TYPED = {"emergency_number": "144", "timezone": "Europe/Zurich"}


@pytest.fixture
def page(squad):
    return reverse("desk:club", args=[squad.club.pk])


@pytest.fixture
def tom(squad):
    return factories.make_coach(squad, name="Tom Becker")


def text(response):
    return response.content.decode()


# --- the chain ---


def test_the_chain_is_told_in_names_and_times(squad, desk, page, tom):
    now = timezone.now()
    clubs.put_on_call(
        by=squad.coach, club=squad.club, user=tom, squads=[squad], starts_at=now, ends_at=None
    )
    factories.make_coach(squad, role=access.OWNER, name="Olga Owner")
    squad.club.contact_name, squad.club.contact_email = "Club office", "office@example.test"
    squad.club.save()
    chain = desk.get(page).context["chains"][0]
    assert [step.names for step in chain.steps] == [
        ["Tom Becker (coach, on call)"],
        [f"{squad.coach} (coach, owner)"],
        ["Olga Owner (owner)"],
        ["Club office (emergency contact)"],
    ]
    assert [dict(step.waits)["emergency_now"] for step in chain.steps] == [
        "at once",
        "after 15 min",
        "after 30 min",
        "after 45 min",
    ]
    assert [dict(step.waits)["same_day"] for step in chain.steps] == [
        "at once",
        "after 1 h",
        "after 2 h",
        "",
    ]


def test_a_step_that_tells_nobody_new_costs_no_time(squad, desk, page, tom):
    factories.make_coach(squad, role=access.OWNER, name="Olga Owner")
    steps = desk.get(page).context["chains"][0].steps
    assert [step.names for step in steps] == [
        [f"{squad.coach} (coach, owner)", "Tom Becker (coach)"],
        ["Olga Owner (owner)"],
    ]
    assert dict(steps[1].waits)["emergency_now"] == "after 15 min"


def test_the_page_says_what_the_clock_then_does(squad, desk, page, athlete, tom):
    now = timezone.now()
    clubs.put_on_call(
        by=squad.coach, club=squad.club, user=tom, squads=[squad], starts_at=now, ends_at=None
    )
    factories.make_coach(squad, role=access.OWNER, name="Olga Owner")
    squad.club.contact_email = "office@example.test"
    squad.club.save()
    said = [
        [told.user for told in step.people] for step in desk.get(page).context["chains"][0].steps
    ]

    call = factories.make_report(athlete, factories.BREATHLESS, assess=True).escalations.get()
    done, known = [], set()
    for _ in said:
        told = set(User.objects.filter(notifications__escalation=call)) - known
        done.append(sorted(told, key=lambda user: user.name))
        known |= told
        Escalation.objects.update(acknowledge_by=timezone.now() - timedelta(minutes=1))
        escalations.pass_on(escalation_id=call.pk)
    assert done == said
    assert said == [[tom], [squad.coach], [User.objects.get(name="Olga Owner")], []]
    assert call.notifications.filter(address="office@example.test").exists()


def test_shorter_waits_and_clinicians_are_in_it(squad, desk, page):
    factories.make_coach(squad, role=access.CLINICIAN, name="Dr Ito")
    clubs.update_club(
        by=squad.coach, club=squad.club, wait_same_day_min=20, clinicians_in_chain=True
    )
    shown = text(desk.get(page))
    assert "Dr Ito (clinician)" in shown
    assert "after 20 min" in shown


def test_a_coach_reads_only_the_squads_they_look_after(squad, page, tom):
    people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    shown = text(client_of(tom).get(page))
    assert "Milers" in shown
    assert "Sprinters" not in shown


def test_more_squads_and_duties_ask_the_database_no_more_often(squad, desk, page, tom):
    def fill(numbers):
        for number in numbers:
            more = people.create_squad(by=squad.coach, club=squad.club, name=f"Squad {number}")
            factories.make_coach(more)
            clubs.put_on_call(
                by=squad.coach,
                club=squad.club,
                user=squad.coach,
                squads=[more],
                starts_at=timezone.now(),
                ends_at=None,
            )

    fill(range(2))
    before = queries_of(desk, page)
    fill(range(2, 8))
    assert queries_of(desk, page) == before <= MOST_QUERIES


# --- times, hours, contacts ---


def test_the_owner_changes_the_club(squad, desk, page):
    typed = {
        **TYPED,
        "wait_emergency_now_min": "5",
        "wait_coach_review_h": "1.5",
        "quiet_from": "22:00",
        "quiet_until": "07:00",
        "contact_phone": "+49 30 5550199",
        "clinicians_in_chain": "on",
    }
    assert desk.post(page, typed)["Location"] == page
    club = squad.club
    club.refresh_from_db()
    assert (club.wait_emergency_now_min, club.wait_same_day_min) == (5, None)
    assert (club.wait_coach_review_min, club.quiet_from) == (90, time(22))
    assert (club.emergency_number, club.timezone) == ("144", "Europe/Zurich")
    assert club.clinicians_in_chain
    again = text(desk.get(page))
    assert 'value="1.5"' in again
    assert 'value="22:00"' in again


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("wait_emergency_now_min", "16", "At most 15 min."),
        ("wait_emergency_now_min", "0", "At least 1 min."),
        ("wait_within_days_h", "25", "At most 24 h."),
        ("wait_coach_review_h", "0.1", "At least 0.25 h."),
        ("quiet_from", "22:00", "need a beginning and an end"),
        ("timezone", "Nowhere/Here", "is not a time zone"),
        ("emergency_number", "", "Please fill this in."),
        ("contact_phone", "call me", "Write the number with digits"),
        ("contact_email", "nobody", "valid email"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_kept(squad, desk, page, field, value, told):
    response = desk.post(page, {**TYPED, "contact_name": "Kept name", field: value})
    assert response.status_code == 422
    shown = text(response)
    assert told in shown
    assert "Kept name" in shown
    assert f'value="{value}"' in shown or not value
    squad.club.refresh_from_db()
    assert squad.club.contact_name == ""


def test_quiet_hours_that_leave_no_time_to_be_told_are_refused(squad, desk, page):
    response = desk.post(page, {**TYPED, "quiet_from": "22:00", "quiet_until": "14:30"})
    assert response.status_code == 422
    shown = text(response)
    assert "Quiet hours can last 16 hours at most." in shown
    assert 'value="14:30"' in shown
    squad.club.refresh_from_db()
    assert squad.club.quiet_from is None


def test_others_at_the_desk_read_but_do_not_change(squad, page, tom):
    coach = client_of(tom)
    shown = text(coach.get(page))
    assert "next told after 15 min" in shown
    assert '<form class="form card"' not in shown
    assert coach.post(page, TYPED).status_code == 403


def test_a_club_of_others_is_not_there(squad, page):
    for stranger in (factories.make_club().coach, factories.make_athlete(squad).user):
        assert client_of(stranger).get(page).status_code == 404


# --- on call ---


def duty(squad, **typed):
    return {"user": squad.coach.pk, "squads": [squad.pk], **typed}


def test_times_of_a_duty_are_the_clubs(squad, desk):
    squad.club.timezone = "Australia/Lord_Howe"
    squad.club.save()
    day = timezone.now().date() + timedelta(days=3)
    typed = duty(squad, starts_at=f"{day}T20:00", ends_at=f"{day + timedelta(days=1)}T08:00")
    form = reverse("desk:new_on_call", args=[squad.club.pk])
    assert desk.post(form, typed).status_code == 302
    row = OnCall.objects.get()
    assert row.starts_at.astimezone(squad.club.zone).strftime("%H:%M") == "20:00"
    shown = text(desk.get(reverse("desk:club", args=[squad.club.pk])))
    assert "20:00" in shown
    assert "Next" in shown


def test_an_hour_that_does_not_exist_is_refused(squad, desk):
    squad.club.timezone = "Europe/Berlin"
    squad.club.save()
    form = reverse("desk:new_on_call", args=[squad.club.pk])
    refused = desk.post(form, duty(squad, starts_at="2035-03-25T02:30"))
    assert refused.status_code == 422
    assert "2035-03-25T02:30" in text(refused)


def test_a_duty_is_begun_and_ended(squad, desk, page):
    form = reverse("desk:new_on_call", args=[squad.club.pk])
    assert desk.post(form, duty(squad)).status_code == 302
    assert "On call now" in text(desk.get(page))
    again = desk.post(form, duty(squad))
    assert again.status_code == 422
    assert "on call then already" in text(again)
    desk.post(reverse("desk:end_on_call", args=[OnCall.objects.get().pk]))
    assert "On call now" not in text(desk.get(page))


def test_an_owner_without_a_tick_means_the_whole_club_and_a_coach_must_tick(squad, desk, tom):
    form = reverse("desk:new_on_call", args=[squad.club.pk])
    refused = client_of(tom).post(form, {"user": tom.pk})
    assert refused.status_code == 422
    assert "Please fill this in." in text(refused)
    assert desk.post(form, {"user": squad.coach.pk}).status_code == 302
    assert not OnCall.objects.get().squads.exists()


def test_a_clinician_puts_nobody_on_call_and_finds_no_button(squad, page):
    clinician = client_of(factories.make_coach(squad, role=access.CLINICIAN))
    form = reverse("desk:new_on_call", args=[squad.club.pk])
    assert form not in text(clinician.get(page))
    assert clinician.get(form).status_code == 403


# --- own coaches ---


def test_who_is_told_first_is_chosen_on_the_athletes_page(squad, desk, athlete, tom):
    page = reverse("desk:athlete", args=[athlete.pk])
    form = reverse("desk:own_coaches", args=[athlete.pk])
    assert form in text(desk.get(page))
    assert desk.post(form, {"coaches": [tom.pk]})["Location"] == page
    assert list(athlete.own_coaches.all()) == [tom]
    assert desk.get(page).context["chain"][0].names == ["Tom Becker (coach)"]


def test_the_chain_names_also_coaches_of_squads_that_the_reader_does_not_see(squad, athlete):
    reader = factories.make_coach(squad, name="Ria Ross")
    other = people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    athlete.squads.add(other)
    factories.make_coach(other, name="Sam Stone")
    shown = client_of(reader).get(reverse("desk:athlete", args=[athlete.pk])).context["chain"]
    assert {"Ria Ross (coach)", "Sam Stone (coach)"} <= set(shown[0].names)


def test_a_stranger_cannot_be_told_first(desk, athlete):
    form = reverse("desk:own_coaches", args=[athlete.pk])
    assert desk.post(form, {"coaches": [factories.make_user().pk]}).status_code == 422
    assert not athlete.own_coaches.exists()


def test_a_clinician_reads_the_chain_but_does_not_change_it(squad, athlete):
    clinician = client_of(factories.make_coach(squad, role=access.CLINICIAN))
    form = reverse("desk:own_coaches", args=[athlete.pk])
    shown = clinician.get(reverse("desk:athlete", args=[athlete.pk]))
    assert "Who is told" in text(shown)
    assert form not in text(shown)
    assert clinician.post(form).status_code == 403
