"""The drawing of the legs: its places are those of the knowledge, and what hurt is shown in colour and in words."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from coaching import body_map
from coaching.body_map import BOTH, GAP, LEFT, RIGHT, VIEWS, coloured
from guidance import KNOWLEDGE

NOT_DRAWN = {"thigh", "low_back", "generalised", "elsewhere"}


def sites() -> set[str]:
    return {option.id for option in KNOWLEDGE.findings["site"].options}


def test_every_place_of_the_knowledge_is_drawn_or_left_to_the_list() -> None:
    drawn = {zone.site for view in VIEWS for zone in view.zones}
    assert drawn | set(body_map.PIECES) | NOT_DRAWN == sites()
    assert not drawn & NOT_DRAWN
    assert {piece for pieces in body_map.PIECES.values() for piece in pieces} <= drawn


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.id)
def test_zones_lie_on_the_drawing_and_beside_each_other(view: body_map.View) -> None:
    for zone in view.zones:
        assert 0 <= zone.x < zone.x + zone.width <= view.width
        assert 0 <= zone.y < zone.y + zone.height <= view.height
        x, _ = zone.middle
        assert zone.x <= x <= zone.x + zone.width
    for first in view.zones:
        for second in view.zones:
            apart = (
                first.x + first.width <= second.x
                or second.x + second.width <= first.x
                or first.y + first.height <= second.y
                or second.y + second.height <= first.y
            )
            assert first is second or apart, (first.site, second.site)


def test_the_right_leg_is_the_left_one_in_a_mirror() -> None:
    (picture,) = coloured({("calf_mid", BOTH): 5}).pictures
    left, right = (leg.spots[0] for leg in picture.legs)
    assert left.x + right.x == 2 * picture.view.width + GAP
    assert (left.y, left.mark, left.step) == (right.y, right.mark, right.step)


def test_only_the_views_that_show_something_are_drawn() -> None:
    body = coloured({("calf_mid", LEFT): 6, ("foot_sole", RIGHT): 2})
    assert [picture.view.id for picture in body.pictures] == ["back", "sole"]
    assert [picture.view.id for picture in coloured({}).pictures] == ["back"]


@pytest.mark.parametrize(
    ("pain", "step"),
    [(None, "unknown"), (0, "none"), (1, "mild"), (3.5, "mild"), (4, "moderate"), (7, "severe")],
)
def test_few_steps_of_colour(pain: float | None, step: str) -> None:
    assert body_map.step_of(pain) == step


def test_a_part_as_a_whole_is_drawn_in_its_pieces_with_one_number() -> None:
    (picture,) = coloured({("calf", LEFT): 6}).pictures
    spots = picture.legs[0].spots
    assert [spot.zone.site for spot in spots] == [
        "calf_upper",
        "calf_mid",
        "calf_medial",
        "calf_lower",
    ]
    assert [spot.is_named for spot in spots] == [False, True, False, False]
    assert not picture.legs[1].spots


def test_the_worse_pain_wins_where_two_reports_speak_of_one_place() -> None:
    (picture,) = coloured({("calf", LEFT): 2, ("calf_mid", BOTH): 7, ("heel", LEFT): None}).pictures
    marks = {spot.zone.site: spot.mark for spot in picture.legs[0].spots}
    calf = {"calf_upper": "2", "calf_mid": "7", "calf_medial": "2", "calf_lower": "2"}
    assert marks == {**calf, "heel": "?"}


def test_everything_is_said_in_words_the_worst_first() -> None:
    pains = {
        ("heel", "unsure"): 3,
        ("calf_mid", LEFT): 6.5,
        ("low_back", BOTH): None,
        ("gone", RIGHT): 1,
    }
    body = coloured(pains)
    html = render_to_string("parts/body_map.html", {"body": body})
    lines = [line.split("</li>")[0] for line in html.split("<li>")[1:]]
    words = [line.replace('<span class="nowrap">', "").replace("</span>", "") for line in lines]
    assert words == [
        "Calf, middle part, left: pain 6.5 of 10",
        "Heel: pain 3 of 10",
        "Gone, right: pain 1 of 10",
        "Lower back or buttock, both: pain not told",
    ]
    assert "style=" not in html


def test_nothing_told_is_said_too() -> None:
    assert "No place was told." in render_to_string("parts/body_map.html", {"body": coloured({})})


def test_places_are_named_in_the_reader_s_language() -> None:
    with translation.override("es"):
        (place,) = coloured({("heel", LEFT): 1}).places
    assert place.name == "Talón"
