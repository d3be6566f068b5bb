"""*What this state allows*, whoever asks: why something cannot be done with a thing as it stands now; "" where it can.

Who may do it at all is another question, and stands in permissions.py. Services ask both.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from athletes.access.roles import ATHLETE, OWNER

if TYPE_CHECKING:
    from athletes.models import Athlete, Episode, Membership

TALK_AFTER_CLOSE = timedelta(days=30)


class NotAsThingsStand(ValidationError):
    """What was asked for is in order, and cannot be done with the thing as it stands now (HTTP 409). For people to read."""


def why_sharing_stays(athlete: Athlete) -> str:
    if athlete.left_at is not None:
        return _("Who has left the club shares nothing with it any more.")
    return ""


def why_no_note(episode: Episode) -> str:
    """Closed or not: a letter from a doctor may come after the end."""
    if episode.athlete.is_drill:
        return _("This is a drill: nobody is hurt.")
    return ""


def why_no_comment(episode: Episode, now: datetime) -> str:
    """For some weeks after the end the talk goes on where it was, and opens nothing again.

    Later nobody would look for it there, and pain that came back must not be told in a corner that no rule reads.
    """
    if episode.closed_at is not None and now >= episode.closed_at + TALK_AFTER_CLOSE:
        return _(
            "This problem was closed more than 30 days ago, so its talk is over. If it hurts again, report it: the talk "
            "goes on there."
        )
    return ""


def why_role_stays(membership: Membership) -> str:
    """A club without an owner could never be changed again, and its chain would end at the coaches."""
    if membership.ended_at is not None:
        return _("This role has ended already.")
    owners = type(membership).objects.active().filter(club=membership.club_id, role=OWNER)
    if membership.role == OWNER and not owners.exclude(pk=membership.pk).exists():
        return _("This is the club’s last owner. Make somebody else an owner first.")
    return ""


def why_squads_stay(membership: Membership) -> str:
    if membership.ended_at is not None:
        return _("This role has ended already.")
    if membership.role == OWNER:
        return _("An owner sees every squad of the club.")
    if membership.role == ATHLETE:
        return _("An athlete’s squads are changed on the athlete’s own record.")
    return ""


def why_athlete_stays(athlete: Athlete) -> str:
    """Nobody who is hurt drops out of sight: first the problem is closed, and whoever is called has come."""
    if athlete.is_drill:
        return _("This is a drill: it ends by itself.")
    if athlete.escalations.unresolved().exists():
        return _("Somebody is still called for this athlete. Settle that first.")
    if athlete.reports.filter(assessments__finished_at=None).exists():
        return _("A report is still being judged. Try again in a minute.")
    if athlete.episodes.open().exists():
        return _("A problem is still open. Close it first, and say why.")
    return ""


def why_athlete_stays_away(athlete: Athlete) -> str:
    """What somebody told is theirs: they are seen here again when they want it."""
    if athlete.user_id is not None:
        return _("They have a log-in: send them a link, and they come back by taking it up.")
    if athlete.is_drill:
        return _("This is a drill: nobody is hurt.")
    return ""
