"""The desk's lists and figures over REST."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from athletes.services import findings
from tests import factories

ROWS = """
                                     anon athlete mate coach foreign clinician token
GET  api:today                       401  200     200  200   200     200       200
GET  api:morning                     401  200     200  200   200     200       200
GET  api:outcome-list                401  200     200  200   200     200       200
GET  api:outcome-figures             401  200     200  200   200     200       200
POST api:escalation-acknowledge-together 401 403  400  200   400     200       200
GET  api:squad-board                 401  403     403  200   404     200       200
GET  api:squad-board-csv             401  403     403  200   404     200       200
GET  api:squad-season                401  403     403  200   404     200       200
GET  api:squad-season-csv            401  403     403  200   404     200       200
GET  api:episode-events              401  200     404  200   404     200       200
GET  api:episode-pain                401  200     404  200   404     200       200
GET  api:episode-sheet               401  403     404  200   404     200       200
GET  api:episode-sheet-pdf           401  403     404  200   404     200       200
GET  api:athlete-chain               401  403     404  200   404     200       200
POST api:athlete-looked              401  403     404  204   404     204       204
"""

LOW = {**factories.CRAMP, "side": "both", "can_walk": "limp"}  # it can wait for days
ABOUT = {
    "api:squad-board": "squad",
    "api:squad-board-csv": "squad",
    "api:squad-season": "squad",
    "api:squad-season-csv": "squad",
    "api:episode-events": "episode",
    "api:episode-pain": "episode",
    "api:episode-sheet": "episode",
    "api:episode-sheet-pdf": "episode",
    "api:athlete-chain": "athlete",
    "api:athlete-looked": "athlete",
}
ARGS = {"api:squad-season-csv": ["reports"]}


def objects(cast: dict[str, Any]) -> dict[str, Any]:
    """A call that can wait, of a problem of its own; and a problem of which it is known what it was."""
    report = factories.make_report(cast["athlete"], LOW)
    findings.record_finding(
        by=cast["people"]["coach"],
        episode=cast["episode"],
        cause="dvt",
        in_words="",
        clinician="Dr Weber",
        found_on=timezone.now().date(),
        method="ultrasound",
    )
    return {"low_call": report.escalations.get()}


def bodies(cast: dict[str, Any]) -> dict[str, Any]:
    low = cast["low_call"]
    return {
        "api:escalation-acknowledge-together": {
            "escalations": [{"id": str(low.pk), "level": low.level}]
        }
    }
