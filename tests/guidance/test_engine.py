"""Danger first, then the ranking: deterministic, explained, and never taking unknown for no."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from guidance import assess as judge_all
from guidance import engine, screen
from guidance.answers import Answers
from guidance.results import Assessment, History, PastReport
from guidance.schema import Disposition, Fit, Knowledge

NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)


def answers(small: Knowledge, skipped: tuple[str, ...] = (), **raw: object) -> Answers:
    return Answers.parse(raw, skipped=skipped, base=small)


def assess(small: Knowledge, history: History | None = None, **raw: object) -> Assessment:
    return engine.assess(small, answers(small, **raw), history or History(), NOW)


def test_no_answers_fire_nothing(small: Knowledge) -> None:
    result = engine.screen(small, answers(small))
    assert (result.disposition, result.rules) == (Disposition.SELF_CARE, ())
    assert result.tell_athlete == "Look after it."


def test_the_strongest_rule_wins_and_all_that_fired_are_kept(small: Knowledge) -> None:
    result = engine.screen(
        small, answers(small, chest_pain=True, swelling=True, site="calf", days_since_onset=9)
    )
    assert result.disposition is Disposition.EMERGENCY_NOW
    assert [rule.id for rule in result.rules] == ["chest", "clot", "long"]
    assert result.tell_athlete == "Athlete: chest."


@pytest.mark.parametrize(
    ("answer", "disposition"),
    [("yes", "emergency_now"), ("unsure", "same_day"), ("no", "self_care"), (None, "self_care")],
)
def test_unsure_on_a_danger_sign_counts_one_level_lower(
    small: Knowledge, answer: object, disposition: str
) -> None:
    assert engine.screen(small, answers(small, chest_pain=answer)).disposition is Disposition(
        disposition
    )


def test_a_rule_that_is_only_possible_says_so(small: Knowledge) -> None:
    result = engine.screen(small, answers(small, chest_pain="unsure"))
    (rule,) = result.rules
    assert (rule.certain, rule.because) == (False, ("Chest pain: not sure",))
    assert result.tell_athlete.startswith("Today.")
    assert "not sure" in result.tell_athlete
    assert "Athlete: chest." in result.tell_athlete


def test_a_rule_that_excludes_a_sign_needs_the_answer_no(small: Knowledge) -> None:
    assert engine.screen(small, answers(small, warmth=True)).rules == ()
    assert [r.id for r in engine.screen(small, answers(small, warmth=True, fever=False)).rules] == [
        "no_fever_but_warm"
    ]


def test_reasons_name_the_answers_that_fired_the_rule(small: Knowledge) -> None:
    (rule,) = engine.screen(small, answers(small, swelling=True, site=["thigh", "calf"])).rules
    assert rule.because == ("Swelling", "Where it hurts: Calf")
    assert rule.findings == ("swelling", "site")


def test_a_skipped_danger_screen_brings_a_person_in(small: Knowledge) -> None:
    result = engine.screen(small, answers(small, skipped=("danger_chest",)))
    assert result.disposition is Disposition.COACH_REVIEW
    (rule,) = result.rules
    assert (rule.id, rule.because) == ("danger_signs_not_answered", ("Any of these right now?",))
    assert rule.findings == ("chest_pain", "fever")
    assert result.tell_athlete == "Somebody should look."


def test_a_skipped_screen_that_was_answered_after_all_no_longer_counts(small: Knowledge) -> None:
    result = engine.screen(
        small, answers(small, skipped=("danger_chest",), chest_pain=False, fever=False)
    )
    assert result.disposition is Disposition.SELF_CARE


def test_a_skipped_danger_screen_never_lowers_what_a_sign_demands(small: Knowledge) -> None:
    result = engine.screen(
        small, answers(small, skipped=("danger_chest",), swelling=True, site="calf")
    )
    assert result.disposition is Disposition.SAME_DAY


def test_causes_are_ranked_with_reasons_for_and_against(small: Knowledge) -> None:
    result = assess(small, site="calf", onset="sudden", cramps=True)
    assert [cause.id for cause in result.causes] == ["cramp", "tear", "dvt"]
    tear = result.causes[1]
    assert (tear.for_, tear.against) == (("It started suddenly",), ("It cramps",))


def test_a_question_not_asked_moves_no_cause(small: Knowledge) -> None:
    asked_less = {cause.id: cause.points for cause in assess(small, site="calf").causes}
    assert asked_less["tear"] == asked_less["cramp"] == 0.0


def test_a_sign_that_is_not_sure_counts_a_share(small: Knowledge) -> None:
    sure = {cause.id: cause.points for cause in assess(small, cramps=True).causes}
    unsure = assess(small, cramps="unsure").causes
    assert {cause.id: cause.points for cause in unsure}["cramp"] == pytest.approx(
        sure["cramp"] * small.scale.possible_share
    )
    assert 0 < small.scale.possible_share < 1
    assert unsure[0].for_ == ("It cramps (you were not sure)",)


def test_a_ruled_out_cause_goes_to_the_bottom_whatever_else_fits(small: Knowledge) -> None:
    result = assess(small, cramps=True, pop_felt=True)
    assert result.causes[-1].id == "cramp"
    assert result.causes[-1].fit is Fit.UNLIKELY


def test_a_danger_that_fired_makes_its_cause_worth_naming(small: Knowledge) -> None:
    without = {cause.id: cause.points for cause in assess(small, swelling=True).causes}
    with_rule = assess(small, swelling=True, site="calf")
    dvt = next(cause for cause in with_rule.causes if cause.id == "dvt")
    assert dvt.points > without["dvt"]
    assert "A danger sign points to it: Clot" in dvt.for_


def test_history_never_takes_away_what_the_request_answered() -> None:
    """“Not sure how long” counted as possibly over a week; that it began today does not undo it."""
    told = Answers.parse({"site": ["calf"], "days_since_onset": "unsure"})
    began_today = History(first_onset=NOW)
    asked = screen(told)
    judged = judge_all(told, began_today, NOW)
    assert asked.disposition > Disposition.SELF_CARE
    assert judged.disposition >= asked.disposition
    assert {rule.id for rule in asked.rules} <= {rule.id for rule in judged.rules}


def test_pain_elsewhere_is_said_kindly_and_sent_to_the_coach(small: Knowledge) -> None:
    result = assess(small, site="elsewhere", cramps=True)
    assert (result.in_scope, result.disposition) == (False, Disposition.COACH_REVIEW)
    assert (result.causes, result.care_steps) == ((), ())
    assert "outside what we know" in result.headline
    assert result.safety_net


def test_danger_signs_count_wherever_it_hurts(small: Knowledge) -> None:
    result = assess(small, site="elsewhere", chest_pain=True)
    assert result.disposition is Disposition.EMERGENCY_NOW


def test_back_pain_is_ours_only_together_with_the_leg(small: Knowledge) -> None:
    assert not assess(small, site=["low_back"]).in_scope
    assert assess(small, site=["low_back", "thigh"]).in_scope


def test_what_was_not_asked_names_what_could_raise_the_urgency_first(small: Knowledge) -> None:
    result = assess(small, site="calf", onset="sudden")
    assert result.not_asked[0].finding == "chest_pain"
    asked = {question.finding for question in result.not_asked}
    assert "swelling" in asked
    assert "cramps" in asked
    assert not asked & {"site", "onset", "heat"}


def test_the_summary_says_when_danger_signs_are_still_open(small: Knowledge) -> None:
    open_still = assess(small, site="calf", cramps=True)
    answered = assess(
        small, site="calf", cramps=True, chest_pain=False, fever=False, swelling=False, warmth=False
    )
    assert "danger signs were not asked" in open_still.summary[-1]
    assert answered.summary == ("It fits best with: Cramp.",)
    assert answered.headline == "You can look after this yourself for now."


def test_an_emergency_is_said_without_anything_that_could_distract(small: Knowledge) -> None:
    result = assess(small, chest_pain=True, cramps=True)
    assert (result.headline, result.summary) == ("Get emergency help now.", ())


def test_the_same_answers_give_the_same_assessment_in_any_order(small: Knowledge) -> None:
    raw: dict[str, object] = {
        "site": ["calf"],
        "swelling": True,
        "cramps": "unsure",
        "days_since_onset": 9,
        "onset": "sudden",
    }
    forwards = assess(small, **raw).as_json()
    backwards = assess(small, **dict(reversed(raw.items()))).as_json()
    assert forwards == backwards


def test_a_time_without_a_zone_is_refused(small: Knowledge) -> None:
    with pytest.raises(ValueError, match="time zone"):
        engine.assess(small, answers(small), History(), datetime(2026, 5, 20))


def report(
    days_ago: float, pain: float | None = 3, site: str = "calf", side: str | None = None
) -> PastReport:
    return PastReport(NOW - timedelta(days=days_ago), (site,), side, pain, "self_care")


def test_days_since_onset_count_over_the_whole_episode(small: Knowledge) -> None:
    history = History(first_onset=NOW - timedelta(days=8))
    assert [rule.id for rule in assess(small, history, site="calf").rules] == ["long"]
    assert [
        rule.id for rule in assess(small, history, site="calf", days_since_onset="unsure").rules
    ] == ["long"]
    assert assess(small, history, site="calf", days_since_onset=2).rules == ()


def test_pain_that_rose_since_the_last_report_is_seen(small: Knowledge) -> None:
    history = History(reports=(report(9, pain=1), report(2, pain=4)))
    assert [rule.id for rule in assess(small, history, site="calf", severity_nrs=6).rules] == [
        "rising"
    ]
    assert assess(small, history, site="calf", severity_nrs=5).rules == ()
    assert assess(small, history, site="heel", severity_nrs=9).rules == ()


def test_the_third_episode_in_eight_weeks_is_seen(small: Knowledge) -> None:
    history = History(reports=(report(40), report(39), report(20)))
    assert [rule.id for rule in assess(small, history, site="calf").rules] == ["third_episode"]
    assert assess(small, History(reports=(report(40), report(39))), site="calf").rules == ()
    assert assess(small, History(reports=(report(70), report(20))), site="calf").rules == ()


def test_the_answer_for_a_report_that_could_not_be_judged_has_the_same_shape(
    small: Knowledge,
) -> None:
    safe = engine.unassessed(small)
    assert safe.keys() == assess(small, site="calf").as_json().keys()
    assert (safe["disposition"], safe["headline"]) == ("coach_review", "We could not judge this.")
