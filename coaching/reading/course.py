"""How an episode went on: its check-ins with what was told, and what clinicians found."""

from __future__ import annotations

from dataclasses import dataclass

from athletes.models import CheckIn, ClinicianFinding, Episode
from athletes.models.follow_up import ANSWERED, ASKED, CANCELLED, MISSED, REMINDED
from coaching.reading.judged import cause_name
from coaching.telling import course_in_words


@dataclass(frozen=True)
class CheckInLine:
    """One check-in of an episode, with what was told."""

    check_in: CheckIn

    @property
    def is_waiting(self) -> bool:
        """It can be asked and noted now."""
        return self.check_in.state in (ASKED, REMINDED, MISSED)

    @property
    def is_missed(self) -> bool:
        return self.check_in.state == MISSED

    @property
    def is_answered(self) -> bool:
        return self.check_in.state == ANSWERED

    @property
    def told(self) -> str:
        """“Better, pain 2 of 10”."""
        return course_in_words(self.check_in.answer) if self.check_in.answer else ""


@dataclass(frozen=True)
class FindingLine:
    """What a clinician found, in words."""

    finding: ClinicianFinding

    @property
    def words(self) -> str:
        """The cause, the clinician's own words, or both."""
        cause = cause_name(self.finding.cause) if self.finding.cause else ""
        return ": ".join(part for part in (cause, self.finding.in_words) if part)


@dataclass(frozen=True)
class Course:
    """Of one episode: every check-in that was not called off, and the findings, the newest first."""

    check_ins: list[CheckInLine]
    findings: list[FindingLine]

    @property
    def waiting(self) -> CheckInLine | None:
        """What nobody has answered yet, unless a later one was answered: to ask it and note it here."""
        for line in reversed(self.check_ins):
            if line.is_answered:
                return None
            if line.is_waiting:
                return line
        return None


def course_of(episode: Episode) -> Course:
    """From what the page has fetched already."""
    asked = [one for one in episode.check_ins.all() if one.state != CANCELLED]
    found = sorted(episode.findings.all(), key=lambda one: one.created_at, reverse=True)
    return Course([CheckInLine(one) for one in asked], [FindingLine(one) for one in found])
