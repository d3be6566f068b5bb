"""What happened in an episode, from the records that the athlete's page has fetched already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from athletes.models import CareStep, CheckIn, Episode, HandOver, PainReport, TrainingHold
from athletes.models.availability import OUT
from athletes.models.follow_up import MISSED
from coaching import words
from coaching.pain_curve import Curve, Happening, Held
from coaching.reading.course import FindingLine
from coaching.reading.today import Row
from coaching.saying import said
from coaching.telling import course_in_words
from coaching.way_back import Sheet

SHOWN_OF_CALLS = ("opened", "raised", "acknowledged", "resolved", "nobody_left")
CALL_KINDS = {"acknowledged": "seen", "resolved": "settled"}
WORDS_OF_A_COMMENT = 100  # letters; the whole of it stands in the talk


@dataclass(frozen=True)
class Story:
    """The records of one episode."""

    episode: Episode
    reports: list[PainReport]
    calls: list[Row]
    steps: list[CareStep] = field(default_factory=list)  # settled ones, of every plan
    holds: list[TrainingHold] = field(default_factory=list)
    way_back: Sheet | None = None

    @property
    def until(self) -> datetime | None:
        return self.episode.closed_at

    def curve(self, now: datetime) -> Curve:
        end = self.until or now
        return Curve(
            id=f"curve-{self.episode.pk}",
            happenings=list(self.happenings()),
            zone=self.episode.athlete.zone,
            now=now,
            until=end,
            held=[_held(hold, end) for hold in self.holds],
        )

    def happenings(self) -> Iterator[Happening]:
        """In no order."""
        yield from self._reports()
        yield from self._missed()
        yield from map(step_happening, self.steps)
        for row in self.calls:
            yield from _call(row)
        for comment in self.episode.comments.all():
            told = {
                "name": _who(comment.author),
                "text": Truncator(comment.text).chars(WORDS_OF_A_COMMENT),
            }
            wrote = _("%(name)s wrote: “%(text)s”") % told
            yield Happening(comment.created_at, "talk", wrote, "comment", comment.pk)
        for hold in self.holds:
            yield from hold_happenings(hold, self.until)
        yield from map(hand_over_happening, self.episode.hand_overs.all())
        yield from self._found()
        yield from self._way_back()
        if self.episode.closed_at:
            closed = _("Closed: %(reason)s") % {"reason": self.episode.closed_reason}
            yield Happening(self.episode.closed_at, "closed", closed, "episode", self.episode.pk)

    def _reports(self) -> Iterator[Happening]:
        answers = {one.answer_id for one in self.episode.check_ins.all() if one.answer_id}
        for report in self.reports:
            is_answer = report.pk in answers
            yield Happening(
                at=report.reported_at,
                kind="check_in" if is_answer else "report",
                text=_report_in_words(report, is_answer),
                about="report",
                record=report.pk,
                pain=report.pain_now,
            )

    def _missed(self) -> Iterator[Happening]:
        for one in self.episode.check_ins.all():
            if one.state == MISSED:
                missed = _("A check-in was not answered")
                yield Happening(_missed_at(one), "missed", missed, "check_in", one.pk)

    def _found(self) -> Iterator[Happening]:
        for finding in self.episode.findings.all():
            told = {"name": finding.clinician, "what": FindingLine(finding).words}
            found = _("%(name)s found: %(what)s") % told
            yield Happening(finding.created_at, "found", found, "finding", finding.pk)

    def _way_back(self) -> Iterator[Happening]:
        way = self.way_back.way if self.way_back else None
        if way is None or way.plan is None:
            return
        for clearance in way.plan.clearances.all():
            yes = _("%(name)s said yes to running") % {"name": clearance.clinician}
            yield Happening(clearance.created_at, "found", yes, "clearance", clearance.pk)
        for run in way.runs:
            told = _("Ran step %(level)s of the way back") % {"level": run.level}
            yield Happening(run.ran_at, "run", told, "run", run.pk)


def _report_in_words(report: PainReport, is_answer: bool) -> str:
    if is_answer:
        return _("Check-in: %(told)s") % {"told": course_in_words(report) or _("answered")}
    level = str(words.LEVELS[report.disposition][0])
    return _("Report: %(level)s") % {"level": level}


def _missed_at(one: CheckIn) -> datetime:
    return one.settled_at or one.missed_at


def _call(row: Row) -> Iterator[Happening]:
    for line in row.timeline:
        if line.kind not in SHOWN_OF_CALLS:
            continue
        text = line.text
        if line.kind in ("opened", "raised") and line.level:
            told = {"what": line.text, "level": str(words.LEVELS[line.level][0])}
            text = _("A call: %(level)s. %(what)s") % told
        elif line.kind == "resolved" and row.escalation.outcome:
            text = f"{line.text}: {row.escalation.outcome}"
        kind = CALL_KINDS.get(line.kind, "call")
        yield Happening(line.at, kind, text, "escalation", row.escalation.pk)


def step_happening(step: CareStep) -> Happening:
    """A step that was ticked, skipped or changed, or whose change was taken back."""
    at = step.settled_at or step.created_at
    told = {"step": step_words(step), "name": _who(step.settled_by), "why": step.changed_reason}
    if step.state == "done":
        kind, text = "step", _("Ticked: %(step)s") % told
    elif step.state == "skipped":
        kind, text = "step", _("Skipped: %(step)s") % told
    elif step.is_off:
        off = {**told, "step": said(step.text)}
        kind, text = "changed", _("%(name)s took out: %(step)s (%(why)s)") % off
    elif step.state == "changed":
        kind, text = "changed", _("%(name)s changed a step: %(step)s (%(why)s)") % told
    else:
        kind, text = "changed", _("%(name)s took a change back: %(step)s") % told
    return Happening(at, kind, text, "step", step.pk)


def step_words(step: CareStep) -> str:
    """As the athlete reads it: a coach's words as they are, the knowledge's in the reader's language."""
    return step.coach_text or said(step.text)


