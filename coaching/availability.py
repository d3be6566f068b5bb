"""The words for who can train; the phone and the desk share them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from athletes.availability import Because
from athletes.models.availability import FULL, MODIFIED, OUT, UNKNOWN

NAMES = {
    OUT: _("Out"),
    MODIFIED: _("Modified"),
    UNKNOWN: _("Unknown"),
    FULL: _("Full"),
}
LETTERS = {
    OUT: pgettext_lazy("one letter for “out” of training", "O"),
    MODIFIED: pgettext_lazy("one letter for “modified” training", "M"),
    UNKNOWN: pgettext_lazy("one sign for “unknown”", "?"),
    FULL: pgettext_lazy("one letter for “full” training", "F"),
}
MEANINGS = {
    OUT: _("No training, or a clinician must say yes first"),
    MODIFIED: _("Some training, not all of it"),
    UNKNOWN: _("Nobody can say: not heard of in time"),
    FULL: _("Nothing restricts them, and there was a word in time"),
}
REASONS = {
    Because.HOLD: _("Held by a coach or clinician"),
    Because.CLINICIAN: _("A clinician must see it, or say yes, first"),
    Because.PLAN: _("The care plan says so"),
    Because.WAY_BACK: _("On the way back to running"),
    Because.MISSED: _("Did not answer a check-in"),
    Because.QUIET: _("A problem is open, and not a word for a week"),
    Because.LONG_AGO: _("Not a word for four weeks"),
    Because.NEVER: _("Never heard of so far"),
    Because.PROBLEM: _("A problem is open; it restricts nothing"),
    Because.WELL: _("No problem is open"),
}
