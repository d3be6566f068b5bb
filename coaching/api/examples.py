"""Examples for the OpenAPI schema: one story, of a swollen warm calf after a flight."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample


def _sent(name: str, value: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True)


def _got(name: str, value: dict[str, Any], code: int = 200) -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True, status_codes=[str(code)])


LOGIN = _sent("Log in", {"email": "coach@demo.test", "password": "niggle-demo-club"})
TOKEN = _got(
    "A token",
    {"token": "ngl_…", "expiry": "2026-07-01T08:00:00Z", "scopes": ["reports:read"]},
)
NEW_ATHLETE = _sent(
    "A new athlete", {"name": "Robin", "timezone": "Europe/Berlin", "consent_told": True}
)

_ID = "0197c1d2-0000-7000-8000-00000000000{}"
_TOKEN_ASKED = {"name": "Training diary", "scopes": ["reports:read"], "expires_in_days": 90}
NEW_TOKEN = _sent("A token that only reads", _TOKEN_ASKED)
MADE_TOKEN = _got(
    "Shown this once",
    {
        "id": _ID.format(9),
        "name": "Training diary",
        "prefix": "ngl_3fQ0Zk1d",
        "scopes": ["reports:read"],
        "made_by": "person",
        "created_at": "2026-06-01T08:00:00Z",
        "last_used_at": None,
        "expires_at": "2026-08-30T08:00:00Z",
        "token": "ngl_3fQ0Zk1d…",
    },
    201,
)
_TELLING = {
    "site": ["calf"],
    "side": "right",
    "swelling": "yes",
    "warmth": "yes",
    "recent_flight": "yes",
    "fever": "unsure",
    "severity_nrs": 6,
}
TELLING = _sent("A swollen warm calf after a flight", {"answers": _TELLING})
NEW_REPORT = _sent(
    "A swollen warm calf after a flight",
    {"athlete": _ID.format(1), "client_key": _ID.format(2), "answers": _TELLING},
)
CHECK_IN_ANSWER = _sent(
    "Better, and nothing new",
    {
        "client_key": _ID.format(5),
        "trend": "better",
        "answers": {"severity_nrs": 2, "can_walk": "yes", "hop_pain": "no", "swelling": "no"},
    },
)
_RULE = {
    "id": "possible_leg_clot",
    "name": "Possible blood clot in the leg",
    "level": "same_day",
    "certain": True,
    "because": ["Swelling: yes", "Warmth: yes", "Recent flight: yes"],
    "findings": ["swelling", "warmth", "recent_flight"],
    "tell_athlete": "See a doctor today and say that you flew.",
    "tell_coach": "A swollen warm calf after a flight: make sure that a doctor looks at it today.",
    "why": "A swollen calf after a long time of sitting can be a clot in a deep vein.",
    "sources": ["nice-ng158"],
    "references": [
        {"id": "nice-ng158", "title": "NICE NG158, clots in deep veins", "locator": "Wells score"}
    ],
}
_SCREENING = {
    "disposition": "same_day",
    "tell_athlete": _RULE["tell_athlete"],
    "tell_coach": _RULE["tell_coach"],
    "rules": [_RULE],
    "knowledge_version": "1f2e3d4c5b6a7980",
}
REPORT = _got(
    "Stored, and the danger signs answered",
    {
        "id": _ID.format(3),
        "athlete": _ID.format(1),
        "athlete_name": "Robin",
        "episode": _ID.format(4),
        "client_key": _ID.format(2),
        "filed_by": {"id": _ID.format(9), "name": "Kim"},
        "face": "api",
        "reported_at": "2026-06-01T08:00:00Z",
        "site": "calf",
        "side": "right",
        "pain_now": 6.0,
        "onset_at": None,
        "answers": _TELLING,
        "skipped_screens": [],
        "known_facts": {"prior_vte": "no"},
        "note": "",
        "disposition": "same_day",
        "screening": _SCREENING,
        "assessment": {
            "state": "pending",
            "disposition": None,
            "leading_cause": "",
            "knowledge_version": "1f2e3d4c5b6a7980",
            "finished_at": None,
        },
        "updated_at": "2026-06-01T08:00:00Z",
    },
    201,
)
ASSESSMENT = _got(
    "Judged",
    {
        "id": _ID.format(7),
        "report": _ID.format(3),
        "state": "done",
        "disposition": "same_day",
        "in_scope": True,
        "headline": "See a doctor today.",
        "summary": ["It fits best with: Blood clot in the leg (deep vein thrombosis)."],
        "causes": [
            {
                "id": "dvt",
                "name": "Blood clot in a deep vein",
                "plain": "a blood clot in the leg",
                "what": "A clot that blocks a deep vein of the leg.",
                "note": "",
                "fit": "strong",
                "for": ["The calf is swollen and warm.", "You flew a short time ago."],
                "against": [],
            }
        ],
        "rules": [_RULE],
        "care_steps": [
            {
                "id": "no_massage",
                "kind": "dont",
                "text": "Don't massage the calf.",
                "why": "A clot could come loose.",
                "from": "2026-06-01T08:00:00+00:00",
                "until": None,
                "evidence": "agree",
                "evidence_note": "",
                "sources": [],
                "priority": 1,
                "tags": ["massage"],
                "state": "open",
                "phase": "now",
                "step": _ID.format(6),
            }
        ],
        "return_to_running": None,
        "safety_net": ["Call an ambulance for new shortness of breath or chest pain."],
        "not_asked": [
            {
                "finding": "prior_vte",
                "question": "Have you ever had a blood clot?",
                "why": "It could change how soon you should be seen.",
            }
        ],
        "knowledge_version": "1f2e3d4c5b6a7980",
        "reviewed": False,
        "finished_at": "2026-06-01T08:00:01Z",
    },
)
