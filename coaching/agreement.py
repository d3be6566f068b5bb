"""What people agree to, for every page that shows it; and how it stands with an athlete, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from athletes.consent import Ground, Standing
from athletes.consent_text import CONSENT, Point
from athletes.models import Athlete
from athletes.services.reports import NotKept

MOST_STEPS = 5  # of what to do now; the rest of a plan would be kept


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


def not_kept(failure: NotKept, athlete: Athlete, *, about_me: bool) -> dict[str, Any]:
    """For `parts/not_kept.html`: the answer to a report that is not kept, and what is missing."""
    now, judged = timezone.now(), failure.judged
    return {
        "judged": judged,
        "to_do": [step for step in judged["care_steps"] if _holds(step, now)][:MOST_STEPS],
        "why": why_not_kept(Standing(athlete, now), about_me=about_me),
        "safety_net": judged["safety_net"],
        "athlete": athlete,
        "club": athlete.club,
        "about_me": about_me,
    }


def _holds(step: dict[str, Any], now: datetime) -> bool:
    begins = parse_datetime(step["from"])
    return begins is not None and begins <= now


@require_safe
def consent_text(request: HttpRequest) -> HttpResponse:
    """For anybody to read."""
    return render(request, "consent_text.html", {"consent": Shown()})
