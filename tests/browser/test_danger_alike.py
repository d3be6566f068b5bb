"""The browser judges danger as the site does: the same random answers to both, the same verdict, words and next screen."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from django.utils import translation
from playwright.sync_api import Browser, Page

from coaching.saying import said
from guidance import (
    KNOWLEDGE,
    Answers,
    History,
    assess,
    next_question,
    pocket_knowledge,
    screen,
)
from guidance.schema import UNSURE, Finding, Kind, ScreenKind
from tests.browser.chromium import QUIET
from tests.stack import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-danger")]

SETS = 10_000
SEED = 20_260_522
SOURCE = ROOT / "coaching" / "static" / "coaching" / "danger.js"
ADDRESS = "http://danger.test/"
assert any("NOTFOUND" in flag for flag in QUIET)  # that address leads nowhere but to `page.route`
JUDGE = """
async ([module, knowledge, told]) => {
  const { screen, waiting } = await import(module);
  return told.map(({ answers, skipped }) => {
    const verdict = screen(knowledge, answers, skipped);
    const asked = waiting(knowledge, answers, skipped).find(({ kind }) => kind !== "detail");
    return {
      disposition: verdict.disposition,
      tell_athlete: verdict.tell_athlete,
      watch: verdict.safety_net[0], // the rest is the same for all
      rules: verdict.rules.map(({ id, level, certain, tell_athlete }) => [id, level, certain, tell_athlete]),
      next: asked?.id ?? null,
    };
  });
}
"""


@dataclass(frozen=True)
class Told:
    answers: dict[str, Any]
    skipped: list[str]

    @property
    def judged(self) -> dict[str, Any]:
        """What the site says, in the reader's language."""
        answers = Answers.parse(self.answers, skipped=self.skipped)
        verdict, following = screen(answers), next_question(answers)
        asks_on = following is not None and following.kind is not ScreenKind.DETAIL
        net = KNOWLEDGE.safety_net.by_disposition
        return {
            "disposition": verdict.disposition.value,
            "tell_athlete": said(verdict.tell_athlete),
            "watch": said(net[verdict.disposition]),
            "rules": [
                [rule.id, rule.level.value, rule.certain, said(rule.tell_athlete)]
                for rule in verdict.rules
            ],
            "next": following.screen_id if following and asks_on else None,
        }


def thresholds() -> dict[str, set[float]]:
    """Of each number: where the rules change their mind, and its bounds."""
    found: dict[str, set[float]] = {}
    pocket = cast("dict[str, Any]", pocket_knowledge(str))
    for condition in pocket["conditions"]:
        if "number" in condition:
            found.setdefault(condition["finding"], set()).add(condition["number"])
    return found


def values(finding: Finding, limits: set[float]) -> list[Any]:
    """Answers that this finding takes, as they are stored; numbers on both sides of every threshold."""
    options = [option.id for option in finding.options]
    if finding.kind is Kind.YES_NO:
        return ["yes", "no", UNSURE]
    if finding.kind is Kind.ONE_OF:
        return [*options, UNSURE]
    if finding.kind is Kind.NUMBER:
        low, high = finding.minimum or 0, finding.maximum or 0
        steps = (-1, 0, 1) if finding.integer else (-1, -0.5, 0, 0.5, 1)
        near = {limit + step for limit in limits for step in steps}
        return [*sorted(number for number in near | {low, high} if low <= number <= high), UNSURE]
    return [*([option] for option in options), *CODES.get(finding.id, []), UNSURE]


CODES = {
    "medications": [["warfarin"], ["levofloxacin"], ["ciprofloxacin", "warfarin"], ["none"], ["x"]]
}
ASKABLE = [finding for finding in KNOWLEDGE.findings.values() if finding.can_be_told]
ORDER = list(ScreenKind)
ASKED_FIRST = sorted(
    (entry for entry in KNOWLEDGE.screens.values() if entry.kind is not ScreenKind.DETAIL),
    key=lambda entry: ORDER.index(entry.kind),
)
DANGERS = [name for name, entry in KNOWLEDGE.screens.items() if entry.kind is ScreenKind.DANGER]


