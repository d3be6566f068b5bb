"""The way back to running: one step at a time, never up after a rise of pain, never two days in a row."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance import KNOWLEDGE, Answers, Disposition, History, Outing, Standing, assess, standing
from guidance import ladder as ladders
from guidance.ladder import Verdict
from guidance.loader import knowledge
from guidance.schema import Knowledge
from tests.guidance import small_knowledge
from tests.guidance.test_loader import only, problems, swap

DAY = timedelta(days=1)
FIRST = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
LATER = FIRST + 400 * DAY
CALF = "calf_muscle"
FINE = (0, 0, 0, 0)


def outing(level: int, day: float, *pains: float | None) -> Outing:
    return Outing(level, FIRST + day * DAY, *(pains or FINE))


def climb(*outings: Outing, ladder: str = CALF, now: datetime = LATER) -> Standing:
    return standing(ladder, outings, now)


def good_runs(levels: int, each: int = 2) -> list[Outing]:
    return [outing(1 + n // each, 2 * n) for n in range(levels * each)]


def test_nobody_has_run_yet() -> None:
    now = FIRST
    assert climb(now=now) == Standing(1, now, "start", climb().why, 0, 2)


def test_one_good_run_is_not_enough() -> None:
    told = climb(outing(1, 0))
    assert (told.level, told.outcome, told.outings_done, told.outings_needed) == (1, "stay", 1, 2)


def test_two_good_runs_lead_one_step_up() -> None:
    told = climb(outing(1, 0), outing(1, 2))
    assert (told.level, told.outcome, told.outings_done) == (2, "up", 0)


def test_the_day_after_a_run_is_a_rest_day_in_the_athletes_zone() -> None:
    zone = ZoneInfo("Pacific/Auckland")
    evening = datetime(2026, 5, 4, 23, 30, tzinfo=zone)
    told = climb(Outing(1, evening, *FINE), now=evening + timedelta(hours=30))
    assert told.may_run_from == datetime(2026, 5, 6, 0, 0, tzinfo=zone)


def test_a_run_without_a_rest_day_before_it_does_not_count() -> None:
    told = climb(outing(1, 0), outing(1, 1))
    assert (told.level, told.outcome, told.outings_done) == (1, "stay", 1)
    assert "rest day" in told.why


def test_a_run_on_a_higher_step_does_not_count() -> None:
    told = climb(outing(3, 0), outing(3, 2))
    assert (told.level, told.outcome, told.outings_done) == (1, "stay", 0)


@pytest.mark.parametrize("when", ["during", "after", "next_morning"])
def test_a_small_rise_at_any_time_repeats_the_step(when: str) -> None:
    worse = replace(outing(2, 4), **{f"pain_{when}": 1})
    told = climb(*good_runs(1), worse)
    assert (told.level, told.outcome, told.outings_done) == (2, "stay", 0)


def test_a_second_small_rise_on_a_step_goes_down() -> None:
    told = climb(*good_runs(1), outing(2, 4, 0, 1, 0, 0), outing(2, 6, 0, 1, 0, 0))
    assert (told.level, told.outcome) == (1, "down")


@pytest.mark.parametrize("pains", [(0, 2, 0, 0), (0, 0, 0, 2), (2, 3, 2, 2), (0, 8, None, None)])
def test_a_clear_rise_or_pain_above_the_limit_goes_down_at_once(
    pains: tuple[float | None, ...],
) -> None:
    told = climb(*good_runs(2), outing(3, 8, *pains), now=FIRST + 8 * DAY)
    assert (told.level, told.outcome) == (2, "down")


def test_below_the_first_step_there_is_only_walking() -> None:
    told = climb(outing(1, 0, 0, 6, 6, 6))
    assert (told.level, told.outcome) == (1, "stay")
    assert "Only walk" in told.why


def test_a_rise_on_a_lower_step_counts_for_that_step() -> None:
    small, clear = outing(2, 12, 0, 1, 0, 0), outing(2, 12, 0, 2, 0, 0)
    assert climb(*good_runs(3), small).level == 2
    assert climb(*good_runs(3), clear).level == 1


def test_an_unknown_morning_is_waited_for() -> None:
    told = climb(outing(1, 0), outing(1, 2, 0, 0, 0, None), now=FIRST + 2.5 * DAY)
    assert (told.level, told.outcome, told.outings_done) == (1, "wait_for_morning", 1)


def test_a_morning_that_is_never_told_does_not_count_as_fine() -> None:
    told = climb(outing(1, 0), outing(1, 2, 0, 0, 0, None))
    assert (told.level, told.outcome, told.outings_done) == (1, "stay", 1)


@pytest.mark.parametrize("missing", range(4))
def test_a_pain_that_nobody_told_is_never_no_pain(missing: int) -> None:
    pains = [None if place == missing else 0 for place in range(4)]
    assert climb(outing(1, 0, *pains), outing(1, 2, *pains)).level == 1


def test_the_last_step_done_is_the_end() -> None:
    levels = len(KNOWLEDGE.ladders[CALF].levels)
    told = climb(*good_runs(levels))
    assert (told.level, told.outcome) == (levels, "finished")
    assert climb(*good_runs(levels), outing(levels, 90)).outcome == "finished"
    assert climb(*good_runs(levels), outing(levels, 90, 0, 1, 0, 0)).outcome == "stay"


def test_a_tendon_may_hurt_in_the_run_but_not_more_next_morning() -> None:
    tendon = "shin_heel_tendon"
    assert climb(outing(1, 0, 1, 5, 4, 1), outing(1, 2, 1, 5, 4, 1), ladder=tendon).level == 2
    assert climb(outing(1, 0, 1, 3, 3, 2), ladder=tendon).outings_done == 0
    assert climb(*good_runs(1), outing(2, 4, 0, 6, 0, 0), ladder=tendon).outcome == "down"


def test_a_stressed_bone_may_not_hurt_at_all() -> None:
    told = climb(*good_runs(1, each=3), outing(2, 6, 1, 1, 1, 1), ladder="bone_stress")
    assert (told.level, told.outcome) == (1, "down")


def test_runs_that_are_still_to_come_are_not_counted() -> None:
    assert climb(outing(1, 0), outing(1, 2), now=FIRST + DAY).outings_done == 1


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: outing(1, 0, 11, 0, 0, 0),
        lambda: outing(1, 0, float("nan"), 0, 0, 0),
        lambda: Outing(1, datetime(2026, 5, 4)),
        lambda: climb(outing(99, 0)),
        lambda: climb(now=datetime(2026, 5, 4)),
    ],
)
def test_what_cannot_be_is_refused(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"pain|zone|level"):
        wrong()


def test_an_unknown_ladder_is_named_with_the_nearest() -> None:
    with pytest.raises(LookupError, match="Did you mean 'calf_muscle'"):
        climb(ladder="calf_muscl")


def test_every_sentence_can_be_filled() -> None:
    for words in KNOWLEDGE.climbing.words.values():
        assert "{" not in words.format(level=3, done=1, needed=2)


# ---------------------------------------------------------------- whatever is told

PAINS = st.none() | st.integers(0, 3) | st.integers(0, 10)
OUTINGS = st.lists(
    st.builds(
        outing,
        st.integers(1, 3) | st.integers(1, 10),
        st.integers(0, 30) | st.floats(0, 30, allow_nan=False),
        PAINS, PAINS, PAINS, PAINS,
    ),
    max_size=12,
)  # fmt: skip
LADDERS = st.sampled_from([CALF, "shin_heel_tendon", "bone_stress"])


def one_by_one(ladder: str, outings: Sequence[Outing]) -> list[Standing]:
    """How it stands the week after each run, every morning told or given up."""
    ordered = sorted(outings, key=lambda run: (run.at, str(run)))
    return [
        standing(ladder, ordered[:count], ordered[-1].at + 7 * DAY if ordered else LATER)
        for count in range(len(ordered) + 1)
    ]


@given(LADDERS, OUTINGS)
def test_nobody_ever_skips_a_step_upward(ladder: str, outings: list[Outing]) -> None:
    levels = [told.level for told in one_by_one(ladder, outings)]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


@given(LADDERS, OUTINGS)
def test_nobody_goes_up_after_a_rise_of_pain_or_an_unknown(
    ladder: str, outings: list[Outing]
) -> None:
    base = knowledge()
    told = one_by_one(ladder, outings)
    ordered = sorted(outings, key=lambda run: (run.at, str(run)))
    for run, before, after in zip(ordered, told, told[1:], strict=False):
        if ladders.verdict(base.climbing, base.ladders[ladder], run) is not Verdict.GOOD:
            assert after.level <= before.level
            assert after.outcome not in ("up", "finished")


@given(LADDERS, OUTINGS.filter(bool))
def test_the_next_run_is_never_on_the_same_or_the_next_day(
    ladder: str, outings: list[Outing]
) -> None:
    last = max(run.at for run in outings)
    told = standing(ladder, outings, last + timedelta(hours=1))
    assert (told.may_run_from.date() - last.date()).days >= 2


@given(LADDERS, OUTINGS, st.randoms(use_true_random=False))
def test_the_same_runs_lead_to_the_same_step_in_any_order(
    ladder: str, outings: list[Outing], chance: random.Random
) -> None:
    shuffled = [*outings]
    chance.shuffle(shuffled)
    assert standing(ladder, shuffled, LATER) == standing(ladder, outings, LATER)


@given(LADDERS, OUTINGS)
def test_a_pain_that_was_not_told_never_leads_higher_than_no_pain(
    ladder: str, outings: list[Outing]
) -> None:
    told = [replace(run, pain_next_morning=0) for run in outings]
    untold = [replace(run, pain_next_morning=None) for run in outings]
    assert standing(ladder, untold, LATER).level <= standing(ladder, told, LATER).level


# ---------------------------------------------------------------- in the assessment

NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
STRAIN = {
    "site": ["calf_medial"], "side": "left", "onset": "sudden", "when": ["sprint"],
    "character": ["sharp"], "severity_nrs": 4, "days_since_onset": 0,
}  # fmt: skip


def offered(hours: float = 0, **more: object) -> dict[str, object] | None:
    history = History(first_onset=NOW - timedelta(hours=hours))
    told = assess(Answers.parse({**STRAIN, **more}), history, NOW).as_json()
    back = told["return_to_running"]
    assert back is None or isinstance(back, dict)
    return back


def test_a_strain_is_offered_the_calf_ladder_five_days_after_it_began() -> None:
    back = offered(hours=10)
    assert back is not None
    assert back["ladder"] == CALF
    assert back["clinician_first"] is False
    assert back["starts"] == (NOW + timedelta(hours=110)).isoformat(timespec="seconds")
    assert [level["number"] for level in back["levels"]] == [*range(1, 11)]  # type: ignore[attr-defined]
    assert back["entry"]
    assert back["rules"]
    assert back["sources"]


def test_where_somebody_must_be_seen_first_so_must_the_ladder() -> None:
    back = offered(can_walk="limp")
    assert back is not None
    assert back["clinician_first"] is True


def test_with_an_emergency_nobody_speaks_of_running() -> None:
    assert offered(chest_pain="yes") is None


def test_outside_what_we_know_there_is_no_ladder() -> None:
    assert offered(site=["elsewhere"]) is None


def test_where_the_bone_may_be_hurt_its_ladder_and_a_clinician_come_first() -> None:
    answers = {
        "site": ["shin_medial"], "side": "left", "onset": "gradual", "character": ["dull_persistent"],
        "bone_focal_tenderness": "yes", "when": ["easy_run"],
    }  # fmt: skip
    back = assess(Answers.parse(answers), History(), NOW).return_to_running
    assert back is not None
    assert back.ladder.id == "bone_stress"
    assert back.clinician_first


def test_two_sore_calves_are_offered_the_short_ladder() -> None:
    answers = {"site": ["calf"], "side": "both", "character": ["soreness"], "when": ["next_day"]}
    result = assess(Answers.parse(answers), History(), NOW)
    assert result.disposition <= Disposition.COACH_REVIEW
    assert result.return_to_running is not None
    assert result.return_to_running.ladder.id == "sore_muscle"


# ---------------------------------------------------------------- the file


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("number = 2", "number = 3", "E003 ladders.toml, ladder muscle: the levels must be numbered"),
        ("run_min = 1,", "run_min = 0,", "a level runs for more than 0 minutes"),
        ('causes = ["tear"]', 'causes = ["tare"]', "causes names the unknown cause 'tare'. Did you mean 'tear'?"),
        ('sources = ["book-1"]', "sources = []", "E007 ladders.toml, ladder muscle: no source"),
        ("clinician_first", "clinicianfirst", "unknown key 'clinicianfirst'"),
        ('entry = ["I do not limp."]', "entry = []", "entry is empty"),
        ("rest_days_between = 1", "rest_days_between = 0", "must be at least 1"),
        ('start = "Start with {level}."', 'start = "Start with {levle}."', "Did you mean 'level'?"),
        ("clear_rise = 2", "clear_ris = 2", "clear_rise is missing or not a number"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_ladder_is_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    found = problems(tmp_path, ladders=swap(old, new))
    assert any(says in f"{problem.code} {problem}" for problem in found), [*map(str, found)]


def test_a_cause_has_one_ladder_only(tmp_path: Path) -> None:
    def twice(text: str) -> str:
        head, ladder = text.split("[[ladder]]")
        return f"{head}[[ladder]]{ladder}[[ladder]]{ladder.replace('muscle', 'other')}"

    assert "tear has two ladders, muscle and other" in only(problems(tmp_path, ladders=twice))


def test_a_missing_ladder_file_is_one_mistake(tmp_path: Path) -> None:
    assert only(problems(tmp_path, ladders=None)) == "E001 ladders.toml: the file is missing."


def test_the_small_knowledge_has_its_ladder(small: Knowledge) -> None:
    assert set(small.ladders) == {"muscle"}
    assert "ladders.toml" in small_knowledge.files()
