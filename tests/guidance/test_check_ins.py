"""Being asked again: when, what, and what an answer leaves of what was told before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from guidance import (
    KNOWLEDGE,
    Answers,
    Disposition,
    History,
    InvalidAnswers,
    assess,
    carried,
    check_in_questions,
    check_in_told,
    check_ins_for,
    screen,
    unassessed,
)
from guidance import check_ins as of_base
from guidance.schema import Kind, Knowledge
from tests.guidance.test_loader import only, problems, swap

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SORE = {
    "site": ["calf"], "side": "both", "onset": "gradual", "days_since_onset": 1, "character": ["soreness"],
    "when": ["next_day"], "weekly_volume_change": "increase", "severity_nrs": 3, "can_walk": "yes",
}  # fmt: skip
TORN = {
    "site": ["calf_medial"], "side": "left", "onset": "sudden", "days_since_onset": 1, "character": ["sharp"],
    "when": ["sprint"], "severity_nrs": 4, "can_walk": "yes",
}  # fmt: skip
SWOLLEN = {
    "site": ["calf"],
    "side": "left",
    "days_since_onset": 1,
    "swelling": "yes",
    "severity_nrs": 5,
}
BREATHLESS = {**SWOLLEN, "shortness_of_breath": "yes"}
ALL_GONE = {"severity_nrs": 0, "can_walk": "yes", "hop_pain": "no"}
DAY = timedelta(days=1)


def planned(told: dict[str, Any]) -> dict[str, float]:
    """The check-ins after a report, with their hours."""
    result = assess(Answers.parse(told), History(), NOW).as_json()
    return {entry.id: entry.due_after / timedelta(hours=1) for entry in check_ins_for(result)}


def after(told: dict[str, Any], trend: str, days: float = 1, **now: Any) -> Answers:
    return carried(Answers.parse(told), check_in_told(trend, now), since=days * DAY)


# ---------------------------------------------------------------- when


def test_soreness_is_asked_about_after_two_days_and_a_week() -> None:
    assert planned(SORE) == {"sore_second_day": 48, "week": 168}


def test_a_strain_is_asked_about_on_the_next_day_too() -> None:
    assert planned(TORN) == {"strain_first_day": 24, "second_day": 48, "week": 168}


def test_a_danger_is_asked_about_within_a_day_at_any_hour() -> None:
    assert planned(SWOLLEN) == {"danger_first_day": 24, "danger_second_day": 48, "danger_week": 168}
    first, *_ = check_ins_for(assess(Answers.parse(BREATHLESS), History(), NOW).as_json())
    assert (first.id, first.due_after) == ("emergency_half_day", timedelta(hours=12))
    assert first.at_night


@pytest.mark.parametrize("level", list(Disposition))
def test_every_level_is_followed_up_whatever_the_cause(level: Disposition) -> None:
    hours = [e.due_after for e in check_ins_for({"disposition": level.value, "causes": []})]
    assert hours[-1] == timedelta(days=7)
    assert hours[0] <= (DAY if level >= Disposition.SAME_DAY else 2 * DAY)
    assert hours == sorted(set(hours)), "two at one hour"


def test_what_could_not_be_judged_is_followed_up() -> None:
    assert [entry.id for entry in check_ins_for(unassessed())] == ["second_day", "week"]


def test_a_cause_that_does_not_fit_or_comes_late_plans_nothing() -> None:
    strain = {"id": "muscle_strain", "fit": "unlikely"}
    result: dict[str, Any] = {"disposition": "self_care", "causes": [strain]}
    assert "strain_first_day" not in [entry.id for entry in check_ins_for(result)]
    fitting = [{"id": "other", "fit": "strong"}] * KNOWLEDGE.scale.likely_at_most
    result["causes"] = [*fitting, {**strain, "fit": "strong"}]
    assert "strain_first_day" not in [entry.id for entry in check_ins_for(result)]


# ---------------------------------------------------------------- what


def test_new_signs_are_asked_and_those_told_before_are_asked_again() -> None:
    asked = check_in_questions("danger_first_day", Answers.parse({**SWOLLEN, "weakness": "unsure"}))
    assert [finding.id for finding in asked.asks] == ["severity_nrs", "can_walk", "hop_pain"]
    assert {finding.id for finding in asked.still} == {"swelling", "weakness"}
    assert "swelling" not in {finding.id for finding in asked.signs}
    assert "warmth" in {finding.id for finding in asked.signs}
    assert [finding.id for finding in asked.also] == ["doctor_seen"]
    assert [trend.id for trend in asked.trends] == ["better", "same", "worse"]


def test_a_check_in_that_is_no_more_in_the_knowledge_still_asks() -> None:
    assert check_in_questions("of_last_year", Answers.parse({})).signs


def test_what_is_ticked_can_be_ticked() -> None:
    for name in KNOWLEDGE.check_ins:
        asked = check_in_questions(name, Answers.parse({}))
        for finding in (*asked.signs, *asked.also):
            assert finding.kind is Kind.YES_NO
            assert not finding.profile


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(InvalidAnswers) as wrong:
        check_in_told("fine", {"severity_nrs": 11, "can_walk": "slowly"})
    assert set(wrong.value.errors) == {"trend", "severity_nrs", "can_walk"}


# ---------------------------------------------------------------- what it leaves


def test_place_and_beginning_stay_and_the_days_go_on() -> None:
    now = after(TORN, "same", days=2.5, severity_nrs=4)
    assert now["site"] == ("calf_medial",)
    assert (now["onset"], now["side"], now["days_since_onset"]) == ("sudden", "left", 3)
    assert now["symptom_improving"] == "no"


def test_a_sign_that_was_not_asked_again_is_no_no() -> None:
    assert after(SWOLLEN, "better", severity_nrs=2)["swelling"] == "yes"
    assert after(SWOLLEN, "better", severity_nrs=2, swelling="no")["swelling"] == "no"


def test_pain_and_walking_of_before_say_nothing_of_now() -> None:
    now = after({**TORN, "can_walk": "limp", "hop_pain": "yes"}, "better")
    assert not {"can_walk", "hop_pain", "severity_nrs"} & set(now)


def test_a_pain_that_is_gone_lasts_no_longer() -> None:
    gone, history = after(SORE, "same", days=8, **ALL_GONE), History(first_onset=NOW - 9 * DAY)
    assert "days_since_onset" not in gone
    assert assess(gone, history, NOW).disposition is Disposition.SELF_CARE
    for less in ({**ALL_GONE, "severity_nrs": 1}, {**ALL_GONE, "hop_pain": "unsure"}):
        left = after(SORE, "better", days=8, **less)
        fired = {rule.id for rule in assess(left, history, NOW).rules}
        assert "more_than_a_week" in fired
    still = {name: told for name, told in ALL_GONE.items() if name != "can_walk"}
    assert after(SORE, "better", days=8, **still)["days_since_onset"] == 9


def test_worse_is_judged_in_the_request() -> None:
    told = screen(after(SORE, "worse", days=2, severity_nrs=3))
    assert "worse_despite_rest" in {rule.id for rule in told.rules}
    assert told.disposition >= Disposition.WITHIN_DAYS


def test_who_has_not_been_to_a_doctor_is_sent_again() -> None:
    told = screen(after(SWOLLEN, "better", swelling="no", doctor_seen="no"))
    assert told.disposition is Disposition.SAME_DAY
    seen = screen(after(SWOLLEN, "better", swelling="no", doctor_seen="yes"))
    assert seen.disposition < Disposition.SAME_DAY


# ---------------------------------------------------------------- the small knowledge


def test_the_special_comes_before_the_general(small: Knowledge) -> None:
    result = {"disposition": "self_care", "causes": [{"id": "tear", "fit": "possible"}]}
    assert [entry.id for entry in of_base.check_ins_for(small, result)] == ["tear_first_day"]
    assert [entry.id for entry in of_base.check_ins_for(small, {**result, "causes": []})] == [
        "first_day"
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('after_hours = 24', 'after_hours = "24"', "after_hours is missing or not a number"),
        ('after_hours = 24', 'after_hours = 0', "after_hours must be above 0"),
        ("remind_after_hours = 6", "remind_after_hours = 21", "must be above 0 and below missed_after_hours"),
        ('signs = ["fever"]', 'signs = ["fevr"]', "E005 check_ins.toml, check_in first_day: signs names the unknown finding 'fevr'. Did you mean 'fever'?"),
        ('signs = ["fever"]', 'signs = ["onset"]', "signs asks onset, which cannot be answered with yes or no"),
        ('signs = ["fever"]', 'signs = []', "signs is empty"),
        ('causes = ["tear"]', 'causes = ["tare"]', "Did you mean 'tear'?"),
        ('dispositions = ["self_care", "coach_review"]', 'dispositions = ["self_car"]', "Did you mean 'self_care'?"),
        ('sources = ["book-1"]', "sources = []", "E007 check_ins.toml, check_in tear_first_day: no source"),
        ('checked_by = ""', 'checked_by = "a. author"', "E008"),
        ('causes = ["tear"]', 'causes = ["any"]', "are due at the same hour for any at coach_review"),
        ("day_from_hour = 8", "day_from_hour = 22", "day_from_hour must be before day_until_hour"),
        ('id = "better"', 'id = "fine"', "trend must hold exactly better, same, worse"),
        ('means = ["worse"]', 'means = ["severity_nrs > 3"]', "is not an answer that somebody can give"),
        ('over = ["severity_nrs = 0", "no worse"]', "", "over is missing"),
        ('id = "first_day"', 'id = "tear_first_day"', "E004"),
        ('why = "It may turn."', 'why = "It may turn."\nwhen = "x"', "E002"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(tmp_path: Path, old: str, new: str, says: str) -> None:
    found = problems(tmp_path, check_ins=swap(old, new))
    assert any(says in f"{problem.code} {problem}" for problem in found), list(map(str, found))


def test_a_missing_file_is_one_mistake(tmp_path: Path) -> None:
    assert only(problems(tmp_path, check_ins=None)) == "E001 check_ins.toml: the file is missing."


def test_a_screen_cannot_ask_what_only_check_ins_ask(tmp_path: Path) -> None:
    late = swap('term = "warmth"', 'term = "warmth"\nat_check_ins = true')
    found = problems(tmp_path, findings=late)
    assert any("asks warmth, which only check-ins ask" in str(problem) for problem in found)