def anything(dice: random.Random, choices: dict[str, list[Any]]) -> Told:
    """From a single answer to all of them; sometimes mostly signs, as a careful person would tell."""
    most = dice.choice([2, 5, 12, 30, len(ASKABLE)])
    few = dice.sample(ASKABLE, dice.randint(1, min(most, len(ASKABLE))))
    answers = {finding.id: dice.choice(choices[finding.id]) for finding in few}
    for finding in few:
        if finding.kind is Kind.SEVERAL_OF and answers[finding.id] != UNSURE:
            chosen = {dice.choice(finding.options).id for _ in range(dice.randint(1, 3))}
            answers[finding.id] = [o.id for o in finding.options if o.id in chosen]
    for _ in range(dice.randint(0, 2)):  # a screen with “None of these”
        for name in KNOWLEDGE.screens[dice.choice(DANGERS)].findings:
            answers.setdefault(
                name, "no" if KNOWLEDGE.findings[name].kind is Kind.YES_NO else UNSURE
            )
    return Told(answers, dice.sample(DANGERS, dice.choice([0, 0, 0, 1, 2])))


def on_the_way(dice: random.Random, choices: dict[str, list[Any]]) -> Told:
    """As somebody who has come some screens far in the interview, most of it answered with “none of these”."""
    answers: dict[str, Any] = {}
    skipped = []
    for entry in ASKED_FIRST[: dice.randint(1, len(ASKED_FIRST))]:
        if dice.random() < 0.1:
            skipped.append(entry.id)
            continue
        for name in entry.findings:
            is_sign = KNOWLEDGE.findings[name].kind is Kind.YES_NO
            told = "no" if is_sign and dice.random() < 0.95 else dice.choice(choices[name])
            answers.setdefault(name, told)
    return Told(answers, skipped)


def sample(count: int, seed: int = SEED) -> list[Told]:
    dice, limits = random.Random(seed), thresholds()
    choices = {finding.id: values(finding, limits.get(finding.id, set())) for finding in ASKABLE}
    return [dice.choice([anything, on_the_way])(dice, choices) for _ in range(count)]


def aimed() -> list[Told]:
    """For each rule one set that its own conditions ask for, certain and unsure: none is left to chance."""
    found = []
    for rule in KNOWLEDGE.rules.values():
        when = rule.when
        wanted = [*when.all_of, *when.any_of[:1], *when.at_least_of[: when.at_least_count]]
        answers: dict[str, Any] = {}
        for condition in wanted:
            finding = KNOWLEDGE.findings[condition.finding]
            if not finding.can_be_told:
                continue
            if condition.operator in ("yes", "no"):
                answers[finding.id] = condition.operator
            elif condition.operator == "is":
                options = sorted(condition.options)
                several = finding.kind in (Kind.SEVERAL_OF, Kind.CODES)
                answers[finding.id] = options[:1] if several else options[0]
            else:
                step = {">": 1, "<": -1}.get(condition.operator, 0)
                answers[finding.id] = condition.number + step
        for condition in when.none_of:
            if KNOWLEDGE.findings[condition.finding].kind is Kind.YES_NO:
                answers.setdefault(
                    condition.finding, "no" if condition.operator == "yes" else "yes"
                )
        found.append(Told(answers, []))
        found += [Told({**answers, name: UNSURE}, []) for name in answers]
    return found


