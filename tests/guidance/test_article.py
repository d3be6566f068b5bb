"""Every claim of the source article is carried, honestly labelled, and shown in docs/article.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from guidance import KNOWLEDGE, article
from guidance.loader import BadKnowledge, load
from guidance.schema import Claim, Evidence, Knowledge
from tests.guidance import small_knowledge

CLAIMS = [
    "G1", "G2", "1a", "1b", "1c", "2a", "2b", "2c", "2d", "3a", "3b", "3c", "3d", "3e", "4a", "4b", "4c", "4d",
    "4e", "4f", "5a", "5b", "5c", "5d", "5e", "5f", "6a", "6b", "6c", "6d", "6e", "7a", "7b", "7c",
]  # fmt: skip
PAGE = Path(__file__).parents[2] / "docs" / "article.md"
DOUBTFUL = (Evidence.CONTESTED, Evidence.OUTDATED)


def doubtful(claims: tuple[str, ...]) -> list[Claim]:
    return [
        KNOWLEDGE.claims[name] for name in claims if KNOWLEDGE.claims[name].evidence in DOUBTFUL
    ]


def says_so(note: str) -> bool:
    return "contested" in note or "outdated" in note


def test_the_whole_article_is_there_claim_by_claim() -> None:
    assert list(KNOWLEDGE.claims) == CLAIMS


def test_what_is_contested_or_outdated_has_its_correction_beside_it() -> None:
    labelled = {claim.id for claim in KNOWLEDGE.claims.values() if claim.evidence in DOUBTFUL}
    assert labelled == {"2a", "2b", "2c", "4a", "5a", "6d", "7b"}
    assert all(KNOWLEDGE.claims[name].correction for name in labelled)


def test_advice_that_carries_a_doubtful_claim_says_so() -> None:
    silent = [
        advice.id
        for advice in KNOWLEDGE.advice.values()
        if doubtful(advice.claims)
        and advice.evidence not in DOUBTFUL
        and not says_so(advice.evidence_note)
    ]
    assert silent == []


def test_a_cause_that_carries_a_doubtful_claim_says_so() -> None:
    silent = [
        cause.id
        for cause in KNOWLEDGE.causes.values()
        if doubtful(cause.claims + tuple(c for sign in cause.signs for c in sign.claims))
        and not says_so(cause.note)
    ]
    assert silent == []


def test_the_back_leg_belly_is_the_calf_and_never_the_abdomen() -> None:
    general = KNOWLEDGE.claims["G1"]
    assert "belly of the calf muscle, never the stomach" in general.says
    assert set(general.correction.split(". ")) & {"Stomach pain is not meant and not judged here."}


def test_each_of_the_five_causes_carries_its_own_section_of_the_article() -> None:
    sections = {
        "muscle_fatigue": "1",
        "lactic_acid": "2",
        "muscle_strain": "3",
        "dehydration_cramp": "4",
        "fascial_inflammation": "5",
    }
    for name, section in sections.items():
        cause = KNOWLEDGE.causes[name]
        assert "G1" in cause.claims
        assert {claim[0] for claim in cause.claims} == {"G", section}
        in_signs = {claim[0] for sign in cause.signs for claim in sign.claims}
        assert in_signs == {section}, f"{name} has signs of its own section of the article"


def mistakes(folder: Path, name: str, change: Callable[[str], str]) -> Iterator[str]:
    contents = small_knowledge.files()
    before = contents[name]
    contents[name] = change(before)
    assert contents[name] != before, "the test changed nothing"
    with pytest.raises(BadKnowledge) as bad:
        load(small_knowledge.write(folder, contents))
    yield from (f"{problem.code} {problem}" for problem in bad.value.problems)


def test_a_claim_that_nothing_carries_stops_start_up_and_says_how_to_mend_it(
    tmp_path: Path,
) -> None:
    told = list(mistakes(tmp_path, "causes/tear.toml", lambda text: text.replace('["3a"]', "[]")))
    assert len(told) == 1
    assert told[0].startswith("E009 article.toml, claim 3a: nothing carries it. Add")
    assert '"3a"' in told[0]


def test_a_claim_that_is_not_in_the_article_gets_a_hint(tmp_path: Path) -> None:
    told = list(mistakes(tmp_path, "causes/tear.toml", lambda text: text.replace('"3a"', '"3b"')))
    assert any("claims names the unknown claim '3b'" in line for line in told)


@pytest.mark.parametrize("label", ["contested", "outdated"])
def test_a_doubtful_claim_without_a_correction_is_refused(tmp_path: Path, label: str) -> None:
    def change(text: str) -> str:
        kept = [line for line in text.splitlines() if not line.startswith("correction")]
        return "\n".join(kept).replace('"contested"', f'"{label}"')

    (told,) = mistakes(tmp_path, "article.toml", change)
    assert "E009 article.toml, claim 3a: is" in told
    assert label in told
    assert "Write correction" in told


def test_a_claim_names_its_source(tmp_path: Path) -> None:
    (told,) = mistakes(
        tmp_path, "article.toml", lambda text: text.replace('["book-1"]', '["book-2"]')
    )
    assert "Did you mean 'book-1'?" in told


def test_the_page_is_what_the_knowledge_says() -> None:
    committed = PAGE.read_text(encoding="utf-8")
    assert committed == article.page(KNOWLEDGE), "run make docs and look at the difference"


def test_the_page_shows_every_claim_with_label_carriers_and_sources() -> None:
    page = article.page(KNOWLEDGE)
    assert "**Draft, not reviewed by a clinician.**" in page
    for claim in KNOWLEDGE.claims.values():
        section = page.split(f"### {claim.id} · {claim.evidence}\n")[1].split("\n#")[0]
        assert claim.says in section
        assert claim.correction in section
        carried = list(article.carried_by(KNOWLEDGE, claim.id))
        assert carried
        assert all(f"- {line}\n" in section for line in carried)
        assert all(KNOWLEDGE.sources[name].title in section for name in claim.sources)


def test_a_step_is_shown_with_its_window() -> None:
    cold = "\n".join(article.carried_by(KNOWLEDGE, "6b"))
    assert "(do, in the first 24 hours after it began): Cool the sore spot" in cold
    assert "(do, 48 to 168 hours after it began)" in cold


def test_a_source_says_how_it_was_seen(small: Knowledge) -> None:
    (source,) = article.sources(small, small.claims["3a"])
    assert source == "A book, page 1 (read)"


def test_what_is_signed_is_no_longer_called_a_draft(small: Knowledge) -> None:
    assert "Draft, not reviewed" in article.page(small)
    claim = small.claims["3a"]
    signed = replace(claim, review=replace(claim.review, status="reviewed", checked_by="C. Nurse"))
    assert "Draft" not in article.page(replace(small, claims={"3a": signed}))
