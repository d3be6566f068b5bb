"""What people agree to, for every page that shows it; and how it stands with an athlete, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from athletes.consent import Ground, Standing
from athletes.consent_text import CONSENT, Point


@dataclass(frozen=True)
class Shown:
    """The text of today, in the reader's language."""

    version = CONSENT.version

    @property
    def title(self) -> str:
        return _(CONSENT.title)

    @property
    def lead(self) -> str:
        return _(CONSENT.lead)

    @property
    def points(self) -> Iterator[Point]:
        for point in CONSENT.points:
            yield Point(point.id, _(point.title), _(point.text))


def why_not_kept(standing: Standing, *, about_me: bool) -> str:
    """What is missing, to whoever reported: about themself, or about somebody else."""
    return {
        Ground.GIVEN: "",
        Ground.NEEDS_OWN: _("You have not agreed yet that your reports are kept.")
        if about_me
        else _("They have not agreed yet that their reports are kept."),
        Ground.NEEDS_AGE: _("Your date of birth is missing, so we do not know who has to agree.")
        if about_me
        else _("Their date of birth is missing, so we do not know who has to agree."),
        Ground.NEEDS_GUARDIAN: _("A parent or guardian has not agreed yet that reports are kept."),
        Ground.NEEDS_TOLD: _("Nobody has noted yet that they agree to what is kept."),
    }[standing.ground]


@require_safe
def consent_text(request: HttpRequest) -> HttpResponse:
    """For anybody to read."""
    return render(request, "consent_text.html", {"consent": Shown()})
