"""Lower leg and foot as a drawing: to tap where it hurts, and to show where it hurt.

One drawing for both. A `View` is the left leg seen from one direction; the right leg is its mirror image. Each
`Zone` is a place of the finding `site`, as a rectangle on the drawing: generous, so that a finger finds it.

    body = coloured({("calf_mid", "left"): 6, ("heel", "both"): 2, ("lower_leg", "unsure"): None})
    {% include "parts/body_map.html" with body=body %}             {# `small=True`: several in a row #}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coaching.saying import said
from guidance import KNOWLEDGE, Finding

LEFT, RIGHT, BOTH = "left", "right", "both"
SIDES = (LEFT, RIGHT)
GAP = 26  # between the two legs of a view, where both are drawn in one picture
BACK, FRONT, INNER, OUTER, SOLE = "back", "front", "inner", "outer", "sole"
MILD, MODERATE, SEVERE = 1, 4, 7  # from this pain on
# A part as a whole is drawn where its pieces are.
PIECES = {
    "calf": ("calf_upper", "calf_medial", "calf_mid", "calf_lower"),
    "lower_leg": ("calf_upper", "calf_medial", "calf_mid", "calf_lower", "achilles"),
    "whole_leg": (
        "popliteal",
        "calf_upper",
        "calf_medial",
        "calf_mid",
        "calf_lower",
        "achilles",
        "heel",
    ),
}

Pain = float | None  # None: it hurt, and nobody said how much
Pains = Mapping[tuple[str, str], Pain]


@dataclass(frozen=True)
class Zone:
    """A place on the drawing of a left leg, from its upper left corner."""

    site: str
    x: int
    y: int
    width: int
    height: int
    short: str | Promise = ""  # a word on the drawing, where two zones stand beside each other
    mark: int = 0  # from the left, where its number stands; else in the middle
    is_named: bool = True  # between the legs, where it answers for both; else only in another view

    @property
    def middle(self) -> tuple[int, int]:
        return self.mark or self.x + self.width // 2, self.y + self.height // 2


@dataclass(frozen=True)
class View:
    """The left leg from one direction."""

    id: str
    name: str | Promise
    title: str | Promise
    width: int
    height: int
    outline: tuple[str, ...]  # closed shapes, as SVG paths
    lines: str  # what is drawn on them: folds, tendons, bones
    rows: tuple[tuple[Zone, ...], ...]  # an empty row is the knee, which is no zone of ours

    @property
    def zones(self) -> tuple[Zone, ...]:
        return tuple(zone for row in self.rows for zone in row)


VIEWS = (
    View(
        BACK,
        pgettext_lazy("a view of the leg", "Back"),
        _("The back of the legs"),
        120,
        372,
        (
            "M22 0C25 18 29 28 27 42C22 66 15 84 16 112C17 148 30 178 36 214C40 240 44 262 44 284"
            "C43 292 40 298 40 306C41 316 43 322 41 334C37 352 44 370 60 370C77 370 86 353 82 334"
            "C80 322 81 312 83 302C83 294 79 288 78 280C79 256 82 238 87 212C94 178 105 150 105 118"
            "C105 88 97 66 94 42C92 28 95 16 98 0Z",
        ),
        "M37 40Q60 52 84 40M61 70C60 104 59 136 61 166M31 146Q43 176 61 166Q79 180 93 148"
        "M53 236C56 266 55 292 53 318M69 236C66 266 67 292 70 318M50 350Q61 357 73 350",
        (
            (Zone("popliteal", 0, 0, 120, 62),),
            (Zone("calf_upper", 0, 62, 120, 54),),
            (
                Zone("calf_mid", 0, 116, 66, 54, _("Middle"), 42),
                Zone("calf_medial", 66, 116, 54, 54, _("Inner"), 86, is_named=False),
            ),
            (Zone("calf_lower", 0, 170, 120, 58),),
            (Zone("achilles", 0, 228, 120, 82),),
            (Zone("heel", 0, 310, 120, 62),),
        ),
    ),
    View(
        FRONT,
        pgettext_lazy("a view of the leg", "Front"),
        _("The front of the legs"),
        120,
        372,
        (
            "M24 0C26 20 30 34 27 54C22 76 18 92 19 116C21 152 33 184 38 218C41 244 44 262 43 282"
            "C41 292 39 300 37 310C33 326 21 338 21 352C21 366 40 370 60 370C82 370 99 366 98 350"
            "C97 336 87 322 84 308C82 298 80 292 79 282C79 258 82 242 86 218C92 184 102 152 102 120"
            "C102 94 97 76 94 54C91 34 95 20 97 0Z",
        ),
        "M42 34C42 20 50 12 60 12C70 12 79 20 79 34C79 48 71 57 60 57C50 57 42 48 42 34Z"
        "M64 74C67 134 65 200 62 268M50 296Q61 303 73 294M34 354L35 366M46 355L46 368M57 355L57 369"
        "M70 354L70 369",
        (
            (),
            (
                Zone("shin_anterior", 0, 66, 64, 202, _("Front"), 40),
                Zone("shin_medial", 64, 66, 56, 202, _("Inner edge"), 86),
            ),
            (Zone("ankle", 0, 268, 120, 52),),
            (Zone("foot", 0, 320, 120, 52),),
        ),
    ),
    View(
        INNER,
        pgettext_lazy("a view of the leg", "Inner"),
        _("The inner side of the legs"),
        150,
        372,
        (
            "M32 0C30 20 32 34 28 50C18 76 12 96 14 122C17 158 34 190 42 226C47 250 50 270 49 290"
            "C48 304 40 316 38 332C36 350 42 368 60 368C72 368 80 361 92 361C106 361 114 368 128 368"
            "C142 368 149 363 147 353C144 342 130 336 117 326C104 316 94 306 90 290C87 270 90 244 94 214"
            "C99 176 106 130 106 96C106 78 103 66 106 52C111 36 108 18 104 0Z",
        ),
        "M72 66C80 120 78 190 72 262M64 290C64 282 80 282 80 292C80 302 64 302 64 290Z"
        "M74 347Q90 335 108 346M133 360Q139 354 137 350",
        (
            (),
            (
                Zone("calf_medial", 0, 60, 68, 204, _("Calf"), 42),
                Zone("shin_medial", 68, 60, 82, 204, _("Shin"), 88),
            ),
            (Zone("ankle", 0, 264, 150, 52),),
            (
                Zone("heel", 0, 316, 70, 56, _("Heel"), 55, is_named=False),
                Zone("foot_sole", 70, 316, 80, 56, _("Arch"), 110),
            ),
        ),
    ),
    View(
        OUTER,
        pgettext_lazy("a view of the leg", "Outer"),
        _("The outer side of the legs"),
        150,
        372,
        (
            "M118 0C120 20 118 34 122 50C132 76 138 96 136 122C133 158 116 190 108 226C103 250 100 270 101 290"
            "C102 304 110 316 112 332C114 350 108 368 90 368C70 368 40 369 22 368C8 368 1 363 3 353"
            "C6 342 20 336 33 326C46 316 56 306 60 290C63 270 60 244 56 214C51 176 44 130 44 96"
            "C44 78 47 66 44 52C39 36 42 18 46 0Z",
        ),
        "M84 66C76 120 78 200 82 268M74 298C74 289 92 289 92 300C92 310 74 310 74 298Z"
        "M14 360Q10 356 12 351M25 361Q21 357 23 352M36 362Q32 358 34 353",
        (
            (),
            (Zone("lower_leg_lateral", 0, 60, 150, 208),),
            (Zone("ankle", 0, 268, 150, 52),),
            (
                Zone("foot", 0, 320, 80, 52, _("Foot"), 40),
                Zone("heel", 80, 320, 70, 52, _("Heel"), 95, is_named=False),
            ),
        ),
    ),
    View(
        SOLE,
        pgettext_lazy("a view of the leg", "Sole"),
        _("The soles of the feet"),
        120,
        300,
        (
            "M60 294C40 294 33 276 36 252C38 226 35 200 29 170C22 138 17 112 25 92"
            "C33 74 60 66 82 72C100 77 104 96 99 120C94 148 83 164 83 190C84 214 91 236 88 258C86 280 78 294 60 294Z",
            "M72 44C72 30 79 22 87 22C96 22 102 31 101 44C100 57 95 64 87 64C78 64 72 57 72 44Z",
            "M54 44C54 34 58 28 63 28C69 28 72 35 71 45C70 55 68 60 63 60C57 60 54 54 54 44Z",
            "M38 51C38 42 42 36 46 37C52 37 54 43 54 52C54 61 51 65 47 65C41 65 38 60 38 51Z",
            "M24 62C23 53 27 48 32 48C37 48 39 54 39 62C39 70 37 74 32 74C27 74 24 70 24 62Z",
            "M11 78C10 70 13 64 18 64C23 64 26 69 26 77C26 85 23 89 19 89C14 89 11 85 11 78Z",
        ),
        "M34 110Q58 96 92 106M76 150C66 168 66 190 74 212M44 262Q60 274 78 262",
        (
            (Zone("foot_sole", 0, 0, 120, 212),),
            (Zone("heel", 0, 212, 120, 88),),
        ),
    ),
)
BY_ID = {view.id: view for view in VIEWS}
# Where a place is looked at best, when not every view is shown.
SEEN_FROM = {zone.site: view.id for view in reversed(VIEWS) for zone in view.zones} | {
    "shin_medial": INNER,
    "foot_sole": SOLE,
}


@dataclass(frozen=True)
class Spot:
    """A zone that hurt, on the picture of both legs."""

    zone: Zone
    step: str  # none, mild, moderate, severe or unknown
    mark: str  # the pain as a number
    radius: int
    x: int
    y: int
    is_named: bool  # its number is drawn here, and not on a neighbour that belongs to it


@dataclass(frozen=True)
class Leg:
    view: View
    side: str
    spots: tuple[Spot, ...]

    @property
    def left(self) -> int:
        return 0 if self.side == LEFT else self.view.width + GAP

    @property
    def transform(self) -> str:
        """The right leg is the left one in a mirror."""
        return "" if self.side == LEFT else f"translate({2 * self.view.width + GAP} 0) scale(-1 1)"


@dataclass(frozen=True)
class Picture:
    """Both legs from one direction."""

    view: View
    legs: tuple[Leg, ...]

    @property
    def width(self) -> int:
        return 2 * self.view.width + GAP


@dataclass(frozen=True)
class Place:
    """A place in words."""

    name: str
    side: str
    pain: str  # as a number; empty where nobody said


@dataclass(frozen=True)
class Body:
    """What `parts/body_map.html` shows."""

    pictures: tuple[Picture, ...]
    places: tuple[Place, ...]


def coloured(pains: Pains) -> Body:
    """The pictures on which these places can be seen, and all of them in words, the worst first.

    A key is a site and a side of the findings; a side that is neither left, right nor both is unknown, and a site
    that is not on the drawing stands in the words alone.
    """
    shown = {SEEN_FROM[piece] for site, side in pains if _legs(side) for piece in _pieces(site)}
    pictures = tuple(_picture(view, pains) for view in VIEWS if view.id in (shown or {BACK}))
    worst_first = sorted(pains.items(), key=lambda item: -(-1 if item[1] is None else item[1]))
    return Body(pictures, tuple(_in_words(*key, pain) for key, pain in worst_first))


def _picture(view: View, pains: Pains) -> Picture:
    return Picture(view, tuple(Leg(view, side, tuple(_spots(view, side, pains))) for side in SIDES))


def _spots(view: View, side: str, pains: Pains) -> Iterator[Spot]:
    """One for each zone that hurts, with the worst that was told of it."""
    worst: dict[str, tuple[Pain, bool]] = {}
    for (site, told_side), pain in pains.items():
        if side not in _legs(told_side):
            continue
        pieces = _pieces(site)
        for piece in pieces:
            is_named = piece == pieces[len(pieces) // 2]
            before = worst.get(piece)
            if before is None or _height(pain) > _height(before[0]):
                worst[piece] = (pain, is_named)
            elif is_named and _height(pain) == _height(before[0]):
                worst[piece] = (pain, True)
    for zone in view.zones:
        if zone.site in worst:
            yield _spot(view, side, zone, *worst[zone.site])


def _spot(view: View, side: str, zone: Zone, pain: Pain, is_named: bool) -> Spot:
    x, y = zone.middle
    if side == RIGHT:
        x = 2 * view.width + GAP - x
    mark = "?" if pain is None else f"{pain:g}"
    radius = 20 if pain is None else 17 + min(int(pain), 10)
    return Spot(zone, step_of(pain), mark, radius, x, y, is_named)


def step_of(pain: Pain) -> str:
    """The step of the colours: never more than the eye can tell apart."""
    if pain is None:
        return "unknown"
    if pain < MILD:
        return "none"
    return "mild" if pain < MODERATE else "moderate" if pain < SEVERE else "severe"


def _height(pain: Pain) -> float:
    return -1.0 if pain is None else pain


def _legs(side: str) -> tuple[str, ...]:
    return SIDES if side == BOTH else (side,) if side in SIDES else ()


def _pieces(site: str) -> tuple[str, ...]:
    if site in PIECES:
        return PIECES[site]
    return (site,) if site in SEEN_FROM else ()


def _in_words(site: str, side: str, pain: Pain) -> Place:
    return Place(
        name=_option("site", site),
        side=_option("side", side).lower() if _legs(side) else "",
        pain="" if pain is None else f"{pain:g}",
    )


def _option(finding: str, value: str) -> str:
    """An option in words; one that the knowledge no longer has keeps its id, readable."""
    asked: Finding = KNOWLEDGE.findings[finding]
    label = next((option.label for option in asked.options if option.id == value), "")
    return said(label) if label else value.replace("_", " ").capitalize()
