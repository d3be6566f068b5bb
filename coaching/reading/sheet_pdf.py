"""The hand-over page as a PDF: one side of A4 or US letter, whatever was told.

Made by ReportLab, which needs no browser. Names come from everywhere, so fonts are chosen letter by letter from
those that the wheel of weblate-fonts brings (Source Sans for Latin, Greek and Cyrillic, Kurinto for the rest);
what is used of a font is put into the file, which therefore reads the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape  # it writes, nothing is parsed # nosec B406

from django.utils.translation import gettext as _
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepInFrame, Paragraph, Spacer

from coaching import words
from coaching.reading.sheet import Line, Part, Sheet

PLAIN, BOLD = "Source Sans", "Source Sans Bold"
LATIN = {
    PLAIN: "source-sans/ttf/SourceSans3-Regular.ttf",
    BOLD: "source-sans/ttf/SourceSans3-Bold.ttf",
}
# Asked in this order for what Source Sans has not; each is read only when it is.
OTHERS = ("KurintoSans", "KurintoSansSC", "KurintoSansTC", "KurintoSansJP", "KurintoSansKR")
INK, SOFT, LINE_COLOUR = HexColor(0x182226), HexColor(0x515D64), HexColor(0x8A8F90)
MARKS = {"yes": HexColor(0x8F0F1B), "unsure": HexColor(0x624700)}
PAPERS = {"a4": A4, "letter": LETTER}
MARGIN, GUTTER, FOOT = 13 * mm, 7 * mm, 9 * mm
SIZES = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5)  # of the text, the largest that fits
CJK_FROM = "\u2e80"  # from here on letters that stand without spaces between words


def pdf_of(sheet: Sheet, *, language: str, paper: str = "a4") -> bytes:
    """One page. What it is about stands in it, and neither in its title nor in its properties."""
    width, height = PAPERS[paper]
    out = BytesIO()
    canvas = Canvas(out, pagesize=(width, height), pageCompression=1, lang=language)
    canvas.setTitle(_("Hand-over"))
    canvas.setAuthor("Niggle")
    canvas.setSubject("")
    canvas.setCreator("Niggle")
    _draw(canvas, sheet, width, height)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, sheet: Sheet, width: float, height: float) -> None:
    inner = width - 2 * MARGIN
    _put(
        canvas,
        [_paragraph(sheet.boundary, 7.0, SOFT), _paragraph(sheet.provenance, 7.0, bold=True)],
        MARGIN,
        MARGIN + FOOT,
        inner,
        FOOT,
    )
    head = _head(sheet)
    head_height = min(_height(head, inner), height * 0.34)
    top = height - MARGIN
    _put(canvas, head, MARGIN, top, inner, head_height)
    top -= head_height + 3 * mm
    column = (inner - GUTTER) / 2
    room = top - MARGIN - FOOT - 2 * mm
    for number, content in enumerate(_columns(sheet, column, room)):
        _put(canvas, content, MARGIN + number * (column + GUTTER), top, column, room)


def _columns(sheet: Sheet, width: float, room: float) -> tuple[list[Flowable], list[Flowable]]:
    """In the largest letters in which both fit; in the smallest else, which `_put` makes smaller still."""
    columns: tuple[list[Flowable], list[Flowable]] = ([], [])
    for size in SIZES:
        columns = _balanced([list(_part(part, sheet, size, width)) for part in sheet.parts], width)
        if max(_height(column, width) for column in columns) <= room:
            break
    return columns


def _balanced(
    parts: Sequence[list[Flowable]], width: float
) -> tuple[list[Flowable], list[Flowable]]:
    """No part is torn: where the second column begins, so that the longer one is as short as can be."""
    heights = [_height(part, width) for part in parts]
    cut = min(
        range(len(parts) + 1), key=lambda place: max(sum(heights[:place]), sum(heights[place:]))
    )
    left, right = parts[:cut], parts[cut:]
    return [flow for part in left for flow in part], [flow for part in right for flow in part]


def _head(sheet: Sheet) -> list[Flowable]:
    level = str(words.LEVELS[sheet.level][1]) if sheet.level else ""
    facts = " &nbsp; ".join(
        f"{_marked(line.label + ':', SOFT)} {_marked(line.text)}" for line in sheet.facts
    )
    head = [_paragraph(sheet.title, 17.0, bold=True), _markup(facts, 8.5), Spacer(1, 2 * mm)]
    if sheet.asked:
        head.append(
            _markup(f"{_marked(_('Asked of you:'), bold=True)} {_marked(sheet.asked)}", 9.5)
        )
        head.append(Spacer(1, 2 * mm))
    if level:
        head.append(_markup(f"{_marked(level, bold=True)} · {_marked(sheet.headline)}", 10.5))
    return head


def _part(part: Part, sheet: Sheet, size: float, width: float) -> Iterator[Flowable]:
    yield _paragraph(part.title, size + 1.5, bold=True, before=2.2 * mm)
    if part.id == "course":
        yield PainLine(sheet, width)
    for line in part.lines:
        yield _line(line, size)


def _line(line: Line, size: float) -> Flowable:
    colour = MARKS.get(line.mark, INK)
    if not line.label:
        return _markup(_marked(line.text, colour), size, indent=True)
    named = _marked(f"{line.label}:", SOFT if line.mark not in MARKS else colour)
    return _markup(
        f"{named} {_marked(line.text, colour, bold=line.mark == 'yes')}", size, indent=True
    )


def _put(
    canvas: Canvas, content: list[Flowable], x: float, top: float, width: float, height: float
) -> None:
    """Into this room and never beyond: what is too much is drawn smaller."""
    box = KeepInFrame(width, height, content, mode="shrink")
    _width, used = box.wrapOn(canvas, width, height)
    box.drawOn(canvas, x, top - min(used, height))


def _height(content: Iterable[Flowable], width: float) -> float:
    total = 0.0
    for part in content:
        _width, high = part.wrap(width, 10_000)
        total += high + part.getSpaceBefore()
    return total


# ---------------------------------------------------------------- text


def _paragraph(
    text: str, size: float, colour: Color = INK, *, bold: bool = False, before: float = 0.0
) -> Paragraph:
    return _markup(_marked(text, colour, bold=bold), size, before=before)


def _markup(markup: str, size: float, *, indent: bool = False, before: float = 0.0) -> Paragraph:
    style = ParagraphStyle(
        "text",
        fontName=PLAIN,
        fontSize=size,
        leading=size * 1.24,
        textColor=INK,
        spaceBefore=before,
        leftIndent=size * 0.9 if indent else 0,
        firstLineIndent=-size * 0.9 if indent else 0,
        wordWrap="CJK" if any(letter >= CJK_FROM for letter in markup) else None,
        splitLongWords=True,
    )
    return Paragraph(markup, style)


def _marked(text: str, colour: Color = INK, *, bold: bool = False) -> str:
    """`text` escaped, each part of it in a font that has its letters."""
    own = BOLD if bold else PLAIN
    runs = groupby(" ".join(text.split()), key=lambda letter: _font_of(letter, own))
    pieces = [f'<font name="{font}">{escape("".join(run))}</font>' for font, run in runs]
    return f'<font color="#{colour.hexval()[2:]}">{"".join(pieces)}</font>'


def _font_of(letter: str, own: str) -> str:
    weight = "Bd" if own == BOLD else "Rg"
    for name in (own, *(f"{other}-{weight}" for other in OTHERS)):
        if ord(letter) in _letters_of(name):
            return name
    return own


@cache
def _letters_of(name: str) -> Any:
    """The letters that this font can draw; it is made known to ReportLab by the way."""
    file = LATIN.get(name, f"kurinto/ttf/{name}.ttf")
    path = Path(str(files("weblate_fonts"))) / "static" / "weblate_fonts" / file
    font = TTFont(name, str(path))
    pdfmetrics.registerFont(font)
    return font.face.charToGlyph


# ---------------------------------------------------------------- the curve


class PainLine(Flowable):
    """Pain from 0 to 10 over time; a gap where nobody told."""

    TALL = 22 * mm
    INSET = 5 * mm

    def __init__(self, sheet: Sheet, width: float) -> None:
        super().__init__()
        self.curve, self.width, self.height = sheet.curve, width, self.TALL

    def wrap(self, *_room: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        canvas, wide = self.canv, self.width - self.INSET
        _letters_of(PLAIN)
        canvas.setFont(PLAIN, 6.5)
        canvas.setLineWidth(0.4)
        for pain in (0, 5, 10):
            y = self._y(pain)
            canvas.setStrokeColor(LINE_COLOUR)
            canvas.line(self.INSET, y, self.width, y)
            canvas.setFillColor(SOFT)
            canvas.drawRightString(self.INSET - 3, y - 2, str(pain))
        canvas.setStrokeColor(INK)
        canvas.setFillColor(INK)
        canvas.setLineWidth(1.1)
        before = None
        for share, pain in self.curve.shares:
            x = self.INSET + share * wide
            if pain is None:
                canvas.drawCentredString(x, self._y(0) + 2, "?")
                before = None
                continue
            y = self._y(pain)
            if before:
                canvas.line(*before, x, y)
            canvas.circle(x, y, 1.7, fill=1, stroke=0)
            before = (x, y)

    def _y(self, pain: float) -> float:
        return 3 * mm + pain / 10 * (self.TALL - 6 * mm)
