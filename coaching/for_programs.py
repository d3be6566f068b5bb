"""`/api/`: the first page for whoever writes a program that talks to Niggle.

The code on it stands in templates/for_programs/code, one file a block. A test takes it from the page as a reader would and runs it
against the running site.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe


@dataclass(frozen=True)
class Step:
    """One request, with curl and with Python."""

    id: str
    title: Promise
    words: Promise


REQUESTS = (
    Step("me", _("Who am I?"), _("Your roles, and the athlete that you are.")),
    Step(
        "findings",
        _("What can be told?"),
        _(
            "Every question with its answers. What is left out of a report was not asked; that is never a “no”."
        ),
    ),
    Step(
        "assess",
        _("What would it say?"),
        _("Judges answers and stores nothing. Good for a first try."),
    ),
    Step(
        "reports",
        _("Keep a copy"),
        _(
            "With a cursor no row is left out, also while others write. Later, “updated_since” gives only what changed."
        ),
    ),
    Step(
        "unchanged",
        _("Only if it changed"),
        _("Send back the ETag that you got: 304 means that nothing changed, and no body comes."),
    ),
)


@require_safe
def for_programs(request: HttpRequest) -> HttpResponse:
    context = {"site": request.build_absolute_uri("/").rstrip("/"), "requests": REQUESTS}
    return render(request, "for_programs/page.html", context)
