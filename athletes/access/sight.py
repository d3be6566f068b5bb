"""How much of an athlete's health somebody is shown: the one place that every face, file, filter and order asks.

The athlete chooses: all, or the status only. With the status, coaches and owners are told who it is, how soon somebody must
look, whether the athlete can train, the plan, the clocks, and that a call is out with its level. Of what calls for
somebody today or now they are also told what kind of danger it is and what to do, because a person must act. The talk
with the coach is to the coach, and stays. Everything below is withheld. The squad's clinicians, the athlete and their
guardians are told all, whatever is shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from guidance import Disposition

if TYPE_CHECKING:
    from athletes.models import Athlete, Escalation, User

SHARE_ALL, SHARE_STATUS = "full", "status"

# By kind of record, and by the names that faces use for what is worked out of it.
WITHHELD: Mapping[str, frozenset[str]] = {
    "Athlete": frozenset({"background"}),
    "Episode": frozenset(
        {
            "region",
            "side",
            "place",
            "kind",
            "onset_at",
            "closed_reason",
            "closed_as",
            "closed_pain_free",
            "latest_pain",
        }
    ),
    "PainReport": frozenset(
        {
            "answers",
            "client_key",  # with it, the same report could be sent again until it fits
            "known_facts",
            "note",
            "onset_at",
            "pain_now",
            "screening",
            "side",
            "site",
            "skipped_screens",
        }
    ),
    "Assessment": frozenset(
        {
            "causes",
            "headline",
            "leading_cause",
            "not_asked",
            "result",
            "return_to_running",
            "rules",
            "summary",
        }
    ),
    "CheckIn": frozenset({"questions"}),  # they say what was told before
    "ClinicianFinding": frozenset({"cause", "in_words", "clinician", "found_on", "method"}),
    "Escalation": frozenset({"outcome", "reason"}),
    "HandOver": frozenset({"note"}),
    "ReturnPlan": frozenset({"entry_at", "entry_by", "ladder"}),
    "ReturnClearance": frozenset({"clinician", "given_on", "note"}),
    "ReturnRun": frozenset(
        {"level", "pain_after", "pain_before", "pain_during", "pain_next_morning", "ran_at"}
    ),
}


def tells_kind(level: str) -> bool:
    """Somebody must act on it today or now: then also who is shown the status learns what kind of danger it is."""
    return Disposition(level) >= Disposition.SAME_DAY


class Sight:
    """What one person is shown. Made for one request or one task, and no longer: what is shared can change."""

    def __init__(self, user: User) -> None:
        self.user = user
        self._people: Any = None

    def is_whole(self, athlete: Athlete) -> bool:
        """Whether all is shown of an athlete whom the person sees; False: the status only."""
        if athlete.sharing == SHARE_ALL:
            return True
        self._people = type(athlete).objects
        return athlete.pk in self._told_all_the_same

    @cached_property
    def _told_all_the_same(self) -> frozenset[UUID]:
        """Of whom the person is told all although they share only the status with the coaches."""
        told = self._people.told_whole_to(self.user).filter(sharing=SHARE_STATUS)
        return frozenset(told.values_list("pk", flat=True))

    def reason(self, escalation: Escalation) -> str:
        """Why somebody is called; "" where only that somebody is called may be said."""
        shown = self.is_whole(escalation.athlete) or tells_kind(escalation.level)
        return escalation.reason if shown else ""

    def outcome(self, escalation: Escalation) -> str:
        """What came of a call; whoever wrote it knows it."""
        wrote_it = escalation.resolved_by_id == self.user.pk
        return escalation.outcome if wrote_it or self.is_whole(escalation.athlete) else ""

    def known_facts(self, athlete: Athlete, today: date) -> dict[str, Any]:
        """What need not be asked again of whom the person asks for the athlete. What is withheld is asked anew."""
        return athlete.known_facts(today) if self.is_whole(athlete) else {}
