"""What the knowledge consists of: frozen values, no behaviour that needs a database, a network or a clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum
from functools import total_ordering

UNSURE = "unsure"
YES = "yes"
NO = "no"


@total_ordering
class Disposition(Enum):
    """What to do and how soon, lowest first."""

    SELF_CARE = "self_care"
    COACH_REVIEW = "coach_review"
    WITHIN_DAYS = "within_days"
    SAME_DAY = "same_day"
    EMERGENCY_NOW = "emergency_now"

    rank: int

    def __init__(self, _value: str) -> None:
        self.rank = len(type(self).__members__)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Disposition):
            return NotImplemented
        return self.rank < other.rank

    def __str__(self) -> str:
        return str(self.value)

    @property
    def one_lower(self) -> Disposition:
        """The level at which a rule counts when it is only possible."""
        return _ORDERED[max(self.rank - 1, 0)]


_ORDERED = tuple(Disposition)


class Kind(StrEnum):
    """How a finding is answered."""

    YES_NO = "yes_no"
    ONE_OF = "one_of"
    SEVERAL_OF = "several_of"
    NUMBER = "number"
    CODES = "codes"


class ScreenKind(StrEnum):
    """Why a screen is asked, which also says when."""

    CORE = "core"
    DANGER = "danger"
    DETAIL = "detail"


class Weight(StrEnum):
    """How much one sign says for or against a cause; the points stand in scale.toml."""

    TYPICAL = "typical"
    STRONGLY_FITS = "strongly_fits"
    FITS = "fits"
    AGAINST = "against"
    RULES_OUT = "rules_out"


class Prior(StrEnum):
    """How often a sore runner's calf is this."""

    COMMON = "common"
    OCCASIONAL = "occasional"
    UNCOMMON = "uncommon"
    RARE = "rare"


class Fit(StrEnum):
    """How well a cause fits, in words; never a percentage that nobody measured."""

    STRONG = "strong"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"


class Evidence(StrEnum):
    """How well the evidence carries a piece of advice."""

    AGREE = "agree"
    WEAK = "weak"
    CONTESTED = "contested"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a one-of or several-of finding."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact that can be told."""

    id: str
    kind: Kind
    group: str
    question: str
    short: str
    term: str
    help: str
    profile: bool
    derived: bool
    options: tuple[Option, ...]
    unit: str
    minimum: float | None
    maximum: float | None
    integer: bool
    unsure_says_nothing: bool = False

    def label(self, option: str) -> str:
        """The words for an option; a free code is its own label."""
        return next((known.label for known in self.options if known.id == option), option)


@dataclass(frozen=True, slots=True)
class Condition:
    """One short sentence over one finding, such as "no fever" or "days_since_onset > 7"."""

    finding: str
    operator: str  # yes, no, is, or one of > >= < <= =
    options: frozenset[str] = frozenset()
    number: float = 0.0
    text: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """Conditions joined; every part that is written must hold."""

    all_of: tuple[Condition, ...] = ()
    any_of: tuple[Condition, ...] = ()
    none_of: tuple[Condition, ...] = ()
    at_least_count: int = 0
    at_least_of: tuple[Condition, ...] = ()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return self.all_of + self.any_of + self.at_least_of + self.none_of


@dataclass(frozen=True, slots=True)
class Implication:
    """One answer that says something about another question as well."""

    id: str
    when: When
    then: tuple[Condition, ...]  # each an answer that is as good as given
    why: str


@dataclass(frozen=True, slots=True)
class Review:
    """Who wrote it, who signed it, and when it is looked at again."""

    status: str
    authored_by: str
    checked_by: str
    next_review: date

    @property
    def signed(self) -> bool:
        return self.status == "reviewed" and bool(self.checked_by)


