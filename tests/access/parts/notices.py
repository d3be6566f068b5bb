"""How one is told and what one was told."""

from __future__ import annotations

from typing import Any

ROWS = """
                                     anon athlete mate coach foreign clinician token
GET  notices                         302  200     200  200   200     200       302
GET  how_told                        302  200     200  200   200     200       302
POST how_told                        302  302     302  422   422     422       302
GET  language_and_units              302  200     200  200   200     200       302
POST language_and_units              302  422     422  422   422     422       302
GET  push_key                        302  200     200  200   200     200       302
POST push_subscribe                  302  400     400  400   400     400       302
POST push_unsubscribe                302  404     404  302   404     404       302
"""


def bodies(cast: dict[str, Any]) -> dict[str, Any]:
    return {
        "push_unsubscribe": {"browser": str(cast["browser"].pk)},
    }
