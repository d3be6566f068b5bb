"""One's own account over REST: choices, messages, devices, apps."""

from __future__ import annotations

from typing import Any

from coaching.devices import key_of
from tests import factories

ROWS = """
                                     anon athlete mate coach foreign clinician token
PATCH api:me                         401  200     200  200   200     200       200
GET  api:notification-preferences    401  200     200  200   200     200       200
PATCH api:notification-preferences   401  200     200  200   200     200       200
GET  api:notification-list           401  200     200  200   200     200       200
GET  api:notification-detail         401  200     404  404   404     404       404
POST api:notification-read           401  200     404  404   404     404       404
POST api:notification-read-all       401  200     200  200   200     200       200
GET  api:push-subscription-key       401  200     200  200   200     200       200
GET  api:push-subscription-list      401  200     200  200   200     200       200
POST api:push-subscription-list      401  400     400  400   400     400       400
GET  api:push-subscription-detail    401  404     404  200   404     404       200
DELETE api:push-subscription-detail  401  404     404  204   404     404       204
GET  api:session-list                401  200     200  200   200     200       200
GET  api:session-detail              401  404     404  200   404     404       200
DELETE api:session-detail            401  404     404  403   404     404       204
POST api:session-end-others          401  403     403  403   403     403       204
GET  api:app-list                    401  200     200  200   200     200       200
GET  api:app-detail                  401  404     404  200   404     404       200
DELETE api:app-detail                401  404     404  204   404     404       204
"""

ABOUT = {
    "api:notification-detail": "notice",
    "api:notification-read": "notice",
    "api:push-subscription-detail": "browser",
    "api:app-detail": "app",
}

ADDRESSES = {
    "api:session-detail": lambda cast: f"/api/v1/sessions/{key_of(cast['coach_session'])}/",
}


def bodies(cast: dict[str, Any]) -> dict[str, Any]:
    return {
        "api:me": {"units": "mi"},
        "api:notification-preferences": {"talk": {"email": False}},
        "api:push-subscription-list": {
            "endpoint": "https://127.0.0.1/x",
            "keys": {"p256dh": "x", "auth": "x"},
        },
    }


def objects(cast: dict[str, Any]) -> dict[str, Any]:
    return {
        "notice": factories.make_notice(cast["athlete"].user),
        "coach_session": factories.make_session(cast["people"]["coach"]),
    }