def hold_happenings(hold: TrainingHold, until: datetime | None) -> Iterator[Happening]:
    """Its beginning, and its end if that has come; not what lies after the episode's close."""
    told = {"name": _who(hold.set_by), "reason": hold.reason}
    begun = (
        _("%(name)s: no training. %(reason)s")
        if hold.kind == OUT
        else _("%(name)s: modified training. %(reason)s")
    )
    yield Happening(hold.since, "hold", begun % told, "hold", hold.pk)
    if hold.released_at and (until is None or hold.released_at <= until):
        ended = release_in_words(hold)
        yield Happening(hold.released_at, "release", ended, "hold", hold.pk)


def release_in_words(hold: TrainingHold) -> str:
    if hold.released_by is None and hold.released_at == hold.until:
        return _("The hold ended, as planned")
    told = {"name": _who(hold.released_by), "reason": hold.release_reason}
    if hold.release_reason:
        return _("%(name)s ended the hold: %(reason)s") % told
    return _("%(name)s ended the hold") % told


def hand_over_happening(handed: HandOver) -> Happening:
    told = {"name": _who(handed.handed_by), "to": handed.to_name}
    text = _("%(name)s handed it over to %(to)s") % told
    return Happening(handed.created_at, "hand_over", text, "hand_over", handed.pk)


def _held(hold: TrainingHold, end: datetime) -> Held:
    over = min(hold.released_at or hold.until or end, end)
    name = _("No training") if hold.kind == OUT else _("Modified training")
    return Held(hold.since, max(over, hold.since), f"{name}: {hold.reason}")


def _who(person: object) -> str:
    return str(person) if person else _("Somebody who has left")


def holds_in(episode: Episode, holds: Iterable[TrainingHold]) -> list[TrainingHold]:
    """Those about this episode, and those about none that began while it was open."""
    return [
        hold
        for hold in holds
        if hold.episode_id == episode.pk
        or (
            hold.episode_id is None
            and hold.since >= episode.opened_at
            and (episode.closed_at is None or hold.since <= episode.closed_at)
        )
    ]
