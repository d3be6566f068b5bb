"""Whose word it takes that reports are kept, and what is kept without it: nothing but what needs somebody today."""

from __future__ import annotations

import itertools
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from athletes import access
from athletes.access import years_before
from athletes.consent import Ground, Standing
from athletes.consent_text import CONSENT, SOURCE, read
from athletes.models import (
    Assessment,
    Athlete,
    CareStep,
    CheckIn,
    Consent,
    Episode,
    Escalation,
    Guardianship,
    Notification,
    PainReport,
    Squad,
    User,
)
from athletes.models.consent import GUARDIAN, THEMSELVES, TOLD_COACH
from athletes.services import check_ins, consents, people, reports
from guidance import Answers, Disposition, screen
from tests import factories

pytestmark = pytest.mark.django_db

KEPT = (PainReport, Episode, Assessment, CareStep, CheckIn, Escalation, Notification)


def born(years: int, *, days: int = 0) -> date:
    """Who is `years` old today, or `days` before that birthday."""
    return years_before(timezone.now().date(), years) + timedelta(days=days)


def ground(athlete: Athlete) -> Ground:
    return Standing(Athlete.objects.get(pk=athlete.pk), timezone.now()).ground


# --- The text


def test_the_version_is_that_of_the_words() -> None:
    assert len(CONSENT.version) == 16
    source = SOURCE.read_text()
    assert read(source + "\n# a remark\n").version == CONSENT.version
    assert read(source.replace("Who sees it", "Who may see it")).version != CONSENT.version


def test_it_says_who_how_long_and_how_to_take_it_back() -> None:
    assert {"what", "who", "how_long", "withdraw", "declining"} <= {p.id for p in CONSENT.points}


def test_when_the_text_changes_everybody_is_asked_again(athlete: Athlete) -> None:
    assert ground(athlete) is Ground.GIVEN
    athlete.consents.update(version="0123456789abcdef")
    assert ground(athlete) is Ground.NEEDS_OWN
    assert Standing(athlete, timezone.now()).has_changed


# --- The matrix: age × the club's age × log-in × guardian × consent × disposition

AGES = {
    "unknown": None,
    "12": born(12),
    "almost 16": born(16, days=1),
    "16": born(16),
    "40": born(40),
}
NOBODY, ASKED, AGREES, HAS_ENDED = "nobody", "asked", "agrees", "has ended"
NEVER, NOW, OLD_TEXT, WITHDRAWN = "never", "now", "old text", "withdrawn"
ANSWERS = {
    Disposition.EMERGENCY_NOW: factories.BREATHLESS,
    Disposition.SAME_DAY: factories.CLOT,
    Disposition.WITHIN_DAYS: factories.BONE,
    Disposition.COACH_REVIEW: factories.STRAIN,
    Disposition.SELF_CARE: factories.SORE,
}


def is_grounded(
    age: date | None, club_age: int, guardian: str, consent: str, as_whom: str, with_login: bool
) -> bool:
    """The rule anew, in other words than the code's."""
    if consent != NOW:
        return False
    of_age = age is not None and age <= born(club_age)
    if as_whom == TOLD_COACH:
        return not with_login
    if as_whom == THEMSELVES:
        return with_login and of_age
    return not of_age and guardian == AGREES


def told_by(
    squad: Squad, age: date | None, guardian: str, consent: str, as_whom: str, with_login: bool
) -> Athlete:
    athlete = factories.make_athlete(squad, with_login=with_login, birth_date=age, consents=False)
    parent = factories.make_guardian(athlete, agrees=False) if guardian != NOBODY else None
    if guardian == HAS_ENDED:
        Guardianship.objects.update(ended_at=timezone.now())
    if consent != NEVER:
        by = {THEMSELVES: athlete.user, GUARDIAN: parent, TOLD_COACH: squad.coach}[as_whom]  # type: ignore[attr-defined]
        factories.make_consent(
            athlete,
            given_by=by,
            given_as=as_whom,
            version="0123456789abcdef" if consent == OLD_TEXT else CONSENT.version,
            withdrawn_at=timezone.now() if consent == WITHDRAWN else None,
        )
    return athlete


@pytest.mark.parametrize("club_age", [13, 16, 18])
@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize("with_login", [True, False])
def test_nothing_is_kept_without_a_ground_and_every_danger_is(
    age: str, club_age: int, with_login: bool
) -> None:
    squad = factories.make_club()
    squad.club.consent_age = club_age
    squad.club.save()
    states = itertools.product(
        (NOBODY, ASKED, AGREES, HAS_ENDED),
        (NEVER, NOW, OLD_TEXT, WITHDRAWN),
        (THEMSELVES, GUARDIAN, TOLD_COACH),
    )
    levels = itertools.cycle(ANSWERS)
    for guardian, consent, as_whom in states:
        athlete = told_by(squad, AGES[age], guardian, consent, as_whom, with_login)
        agreed = is_grounded(
            AGES[age],
            club_age,
            AGREES if guardian == ASKED else guardian,
            consent,
            as_whom,
            with_login,
        ) and not (as_whom == GUARDIAN and guardian == NOBODY)
        story = (age, club_age, with_login, guardian, consent, as_whom)
        assert Standing(athlete, timezone.now()).is_given == agreed, story
        _reported(athlete, next(levels), agreed, squad.coach, story)  # type: ignore[attr-defined]