Some = tuple[list[Told], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def some() -> Some:
    """Fewer, with what the site says of each; enough to raise every rule."""
    told = [*aimed(), *sample(2000)]
    return told, [one.judged for one in told]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    opened = context.new_page()
    serve(opened, SOURCE.read_text())
    opened.goto(ADDRESS)
    yield opened
    context.close()


def serve(page: Page, source: str) -> None:
    """The one module and an empty page; nothing else is there."""

    def give(route: Any) -> None:
        if route.request.url.endswith(".js"):
            route.fulfill(body=source, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html><title>danger</title>", content_type="text/html")

    page.unroute_all()
    page.route("**/*", give)


def judged_there(page: Page, told: list[Told]) -> list[dict[str, Any]]:
    sets = [{"answers": one.answers, "skipped": one.skipped} for one in told]
    knowledge = pocket_knowledge(said)
    found = page.evaluate(JUDGE, [f"{ADDRESS}danger.js", knowledge, sets])
    return cast("list[dict[str, Any]]", found)


def differences(page: Page, told: list[Told], here: list[dict[str, Any]]) -> list[str]:
    return [
        f"{one}\n  site:    {site}\n  browser: {found}"
        for one, site, found in zip(told, here, judged_there(page, told), strict=True)
        if site != found
    ]


def test_both_judge_ten_thousand_random_answer_sets_alike(page: Page) -> None:
    told = [*aimed(), *sample(SETS)]
    assert len(told) >= SETS
    here = [one.judged for one in told]
    wrong = differences(page, told, here)
    assert not wrong, f"{len(wrong)} differ, such as\n" + "\n".join(wrong[:3])
    levels = Counter(judged["disposition"] for judged in here)
    assert min(levels.values()) > SETS / 100, f"the sample is too tame: {levels}"
    assert len(levels) == 5


def test_every_rule_and_screen_was_there_to_be_judged(some: Some) -> None:
    """A rule that no set raises would be compared with nothing."""
    rules: set[tuple[str, bool]] = set()
    screens: set[str] = set()
    for judged in some[1]:
        rules |= {(rule[0], rule[2]) for rule in judged["rules"]}
        screens.add(judged["next"])
    from_history = {
        name
        for name, rule in KNOWLEDGE.rules.items()
        if any(not KNOWLEDGE.findings[c.finding].can_be_told for c in rule.when.all_of)
    }
    assert {name for name, certain in rules if certain} >= KNOWLEDGE.rules.keys() - from_history
    assert {entry.id for entry in ASKED_FIRST} <= screens


@pytest.mark.parametrize("language", ["es", "zh-hans"])
def test_both_say_the_same_in_other_languages(page: Page, language: str) -> None:
    with translation.override(language):
        told = sample(500, seed=7)
        wrong = differences(page, told, [one.judged for one in told])
    assert not wrong, f"{len(wrong)} differ, such as\n" + "\n".join(wrong[:3])


WATCH = "async ([module, knowledge]) => (await import(module)).screen(knowledge, {}).safety_net"


def test_the_watch_list_is_the_same(page: Page) -> None:
    there = page.evaluate(WATCH, [f"{ADDRESS}danger.js", pocket_knowledge(said)])
    here = assess(Answers.parse({}), History(), datetime.now(UTC))
    assert there == list(here.safety_net)


PLANTED = {
    "a threshold moved by a hair": ('">=": (told, number) => told >= number', '">=": (told, number) => told > number'),
    "not sure taken for no": ("reading.possible.add(place)", "reading.excluded.add(place)"),
    "not asked taken for no": ("else if (!excluded.has(place)) return NOT_MET;", "else if (met.has(place)) return NOT_MET;"),
    "one level lower forgotten": ("truth === MET ? rank : Math.max(rank - 1, 0)", "rank"),
    "no implication": ("if (!judge(when, { ...reading, possible: new Set() })) continue;", "continue;"),
    "what implies may be unsure": ("{ ...reading, possible: new Set() }", "reading"),
    "a skipped screen forgotten": ("return left ?", "return false ?"),
    "the weakest words first": ("rank(other) - rank(one)", "rank(one) - rank(other)"),
    "unsure said as certain": ("if (strongest.certain ||", "if (true ||"),
    "a screen asked that cannot be": ("judge(asked.when, reading) !== NOT_MET &&", ""),
}  # fmt: skip


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_seen(page: Page, some: Some, fault: str) -> None:
    right, wrong = PLANTED[fault]
    source = SOURCE.read_text()
    assert source.count(right) == 1
    serve(page, source.replace(right, wrong))
    assert differences(page, *some)
