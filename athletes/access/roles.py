"""The roles that people hold, each with what it is, in words that a page can show, and what it may do.

*Who may* stands here and nowhere else: a set for each role. What the state of a thing allows is another question, and
stands in policies.py. `docs/roles.md` is made from both.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

OWNER, COACH, CLINICIAN, ATHLETE = "owner", "coach", "clinician", "athlete"
GUARDIAN = "guardian"  # of one athlete, and no member of the club


class May(StrEnum):
    """Something that a role may or may not do."""

    SEE_STATUS = "see_status"
    SEE_HEALTH = "see_health"
    SEE_HEALTH_ANYWAY = "see_health_anyway"
    READ_NOTES = "read_notes"
    WRITE_NOTES = "write_notes"
    REPORT = "report"
    CHOOSE_SHARING = "choose_sharing"
    LOOK_AFTER = "look_after"
    LEAD_SQUAD = "lead_squad"
    LEAD_CLUB = "lead_club"


DOES: Mapping[May, Any] = {
    May.SEE_STATUS: _(
        "See whether an athlete can train, how soon somebody must look, the plan, and calls for a person"
    ),
    May.SEE_HEALTH: _("See answers, pain, notes and likely causes of who shares all"),
    May.SEE_HEALTH_ANYWAY: _("See these also of who shares only the status"),
    May.READ_NOTES: _("Read what clinicians have written down"),
    May.WRITE_NOTES: _("Write a clinician’s note"),
    May.REPORT: _(
        "Report pain, answer check-ins, tick off steps, log runs, take part in the talk, change name and lasting facts"
    ),
    May.CHOOSE_SHARING: _("Choose what coaches and owners are shown"),
    May.LOOK_AFTER: _(
        "Acknowledge and settle calls, hold training, change the plan, hand over, close a problem"
    ),
    May.LEAD_SQUAD: _("Run a squad: add and invite people, its channels, who is told first"),
    May.LEAD_CLUB: _("Run the club: its times and contacts, squads, people and their roles"),
}

_DESK = {May.SEE_STATUS, May.SEE_HEALTH, May.REPORT, May.LOOK_AFTER}
_THEIR_OWN = {
    May.SEE_STATUS,
    May.SEE_HEALTH,
    May.SEE_HEALTH_ANYWAY,
    May.READ_NOTES,
    May.REPORT,
    May.CHOOSE_SHARING,
}


class Role:
    """What somebody is towards an athlete, a squad or a club."""

    id: str
    name: Any
    of: Any  # towards whom
    what: Any
    may: frozenset[May]


class Owner(Role):
    id, name, of = OWNER, _("Owner"), _("Everybody in the club")
    what = _(
        "Runs the club and answers for it. Sees every athlete of the club, as far as each of them shares. Is called when "
        "no coach answers. Never reads clinicians’ notes."
    )
    may = frozenset({*_DESK, May.LEAD_SQUAD, May.LEAD_CLUB})


class Coach(Role):
    id, name, of = COACH, _("Coach"), _("The athletes of their own squads")
    what = _(
        "Trains one or more squads and is called first when somebody in them needs a person. Sees as much as each athlete "
        "shares, and loses sight of a squad at the moment of leaving it. Never reads clinicians’ notes."
    )
    may = frozenset({*_DESK, May.LEAD_SQUAD})


class Clinician(Role):
    id, name, of = CLINICIAN, _("Clinician"), _("The athletes of their own squads")
    what = _(
        "A doctor or physiotherapist who works with a squad. Sees all that its athletes tell, also of who shares only the "
        "status with the coaches, and writes notes that only clinicians of the squad and the athlete read."
    )
    may = frozenset({*_DESK, May.SEE_HEALTH_ANYWAY, May.READ_NOTES, May.WRITE_NOTES})


class Athlete(Role):
    id, name, of = ATHLETE, _("Athlete"), _("Themself")
    what = _(
        "Runs in a squad. Sees all about themself, clinicians’ notes too, and nothing about anybody else. Chooses what "
        "coaches and owners are shown."
    )
    may = frozenset(_THEIR_OWN)


class Guardian(Role):
    id, name, of = (
        GUARDIAN,
        _("Guardian"),
        _("The minors that they answer for, until these come of age"),
    )
    what = _(
        "Answers for a minor. Sees what the athlete sees, reports for them and chooses for them what is shared. No member "
        "of the club, and it ends by itself when the athlete comes of age."
    )
    may = frozenset(_THEIR_OWN)


ROLES: Mapping[str, type[Role]] = {
    role.id: role for role in (Owner, Coach, Clinician, Athlete, Guardian)
}


def who(may: May) -> tuple[str, ...]:
    """The roles that may do this."""
    return tuple(name for name, role in ROLES.items() if may in role.may)


DESK_ROLES = who(May.LOOK_AFTER)  # those who are told about somebody else's health
LEADS = who(May.LEAD_SQUAD)  # those who run a squad: invite, move, name