def _reported(
    athlete: Athlete, level: Disposition, agreed: bool, coach: User, story: tuple[Any, ...]
) -> None:
    """By the coach and by the athlete, in turns."""
    by = athlete.user if athlete.user and next(_turns) else coach
    before = [model.objects.count() for model in KEPT]
    answers = Answers.parse(ANSWERS[level])
    told: dict[str, Any] = {"by": by, "athlete": athlete, "answers": answers, "face": "phone"}
    if agreed or level >= Disposition.SAME_DAY:
        report = reports.submit_pain_report(**told, client_key=uuid.uuid4()).report
        assert report.disposition == screen(answers).disposition.value
        called = report.episode.escalations.open().exists()
        assert called or level < Disposition.SAME_DAY, (*story, level)
        return
    with pytest.raises(reports.NotKept) as answered:
        reports.submit_pain_report(**told, client_key=uuid.uuid4())
    assert answered.value.judged["headline"]
    assert [model.objects.count() for model in KEPT] == before, (*story, level)


_turns = itertools.cycle((True, False))


@pytest.mark.parametrize("level", ANSWERS)
def test_each_level_without_a_ground(squad: Squad, level: Disposition) -> None:
    athlete = factories.make_athlete(squad, consents=False)
    assert screen(Answers.parse(ANSWERS[level])).disposition <= level
    _reported(athlete, level, False, squad.coach, ())  # type: ignore[attr-defined]


def test_what_is_kept_for_a_danger_does_not_go_into_the_profile(squad: Squad) -> None:
    athlete = factories.make_athlete(squad, consents=False)
    report = factories.make_report(athlete, factories.CLOT | {"smoker": "yes"}, assess=True)
    athlete.refresh_from_db()
    assert athlete.background == {}
    assert report.assessment.state == "done"


