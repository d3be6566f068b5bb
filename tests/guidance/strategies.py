"""Random but valid answers to the real questions, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from guidance import KNOWLEDGE, Answers
from guidance.schema import UNSURE, Finding, Kind, ScreenKind


def value(finding: Finding) -> SearchStrategy[object]:
    """Any answer that this finding accepts."""
    options = [option.id for option in finding.options]
    by_kind: dict[Kind, SearchStrategy[object]] = {Kind.YES_NO: st.sampled_from(["yes", "no"])}
    if finding.kind is Kind.ONE_OF:
        by_kind[finding.kind] = st.sampled_from(options)
    elif finding.kind is Kind.SEVERAL_OF:
        by_kind[finding.kind] = st.lists(
            st.sampled_from(options), min_size=1, max_size=3, unique=True
        )
    elif finding.kind is Kind.NUMBER:
        by_kind[finding.kind] = st.integers(int(finding.minimum or 0), int(finding.maximum or 0))
    elif finding.kind is Kind.CODES:
        by_kind[finding.kind] = st.lists(
            st.sampled_from(["levofloxacin", "warfarin", "other"]), min_size=1, max_size=5
        )
    return st.one_of(by_kind[finding.kind], st.just(UNSURE))


def danger_screens() -> list[str]:
    return [screen.id for screen in KNOWLEDGE.screens.values() if screen.kind is ScreenKind.DANGER]


def danger_signs() -> list[str]:
    screens = (KNOWLEDGE.screens[name] for name in danger_screens())
    return sorted({finding for screen in screens for finding in screen.findings})


@st.composite
def answers(draw: st.DrawFn, most: int = 25) -> Answers:
    """A random set of answers, some danger screens perhaps skipped."""
    askable = [finding for finding in KNOWLEDGE.findings.values() if not finding.derived]
    chosen = draw(
        st.lists(st.sampled_from(askable), max_size=most, unique_by=lambda finding: finding.id)
    )
    raw = {finding.id: draw(value(finding)) for finding in chosen}
    skipped = draw(st.lists(st.sampled_from(danger_screens()), max_size=2, unique=True))
    return Answers.parse(raw, skipped=skipped)
