"""What changed in the knowledge is told in words, from the files alone."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from guidance.comparison.changes import changes_in_words
from tests.guidance import small_knowledge

Files = dict[str, Any]

RULES = """
[safety_net]
always = ["Watch for swelling."]
[[rule]]
id = "clot"
name = "A clot"
level = "within_days"
when = { all_of = ["swelling"], any_of = ["site is calf", "days_since_onset > 7"], at_least = { count = 2, of = ["fever", "numb"] } }
tell_athlete = "See a doctor soon."
withholds = ["heat"]
suggests = ["dvt"]
status = "draft"
"""
ADVICE = """
[[advice]]
id = "cool"
text = "Cool it."
anchor = "onset"
from_hours = 0
until_hours = 24
dispositions = ["self_care"]
unless = { any_of = ["numb"] }
priority = 10
"""
CAUSE = """
id = "dvt"
name = "Clot in the leg"
prior = "rare"
[[sign]]
when = { all_of = ["swelling"] }
weight = "fits"
say = "It is swollen"
[[sign]]
when = { all_of = ["no fever"] }
weight = "against"
say = "There is no fever"
"""


def knowledge() -> Files:
    texts = {
        "escalation.toml": RULES,
        "advice.toml": ADVICE,
        "causes/dvt.toml": CAUSE,
        "findings.toml": small_knowledge.FINDINGS,
        "scale.toml": '[weights]\nfits = 0.8\n[tags]\nheat = "warming the leg"\nmassage = "rubbing the leg"\n',
    }
    return {name: tomllib.loads(text) for name, text in texts.items()}


def said(change: Callable[[Files], object]) -> list[str]:
    new = copy.deepcopy(knowledge())
    change(new)
    return changes_in_words(knowledge(), new)


def rule(files: Files) -> Any:
    return files["escalation.toml"]["rule"][0]


def advice(files: Files) -> Any:
    return files["advice.toml"]["advice"][0]


def sign(files: Files) -> Any:
    return files["causes/dvt.toml"]["sign"][0]


def finding(files: Files, name: str) -> Any:
    return next(entry for entry in files["findings.toml"]["finding"] if entry["id"] == name)


def option(files: Files) -> Any:
    return finding(files, "site")["options"][0]


SENTENCES: list[tuple[Callable[[Files], object], str]] = [
    (lambda f: rule(f).update(level="same_day"), "Rule clot: level was within a few days, is now today."),
    (lambda f: rule(f)["when"]["all_of"].append("warmth"), "Rule clot: now also needs: Warmth."),
    (lambda f: rule(f)["when"]["all_of"].append("no fever"), "Rule clot: now also needs: Fever: no."),
    (lambda f: rule(f)["when"].pop("all_of"), "Rule clot: no longer needs: Swelling."),
    (lambda f: rule(f)["when"]["any_of"].append("numb"), "Rule clot: is now also met by: Numb."),
    (lambda f: rule(f)["when"].pop("any_of"), "Rule clot: no longer needs at least one of: Where it hurts: Calf; Days since it started: more than 7."),
    (lambda f: rule(f)["when"].update(none_of=["cramps"]), "Rule clot: now also needs a clear no to: Cramps."),
    (lambda f: rule(f)["when"]["any_of"].__setitem__(0, "site is calf or heel"), "Rule clot: Where it hurts: now also Heel."),
    (lambda f: rule(f)["when"]["any_of"].__setitem__(0, "site is heel"), "Rule clot: Where it hurts: now also Heel, no longer Calf."),
    (lambda f: rule(f)["when"]["any_of"].__setitem__(1, "days_since_onset >= 5"), "Rule clot: Days since it started was more than 7, is now at least 5."),
    (lambda f: rule(f)["when"]["at_least"].update(count=1), "Rule clot: of those counted it needed 2, now 1."),
    (lambda f: rule(f)["when"]["at_least"]["of"].append("cramps"), "Rule clot: now also counts: Cramps."),
    (lambda f: rule(f)["when"].pop("at_least"), "Rule clot: no longer needs at least 2 of: Fever; Numb."),
    (lambda f: advice(f).update(when={"at_least": {"count": 1, "of": ["fever"]}}), "Advice cool: now also needs at least 1 of: Fever."),
    (lambda f: rule(f)["withholds"].append("massage"), "Rule clot: now also holds back: rubbing the leg."),
    (lambda f: rule(f)["suggests"].clear(), "Rule clot: no longer points to: Clot in the leg."),
    (lambda f: rule(f).update(tell_athlete="See a doctor today."), "Rule clot: what the athlete is told changed: “See a doctor soon.” → “See a doctor today.”"),
    (lambda f: rule(f).update(status="reviewed", checked_by="C. Nurse"), "Rule clot: checked by is new: “C. Nurse”"),
    (lambda f: rule(f).update(status="reviewed"), "Rule clot: status was draft, is now reviewed."),
    (lambda f: f["escalation.toml"]["safety_net"]["always"].append("Watch for fever."), "Safety net: now also says: “Watch for fever.”"),
    (lambda f: f["escalation.toml"]["rule"].clear(), "Rule clot is gone (within a few days): “A clot”"),
    (lambda f: f["escalation.toml"]["rule"].append({"id": "pop", "name": "A pop", "level": "same_day"}), "New: Rule pop (today): “A pop”"),
    (lambda f: advice(f).update(until_hours=12), "Advice cool: the window was 0–24 hours after it began, is now 0–12 hours after it began."),
    (lambda f: advice(f).pop("until_hours"), "Advice cool: the window was 0–24 hours after it began, is now from 0 hours after it began."),
    (lambda f: advice(f)["unless"]["any_of"].append("fever"), "Advice cool: is now also held back by: Fever."),
    (lambda f: advice(f).pop("unless"), "Advice cool: is no longer held back by: Numb."),
    (lambda f: advice(f)["dispositions"].append("same_day"), "Advice cool: is now also given at: today."),
    (lambda f: advice(f).update(priority=3), "Advice cool: priority was 10, is now 3."),
    (lambda f: sign(f).update(weight="typical"), "Cause dvt: the sign “It is swollen”, how much it counts was fits, is now typical."),
    (lambda f: sign(f).update(say="The leg is swollen"), "Cause dvt: the sign “The leg is swollen”, the reason as the athlete reads it changed: “It is swollen” → “The leg is swollen”"),
    (lambda f: f["causes/dvt.toml"]["sign"].pop(), "Cause dvt: no longer has the sign “There is no fever”"),
    (lambda f: f["causes/dvt.toml"]["sign"].append({"say": "It is warm"}), "Cause dvt: now also has the sign “It is warm”"),
    (lambda f: f["causes/dvt.toml"]["sign"].reverse(), "Cause dvt: the order of the signs changed."),
    (lambda f: f["causes/dvt.toml"].update(prior="uncommon"), "Cause dvt: how often it is the cause was rare, is now uncommon."),
    (lambda f: option(f).update(label="Calf muscle"), "Question site: the choice “Calf muscle”, the label changed: Calf → “Calf muscle”"),
    (lambda f: finding(f, "fever").update(profile=True), "Question fever: asked once and kept in the profile was no, is now yes."),
    (lambda f: f["scale.toml"]["weights"].update(fits=1.0), "Scale, weights: fits was 0.8, is now 1.0."),
    (lambda f: f["scale.toml"]["weights"].update(same_place=[["calf", "achilles"]]), "Scale, weights: same place, now also: calf and achilles."),
    (lambda f: f["findings.toml"]["finding"].reverse(), "findings.toml: the order of each question changed."),
]  # fmt: skip


@pytest.mark.parametrize(("change", "sentence"), SENTENCES, ids=[words for _, words in SENTENCES])
def test_a_change_is_one_sentence(change: Callable[[Files], object], sentence: str) -> None:
    assert sentence in said(change)


def test_nothing_changed_is_nothing_said() -> None:
    assert said(lambda files: None) == []


def test_one_change_is_one_sentence_and_no_more() -> None:
    assert len(said(lambda files: rule(files).update(level="same_day"))) == 1
    assert len(said(lambda files: sign(files).update(weight="typical"))) == 1


def signed(files: Files) -> Files:
    rule(files).update(status="reviewed", checked_by="C. Nurse", next_review="2027-05-22")
    return files


def test_a_signed_item_that_changes_is_no_longer_what_was_signed() -> None:
    after = signed(knowledge())
    rule(after).update(level="same_day")
    told = changes_in_words(signed(knowledge()), after)
    assert told[0] == "Rule clot: level was within a few days, is now today."
    assert told[1].startswith("Rule clot: changed, but still signed by C. Nurse")


def test_a_signed_item_that_is_signed_anew_or_back_to_draft_is_fine() -> None:
    for again in ({"next_review": "2028-05-22"}, {"status": "draft", "checked_by": ""}):
        after = signed(knowledge())
        rule(after).update(level="same_day", **again)
        told = changes_in_words(signed(knowledge()), after)
        assert not any("still signed" in line for line in told)


def test_rules_are_told_before_advice_and_causes() -> None:
    def change(files: Files) -> None:
        sign(files).update(weight="typical")
        advice(files).update(until_hours=12)
        rule(files).update(level="same_day")

    assert [line.split(" ")[0] for line in said(change)] == ["Rule", "Advice", "Cause"]


def test_a_file_that_one_version_does_not_have_is_no_obstacle() -> None:
    new = {
        **knowledge(),
        "news.toml": {"colours": ["red"], "thing": [{"id": "x", "text": "A text"}]},
    }
    told = changes_in_words(knowledge(), new)
    assert told == ["New: News, colours.", "New: Thing x: “A text”"]
    assert changes_in_words(new, knowledge())[1] == "Thing x is gone: “A text”"


def test_a_finding_that_is_unknown_keeps_its_own_word() -> None:
    told = said(lambda files: rule(files)["when"]["all_of"].append("aura"))
    assert told == ["Rule clot: now also needs: aura."]
