"""Guardians: asked, bound by a link, told of the child; ended by each side, by an owner, and by majority."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from athletes import access
from athletes.access import years_before
from athletes.consent import Ground, Standing
from athletes.models import Athlete, Guardianship, Notification, PainReport, Squad, User
from athletes.services import comments, follow_up, guardians, invitations
from tests import factories

pytestmark = pytest.mark.django_db


def born(years: int, *, days: int = 0) -> date:
    return years_before(timezone.now().date(), years) + timedelta(days=days)


@pytest.fixture
def child(squad: Squad) -> Athlete:
    return factories.make_athlete(squad, name="Kim Child", birth_date=born(14), consents=False)


@pytest.fixture
def parent(child: Athlete) -> User:
    return factories.make_guardian(child, name="Pat Parent")


def ask(by: User, child: Athlete, email: str = "") -> invitations.Invited:
    squad = child.squads.get()
    return invitations.invite(by=by, squad=squad, role=access.GUARDIAN, athlete=child, email=email)


def subjects_to(user: User) -> list[str]:
    mine = Notification.objects.filter(recipient=user, channel="in_app")
    return list(mine.order_by("created_at").values_list("subject", flat=True))


# --- Asking


@pytest.mark.parametrize("who", ["child", "coach", "parent"])
def test_the_child_a_guardian_and_the_coach_may_ask(
    squad: Squad, child: Athlete, parent: User, who: str
) -> None:
    by = {"child": child.user, "coach": squad.coach, "parent": parent}[who]  # type: ignore[attr-defined]
    token = ask(by, child).token
    second = factories.make_user()
    invitations.accept(by=second, token=token)
    assert access.roles_towards(second, child) == {access.GUARDIAN}
    assert not second.memberships.exists(), "no member of the club"


@pytest.mark.parametrize("who", ["mate", "stranger", "clinician"])
def test_nobody_else_asks(squad: Squad, child: Athlete, who: str) -> None:
    by = {
        "mate": factories.make_athlete(squad).user,
        "stranger": factories.make_club().coach,  # type: ignore[attr-defined]
        "clinician": factories.make_coach(squad, role=access.CLINICIAN),
    }[who]
    with pytest.raises(access.NotAllowed):
        ask(by, child)


def test_who_is_of_age_has_no_guardian(squad: Squad) -> None:
    grown_up = factories.make_athlete(squad, birth_date=born(18))
    with pytest.raises(access.NotAllowed):
        ask(squad.coach, grown_up)  # type: ignore[attr-defined]


def test_nobody_is_their_own_guardian(child: Athlete) -> None:
    with pytest.raises(invitations.UnusableInvitation):
        invitations.accept(by=child.user, token=ask(child.user, child).token)


def test_two_parents_have_two_links_and_one_asked_again_has_one(child: Athlete) -> None:
    first = ask(child.user, child, "one@example.test")
    ask(child.user, child, "two@example.test")
    ask(child.user, child, "one@example.test")
    assert child.invitations.usable().count() == 2
    with pytest.raises(invitations.UnusableInvitation):
        invitations.find_usable(token=first.token)


def test_nobody_has_strangers_written_to_by_the_dozen(child: Athlete) -> None:
    for number in range(invitations.MOST_ASKED):
        ask(child.user, child, f"p{number}@example.test")
    with pytest.raises(ValidationError):
        ask(child.user, child, "one-more@example.test")


def test_the_mail_names_nobody(
    child: Athlete, mailoutbox: list, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        asked = ask(child.user, child, "parent@example.test")
    (mail,) = mailoutbox
    assert asked.path in mail.body
    assert "Kim" not in mail.subject + mail.body


# --- Being told


def test_a_guardian_hears_of_a_danger_at_once(squad: Squad, child: Athlete, parent: User) -> None:
    report = factories.make_report(child, factories.CLOT)
    told = Notification.objects.filter(recipient=parent)
    assert {notice.channel for notice in told} == {"in_app", "email"}
    assert {notice.path for notice in told} == {f"/me/reports/{report.pk}/"}
    assert "today" in told[0].subject
    assert PainReport.objects.visible_to(parent).filter(pk=report.pk).exists()


def test_also_where_nothing_was_agreed_to(squad: Squad) -> None:
    child = factories.make_athlete(squad, birth_date=born(14), consents=False)
    parent = factories.make_guardian(child, agrees=False)
    factories.make_report(child, factories.BREATHLESS)
    assert "now" in subjects_to(parent)[0]


def test_who_filed_it_is_not_told_of_it(child: Athlete, parent: User) -> None:
    factories.make_report(child, factories.CLOT, by=parent)
    assert subjects_to(parent) == []


def test_a_guardian_is_asked_how_it_is_and_reads_the_coach(
    squad: Squad, child: Athlete, parent: User
) -> None:
    report = factories.make_report(child, factories.SORE, assess=True)
    asked = factories.make_check_in(report, state="planned", due_at=timezone.now())
    assert follow_up.ask(check_in_id=asked.pk)
    comments.add_comment(by=squad.coach, episode=report.episode, text="Rest today")  # type: ignore[attr-defined]
    both = ["How is it today? Three taps", "You have a new message in Niggle"]
    assert subjects_to(parent) == both
    assert subjects_to(child.user) == both


def test_what_a_guardian_says_goes_to_the_coach(squad: Squad, child: Athlete, parent: User) -> None:
    report = factories.make_report(child, factories.SORE, assess=True)
    comments.add_comment(by=parent, episode=report.episode, text="She rests")
    assert "You have a new message in Niggle" in subjects_to(squad.coach)  # type: ignore[attr-defined]
    assert subjects_to(parent) == []


# --- The end


@pytest.mark.parametrize("who", ["child", "parent", "owner"])
def test_each_side_and_an_owner_end_it(
    squad: Squad, child: Athlete, parent: User, who: str
) -> None:
    by = {"child": child.user, "parent": parent, "owner": squad.coach}[who]  # type: ignore[attr-defined]
    report = factories.make_report(child, factories.SORE)
    guardians.end(by=by, guardianship=Guardianship.objects.get())
    assert not Athlete.objects.visible_to(parent).exists()
    assert not PainReport.objects.visible_to(parent).filter(pk=report.pk).exists()
    assert Standing(child, timezone.now()).ground is Ground.NEEDS_GUARDIAN


def test_a_coach_does_not_end_it(squad: Squad, child: Athlete, parent: User) -> None:
    with pytest.raises(access.NotAllowed):
        guardians.end(by=factories.make_coach(squad), guardianship=Guardianship.objects.get())


def test_on_the_birthday_it_ends_by_itself(squad: Squad, child: Athlete, parent: User) -> None:
    Athlete.objects.filter(pk=child.pk).update(birth_date=born(18, days=1))
    child.refresh_from_db()
    assert Athlete.objects.visible_to(parent).get() == child
    assert Standing(child, timezone.now()).is_given
    Athlete.objects.filter(pk=child.pk).update(birth_date=born(18))
    child.refresh_from_db()
    assert not Athlete.objects.visible_to(parent).exists()
    assert Standing(child, timezone.now()).ground is Ground.NEEDS_OWN
    factories.make_report(child, factories.CLOT)
    assert subjects_to(parent) == []


def test_another_age_in_the_club_ends_it_too(squad: Squad, child: Athlete, parent: User) -> None:
    squad.club.consent_age = 14
    squad.club.save()
    child.refresh_from_db()
    assert not Athlete.objects.visible_to(parent).exists()
    assert Standing(child, timezone.now()).ground is Ground.NEEDS_OWN
