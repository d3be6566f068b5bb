"""Random but valid answer sets, the same ones for the same seed, made one by one so that a million fit in memory."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from guidance import Answers, Finding
from guidance.schema import Knowledge

UNSURE = "unsure"
CODES = ("levofloxacin", "warfarin", "statin", "insulin", "other")
ASKED = 0.8  # share of the screens so far that were answered
YES = 0.3
SIGN_IS_THERE = (
    0.0,
    0.01,
    0.03,
    0.1,
)  # of the danger signs: most people have none, some have several
NOT_SURE = 0.08
SKIPPED = 0.03


def answer_sets(base: Knowledge, seed: int, *, certain: bool = False) -> Iterator[Answers]:
    """Somebody part of the way through the questions, without end. `certain`: nobody is unsure or skips a screen."""
    random = Random(seed)  # noqa: S311 - nothing secret
    screens = list(base.screens.values())
    while True:
        raw: dict[str, object] = {}
        ill = random.choice(SIGN_IS_THERE)
        skipped = []
        for screen in screens[: random.randint(1, len(screens))]:
            if random.random() > ASKED:
                continue
            if screen.kind == "danger" and not certain and random.random() < SKIPPED:
                skipped.append(screen.id)
                continue
            yes = ill if screen.kind == "danger" else YES
            for name in screen.findings:
                raw[name] = _value(base.findings[name], random, yes, certain)
        yield Answers.parse(raw, skipped=skipped, base=base)


def _value(finding: Finding, random: Random, yes: float, certain: bool) -> object:
    if not certain and random.random() < NOT_SURE:
        return UNSURE
    options = [option.id for option in finding.options]
    if finding.kind == "yes_no":
        return "yes" if random.random() < yes else "no"
    if finding.kind == "one_of":
        return random.choice(options)
    if finding.kind == "several_of":
        return random.sample(options, min(len(options), random.choice((1, 1, 2, 3))))
    if finding.kind == "number":
        low, high = int(finding.minimum or 0), int(finding.maximum or 0)
        return low + int((high - low) * random.random() ** 4)  # small numbers are told more often
    return random.sample(CODES, random.choice((1, 2)))
