"""The design system is shown as it is; its colours can be read and told apart, also without a kind of cone."""

from __future__ import annotations

import pytest
from django.urls import reverse

from coaching.styleguide import colours
from coaching.styleguide.views import LEVELS, PARTS, THEMES

READABLE = 4.5  # WCAG AA for words
TOLD_APART = 8.0  # ΔE of CIEDE2000; about 1 is just to be seen side by side
# Pairs whose difference is known.
KNOWN = [
    ("#ffffff", "#ffffff", 0.0),
    ("#000000", "#ffffff", 100.0),
    ("#ff0000", "#00ff00", 86.6),
    ("#0000ff", "#ffff00", 103.4),
]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("level", LEVELS)
def test_words_of_a_level_can_be_read(theme: str, level: str) -> None:
    found = colours.tokens(theme)
    ink, soft, strong = (found[f"{level}-{kind}"] for kind in ("ink", "soft", "strong"))
    assert colours.contrast(ink, soft) >= READABLE
    assert colours.contrast(ink, found["surface"]) >= READABLE
    assert colours.contrast(found["surface"], strong) >= READABLE, "words on a button"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("eyes", ["all cones", *colours.MISSING])
def test_levels_can_be_told_apart(theme: str, eyes: str) -> None:
    found = colours.tokens(theme)
    strong = {level: found[f"{level}-strong"] for level in LEVELS}
    if eyes in colours.MISSING:
        strong = {level: colours.as_seen(colour, eyes) for level, colour in strong.items()}
    distance, one, other = colours.nearest(strong)
    assert distance >= TOLD_APART, f"{one} and {other}"


@pytest.mark.parametrize(("one", "other", "known"), KNOWN)
def test_the_difference_is_the_one_of_ciede2000(one: str, other: str, known: float) -> None:
    assert colours.difference(one, other) == pytest.approx(known, abs=0.1)
    assert colours.difference(other, one) == pytest.approx(known, abs=0.1)


def test_who_sees_no_green_takes_red_for_green() -> None:
    red, green = "#b03a2e", "#5d7a1f"
    assert colours.difference(red, green) > 40
    assert (
        colours.difference(
            colours.as_seen(red, "deuteranopia"), colours.as_seen(green, "deuteranopia")
        )
        < 20
    )


def test_it_shows_every_part(client, db) -> None:
    page = client.get(reverse("styleguide"))
    assert page.status_code == 200
    for name, title in PARTS:
        assert f'id="{name}"' in page.content.decode()
        assert title in page.content.decode()


def test_it_is_not_there_in_production(client, db, settings) -> None:
    settings.PRODUCTION = True
    assert client.get(reverse("styleguide")).status_code == 404