@dataclass(frozen=True, slots=True)
class Rule:
    """A danger: what must hold, how soon to act, and what to say."""

    id: str
    name: str
    level: Disposition
    when: When
    tell_athlete: str
    tell_coach: str
    why: str
    withholds: frozenset[str]
    suggests: tuple[str, ...]
    sources: tuple[str, ...]
    claims: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that speaks for or against a cause."""

    when: When
    weight: Weight
    say: str
    sources: tuple[str, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """A possible explanation, ranked and never asserted."""

    id: str
    name: str
    plain: str
    call: str  # short, with its article, for the middle of a sentence: "a strain"
    what: str
    article: bool
    prior: Prior
    note: str
    signs: tuple[Sign, ...]
    sources: tuple[str, ...]
    claims: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class Advice:
    """One do or don't, with its window in hours."""

    id: str
    kind: str  # do | dont
    text: str
    why: str
    tags: frozenset[str]
    anchor: str  # onset | report | running
    from_hours: float
    until_hours: float | None
    causes: frozenset[str]
    dispositions: frozenset[Disposition]
    when: When
    unless: When | None
    withheld_when_likely: frozenset[str]
    covered_by: tuple[str, ...]  # advice that says this too: with it in the plan, this is left out
    scope: str  # inside | outside | anywhere
    priority: int
    evidence: Evidence
    evidence_note: str
    sources: tuple[str, ...]
    claims: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a ladder: walk and run in turns, so many times."""

    number: int
    run_min: float
    walk_min: float
    repeats: int
    text: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """A graded way back to running, for some causes."""

    id: str
    name: str
    causes: frozenset[str]
    clinician_first: bool
    anchor: str  # onset | report
    from_hours: float  # from when on the entry may be tried
    entry: tuple[str, ...]  # what must be true before the first level
    levels: tuple[Level, ...]
    outings_per_level: int
    rest_days_between: int
    most_pain_during: float
    rise_allowed: float  # points that pain may rise in the run and after it; next morning none
    rules: tuple[str, ...]
    evidence: Evidence
    evidence_note: str
    sources: tuple[str, ...]
    claims: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class Climbing:
    """What holds on every ladder, and the sentences that say where somebody stands."""

    clear_rise: float
    rises_to_drop: int
    morning_within_hours: float
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Screen:
    """Questions that are asked together."""

    id: str
    kind: ScreenKind
    title: str
    why: str
    findings: tuple[str, ...]
    when: When


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement comes from, and whether we have seen it."""

    id: str
    title: str
    locator: str
    seen: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that the source article says, and how it stands today."""

    id: str
    says: str
    evidence: Evidence
    evidence_says: str
    correction: str
    sources: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class SafetyNet:
    """What is shown with every answer."""

    always: tuple[str, ...]
    by_disposition: Mapping[Disposition, str]
    unassessed: str


@dataclass(frozen=True, slots=True)
class NotAnswered:
    """What is said when a whole danger screen was answered "I can't say"."""

    name: str
    tell_athlete: str
    tell_coach: str
    why: str
    withholds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Scale:
    """The points behind the words, and the few numbers the engine needs."""

    weights: Mapping[Weight, float]
    priors: Mapping[Prior, float]
    possible_share: float
    boost_certain: float
    boost_possible: float
    ruled_out_at: float
    fit_strong: float
    fit_possible: float
    likely_at_most: int
    likely_within: float
    scope_sites: frozenset[str]
    scope_together: tuple[frozenset[str], ...]
    history: Mapping[str, float]
    same_place: tuple[frozenset[str], ...]  # sites that are one place to the history
    at_once: int  # steps of the plan that may be open together
    tags: Mapping[str, str]
    words: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Knowledge:
    """All that Niggle knows, under one version."""

    version: str
    findings: Mapping[str, Finding]
    screens: Mapping[str, Screen]
    rules: Mapping[str, Rule]
    causes: Mapping[str, Cause]
    advice: Mapping[str, Advice]
    ladders: Mapping[str, Ladder]
    climbing: Climbing
    sources: Mapping[str, Source]
    claims: Mapping[str, Claim]
    safety_net: SafetyNet
    not_answered: NotAnswered
    scale: Scale
    reviewed: bool
    implications: Mapping[str, Implication] = field(default_factory=dict)
