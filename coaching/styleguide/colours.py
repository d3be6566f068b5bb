"""The colours of the style sheet as numbers: how far apart they are, also for eyes that miss a kind of cone."""

from __future__ import annotations

import re
from itertools import combinations
from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt
from pathlib import Path

from django.contrib.staticfiles import finders

SHEET = "coaching/niggle.css"
TOKEN = re.compile(r"--([a-z-]+):\s*(#[0-9a-fA-F]{6})\s*;")
DARK = "@media (prefers-color-scheme: dark)"

Numbers = tuple[float, float, float]

# Machado, Oliveira and Fernandes 2009, a kind of cone missing altogether; for linear RGB.
MISSING: dict[str, tuple[Numbers, Numbers, Numbers]] = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def tokens(theme: str) -> dict[str, str]:
    """The colours of a theme by name: `{"same-day-ink": "#843204", …}`."""
    path = finders.find(SHEET)
    if not isinstance(path, str):
        raise FileNotFoundError(SHEET)
    light, _, rest = Path(path).read_text().partition(DARK)
    found = dict(TOKEN.findall(light))
    if theme == "dark":
        found |= dict(TOKEN.findall(rest.partition("\n}")[0]))
    return found


def linear(colour: str) -> Numbers:
    """Red, green and blue as light, 0 to 1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return red, green, blue


def as_hex(light: Numbers) -> str:
    parts = (
        12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
        for part in (min(max(part, 0.0), 1.0) for part in light)
    )
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def as_seen(colour: str, missing: str) -> str:
    """The colour as somebody sees it who lacks that kind of cone."""
    light = linear(colour)
    red, green, blue = (
        sum(share * part for share, part in zip(row, light, strict=True))
        for row in MISSING[missing]
    )
    return as_hex((red, green, blue))


def contrast(one: str, other: str) -> float:
    """WCAG's ratio, 1 to 21."""
    brighter, darker = sorted(
        (
            0.2126 * red + 0.7152 * green + 0.0722 * blue
            for red, green, blue in (linear(one), linear(other))
        ),
        reverse=True,
    )
    return (brighter + 0.05) / (darker + 0.05)


def lab(colour: str) -> Numbers:
    """CIELAB under D65."""
    red, green, blue = linear(colour)
    white = (0.95047, 1.0, 1.08883)
    x, y, z = (
        0.4124564 * red + 0.3575761 * green + 0.1804375 * blue,
        0.2126729 * red + 0.7151522 * green + 0.0721750 * blue,
        0.0193339 * red + 0.1191920 * green + 0.9503041 * blue,
    )
    fx, fy, fz = (
        ratio ** (1 / 3) if ratio > 216 / 24389 else (24389 / 27 * ratio + 16) / 116
        for ratio in (part / full for part, full in zip((x, y, z), white, strict=True))
    )
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def difference(one: str, other: str) -> float:
    """ΔE of CIEDE2000: about 1 is just to be seen side by side; 10 is seen at a glance."""
    (l1, a1, b1), (l2, a2, b2) = lab(one), lab(other)
    chroma = (hypot(a1, b1) + hypot(a2, b2)) / 2
    stretch = 1 + (1 - sqrt(chroma**7 / (chroma**7 + 25**7))) / 2
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = hypot(a1, b1), hypot(a2, b2)
    h1, h2 = degrees(atan2(b1, a1)) % 360, degrees(atan2(b2, a2)) % 360
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    mean_c, mean_l = (c1 + c2) / 2, (l1 + l2) / 2
    mean_h = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    tint = (
        1
        - 0.17 * cos(radians(mean_h - 30))
        + 0.24 * cos(radians(2 * mean_h))
        + 0.32 * cos(radians(3 * mean_h + 6))
        - 0.20 * cos(radians(4 * mean_h - 63))
    )
    by_l = (l2 - l1) / (1 + 0.015 * (mean_l - 50) ** 2 / sqrt(20 + (mean_l - 50) ** 2))
    by_c = (c2 - c1) / (1 + 0.045 * mean_c)
    by_h = 2 * sqrt(c1 * c2) * sin(radians(turn) / 2) / (1 + 0.015 * mean_c * tint)
    bend = -2 * sqrt(mean_c**7 / (mean_c**7 + 25**7))
    bend *= sin(radians(60 * exp(-(((mean_h - 275) / 25) ** 2))))
    return sqrt(by_l**2 + by_c**2 + by_h**2 + bend * by_c * by_h)


def nearest(colours: dict[str, str]) -> tuple[float, str, str]:
    """The two that are most alike, and how far apart they are."""
    return min(
        (difference(colours[one], colours[other]), one, other)
        for one, other in combinations(colours, 2)
    )
