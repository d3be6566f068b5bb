"""What the knowledge consists of: frozen values, no behaviour that needs a database, a network or a clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from guidance.kinds import NO as NO
from guidance.kinds import UNSURE as UNSURE
from guidance.kinds import YES as YES
from guidance.kinds import Disposition as Disposition
from guidance.kinds import Evidence as Evidence
from guidance.kinds import Fit as Fit
from guidance.kinds import Kind as Kind
from guidance.kinds import Prior as Prior
from guidance.kinds import ScreenKind as ScreenKind
from guidance.kinds import Weight as Weight


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
    at_check_ins: bool = (
        False  # asked in a check-in only, where there is something before to compare with
    )

    @property
    def can_be_told(self) -> bool:
        """Whether somebody may answer it, here or there."""
        return self.at_check_ins or not self.derived

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
    dangerous: bool  # a doctor has to see it on the same day
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
class CheckIn:
    """One time at which somebody is asked again after a report, and what is asked then."""

    id: str
    name: str
    after_hours: float  # from the report
    remind_after_hours: float  # from when it was due
    missed_after_hours: float
    at_night: bool  # asked whenever it is due; the others wait for the athlete's day
    dispositions: frozenset[Disposition]
    causes: frozenset[str]  # or "any": for whom one of these is likely
    also: tuple[str, ...]  # further findings to ask
    signs: tuple[str, ...]  # new danger signs to ask
    why: str
    sources: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class Trend:
    """Better, the same or worse, and the answers that it stands for."""

    id: str
    label: str
    means: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What holds for every check-in."""

    day_from_hour: int  # of the athlete's own day
    day_until_hour: int
    asks: tuple[str, ...]
    stale: tuple[str, ...]  # what was told of an earlier moment and says nothing of now
    passing: tuple[str, ...]  # signs that may be gone: asked again where they were told
    over: When  # the pain is gone, and its days count no further
    question: str
    trends: tuple[Trend, ...]


@dataclass(frozen=True, slots=True)
class SignGroup:
    """Signs of one screen under one heading."""

    title: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """Questions that are asked together: one, two that one tap answers, or a list with one button for all the rest."""

    id: str
    kind: ScreenKind
    title: str
    why: str
    findings: tuple[str, ...]
    when: When
    rest: str = ""  # "no" or "yes": what the button below a list says of all that was not marked
    groups: tuple[SignGroup, ...] = ()  # of a long list: every finding is in one of them


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
    follow_up: FollowUp
    check_ins: Mapping[str, CheckIn]
    sources: Mapping[str, Source]
    claims: Mapping[str, Claim]
    safety_net: SafetyNet
    not_answered: NotAnswered
    scale: Scale
    reviewed: bool
    implications: Mapping[str, Implication] = field(default_factory=dict)
