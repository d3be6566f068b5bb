"""The REST face."""

from __future__ import annotations

import uuid
from typing import Any

from athletes.consent_text import CONSENT
from tests import factories
from tests.access.sent import FOUND

ROWS = """
                                     anon athlete mate coach foreign clinician token
POST api:login                       200  200     200  200   200     200       200
POST api:logout                      401  401     401  401   401     401       204
GET  api:look-list                   401  200     200  200   200     200       200
GET  api:me                          401  200     200  200   200     200       200
POST api:assess                      401  200     200  200   200     200       200
GET  api:squad-list                  401  200     200  200   200     200       200
GET  api:squad-detail                401  200     200  200   404     200       200
GET  api:athlete-list                401  200     200  200   200     200       200
POST api:athlete-list                401  403     403  201   400     403       201
GET  api:athlete-detail              401  200     404  200   404     200       200
PATCH api:athlete-detail             401  200     404  200   404     200       200
GET  api:report-list                 401  200     200  200   200     200       200
POST api:report-list                 401  201     400  201   400     201       201
GET  api:report-detail               401  200     404  200   404     200       200
GET  api:report-assessment           401  200     404  200   404     200       200
GET  api:episode-list                401  200     200  200   200     200       200
GET  api:episode-detail              401  200     404  200   404     200       200
POST api:episode-close               401  403     404  200   404     200       200
GET  api:episode-return              401  200     404  200   404     200       200
POST api:episode-return-start        401  200     404  200   404     200       200
POST api:episode-return-clearance    401  403     404  201   404     201       201
POST api:episode-return-runs         401  201     404  201   404     201       201
POST api:episode-return-morning      401  200     404  200   404     200       200
GET  api:episode-findings            401  200     404  200   404     200       200
POST api:episode-findings            401  403     404  201   404     201       201
GET  api:check-in-list               401  200     200  200   200     200       200
GET  api:check-in-detail             401  200     404  200   404     200       200
POST api:check-in-answer             401  201     404  201   404     201       201
GET  api:athlete-sharing             401  200     404  200   404     200       200
PATCH api:athlete-sharing            401  200     404  403   404     403       403
GET  api:clinician-note-list         401  200     200  200   200     200       200
POST api:clinician-note-list         401  403     400  403   400     201       403
GET  api:clinician-note-detail       401  200     404  404   404     200       404
GET  api:consent-text                200  200     200  200   200     200       200
GET  api:consent-list                401  200     200  200   200     200       200
POST api:consent-list                401  201     400  403   400     403       403
GET  api:consent-detail              401  200     404  200   404     200       200
POST api:consent-withdraw            401  200     404  403   404     403       403
GET  api:guardian-list               401  200     200  200   200     200       200
POST api:guardian-list               401  400     400  201   400     403       201
GET  api:guardian-detail             401  404     404  200   404     200       200
POST api:guardian-end                401  404     404  403   404     403       403
GET  api:comment-list                401  200     200  200   200     200       200
POST api:comment-list                401  201     400  201   400     201       201
GET  api:escalation-list             401  200     200  200   200     200       200
GET  api:escalation-detail           401  200     404  200   404     200       200
POST api:escalation-acknowledge      401  403     404  200   404     200       200
POST api:escalation-resolve          401  403     404  200   404     200       200
GET  api:finding-list                401  200     200  200   200     200       200
GET  api:finding-detail              401  200     200  200   200     200       200
GET  api:cause-list                  401  200     200  200   200     200       200
GET  api:cause-detail                401  200     200  200   200     200       200
GET  api:safety                      200  200     200  200   200     200       200
GET  api:schema                      200  200     200  200   200     200       200
GET  api:docs                        200  200     200  200   200     200       200
GET  api:redoc                       200  200     200  200   200     200       200
GET  api:nowhere                     404  404     404  404   404     404       404
"""

ABOUT = {
    "api:consent-detail": "consent",
    "api:consent-withdraw": "consent",
    "api:guardian-detail": "guardianship",
    "api:guardian-end": "guardianship",
    "api:athlete-sharing": "athlete",
    "api:clinician-note-detail": "note",
    "api:episode-findings": "episode",
    "api:check-in-detail": "check_in",
    "api:check-in-answer": "check_in",
    "api:squad-detail": "squad",
    "api:athlete-detail": "athlete",
    "api:report-detail": "report",
    "api:report-assessment": "report",
    "api:episode-detail": "episode",
    "api:episode-close": "episode",
    "api:episode-return": "climb",
    "api:episode-return-start": "climb",
    "api:episode-return-clearance": "climb",
    "api:episode-return-runs": "climb",
    "api:episode-return-morning": "climb",
    "api:escalation-detail": "escalation",
    "api:escalation-acknowledge": "escalation",
    "api:escalation-resolve": "escalation",
}

ARGS: dict[str, list[Any]] = {
    "api:finding-detail": ["swelling"],
    "api:cause-detail": ["muscle_strain"],
    "api:episode-return-morning": [lambda cast: cast["run"].pk],
}
ADDRESSES = {"api:nowhere": lambda cast: "/api/v1/no-such-thing/"}


def bodies(cast: dict[str, Any]) -> dict[str, Any]:
    athlete = str(cast["athlete"].pk)
    return {
        "api:athlete-sharing": {"sharing": "status"},
        "api:consent-list": {"athlete": athlete, "version": CONSENT.version},
        "api:guardian-list": {"athlete": str(cast["child"].pk), "email": "parent@example.test"},
        "api:clinician-note-list": {"episode": str(cast["episode"].pk), "text": "Rest for a week"},
        "api:episode-findings": FOUND,
        "api:check-in-answer": {"trend": "better", "client_key": str(uuid.uuid4())},
        "api:login": {"email": cast["people"]["coach"].email, "password": factories.PASSWORD},
        "api:assess": {"answers": factories.CRAMP},
        "api:athlete-list": {"name": "New", "squad": str(cast["squad"].pk), "consent_told": True},
        "api:athlete-detail": {"name": "Renamed"},
        "api:report-list": {
            "athlete": athlete,
            "answers": factories.CRAMP,
            "client_key": str(uuid.uuid4()),
        },
        "api:episode-close": {"reason": "Pain-free"},
        "api:episode-return-start": {"ladder": "calf_muscle"},
        "api:episode-return-clearance": {"clinician": "Dr Weber", "given_on": "2026-01-02"},
        "api:episode-return-runs": {"client_key": str(uuid.uuid4()), "level": 1},
        "api:episode-return-morning": {"pain": 0},
        "api:comment-list": {"episode": str(cast["episode"].pk), "text": "Rest today"},
        "api:escalation-resolve": {"outcome": "Seen by the doctor"},
    }
