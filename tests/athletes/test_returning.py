"""The way back to running: never past a danger, never without what must be true first."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from athletes import access
from athletes.models import Assessment, Athlete, Episode, PainReport, ReturnRun, Squad
from athletes.returning import State, WayBack, way_back, ways_back
from athletes.services import episodes, returning
from athletes.services.reports import SameKeyOtherContent
from tests.factories import (
    BONE,
    CLOT,
    SORE,
    STRAIN,
    make_athlete,
    make_club,
    make_coach,
    make_report,
)

pytestmark = pytest.mark.django_db

HERE = {"site": ["calf_medial"], "side": "left"}
SWOLLEN = {**CLOT, **HERE}  # the same episode as the strain


def ago(**age: float) -> datetime:
    return timezone.now() - timedelta(**age)


def reported(athlete: Athlete, answers: dict[str, Any], **age: float) -> Episode:
    return make_report(athlete, answers, assess=True, reported_at=ago(**age)).episode


@pytest.fixture
def episode(athlete: Athlete) -> Episode:
    """A strained calf, reported ten days ago."""
    return reported(athlete, STRAIN, days=10)


def now_at(episode: Episode) -> WayBack:
    return way_back(Episode.objects.select_related("athlete").get(pk=episode.pk), timezone.now())


def started(episode: Episode, **age: float) -> Episode:
    returning.confirm_entry(
        by=episode.athlete.user, episode=episode, ladder="calf_muscle", at=ago(**age)
    )
    return episode


def run(episode: Episode, *pains: int | None, level: int = 1, **age: float) -> ReturnRun:
    """Pains before, during, after, and on the next morning."""
    before, during, after, morning = pains
    told = returning.log_run(
        by=episode.athlete.user,
        episode=episode,
        client_key=uuid.uuid4(),
        level=level,
        pain_before=before,
        pain_during=during,
        pain_after=after,
        at=ago(**age),
    ).run
    if morning is not None:
        next_day = ago(**age) + timedelta(hours=24)
        returning.log_next_morning(
            by=episode.athlete.user, run=told, pain=morning, at=min(next_day, timezone.now())
        )
    return told


def clear(episode: Episode, by: Any, **age: float) -> Any:
    day = ago(**age)
    return returning.record_clearance(
        by=by, episode=episode, clinician="Dr Weber", given_on=day.date(), at=day
    )


def judged_as(report: PainReport, *, ladder: str, level: str = "coach_review") -> None:
    """What the knowledge of today says of a story is not what is tested here."""
    way = {"ladder": ladder, "clinician_first": False, "starts": report.reported_at.isoformat()}
    PainReport.objects.filter(pk=report.pk).update(disposition=level)
    report.assessments.update(state="done", result={"return_to_running": way}, finished_at=ago())


# --- the start ---


def test_a_report_offers_a_way_back_that_waits_for_its_conditions(episode: Episode) -> None:
    way = now_at(episode)
    assert (way.state, way.ladder and way.ladder.id) == (State.ENTRY, "calf_muscle")
    assert way.exists
    assert way.standing is None


def test_a_danger_offers_none(athlete: Athlete) -> None:
    assert not now_at(reported(athlete, CLOT, days=1)).exists


def test_before_its_time_nobody_can_start(athlete: Athlete) -> None:
    episode = reported(athlete, {**SORE, "days_since_onset": 0}, hours=1)
    assert now_at(episode).state == State.EARLY
    with pytest.raises(returning.NotNow, match="too early"):
        returning.confirm_entry(by=athlete.user, episode=episode, ladder="sore_muscle")


def test_the_start_is_noted_with_who_said_so(episode: Episode) -> None:
    started(episode, days=3)
    plan = now_at(episode).plan
    assert plan is not None
    assert plan.entry_by == episode.athlete.user
    assert plan.knowledge_version
    assert now_at(episode).state == State.CLIMBING


def test_saying_it_again_does_not_start_anew(episode: Episode) -> None:
    started(episode, days=3)
    run(episode, 0, 0, 0, 0, days=2)
    started(episode, days=0)
    assert now_at(episode).standing.outings_done == 1  # type: ignore[union-attr]


def test_another_ladder_than_was_read_is_refused(episode: Episode) -> None:
    with pytest.raises(returning.NotNow):
        returning.confirm_entry(by=episode.athlete.user, episode=episode, ladder="sore_muscle")


# --- a clinician first ---


def test_a_stressed_bone_starts_only_after_a_clinician(athlete: Athlete, squad: Squad) -> None:
    episode = reported(athlete, BONE, days=30)
    assert now_at(episode).state == State.CLEARANCE
    with pytest.raises(returning.NotNow, match="must say yes first"):
        returning.confirm_entry(by=athlete.user, episode=episode, ladder="bone_stress")
    clear(episode, squad.coach, days=2)
    assert now_at(episode).state == State.ENTRY
    returning.confirm_entry(by=athlete.user, episode=episode, ladder="bone_stress")
    assert now_at(episode).state == State.CLIMBING


def test_a_clearance_says_who_wrote_it_down(athlete: Athlete, squad: Squad) -> None:
    clinician = make_coach(squad, role=access.CLINICIAN)
    noted = clear(reported(athlete, BONE, days=30), clinician, days=1)
    assert (noted.recorded_by, noted.clinician) == (clinician, "Dr Weber")


def test_a_bone_is_not_left_for_a_laxer_ladder(athlete: Athlete, squad: Squad) -> None:
    episode = reported(athlete, BONE, days=30)
    same = {**SORE, "site": BONE["site"], "side": BONE["side"]}
    assert reported(athlete, same, days=20) == episode
    assert now_at(episode).ladder.id == "bone_stress"  # type: ignore[union-attr]
    assert now_at(episode).state == State.CLEARANCE


def test_athletes_do_not_clear_themselves(athlete: Athlete, squad: Squad) -> None:
    episode = reported(athlete, BONE, days=30)
    with pytest.raises(access.NotAllowed):
        clear(episode, athlete.user)
    athlete.user = squad.coach  # a coach who runs in the own squad
    athlete.save()
    episode.athlete.refresh_from_db()
    with pytest.raises(access.NotAllowed, match="nobody clears themselves"):
        clear(episode, squad.coach)


def test_a_clearance_of_tomorrow_is_none(athlete: Athlete, squad: Squad) -> None:
    episode = reported(athlete, BONE, days=30)
    with pytest.raises(ValidationError):
        returning.record_clearance(
            by=squad.coach,
            episode=episode,
            clinician="Dr Weber",
            given_on=(timezone.now() + timedelta(days=2)).date(),
        )


# --- dangers on the way ---


@pytest.mark.parametrize("state", ["pending", "done"])
def test_a_danger_on_the_way_holds_it_at_once(episode: Episode, state: str) -> None:
    started(episode, days=5)
    report = make_report(episode.athlete, SWOLLEN, assess=state == "done")
    assert report.episode == episode
    assert now_at(episode).state == State.HELD
    with pytest.raises(returning.NotNow, match="on hold"):
        run(episode, 0, 0, 0, None)


def test_nothing_but_a_clinicians_yes_after_it_ends_the_hold(
    episode: Episode, squad: Squad
) -> None:
    clear(episode, squad.coach, days=6)
    started(episode, days=5)
    run(episode, 0, 0, 0, 0, days=4)
    reported(episode.athlete, SWOLLEN, days=3)
    reported(episode.athlete, {**STRAIN, "days_since_onset": 14}, days=2)  # a harmless one after it
    assert now_at(episode).state == State.HELD
    clear(episode, squad.coach, days=1)
    assert now_at(episode).state == State.ENTRY


def test_after_a_hold_the_climb_starts_from_the_first_level(episode: Episode, squad: Squad) -> None:
    started(episode, days=9)
    for days, level in ((8, 1), (6, 1), (4, 2)):
        run(episode, 0, 0, 0, 0, level=level, days=days)
    assert now_at(episode).standing.level == 2  # type: ignore[union-attr]
    reported(episode.athlete, SWOLLEN, days=3)
    reported(episode.athlete, {**STRAIN, "days_since_onset": 14}, days=2)
    clear(episode, squad.coach, days=1)
    started(episode, hours=1)
    stands = now_at(episode).standing
    assert stands is not None
    assert (stands.level, stands.outings_done, stands.outcome) == (1, 0, "start")


def test_a_report_that_is_still_judged_makes_the_runner_wait(episode: Episode) -> None:
    started(episode, days=5)
    report = make_report(episode.athlete, STRAIN)
    PainReport.objects.update(disposition="self_care")
    assert now_at(episode).state == State.UNJUDGED
    judged_as(report, ladder="calf_muscle")
    assert now_at(episode).state == State.CLIMBING


def test_a_report_that_fits_no_ladder_is_no_way_to_go_on(episode: Episode) -> None:
    started(episode, days=5)
    Assessment.objects.update(result={})
    assert now_at(episode).state == State.UNCLEAR


def test_a_report_that_points_to_another_cause_asks_for_a_new_start(episode: Episode) -> None:
    started(episode, days=5)
    judged_as(make_report(episode.athlete, {**SORE, **HERE}), ladder="sore_muscle")
    way = now_at(episode)
    assert way.ladder is not None
    assert (way.state, way.ladder.id) == (State.ENTRY, "sore_muscle")


def test_a_clinician_this_week_is_reason_enough_to_hold(episode: Episode) -> None:
    started(episode, days=5)
    report = make_report(episode.athlete, STRAIN, reported_at=ago(days=1))
    judged_as(report, ladder="calf_muscle", level="within_days")
    assert now_at(episode).state == State.HELD
    judged_as(make_report(episode.athlete, STRAIN), ladder="calf_muscle")
    assert now_at(episode).state == State.HELD


def test_a_closed_episode_takes_no_more_runs(episode: Episode, squad: Squad) -> None:
    started(episode, days=5)
    episodes.close_episode(by=squad.coach, episode=episode, reason="Free of pain")
    assert now_at(episode).state == State.CLOSED
    with pytest.raises(returning.NotNow):
        run(episode, 0, 0, 0, None)


# --- runs ---


def test_one_level_at_a_time_after_good_runs(episode: Episode) -> None:
    started(episode, days=6)
    run(episode, 0, 0, 0, 0, days=5)
    run(episode, 0, 0, 0, 0, days=3)
    stands = now_at(episode).standing
    assert stands is not None
    assert (stands.level, stands.outcome) == (2, "up")


def test_a_rise_next_morning_keeps_the_level(episode: Episode) -> None:
    started(episode, days=6)
    run(episode, 0, 0, 0, 0, days=5)
    run(episode, 0, 0, 0, 1, days=3)
    assert now_at(episode).standing.level == 1  # type: ignore[union-attr]


def test_the_morning_is_asked_on_the_next_day_and_waited_for(episode: Episode) -> None:
    started(episode, days=6)
    told = run(episode, 0, 0, 0, None, hours=25)
    way = now_at(episode)
    assert way.asks_about == told
    assert way.standing is not None
    assert way.standing.outcome == "wait_for_morning"
    returning.log_next_morning(by=episode.athlete.user, run=told, pain=0)
    assert now_at(episode).asks_about is None


@pytest.mark.parametrize("hours", [0, 40])
def test_the_morning_is_not_told_before_it_comes_nor_long_after(
    episode: Episode, hours: int
) -> None:
    started(episode, days=6)
    told = run(episode, 0, 0, 0, None, hours=hours)
    with pytest.raises(ValidationError, match="next day"):
        returning.log_next_morning(by=episode.athlete.user, run=told, pain=0)
    assert now_at(episode).asks_about is None


def test_the_same_run_sent_again_is_the_same_run(episode: Episode) -> None:
    started(episode, days=6)
    told: dict[str, Any] = {
        "by": episode.athlete.user,
        "episode": episode,
        "client_key": uuid.uuid4(),
        "level": 1,
    }
    first, again = returning.log_run(**told), returning.log_run(**told)
    assert (first.created, again.created) == (True, False)
    assert first.run == again.run
    with pytest.raises(SameKeyOtherContent):
        returning.log_run(**told, pain_during=4)


def test_a_resend_is_harmless_while_the_way_is_on_hold(episode: Episode) -> None:
    started(episode, days=6)
    told: dict[str, Any] = {"by": episode.athlete.user, "episode": episode, "level": 1}
    key = uuid.uuid4()
    first = returning.log_run(**told, client_key=key)
    make_report(episode.athlete, SWOLLEN)
    assert returning.log_run(**told, client_key=key).run == first.run


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"level": 0}, "level"),
        ({"level": 11}, "level"),
        ({"pain_during": 11}, "pain_during"),
        ({"pain_after": -1}, "pain_after"),
        ({"ran_at": timedelta(hours=1)}, "ran_at"),
        ({"ran_at": timedelta(days=-7)}, "ran_at"),
    ],
)
def test_what_cannot_be_is_named(episode: Episode, wrong: dict[str, Any], field: str) -> None:
    started(episode, days=6)
    told = {"level": 1, **wrong}
    if "ran_at" in told:
        told["ran_at"] = timezone.now() + told["ran_at"]
    with pytest.raises(ValidationError) as refused:
        returning.log_run(by=episode.athlete.user, episode=episode, client_key=uuid.uuid4(), **told)
    assert set(refused.value.message_dict) == {field}


def test_strangers_and_other_athletes_may_nothing(episode: Episode, squad: Squad) -> None:
    started(episode, days=6)
    mate, stranger = make_athlete(squad).user, make_club().coach  # type: ignore[attr-defined]
    for person in (mate, stranger):
        with pytest.raises(access.NotAllowed):
            returning.log_run(by=person, episode=episode, client_key=uuid.uuid4(), level=1)
        with pytest.raises(access.NotAllowed):
            clear(episode, person)
        assert not ReturnRun.objects.visible_to(person).exists()


def test_ten_episodes_cost_as_many_queries_as_one(squad: Squad) -> None:
    def fill(count: int) -> list[Episode]:
        return [
            started(reported(make_athlete(squad), STRAIN, days=10), days=2) for _ in range(count)
        ]

    def cost(found: list[Episode]) -> int:
        with CaptureQueriesContext(connection) as asked:
            for way in ways_back(found, timezone.now()).values():
                assert way.state == State.CLIMBING
        return len(asked)

    assert cost(fill(1)) == cost(fill(10)) == 4
