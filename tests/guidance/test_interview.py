"""The interview: what everybody is asked, then danger, then only what can still change the answer."""

from __future__ import annotations

from dataclasses import replace

from guidance import KNOWLEDGE, interview, next_question
from guidance.answers import Answers
from guidance.implied import with_implied
from guidance.loader import knowledge
from guidance.schema import Condition, Knowledge, When

PAIN_AT_A_POP = Condition("pop_felt", "yes", text="pop_felt")


def ask(small: Knowledge, skipped: tuple[str, ...] = (), **raw: object) -> str | None:
    question = interview.next_question(small, Answers.parse(raw, skipped=skipped, base=small))
    return question.screen_id if question else None


def test_core_screens_come_first(small: Knowledge) -> None:
    assert ask(small) == "where"


def test_danger_comes_before_details(small: Knowledge) -> None:
    assert ask(small, site="calf", days_since_onset=1) == "danger_chest"


def test_only_what_is_still_open_on_a_screen_is_asked(small: Knowledge) -> None:
    question = interview.next_question(small, Answers.parse({"site": "calf"}, base=small))
    assert question is not None
    assert [finding.id for finding in question.findings] == ["days_since_onset"]
    assert [finding.id for finding in question.known] == ["site"]
    assert not question.none_of_these


def test_a_screen_whose_facts_are_all_known_is_passed_over(small: Knowledge) -> None:
    profile = Answers.parse({"chest_pain": False, "fever": "unsure"}, base=small)
    told = Answers.parse({"site": "calf", "days_since_onset": 1}, base=small)
    question = interview.next_question(small, profile.merged(told))
    assert question is not None
    assert question.screen_id == "danger_leg"
    assert question.known == ()


def test_a_danger_screen_offers_none_of_these(small: Knowledge) -> None:
    question = interview.next_question(
        small, Answers.parse({"site": "calf", "days_since_onset": 1}, base=small)
    )
    assert question is not None
    assert question.none_of_these


def test_a_skipped_screen_is_not_asked_again(small: Knowledge) -> None:
    assert ask(small, skipped=("danger_chest",), site="calf", days_since_onset=1) == "danger_leg"


def test_a_screen_is_asked_only_where_its_condition_may_hold(small: Knowledge) -> None:
    told: dict[str, object] = {"days_since_onset": 1, "chest_pain": False, "fever": False}
    assert ask(small, site="calf", **told) == "danger_leg"
    assert ask(small, site="unsure", **told) == "danger_leg"
    assert ask(small, site="heel", **told) == "start"


def test_a_certain_emergency_ends_the_interview_at_once(small: Knowledge) -> None:
    assert ask(small, chest_pain=True) is None
    assert ask(small, chest_pain="unsure") is not None


SAFE: dict[str, object] = {
    "site": "calf", "days_since_onset": 1, "chest_pain": False, "fever": False, "swelling": False, "warmth": False,
}  # fmt: skip


def test_details_are_asked_while_they_can_change_the_leading_cause(small: Knowledge) -> None:
    assert ask(small, **SAFE) in {"start", "cramp"}


def test_a_detail_says_which_causes_it_tells_apart(small: Knowledge) -> None:
    question = interview.next_question(small, Answers.parse(SAFE, base=small))
    assert question is not None
    assert question.why == "This helps tell Cramp from a tear."


def test_a_detail_that_could_change_how_soon_says_that(small: Knowledge) -> None:
    clot = replace(small.rules["clot"], when=When(all_of=(PAIN_AT_A_POP,)))
    urgent = replace(small, rules={**small.rules, "clot": clot})
    question = interview.next_question(urgent, Answers.parse(SAFE, base=urgent))
    assert question is not None
    assert question.why == small.scale.words["why_ask_how_soon"]


def test_core_and_danger_screens_say_their_own_why(small: Knowledge) -> None:
    question = interview.next_question(small, Answers.parse({}, base=small))
    assert question is not None
    assert question.why == small.screens["where"].why


def test_every_cause_has_words_for_the_middle_of_a_sentence() -> None:
    calls = [cause.call for cause in KNOWLEDGE.causes.values()]
    assert all(call and call[0].islower() and " from " not in call for call in calls)
    assert len(set(calls)) == len(calls)


def test_the_interview_stops_when_nothing_left_can_change_the_answer(small: Knowledge) -> None:
    assert ask(small, **SAFE, pop_felt=True, onset="sudden") is None


def test_details_about_causes_are_not_asked_outside_what_we_know(small: Knowledge) -> None:
    assert ask(small, **{**SAFE, "site": "elsewhere"}) is None


def test_progress_counts_up_to_the_end(small: Knowledge) -> None:
    start = interview.progress(small, Answers.parse({}, base=small))
    end = interview.progress(
        small, Answers.parse({**SAFE, "pop_felt": True, "onset": "sudden"}, base=small)
    )
    assert start[0] == 0
    assert start[1] >= 2
    assert end[0] == end[1]


def test_a_list_says_what_its_button_answers_and_keeps_its_headings() -> None:
    looked_at = KNOWLEDGE.screens["danger_look"]
    assert (looked_at.rest, KNOWLEDGE.screens["able"].rest) == ("no", "yes")
    assert (
        tuple(name for group in looked_at.groups for name in group.findings) == looked_at.findings
    )
    answers = Answers.parse({"site": ["calf"]})
    while (question := next_question(answers)) and question.screen_id != "danger_look":
        answers = answers.merged(Answers.parse({part.id: "unsure" for part in question.findings}))
    assert question is not None
    assert (question.rest, question.groups) == (looked_at.rest, looked_at.groups)


def test_cramps_are_not_asked_beside_what_feels_like_a_cramp() -> None:
    told = with_implied(knowledge(), Answers.parse({"cramps": "yes", "character": ["tightness"]}))
    assert told["character"] == ("tightness", "cramp")
    assert with_implied(knowledge(), Answers.parse({"character": ["cramp"]}))["cramps"] == "yes"
    assert not any("cramps" in screen.findings for screen in KNOWLEDGE.screens.values())
