"""The design system on a page, drawn by the partials themselves: for who builds Niggle, not there in production."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from coaching.styleguide import colours, samples

LEVELS = ("emergency", "same-day", "within-days", "coach-review", "self-care")
DISPOSITIONS = ("emergency_now", "same_day", "within_days", "coach_review", "self_care")
THEMES = ("light", "dark")
TYPE = ("xxl", "xl", "l", "m", "s")
SPACES = range(1, 9)
PARTS = [  # a template of its own each
    ("type", "Type and spacing"),
    ("colours", "Colours of the five dispositions"),
    ("actions", "Actions"),
    ("forms", "Forms"),
    ("answers", "Answers"),
    ("states", "States"),
    ("pictures", "Pictures"),
]


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    if settings.PRODUCTION:
        raise Http404
    context = {
        "parts": PARTS,
        "palettes": [palette(theme) for theme in THEMES],
        "dispositions": DISPOSITIONS,
        "sizes": TYPE,
        "spaces": SPACES,
        **samples.everything(),
    }
    return render(request, "styleguide/styleguide.html", context)


def palette(theme: str) -> dict[str, object]:
    """The five strong colours of a theme, as they are and as eyes see them that miss a kind of cone."""
    tokens = colours.tokens(theme)
    strong = {level: tokens[f"{level}-strong"] for level in LEVELS}
    seen = [("as it is", strong)]
    for missing in colours.MISSING:
        seen.append(
            (missing, {level: colours.as_seen(colour, missing) for level, colour in strong.items()})
        )
    return {
        "theme": theme,
        "ground": tokens["surface"],
        "ink": tokens["ink"],
        "rows": [
            {
                "name": name,
                "swatches": list(zip(DISPOSITIONS, row.values(), strict=True)),
                "nearest": round(colours.nearest(row)[0], 1),
            }
            for name, row in seen
        ],
        "contrasts": [
            (
                disposition,
                round(colours.contrast(tokens[f"{level}-ink"], tokens[f"{level}-soft"]), 1),
                round(colours.contrast(tokens[f"{level}-strong"], tokens["surface"]), 1),
            )
            for disposition, level in zip(DISPOSITIONS, LEVELS, strict=True)
        ],
    }
