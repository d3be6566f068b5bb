"""Pages for everybody: the front door, links, health of the site."""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import reverse

from athletes.services import check_ins
from tests.access.sent import QUICK

ROWS = """
                                     anon athlete mate coach foreign clinician token
GET  home                            200  302     302  302   302     302       200
POST set_language                    302  302     302  302   302     302       302
GET  safety                          200  200     200  200   200     200       200
GET  for_programs                    200  200     200  200   200     200       200
GET  styleguide                      200  200     200  200   200     200       200
GET  livez                           200  200     200  200   200     200       200
GET  readyz                          200  200     200  200   200     200       200
GET  metrics                         404  404     404  404   404     404       404
GET  consent_text                    200  200     200  200   200     200       200
GET  join                            200  200     200  200   200     200       200
POST join                            302  302     302  302   302     302       302
GET  check_in_by_link                200  200     200  200   200     200       200
POST check_in_by_link                200  200     200  200   200     200       200
GET  service_worker                  200  200     200  200   200     200       200
GET  manifest                        200  200     200  200   200     200       200
GET  away                            200  200     200  200   200     200       200
"""

ADDRESSES = {
    "join": lambda cast: reverse("join", args=[cast["join"]]),
    "check_in_by_link": lambda cast: reverse(
        "check_in_by_link", args=[check_ins.magic_token(cast["check_in"])]
    ),
}


def bodies(cast: dict[str, Any]) -> dict[str, Any]:
    return {
        "join": {
            "name": "Alex",
            "email": "alex@example.test",
            "password": "a-quiet-mile-before-dawn",
            "timezone": "UTC",
            "birth_date": "1994-05-06",
        },
        "check_in_by_link": QUICK | {"client_key": str(uuid.uuid4())},
    }
