"""A QR code as a picture for a page: black on white whatever the theme, so that every camera reads it."""

from __future__ import annotations

import io

import segno
from django.utils.safestring import SafeString, mark_safe

QUIET_ZONE = 4  # light modules around it, as the standard asks for


def qr(address: str) -> SafeString:
    """An SVG without a size of its own. Everything in it is drawn by us from dots: no text of anybody."""
    drawn = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(
        drawn,
        kind="svg",
        xmldecl=False,
        omitsize=True,
        border=QUIET_ZONE,
        dark="#000",
        light="#fff",
        svgclass="qr",
        lineclass=None,
    )
    return mark_safe(drawn.getvalue().decode())  # noqa: S308 # nosec B308, B703 # nosemgrep: text-stays-text
