"""One small reader for each kind of item in the knowledge files."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from string import Formatter

from guidance.conditions import did_you_mean
from guidance.reading import CLAIM, DUPLICATE, UNKNOWN_ID, Table
from guidance.schema import (
    NO,
    YES,
    Cause,
    Claim,
    Disposition,
    Evidence,
    Finding,
    Kind,
    NotAnswered,
    Option,
    Prior,
    Rule,
    SafetyNet,
    Scale,
    Screen,
    ScreenKind,
    Sign,
    SignGroup,
    Source,
    Weight,
)

# The sentences the engine fills in, each with what it may be filled with.
WORDS: Mapping[str, frozenset[str]] = {
    **{level.value: frozenset() for level in Disposition},
    "most_likely": frozenset({"cause"}),
    "no_clear_cause": frozenset(),
    "out_of_scope": frozenset(),
    "danger_not_asked": frozenset(),
    "not_sure_rule": frozenset({"how_soon", "tell_athlete"}),
    "not_sure_rule_coach": frozenset({"tell_coach"}),
    "not_sure": frozenset(),
    "not_sure_sign": frozenset({"say"}),
    "danger_reason": frozenset({"rule"}),
    "why_ask_how_soon": frozenset(),
    "why_ask_cause": frozenset({"leader", "rival"}),
}
ANY = "any"
HISTORY = ("worse_by", "better_by", "episode_gap_days", "recent_days")


@dataclass(slots=True)
class Known:
    """What other items may refer to. None: its file could not be read, so references to it are not judged."""

    causes: Collection[str] | None
    sources: Mapping[str, Source] | None = None
    claims: Collection[str] | None = None
    findings: Mapping[str, Finding] | None = None
    tags: Mapping[str, str] | None = None


def read_source(table: Table, known: Known) -> Source:
    return Source(
        id=table.text("id"),
        title=table.text("title"),
        locator=table.text("locator"),
        seen=table.word("seen", ("read", "secondary", "memory")),
    )


def read_claim(table: Table, known: Known) -> Claim | None:
    evidence = table.choice("evidence", Evidence)
    claim = Claim(
        id=table.text("id"),
        says=table.text("says"),
        evidence=evidence or Evidence.WEAK,
        evidence_says=table.text("evidence_says"),
        correction=table.text("correction", default=""),
        sources=table.sources(known.sources),
        review=table.review(),
    )
    if claim.evidence in (Evidence.CONTESTED, Evidence.OUTDATED) and not claim.correction:
        table.wrong(
            f'is {claim.evidence}, so plain words must stand beside it. Write correction = "...".',
            CLAIM,
        )
    return claim if evidence else None


def read_finding(table: Table, known: Known) -> Finding | None:
    kind = table.choice("kind", Kind)
    finding = Finding(
        id=table.text("id"),
        kind=kind or Kind.YES_NO,
        group=table.text("group"),
        question=table.text("question"),
        short=table.text("short"),
        term=table.text("term"),
        help=table.text("help", default=""),
        profile=table.flag("profile"),
        derived=table.flag("derived"),
        options=tuple(_option(option) for option in table.tables("options")),
        unit=table.text("unit", default=""),
        minimum=table.number("minimum", required=kind is Kind.NUMBER),
        maximum=table.number("maximum", required=kind is Kind.NUMBER),
        integer=table.flag("integer"),
        unsure_says_nothing=table.flag("unsure_says_nothing"),
        at_check_ins=table.flag("at_check_ins"),
    )
    has_options = kind in (Kind.ONE_OF, Kind.SEVERAL_OF)
    if kind and has_options != bool(finding.options):
        table.wrong(f"a finding of kind {kind} {'needs' if has_options else 'has no'} options.")
    ids = [option.id for option in finding.options]
    if len(set(ids)) != len(ids):
        table.wrong("two options have the same id.", DUPLICATE)
    if "-" in finding.id:
        table.wrong("the id of a finding uses _ and not -, so that conditions can name it.")
    return finding if kind else None


def _option(table: Table) -> Option:
    option = Option(table.text("id"), table.text("label"))
    if not re.fullmatch(r"\w*", option.id):
        table.wrong(
            f"the option id {option.id!r} may hold only letters, digits and _, so that conditions can name it."
        )
    table.close()
    return option


def read_screen(table: Table, known: Known) -> Screen | None:
    kind = table.choice("kind", ScreenKind)
    groups = tuple(_sign_group(group, known) for group in table.tables("groups"))
    listed = tuple(name for group in groups for name in group.findings)
    screen = Screen(
        id=table.text("id"),
        kind=kind or ScreenKind.DETAIL,
        title=table.text("title"),
        why=table.text("why"),
        findings=listed or table.references("findings", known.findings, "finding", required=True),
        when=table.when("when", known.findings),
        groups=groups,
        rest=NO if kind is ScreenKind.DANGER else table.text("rest", default=""),
    )
    if groups and table.take("findings") is not None:
        table.wrong("has groups and findings. Name each finding in one of the groups.")
    if screen.rest not in ("", NO, YES):
        table.wrong(f'rest = {screen.rest!r} is neither "no" nor "yes".')
    for name in screen.findings:
        finding = known.findings.get(name) if known.findings else None
        if finding and finding.derived:
            table.wrong(f"asks {name}, which is worked out and never asked. Remove it.")
        elif finding and finding.at_check_ins:
            table.wrong(f"asks {name}, which only check-ins ask. Remove it.")
        if finding and kind is ScreenKind.DANGER and finding.kind is not Kind.YES_NO:
            table.wrong(f'a danger screen has "none of these", so {name} must be a yes/no finding.')
        elif finding and screen.rest and not _can_be(screen.rest, finding):
            table.wrong(f"one button says {screen.rest} to the rest, which {name} does not take.")
    return screen if kind else None


def _sign_group(table: Table, known: Known) -> SignGroup:
    names = table.references("findings", known.findings, "finding", required=True)
    group = SignGroup(table.text("title"), names)
    table.close()
    return group


def _can_be(answer: str, finding: Finding) -> bool:
    is_option = any(option.id == answer for option in finding.options)
    return finding.kind is Kind.YES_NO or (finding.kind is Kind.ONE_OF and is_option)


def read_rule(table: Table, known: Known) -> Rule | None:
    level = table.choice("level", Disposition)
    if level is Disposition.SELF_CARE:
        table.wrong("level is self_care, which no rule needs. Use coach_review or higher.")
    rule = Rule(
        id=table.text("id"),
        name=table.text("name"),
        level=level or Disposition.EMERGENCY_NOW,
        when=table.when("when", known.findings),
        tell_athlete=table.text("tell_athlete"),
        tell_coach=table.text("tell_coach"),
        why=table.text("why"),
        withholds=frozenset(table.references("withholds", known.tags, "tag")),
        suggests=table.references("suggests", known.causes, "cause"),
        sources=table.sources(known.sources),
        claims=table.references("claims", known.claims, "claim"),
        review=table.review(),
    )
    if not table.has("when"):
        table.wrong("when is missing: a rule without conditions would fire for everybody.")
    return rule if level else None


def read_cause(table: Table, known: Known) -> Cause | None:
    prior = table.choice("prior", Prior)
    cause = Cause(
        id=table.text("id"),
        name=table.text("name"),
        plain=table.text("plain"),
        call=table.text("call", default=""),
        what=table.text("what"),
        article=table.flag("article"),
        dangerous=table.flag("dangerous"),
        prior=prior or Prior.RARE,
        note=table.text("note", default=""),
        signs=tuple(
            sign for part in table.tables("sign") if (sign := _sign(part, known)) is not None
        ),
        sources=table.sources(known.sources),
        claims=table.references("claims", known.claims, "claim"),
        review=table.review(),
    )
    if not cause.signs:
        table.wrong("no [[sign]]: nothing could make this cause likely.")
    return cause if prior else None


def _sign(table: Table, known: Known) -> Sign | None:
    weight = table.choice("weight", Weight)
    sign = Sign(
        when=table.when("when", known.findings),
        weight=weight or Weight.FITS,
        say=table.text("say"),
        sources=table.references("sources", known.sources, "source"),
        claims=table.references("claims", known.claims, "claim"),
    )
    if not table.has("when"):
        table.wrong("when is missing: this sign would count for everybody.")
    table.close()
    return sign if weight else None


def read_causes(table: Table, known: Known) -> frozenset[str]:
    """For which causes it is meant; "any" for all."""
    causes = None if known.causes is None else {*known.causes, ANY}
    return frozenset(table.references("causes", causes, "cause", required=True))


def read_dispositions(table: Table) -> frozenset[Disposition]:
    """At which levels it is meant."""
    levels, words = table.texts("dispositions", required=True), [d.value for d in Disposition]
    table.check_known(levels, words, "dispositions names the unknown level")
    return frozenset(Disposition(level) for level in levels if level in words)


def read_safety_net(table: Table) -> SafetyNet:
    net = SafetyNet(
        always=table.texts("always", required=True),
        by_disposition={level: table.text(level.value) for level in Disposition},
        unassessed=table.text("unassessed"),
    )
    table.close()
    return net


def read_not_answered(table: Table, known: Known) -> NotAnswered:
    texts = NotAnswered(
        name=table.text("name", default="Danger signs not answered"),
        tell_athlete=table.text("tell_athlete"),
        tell_coach=table.text("tell_coach"),
        why=table.text("why"),
        withholds=frozenset(table.references("withholds", known.tags, "tag")),
    )
    table.close()
    return texts


def read_scale(document: Table, known: Known) -> Scale:
    weights, priors, ranking = (
        document.table("weights"),
        document.table("priors"),
        document.table("ranking"),
    )
    fit, scope, history = (
        document.table("fit"),
        document.table("scope"),
        document.table("history"),
    )
    steps = document.table("plan")
    tags, words = document.table("tags"), document.table("words")
    scale = Scale(
        weights={weight: weights.number(weight.value) or 0.0 for weight in Weight},
        priors={prior: priors.number(prior.value) or 0.0 for prior in Prior},
        possible_share=ranking.number("possible_share") or 0.0,
        boost_certain=ranking.number("boost_certain") or 0.0,
        boost_possible=ranking.number("boost_possible") or 0.0,
        ruled_out_at=ranking.number("ruled_out_at") or 0.0,
        fit_strong=fit.number("strong") or 0.0,
        fit_possible=fit.number("possible") or 0.0,
        likely_at_most=ranking.whole("likely_at_most"),
        likely_within=ranking.number("likely_within") or 0.0,
        scope_sites=frozenset(_sites(scope, "sites", scope.texts("sites", required=True), known)),
        scope_together=_groups(scope, "together", known),
        history={key: history.number(key) or 0.0 for key in HISTORY},
        same_place=_groups(history, "same_place", known),
        at_once=steps.whole("at_once"),
        tags={tag: tags.text(tag) for tag in tags.names()},
        words={key: sentence(words, key, fields) for key, fields in WORDS.items()},
    )
    if scale.at_once < 1:
        steps.wrong("at_once must be at least 1: a plan without a step is none.")
    for part in (weights, priors, ranking, fit, scope, history, steps, tags, words, document):
        part.close()
    return scale


def _sites(table: Table, key: str, sites: tuple[str, ...], known: Known) -> tuple[str, ...]:
    site = known.findings.get("site") if known.findings else None
    table.check_known(
        sites,
        [option.id for option in site.options] if site else None,
        f"{key} names the unknown site",
    )
    return sites


def _groups(table: Table, key: str, known: Known) -> tuple[frozenset[str], ...]:
    groups = table.take(key)
    if groups is None:
        return ()
    if not isinstance(groups, list) or not all(isinstance(group, list) for group in groups):
        table.wrong(f"{key} should be a list of lists of sites.")
        return ()
    return tuple(frozenset(_sites(table, key, tuple(map(str, group)), known)) for group in groups)


def sentence(table: Table, key: str, fields: frozenset[str]) -> str:
    text = table.text(key)
    for _, name, _, _ in Formatter().parse(text):
        if name is not None and name not in fields:
            table.wrong(
                f"{key} has {{{name}}}, which nothing fills.{did_you_mean(name, fields)}",
                UNKNOWN_ID,
            )
    return text
