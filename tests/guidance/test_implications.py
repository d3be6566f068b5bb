"""What one answer says about another question: judged beside what was told, never instead of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidance import engine, interview
from guidance.answers import Answers
from guidance.loader import BadKnowledge, load
from guidance.results import FiredRule
from guidance.schema import Disposition, Knowledge
from tests.guidance import small_knowledge

THINNER = """
[[implication]]
id = "thinner_by_name"
when = { any_of = ["medications is warfarin"] }
then = ["numb"]
why = "A thinner by name."
"""
CHAIN = """
[[implication]]
id = "numb_is_cramps"
when = { all_of = ["numb"] }
then = ["cramps", "onset is sudden"]
why = "Numb is cramped here."
"""
RULES = small_knowledge.rule("numb_leg", "same_day", '{ all_of = ["numb"] }') + (
    small_knowledge.rule(
        "cramped_now", "emergency_now", '{ all_of = ["cramps", "onset is sudden"] }'
    )
)


def knowledge(folder: Path, implications: str = THINNER) -> Knowledge:
    files = small_knowledge.files()
    files["findings.toml"] += implications
    files["escalation.toml"] += RULES
    return load(small_knowledge.write(folder, files))


def fired(base: Knowledge, **raw: object) -> tuple[FiredRule, ...]:
    return engine.screen(base, Answers.parse(raw, base=base)).rules


def test_an_answer_counts_for_what_it_implies(tmp_path: Path) -> None:
    (rule,) = fired(knowledge(tmp_path), medications=["warfarin"])
    assert (rule.id, rule.certain) == ("numb_leg", True)


def test_the_reason_names_what_was_told(tmp_path: Path) -> None:
    (rule,) = fired(knowledge(tmp_path), medications=["warfarin", "vitamin_c"])
    assert rule.findings == ("medications",)
    assert rule.because == ("Medicines: warfarin",)


def test_not_sure_implies_nothing(tmp_path: Path) -> None:
    assert fired(knowledge(tmp_path), medications="unsure") == ()


@pytest.mark.parametrize("stated", ["no", "unsure"])
def test_an_answer_that_contradicts_it_does_not_lower_the_safety(
    tmp_path: Path, stated: str
) -> None:
    base = knowledge(tmp_path)
    (rule,) = fired(base, medications=["warfarin"], numb=stated)
    assert (rule.id, rule.certain) == ("numb_leg", True)


def test_what_was_told_is_kept_as_it_was_told(tmp_path: Path) -> None:
    answers = Answers.parse({"medications": ["warfarin"], "numb": "no"}, base=knowledge(tmp_path))
    assert answers.as_dict() == {"numb": "no", "medications": ["warfarin"]}


def test_another_answer_implies_nothing(tmp_path: Path) -> None:
    assert fired(knowledge(tmp_path), medications=["paracetamol"]) == ()


def test_an_implication_may_build_on_one_above_it(tmp_path: Path) -> None:
    base = knowledge(tmp_path, THINNER + CHAIN)
    strongest, _ = fired(base, medications=["warfarin"])
    assert (strongest.id, strongest.level) == ("cramped_now", Disposition.EMERGENCY_NOW)
    assert strongest.findings == ("medications",)


def test_a_question_is_asked_for_what_its_answer_would_imply(tmp_path: Path) -> None:
    files = small_knowledge.files()
    files["findings.toml"] += THINNER
    files["escalation.toml"] += RULES
    files["screens.toml"] += (
        '[[screen]]\nid = "pills"\nkind = "detail"\ntitle = "Pills?"\nwhy = "So."\n'
        'findings = ["medications"]\n'
    )
    base = load(small_knowledge.write(tmp_path, files))
    told = {
        "site": "calf", "days_since_onset": 1, "chest_pain": False, "fever": False, "swelling": False,
        "warmth": False, "pop_felt": True, "onset": "sudden", "cramps": False,
    }  # fmt: skip
    question = interview.next_question(base, Answers.parse(told, base=base))
    assert question is not None
    assert question.screen_id == "pills"


def entry(**changed: str) -> str:
    lines = {
        "id": '"x"',
        "when": '{ all_of = ["numb"] }',
        "then": '["cramps"]',
        "why": '"So."',
        **changed,
    }
    return "[[implication]]\n" + "\n".join(f"{k} = {v}" for k, v in lines.items() if v) + "\n"


WRONG = {
    "an unknown finding": (entry(then='["cramp"]'), "Did you mean 'cramps'?"),
    "an unknown answer": (entry(then='["onset is suden"]'), "Did you mean 'sudden'?"),
    "a number": (entry(then='["severity_nrs > 8"]'), "not one answer"),
    "two answers at once": (entry(then='["onset is sudden or gradual"]'), "not one answer"),
    "what is worked out": (entry(then='["worse_since_last_report"]'), "not one answer"),
    "nothing implied": (entry(then=""), "then is missing"),
    "no condition": (entry(when=""), "it would hold for everybody"),
    "an unknown key": (entry(because='"x"'), "unknown key 'because'"),
    "the same id twice": (entry() + entry(), "used twice"),
    "what was asked for above": (
        entry() + entry(id='"y"', when='{ all_of = ["heat"] }', then='["numb"]'),
        "Move it further up",
    ),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_told_with_how_to_mend_it(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadKnowledge) as bad:
        knowledge(tmp_path, text)
    assert said in str(bad.value)
    assert "findings.toml, implication" in str(bad.value)
