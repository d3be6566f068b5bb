"""The athlete's phone."""

from __future__ import annotations

import uuid
from typing import Any

from tests.access.sent import QUICK

ROWS = """
                                     anon athlete mate coach foreign clinician token
GET  phone:home                      302  200     200  404   404     404       302
GET  phone:choose                    302  200     200  200   200     200       302
POST phone:choose                    302  302     422  422   422     422       302
GET  phone:report                    302  302     302  404   404     404       302
GET  phone:report-step               302  200     200  404   404     404       302
POST phone:report-step               302  302     302  404   404     404       302
GET  phone:report-send               302  302     302  404   404     404       302
POST phone:report-send               302  302     302  404   404     404       302
GET  phone:report-known              302  302     302  404   404     404       302
POST phone:report-known              302  302     302  404   404     404       302
POST phone:report-discard            302  302     302  404   404     404       302
GET  phone:offline                   302  200     200  404   404     404       302
GET  phone:offline-key               302  200     200  200   200     200       302
POST phone:offline-send              302  400     400  400   400     400       302
GET  phone:result                    302  200     404  404   404     404       302
GET  phone:answer                    302  200     404  404   404     404       302
POST phone:step                      302  302     404  404   404     404       302
GET  phone:history                   302  200     200  404   404     404       302
GET  phone:episode                   302  200     404  404   404     404       302
GET  phone:comment                   302  200     404  404   404     404       302
POST phone:comment                   302  302     404  404   404     404       302
GET  phone:way_back                  302  200     404  404   404     404       302
POST phone:way_back_start            302  302     404  404   404     404       302
POST phone:way_back_run              302  302     404  404   404     404       302
POST phone:way_back_morning          302  302     404  404   404     404       302
GET  phone:check_in                  302  200     404  404   404     404       302
POST phone:check_in                  302  302     404  404   404     404       302
GET  phone:profile                   302  200     200  404   404     404       302
POST phone:profile                   302  302     302  404   404     404       302
GET  phone:consent                   302  200     200  404   404     404       302
POST phone:consent                   302  302     302  404   404     404       302
POST phone:birth_date                302  302     302  404   404     404       302
POST phone:ask_guardian              302  403     403  404   404     404       302
POST phone:guardian_end              302  404     404  404   404     404       302
GET  phone:sharing                   302  200     200  404   404     404       302
POST phone:sharing                   302  302     302  404   404     404       302
GET  phone:looks                     302  200     200  404   404     404       302
"""

ABOUT = {
    "phone:guardian_end": "guardianship",
    "phone:result": "report",
    "phone:answer": "report",
    "phone:step": "step",
    "phone:episode": "episode",
    "phone:comment": "episode",
    "phone:way_back": "climb",
    "phone:way_back_start": "climb",
    "phone:way_back_run": "climb",
    "phone:way_back_morning": "run",
    "phone:check_in": "check_in",
}

ARGS: dict[str, list[Any]] = {"phone:report-step": [1]}


def bodies(cast: dict[str, Any]) -> dict[str, Any]:
    return {
        "phone:check_in": QUICK | {"client_key": str(uuid.uuid4())},
        "phone:choose": {"athlete": str(cast["athlete"].pk)},
        "phone:profile": {"name": "Robin", "timezone": "UTC", "birth_date": "1994-05-06"},
        "phone:sharing": {"sharing": "status"},
        "phone:birth_date": {"birth_date": "1994-05-06"},
        "phone:ask_guardian": {"email": "parent@example.test"},
        "phone:step": {"state": "done"},
        "phone:comment": {"text": "It is better"},
        "phone:way_back_start": {"ladder": "calf_muscle", "entry": ["0", "1", "2", "3", "4", "5"]},
        "phone:way_back_run": {"client_key": str(uuid.uuid4()), "day": "today", "level": "1"},
        "phone:way_back_morning": {"pain": "0"},
    }
