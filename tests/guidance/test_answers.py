"""Answers are validated with every mistake at once, and keep what was said in one canonical form."""

from __future__ import annotations

import json

import pytest

from guidance import KNOWLEDGE, Disposition, screen
from guidance.answers import Answers, InvalidAnswers
from guidance.schema import Knowledge


def parse(small: Knowledge, **raw: object) -> Answers:
    return Answers.parse(raw, base=small)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (True, "yes"),
        ("yes", "yes"),
        (False, "no"),
        ("No", "no"),
        ("unsure", "unsure"),
        ("not sure", "unsure"),
    ],
)
def test_yes_no_answers_have_one_form(small: Knowledge, given: object, kept: str) -> None:
    assert parse(small, fever=given)["fever"] == kept


@pytest.mark.parametrize("empty", [None, "", []])
def test_an_empty_answer_is_a_question_not_asked(small: Knowledge, empty: object) -> None:
    assert "fever" not in parse(small, fever=empty)


def test_options_keep_the_order_of_the_vocabulary(small: Knowledge) -> None:
    assert parse(small, site=["thigh", "calf"]) == parse(small, site=["calf", "thigh"])


def test_a_single_option_stands_for_a_list_of_one(small: Knowledge) -> None:
    assert parse(small, site="calf").as_dict() == {"site": ["calf"]}


@pytest.mark.parametrize(("given", "kept"), [("3", 3), (3.0, 3), (2.5, 2.5), ("2.5", 2.5)])
def test_numbers_are_read_from_text(small: Knowledge, given: object, kept: float) -> None:
    assert parse(small, days_since_onset=given)["days_since_onset"] == kept


@pytest.mark.parametrize(
    "given", ["many", -1, 101, float("nan"), float("inf"), "1e999", True, [3], {}]
)
def test_a_number_that_cannot_be_used_is_refused(small: Knowledge, given: object) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        parse(small, days_since_onset=given)
    assert "a number from 0 to 100 days, or unsure" in refused.value.errors["days_since_onset"]


def test_all_mistakes_are_told_at_once_each_with_what_is_accepted(small: Knowledge) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        parse(
            small, fever="perhaps", site=["calf", "moon"], severity_nrs=7.5, feever="yes", onset=3
        )
    errors = refused.value.errors
    assert set(errors) == {"fever", "site", "severity_nrs", "feever", "onset"}
    assert "yes, no or unsure" in errors["fever"]
    assert "calf, heel" in errors["site"]
    assert "a whole number from 0 to 10" in errors["severity_nrs"]
    assert "Did you mean 'fever'" in errors["feever"]


def test_unsure_beside_a_choice_is_refused(small: Knowledge) -> None:
    with pytest.raises(InvalidAnswers):
        parse(small, site=["calf", "unsure"])
    assert parse(small, site=["unsure"])["site"] == "unsure"


def test_what_the_history_knows_cannot_be_sent(small: Knowledge) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        parse(small, worse_since_last_report="yes")
    assert "worse_since_last_report" in refused.value.errors


def test_an_unknown_skipped_screen_is_refused(small: Knowledge) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        Answers.parse({}, skipped=["danger_chst"], base=small)
    assert "danger_chest" in refused.value.errors["skipped"]


def test_answers_come_back_the_same_from_json(small: Knowledge) -> None:
    answers = parse(
        small,
        fever=True,
        site=["calf"],
        days_since_onset=3,
        medications=["Aspirin"],
        onset="unsure",
    )
    assert parse(small, **json.loads(json.dumps(answers.as_dict()))) == answers


def test_answers_do_not_change_when_more_are_added(small: Knowledge) -> None:
    first = parse(small, fever=True)
    second = first.with_("fever", "no").merged(
        Answers.parse({"warmth": True}, skipped=["danger_leg"], base=small)
    )
    assert first.as_dict() == {"fever": "yes"}
    assert second.as_dict() == {"warmth": "yes", "fever": "no"}
    assert second.skipped == {"danger_leg"}


def test_answers_do_not_show_themselves_in_a_log(small: Knowledge) -> None:
    assert "fever" not in repr(parse(small, fever=True))


@pytest.mark.parametrize(
    "codes",
    [["statin\0"], ["\ud800"], ["a\u202eb"], ["x" * 81], [" "], [str(n) for n in range(31)]],
)
def test_a_code_that_cannot_be_shown_or_stored_is_refused(codes: list[str]) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        Answers.parse({"medications": codes})
    assert set(refused.value.errors) == {"medications"}


def test_what_the_knowledge_no_longer_takes_is_recalled_as_not_asked(small: Knowledge) -> None:
    stored = {"fever": "yes", "gone": "no", "site": ["elbow"], "days_since_onset": 1000}
    recalled = Answers.recall(stored, base=small)
    assert recalled.as_dict() == {"fever": "yes"}
    assert recalled.skipped == frozenset()


def test_who_left_danger_signs_open_on_a_screen_that_is_gone_has_them_open_still() -> None:
    everybody = {"danger_body", "danger_look"}
    left = Answers.recall({"site": ["calf"]}, skipped=["of_an_earlier_knowledge"])
    assert left.skipped == everybody
    assert screen(left).disposition is Disposition.COACH_REVIEW
    body = dict.fromkeys(KNOWLEDGE.screens["danger_body"].findings, "no")
    some = Answers.recall({"site": ["calf"], **body}, skipped=["of_an_earlier_knowledge"])
    assert some.skipped == {"danger_look"}
    assert not Answers.recall({"site": ["calf"], "gone": "no"}).skipped
