"""What the engine answers with: frozen values that explain themselves and turn into JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from guidance.schema import Disposition, Evidence, Finding, Fit, Ladder, ScreenKind, SignGroup

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class FiredRule:
    """A danger rule that fired. `level` is what it counts at: one lower where it is only possible."""

    id: str
    name: str
    level: Disposition
    certain: bool
    because: tuple[str, ...]
    findings: tuple[str, ...]
    tell_athlete: str
    tell_coach: str
    why: str
    sources: tuple[str, ...]
    withholds: frozenset[str] = field(default=frozenset(), repr=False)
    suggests: tuple[str, ...] = field(default=(), repr=False)

    def as_json(self) -> Json:
        return {
            "id": self.id,
            "name": self.name,
            "level": self.level.value,
            "certain": self.certain,
            "because": list(self.because),
            "findings": list(self.findings),
            "tell_athlete": self.tell_athlete,
            "tell_coach": self.tell_coach,
            "why": self.why,
            "sources": list(self.sources),
        }


@dataclass(frozen=True, slots=True)
class Screening:
    """The danger rules' verdict, strongest rule first."""

    disposition: Disposition
    rules: tuple[FiredRule, ...]
    tell_athlete: str
    tell_coach: str
    knowledge_version: str

    def as_json(self) -> Json:
        return {
            "disposition": self.disposition.value,
            "tell_athlete": self.tell_athlete,
            "tell_coach": self.tell_coach,
            "rules": [rule.as_json() for rule in self.rules],
            "knowledge_version": self.knowledge_version,
        }


@dataclass(frozen=True, slots=True)
class RankedCause:
    """One likely cause with its reasons. `points` orders the list and is never shown."""

    id: str
    name: str
    plain: str
    what: str
    note: str
    fit: Fit
    for_: tuple[str, ...]
    against: tuple[str, ...]
    article: bool
    points: float = field(repr=False)

    def as_json(self) -> Json:
        return {
            "id": self.id,
            "name": self.name,
            "plain": self.plain,
            "what": self.what,
            "note": self.note,
            "fit": self.fit.value,
            "for": list(self.for_),
            "against": list(self.against),
        }


@dataclass(frozen=True, slots=True)
class StepSource:
    id: str
    title: str
    locator: str


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One do or don't with its window in time."""

    id: str
    kind: str
    text: str
    why: str
    starts: datetime
    until: datetime | None
    evidence: Evidence
    evidence_note: str
    sources: tuple[StepSource, ...]
    priority: int
    tags: tuple[str, ...]

    def as_json(self) -> Json:
        return {
            "id": self.id,
            "kind": self.kind,
            "text": self.text,
            "why": self.why,
            "from": _utc(self.starts),
            "until": _utc(self.until) if self.until else None,
            "evidence": self.evidence.value,
            "evidence_note": self.evidence_note,
            "sources": [
                {"id": source.id, "title": source.title, "locator": source.locator}
                for source in self.sources
            ],
            "priority": self.priority,
            "tags": list(self.tags),
        }


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Something that was not asked and might change the answer."""

    finding: str
    question: str
    why: str

    def as_json(self) -> Json:
        return {"finding": self.finding, "question": self.question, "why": self.why}


@dataclass(frozen=True, slots=True)
class ReturnToRunning:
    """The ladder back to running that fits, and from when its entry may be tried."""

    ladder: Ladder
    clinician_first: bool
    starts: datetime
    sources: tuple[StepSource, ...]

    def as_json(self) -> Json:
        ladder = self.ladder
        return {
            "ladder": ladder.id,
            "name": ladder.name,
            "clinician_first": self.clinician_first,
            "starts": _utc(self.starts),
            "entry": list(ladder.entry),
            "rules": list(ladder.rules),
            "levels": [asdict(level) for level in ladder.levels],
            "outings_per_level": ladder.outings_per_level,
            "rest_days_between": ladder.rest_days_between,
            "most_pain_during": ladder.most_pain_during,
            "evidence": ladder.evidence.value,
            "evidence_note": ladder.evidence_note,
            "sources": [asdict(source) for source in self.sources],
        }


@dataclass(frozen=True, slots=True)
class Assessment:
    """The whole judgement of one report under one version of the knowledge."""

    disposition: Disposition
    in_scope: bool
    headline: str
    summary: tuple[str, ...]
    rules: tuple[FiredRule, ...]
    causes: tuple[RankedCause, ...]
    care_steps: tuple[PlannedStep, ...]
    return_to_running: ReturnToRunning | None
    safety_net: tuple[str, ...]
    not_asked: tuple[OpenQuestion, ...]
    knowledge_version: str
    reviewed: bool

    def as_json(self) -> Json:
        return {
            "disposition": self.disposition.value,
            "in_scope": self.in_scope,
            "headline": self.headline,
            "summary": list(self.summary),
            "causes": [cause.as_json() for cause in self.causes],
            "rules": [rule.as_json() for rule in self.rules],
            "care_steps": [step.as_json() for step in self.care_steps],
            "return_to_running": self.return_to_running and self.return_to_running.as_json(),
            "safety_net": list(self.safety_net),
            "not_asked": [question.as_json() for question in self.not_asked],
            "knowledge_version": self.knowledge_version,
            "reviewed": self.reviewed,
        }


@dataclass(frozen=True, slots=True)
class Question:
    """The next screen to show, with the findings still to be asked on it.

    `known` is what belongs on this screen and was told before, here or in the profile: it is not asked again, but a face
    may show it and offer to change it. `rest` is what one button says of everything that was not marked: "no" ("none of
    these"), "yes" ("all of these"), or "" where each question is answered by itself.
    """

    screen_id: str
    kind: ScreenKind
    title: str
    why: str
    findings: tuple[Finding, ...]
    none_of_these: bool
    known: tuple[Finding, ...] = ()
    rest: str = ""
    groups: tuple[SignGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class PastReport:
    """An earlier report, as plain values.

    `leading_cause` is what it looked most like, "" where nothing fitted. `episode` is the same for all reports
    of one health problem, and `ended` says that this problem was over before now.
    """

    at: datetime
    site: tuple[str, ...]
    side: str | None
    pain_now: float | None
    disposition: str
    leading_cause: str = ""
    episode: str = ""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """What is known from before: when this episode began, the reports of the athlete, and what was not answered."""

    first_onset: datetime | None = None
    reports: tuple[PastReport, ...] = ()
    episode: str = ""  # the health problem that is reported now
    check_ins_unanswered: int = 0


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