def test_a_danger_that_only_the_past_shows_is_kept_too(
    athlete: Athlete, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The screening sees one report; the judgement also what was told before."""
    athlete.consents.update(withdrawn_at=timezone.now())
    monkeypatch.setattr(
        "athletes.services.assessments.judge",
        lambda report: {"disposition": Disposition.SAME_DAY.value},
    )
    assert factories.make_report(athlete, factories.SORE).pk


def test_what_cannot_be_judged_is_answered_all_the_same(
    athlete: Athlete, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(report: PainReport) -> None:
        raise ZeroDivisionError

    consents.withdraw(by=athlete.user, athlete=athlete)
    monkeypatch.setattr(reports.assessments, "judge", fails)
    with pytest.raises(reports.NotKept) as answered:
        factories.make_report(athlete, factories.SORE)
    assert answered.value.judged["disposition"] == Disposition.COACH_REVIEW.value
    assert answered.value.screening.tell_athlete


def test_sent_again_after_it_was_taken_back_it_is_the_same_report(athlete: Athlete) -> None:
    key = uuid.uuid4()
    report = factories.make_report(athlete, factories.SORE, client_key=key)
    consents.withdraw(by=athlete.user, athlete=athlete)
    assert factories.make_report(athlete, factories.SORE, client_key=key) == report
    with pytest.raises(reports.NotKept):
        factories.make_report(athlete, factories.SORE)


def test_a_check_in_is_answered_and_not_kept(athlete: Athlete) -> None:
    report = factories.make_report(athlete, factories.SORE, assess=True)
    check_in = factories.make_check_in(report)
    consents.withdraw(by=athlete.user, athlete=athlete)
    with pytest.raises(reports.NotKept):
        check_ins.answer(
            by=athlete.user,
            check_in=check_in,
            answers=Answers.parse({"severity_nrs": 2, "can_walk": "yes"}),
            client_key=uuid.uuid4(),
            face="phone",
        )
    check_in.refresh_from_db()
    assert check_in.answer is None


def test_a_drill_needs_nobody_to_agree(squad: Squad) -> None:
    nobody = Athlete.objects.create(club=squad.club, name="Drill", is_drill=True)
    assert ground(nobody) is Ground.GIVEN


# --- Giving it


def test_of_age_one_agrees_for_oneself(squad: Squad) -> None:
    athlete = factories.make_athlete(squad, consents=False)
    assert ground(athlete) is Ground.NEEDS_OWN
    given = consents.give(by=athlete.user, athlete=athlete, version=CONSENT.version)
    assert consents.give(by=athlete.user, athlete=athlete, version=CONSENT.version) == given
    assert (given.given_as, ground(athlete)) == (THEMSELVES, Ground.GIVEN)


def test_who_read_another_text_is_asked_to_read_again(squad: Squad) -> None:
    athlete = factories.make_athlete(squad, consents=False)
    with pytest.raises(consents.TextChanged):
        consents.give(by=athlete.user, athlete=athlete, version="0123456789abcdef")
    assert not Consent.objects.exists()


@pytest.mark.parametrize("birth_date", [born(12), born(18, days=1), None])
def test_a_minor_does_not_agree_alone(squad: Squad, birth_date: date | None) -> None:
    athlete = factories.make_athlete(squad, birth_date=birth_date, consents=False)
    with pytest.raises(access.NotAllowed):
        consents.give(by=athlete.user, athlete=athlete, version=CONSENT.version)


@pytest.mark.parametrize("who", ["coach", "stranger", "guardian of another"])
def test_nobody_else_agrees_for_them(squad: Squad, who: str) -> None:
    athlete = factories.make_athlete(squad, birth_date=born(12), consents=False)
    other = factories.make_athlete(squad, birth_date=born(12), consents=False)
    by = {
        "coach": squad.coach,  # type: ignore[attr-defined]
        "stranger": factories.make_user(),
        "guardian of another": factories.make_guardian(other),
    }[who]
    with pytest.raises(access.NotAllowed):
        consents.give(by=by, athlete=athlete, version=CONSENT.version)


def test_a_coach_notes_it_only_of_who_has_no_log_in(squad: Squad) -> None:
    coach = squad.coach  # type: ignore[attr-defined]
    silent = factories.make_athlete(squad, with_login=False, consents=False)
    assert ground(silent) is Ground.NEEDS_TOLD
    consents.note_told(by=coach, athlete=silent)
    assert ground(silent) is Ground.GIVEN
    with pytest.raises(access.NotAllowed):
        consents.note_told(by=coach, athlete=factories.make_athlete(squad, consents=False))
    with pytest.raises(access.NotAllowed):
        consents.note_told(by=factories.make_user(), athlete=silent)


def test_who_takes_up_a_log_in_is_asked_themself(squad: Squad) -> None:
    athlete = factories.make_athlete(squad, with_login=False)
    assert ground(athlete) is Ground.GIVEN
    athlete.user = factories.make_user()
    athlete.save()
    assert ground(athlete) is Ground.NEEDS_AGE
    athlete.birth_date = born(30)
    athlete.save()
    assert ground(athlete) is Ground.NEEDS_OWN


def test_what_was_told_for_a_minor_ends_with_majority(squad: Squad) -> None:
    athlete = factories.make_athlete(squad, with_login=False, birth_date=born(17), consents=False)
    consent = factories.make_consent(athlete)
    assert ground(athlete) is Ground.GIVEN
    Athlete.objects.filter(pk=athlete.pk).update(birth_date=born(18))
    Consent.objects.filter(pk=consent.pk).update(created_at=timezone.now() - timedelta(days=9))
    assert ground(athlete) is Ground.NEEDS_TOLD


# --- Taking it back


def test_withdrawn_nothing_new_is_kept_and_the_old_stays(athlete: Athlete) -> None:
    factories.make_report(athlete, factories.SORE)
    consents.withdraw(by=athlete.user, athlete=athlete)
    standing = Standing(athlete, timezone.now())
    assert (standing.ground, standing.was_withdrawn) == (Ground.NEEDS_OWN, True)
    assert athlete.reports.count() == 1
    consents.give(by=athlete.user, athlete=athlete, version=CONSENT.version)
    assert ground(athlete) is Ground.GIVEN


def test_a_coach_does_not_take_back_what_an_athlete_gave(athlete: Athlete, squad: Squad) -> None:
    with pytest.raises(access.NotAllowed):
        consents.withdraw(by=squad.coach, athlete=athlete)  # type: ignore[attr-defined]


def test_a_minor_may_take_back_what_a_guardian_gave(squad: Squad) -> None:
    athlete = factories.make_athlete(squad, birth_date=born(15), consents=False)
    factories.make_guardian(athlete)
    assert ground(athlete) is Ground.GIVEN
    consents.withdraw(by=athlete.user, athlete=athlete)
    assert ground(athlete) is Ground.NEEDS_GUARDIAN


# --- What else is kept


def test_health_in_the_profile_needs_it_too_and_can_be_emptied_without(squad: Squad) -> None:
    athlete = factories.make_athlete(squad, consents=False, background={"prior_vte": "yes"})
    with pytest.raises(consents.NoConsent):
        people.update_athlete(
            by=athlete.user, athlete=athlete, background={"prior_vte": "yes", "smoker": "yes"}
        )
    people.update_athlete(by=athlete.user, athlete=athlete, name="New Name", background={})
    athlete.refresh_from_db()
    assert (athlete.name, athlete.background) == ("New Name", {})


@pytest.mark.parametrize("typed", [born(18), born(40), None])
def test_a_minor_does_not_come_of_age_by_typing(squad: Squad, typed: date | None) -> None:
    athlete = factories.make_athlete(squad, birth_date=born(15))
    with pytest.raises(Exception, match="guardian or your coach"):
        people.update_athlete(by=athlete.user, athlete=athlete, birth_date=typed)
    people.update_athlete(by=squad.coach, athlete=athlete, birth_date=typed)  # type: ignore[attr-defined]
    athlete.refresh_from_db()
    assert athlete.birth_date == typed
