"""The words and times that people read, in one place for every page and message."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext, pgettext

from athletes.services.senders.webhook import LOST_KEY

LEVELS = {
    "emergency_now": (
        gettext_lazy("Emergency"),
        gettext_lazy("Get emergency help now"),
    ),
    "same_day": (gettext_lazy("Doctor today"), gettext_lazy("See a doctor today")),
    "within_days": (
        gettext_lazy("Clinician this week"),
        gettext_lazy("See a clinician within days"),
    ),
    "coach_review": (
        gettext_lazy("Talk to the coach"),
        gettext_lazy("Talk it over with the coach"),
    ),
    "self_care": (
        gettext_lazy("Self-care"),
        gettext_lazy("Look after it yourself for now"),
    ),
}
FITS = {
    "strong": gettext_lazy("Fits well"),
    "possible": gettext_lazy("Possible"),
    "unlikely": gettext_lazy("Less likely"),
}
EVIDENCE = {
    "agree": gettext_lazy("Sources agree"),
    "weak": gettext_lazy("Weak evidence"),
    "contested": gettext_lazy("Sources disagree"),
    "outdated": gettext_lazy("Older advice, corrected"),
}
# Of an athlete who shares only the status, to a coach or an owner, where else a reason would stand.
STATUS_ONLY = gettext_lazy("Shares only the status. What was told stays with the athlete.")
PHASES = [
    ("now", gettext_lazy("Now")),
    ("next", gettext_lazy("Next, within a day")),
    ("later", gettext_lazy("Later")),
]
# Why an address was not reached, by what broke on the wire. Other names stand as they are: whoever runs that server knows them.
WIRE_FAULTS = {
    "gaierror": gettext_lazy("nobody knows this server’s name"),
    "NameResolutionError": gettext_lazy("nobody knows this server’s name"),
    "ConnectionRefusedError": gettext_lazy("nothing answers there"),
    "ConnectionResetError": gettext_lazy("it hung up"),
    "RemoteDisconnected": gettext_lazy("it hung up"),
    "TookTooLong": gettext_lazy("it took too long"),
    "TimeoutError": gettext_lazy("it took too long"),
    "Refused": gettext_lazy("this address is not open to the internet"),
    "SSLCertVerificationError": gettext_lazy("its certificate cannot be trusted"),
    "never came to an end": gettext_lazy("it never came to an end"),
    LOST_KEY: gettext_lazy("sealed under a key that is gone"),
}
# Put together in `athletes`, and translated when shown: where an episode is, and what somebody is in a club.
PLACES = [
    gettext_noop("Calf"),
    gettext_noop("Left calf"),
    gettext_noop("Right calf"),
    gettext_noop("Calf, both sides"),
    gettext_noop("Shin"),
    gettext_noop("Left shin"),
    gettext_noop("Right shin"),
    gettext_noop("Shin, both sides"),
    gettext_noop("Heel or foot"),
    gettext_noop("Left heel or foot"),
    gettext_noop("Right heel or foot"),
    gettext_noop("Heel or foot, both sides"),
    gettext_noop("Leg"),
    gettext_noop("Left leg"),
    gettext_noop("Right leg"),
    gettext_noop("Leg, both sides"),
    gettext_noop("Elsewhere"),
    gettext_noop("Elsewhere, left side"),
    gettext_noop("Elsewhere, right side"),
    gettext_noop("Elsewhere, both sides"),
]
# What messages are called: written in `athletes`, and translated on the page of notices.
SUBJECTS = [
    gettext_noop("An athlete in your squad needs you now"),
    gettext_noop("An athlete in your squad needs you today"),
    gettext_noop("An athlete in your squad needs you in the next days"),
    gettext_noop("An athlete in your squad asks for your look"),
    gettext_noop("An athlete has not answered a check-in"),
    gettext_noop("Ask an athlete how it is today"),
    gettext_noop("How is it today? Three taps"),
    gettext_noop("You have a new message in Niggle"),
    gettext_noop("Your morning page is ready"),
    gettext_noop("Your data is ready"),
    gettext_noop("Your data could not be made into a file"),
    gettext_noop("Somebody you are the guardian of needs you now"),
    gettext_noop("Somebody you are the guardian of needs you today"),
    gettext_noop("Somebody logged in to your account on a new device"),
    gettext_noop("Your password was changed"),
    gettext_noop("How your account is protected was changed"),
    gettext_noop("A token was made that acts in your name"),
    gettext_noop("An app may act for you now"),
    gettext_noop("A webhook of your club was stopped"),
]
ROLES = [
    gettext_noop("Owner"),
    gettext_noop("Coach"),
    gettext_noop("Clinician"),
    gettext_noop("Athlete"),
    gettext_noop("Guardian"),
]


def when(moment: datetime, zone: tzinfo, now: datetime) -> str:
    """A time as one would say it: “today 07:40”, “Thursday 07:40”, “3 March 07:40”."""
    there = moment.astimezone(zone)
    clock = formats.time_format(there, "H:i")
    days = (there.date() - now.astimezone(zone).date()).days
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    if days in near:
        return f"{near[days]} {clock}"
    if 1 < days < 7:
        return f"{formats.date_format(there, pgettext('a day of this week', 'l'))} {clock}"
    if there.year == now.astimezone(zone).year:
        return f"{formats.date_format(there, pgettext('a day of this year', 'j F'))} {clock}"
    return f"{formats.date_format(there, pgettext('a day of another year', 'j F Y'))} {clock}"


def day(moment: date) -> str:
    """A day with its year, as on a form: “3 March 2026”."""
    return formats.date_format(moment, pgettext("a day of a record", "j F Y"))


def wire_fault(error: str, status: int | None) -> str:
    """Why a webhook was not taken, as its owner reads it."""
    if status is not None:
        return _("answered %(status)s") % {"status": status}
    return str(WIRE_FAULTS.get(error, error))


def window(starts: datetime, ends: datetime | None, zone: tzinfo, now: datetime) -> str:
    """When a care step holds, seen from `now`."""
    begin = when(starts, zone, now)
    if ends is None:
        return _("from now on") if starts <= now else _("from %(begin)s") % {"begin": begin}
    end = when(ends, zone, now)
    if starts <= now:
        return _("until %(end)s") % {"end": end}
    return _("from %(begin)s until %(end)s") % {"begin": begin, "end": end}


def duration(span: timedelta) -> str:
    """A length of time, in its two largest units at most: “4 min”, “2 h 10 min”, “3 days”."""
    minutes = max(int(span.total_seconds() // 60), 0)
    if minutes < 1:
        return _("less than a minute")
    hours, rest = divmod(minutes, 60)
    if hours < 1:
        return _("%(n)s min") % {"n": minutes}
    if hours < 24:
        text = _("%(n)s h") % {"n": hours}
        return f"{text} {_('%(n)s min') % {'n': rest}}" if rest else text
    days = hours // 24
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
