"""A club's own programs, told by webhooks: desk and REST."""

from __future__ import annotations

from typing import Any

ROWS = """
                                     anon athlete mate coach foreign clinician token
GET  desk:webhooks                   302  404     404  403   404     403       302
GET  desk:webhook_new                302  404     404  403   404     403       302
POST desk:webhook_new                302  404     404  403   404     403       302
GET  desk:webhook                    302  404     404  404   404     404       302
GET  desk:webhook_change             302  404     404  404   404     404       302
POST desk:webhook_change             302  404     404  404   404     404       302
GET  desk:webhook_rotate             302  404     404  404   404     404       302
POST desk:webhook_rotate             302  404     404  404   404     404       302
POST desk:webhook_stop               302  404     404  404   404     404       302
POST desk:webhook_start              302  404     404  404   404     404       302
POST desk:webhook_remove             302  404     404  404   404     404       302
POST desk:webhook_test               302  404     404  404   404     404       302
POST desk:webhook_redeliver          302  404     404  404   404     404       302
GET  api:webhook-list                401  200     200  200   200     200       200
POST api:webhook-list                401  403     403  403   403     403       403
GET  api:webhook-detail              401  404     404  404   404     404       404
PATCH api:webhook-detail              401  404     404  404   404     404       404
DELETE api:webhook-detail              401  404     404  404   404     404       404
POST api:webhook-rotate              401  404     404  404   404     404       404
POST api:webhook-stop                401  404     404  404   404     404       404
POST api:webhook-start               401  404     404  404   404     404       404
POST api:webhook-test                401  404     404  404   404     404       404
GET  api:webhook-delivery-list       401  404     404  404   404     404       404
GET  api:webhook-delivery-detail     401  404     404  404   404     404       404
POST api:webhook-delivery-redeliver  401  404     404  404   404     404       404
"""

ABOUT = {
    "desk:webhooks": "club",
    "desk:webhook_new": "club",
    "desk:webhook": "webhook",
    "desk:webhook_change": "webhook",
    "desk:webhook_rotate": "webhook",
    "desk:webhook_stop": "webhook",
    "desk:webhook_start": "webhook",
    "desk:webhook_remove": "webhook",
    "desk:webhook_test": "webhook",
    "desk:webhook_redeliver": "webhook_delivery",
    "api:webhook-detail": "webhook",
    "api:webhook-rotate": "webhook",
    "api:webhook-stop": "webhook",
    "api:webhook-start": "webhook",
    "api:webhook-test": "webhook",
    "api:webhook-delivery-list": "webhook",
    "api:webhook-delivery-detail": "webhook",
    "api:webhook-delivery-redeliver": "webhook",
}

ARGS: dict[str, list[Any]] = {
    "api:webhook-delivery-detail": [lambda cast: cast["webhook_delivery"].pk],
    "api:webhook-delivery-redeliver": [lambda cast: cast["webhook_delivery"].pk],
}


def bodies(cast: dict[str, Any]) -> dict[str, Any]:
    return {
        "api:webhook-list": {
            "club": str(cast["club"].pk),
            "name": "Texts",
            "url": "https://hooks.test/y",
            "events": ["report.assessed"],
        },
    }
