"""Who leaves a club: desk and REST. `silent` has no problem that is open, `gone` has left."""

from __future__ import annotations

from typing import Any

from athletes.services import leaving
from tests import factories

ROWS = """
                                     anon athlete mate coach foreign clinician token
GET  desk:athlete_leave              302  404     404  200   404     403       302
POST desk:athlete_leave              302  404     404  302   404     403       302
GET  desk:left                       302  404     404  200   200     200       302
POST desk:athlete_return             302  404     404  302   404     404       302
POST api:athlete-leave               401  404     404  204   404     403       204
GET  api:left-athlete-list           401  200     200  200   200     200       200
GET  api:left-athlete-detail         401  404     404  200   404     404       200
POST api:left-athlete-bring-back     401  404     404  204   404     404       204
"""

ABOUT = {
    "desk:athlete_leave": "silent",
    "desk:athlete_return": "gone",
    "api:athlete-leave": "silent",
    "api:left-athlete-detail": "gone",
    "api:left-athlete-bring-back": "gone",
}


def objects(cast: dict[str, Any]) -> dict[str, Any]:
    gone = factories.make_athlete(cast["squad"], name="Gone", with_login=False)
    return {"gone": leaving.let_go(by=cast["squad"].coach, athlete=gone)}
