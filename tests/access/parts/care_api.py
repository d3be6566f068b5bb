"""The REST face of the interview, more of the knowledge, assessments, care plans and training."""

from __future__ import annotations

from typing import Any

from athletes.services import hand_overs

ROWS = """
                                     anon athlete mate coach foreign clinician token
POST api:interview-next              401  200     400  200   400     200       200
GET  api:rule-list                   401  200     200  200   200     200       200
GET  api:rule-detail                 401  200     200  200   200     200       200
GET  api:source-list                 401  200     200  200   200     200       200
GET  api:source-detail               401  200     200  200   200     200       200
GET  api:assessment-list             401  200     200  200   200     200       200
GET  api:assessment-detail           401  200     404  200   404     200       200
GET  api:care-step-list              401  200     200  200   200     200       200
GET  api:care-step-detail            401  200     404  200   404     200       200
PATCH api:care-step-detail           401  200     404  200   404     200       200
POST api:care-step-change            401  403     404  200   404     200       200
POST api:care-step-undo              401  403     404  200   404     200       200
GET  api:training-hold-list          401  200     200  200   200     200       200
POST api:training-hold-list          401  403     400  201   400     201       201
GET  api:training-hold-detail        401  200     404  200   404     200       200
POST api:training-hold-release       401  403     404  200   404     200       200
GET  api:hand-over-list              401  200     200  200   200     200       200
POST api:hand-over-list              401  403     400  201   400     201       201
GET  api:hand-over-detail            401  200     404  200   404     200       200
GET  api:episode-clinicians          401  403     404  200   404     200       200
"""

ABOUT = {
    "api:assessment-detail": "assessment",
    "api:care-step-detail": "free_step",
    "api:care-step-change": "free_step",
    "api:care-step-undo": "free_step",
    "api:training-hold-detail": "hold",
    "api:training-hold-release": "hold",
    "api:hand-over-detail": "handed",
    "api:episode-clinicians": "episode",
}
ARGS: dict[str, list[Any]] = {
    "api:rule-detail": ["possible_lung_clot"],
    "api:source-detail": ["nhs-doms"],
}


def objects(cast: dict[str, Any]) -> dict[str, Any]:
    handed = hand_overs.hand_over(
        by=cast["people"]["coach"], episode=cast["episode"], to_name="Dr Abara"
    )
    return {"handed": handed, "assessment": cast["report"].assessment}


def bodies(cast: dict[str, Any]) -> dict[str, Any]:
    athlete, episode = str(cast["athlete"].pk), str(cast["episode"].pk)
    return {
        "api:interview-next": {"athlete": athlete, "answers": {"site": ["calf"]}},
        "api:care-step-detail": {"state": "done"},
        "api:care-step-change": {"reason": "Not needed"},
        "api:training-hold-list": {"athlete": athlete, "kind": "out", "reason": "Until the scan"},
        "api:hand-over-list": {"episode": episode, "to_name": "Dr Weber"},
    }
