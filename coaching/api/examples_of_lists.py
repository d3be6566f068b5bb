"""Examples of the desk's lists and figures, of the same story as in examples.py."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

_ID = "0197c1d2-0000-7000-8000-00000000000{}"
_SQUAD = {"id": _ID.format(8), "name": "Milers"}
_ROBIN = {"athlete": _ID.format(1), "athlete_name": "Robin"}


def _got(name: str, value: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True, status_codes=["200"])


_CALL = {
    **_ROBIN,
    "squads": [_SQUAD],
    "escalation": _ID.format(5),
    "episode": _ID.format(4),
    "report": _ID.format(3),
    "is_drill": False,
    "status_only": False,
    "level": "same_day",
    "state": "open",
    "reason": "The calf is swollen and warm after a flight.",
    "place": "Right calf",
    "cause": "Blood clot in a deep vein",
    "opened_at": "2026-06-01T08:00:00Z",
    "waited_s": 900,
    "acknowledge_by": "2026-06-01T09:00:00Z",
    "left_s": 2700,
    "is_overdue": False,
    "chain_step": 0,
    "nobody_left_at": None,
    "acknowledged_at": None,
    "acknowledged_by": None,
    "may_acknowledge_together": False,
    "is_for_others": False,
    "news": {"is_new": True, "looked_at": "2026-05-31T17:00:00Z", "words": ["New report"]},
}
TODAY = _got(
    "One waits",
    {
        "checked_at": "2026-06-01T08:15:00Z",
        "watched_until": "2026-06-01T08:14:58Z",
        "being_judged": 0,
        "overdue": 0,
        "waiting": [_CALL],
        "seen": [],
        "hidden": 0,
        "worst_hidden": None,
        "calm": [],
        "more_calm": False,
    },
)
SEEN_TOGETHER = OpenApiExample(
    "Two seen",
    value={
        "escalations": [
            {"id": _ID.format(5), "level": "coach_review"},
            {"id": _ID.format(6), "level": "within_days"},
        ]
    },
    request_only=True,
)
BECAME = _got(
    "The second became more urgent meanwhile",
    {
        "results": [
            {
                "id": _ID.format(5),
                "state": "acknowledged",
                "level": "coach_review",
                "acknowledged_at": "2026-06-01T08:15:00Z",
                "acknowledged_by": {"id": _ID.format(9), "name": "Kim"},
            },
            {
                "id": _ID.format(6),
                "state": "open",
                "level": "same_day",
                "acknowledged_at": None,
                "acknowledged_by": None,
            },
        ]
    },
)
MORNING = _got(
    "One is held",
    {
        "checked_at": "2026-06-02T05:00:00Z",
        "squads": [
            {
                "squad": _SQUAD,
                "lines": [
                    {
                        "why": "clinician",
                        **_ROBIN,
                        "episode": _ID.format(4),
                        "status_only": False,
                        "place": "Right calf",
                        "at": None,
                        "text": "",
                        "escalation": None,
                        "level": None,
                    }
                ],
            }
        ],
    },
)
BOARD = _got(
    "One week of one athlete",
    {
        "squad": _SQUAD,
        "as_of": "2026-06-02T05:00:00Z",
        "timezone": "Europe/Berlin",
        "weeks": ["2026-06-01"],
        "athletes": [
            {
                **_ROBIN,
                "status_only": False,
                "status": "out",
                "because": "clinician",
                "because_in_words": "A clinician must see it, or say yes, first",
                "since": "2026-06-01T08:00:00Z",
                "until": None,
                "episode": _ID.format(4),
                "place": "Right calf",
                "silence": None,
                "last_heard_at": "2026-06-01T08:00:00Z",
                "weeks": [
                    {
                        "monday": "2026-06-01",
                        "status": "out",
                        "days": {"out": 2, "modified": 0, "unknown": 0, "full": 0},
                    }
                ],
            }
        ],
    },
)
_ASKED = {
    "answered": 3,
    "not_answered": 1,
    "still_waiting": 0,
    "median_hours_to_answer": 4.5,
}
SEASON = _got(
    "A season of one week",
    {
        "squad": _SQUAD,
        "weeks": ["2026-06-01"],
        "status_only": 0,
        "reports": [{"week": "2026-06-01", "reports_of_pain": 1, "answers_to_check_ins": 3}],
        "sites": [
            {"site": "calf", "week": "2026-06-01", "athletes_with_pain": 1, "worst_pain": 6.0}
        ],
        "causes": [{"likely_cause": "dvt", "week": "2026-06-01", "problems": 1}],
        "findings": [{"cause": "dvt", "in_words": "", "problems": 1}],
        "answers": [{"week": "2026-06-01", **_ASKED}],
        "all_answers": _ASKED,
        "athletes": [{**_ROBIN, **_ASKED}],
        "calls": [
            {
                "week": "2026-06-01",
                "level": "same_day",
                "minutes_to_acknowledge": 15.0,
                "acknowledged_in_time": True,
            }
        ],
    },
)
OUTCOME = _got(
    "It was what was named first",
    {
        "episode": _ID.format(4),
        **_ROBIN,
        "place": "Right calf",
        "opened_at": "2026-06-01T08:00:00Z",
        "closed_at": None,
        "closed_reason": "",
        "level": "same_day",
        "causes": [{"id": "dvt", "name": "Blood clot in a deep vein"}],
        "finding": {
            "id": _ID.format(7),
            "cause": "dvt",
            "in_words": "",
            "clinician": "Dr Weber",
            "found_on": "2026-06-01",
            "method": "ultrasound",
            "recorded_by": {"id": _ID.format(9), "name": "Kim"},
            "recorded_at": "2026-06-01T15:00:00Z",
        },
        "named": "first",
        "too_low": False,
    },
)
EVENT = _got(
    "The report",
    {
        "at": "2026-06-01T08:00:00Z",
        "kind": "report",
        "text": "Report: See a doctor today",
        "about": "report",
        "record": _ID.format(3),
        "pain": 6.0,
    },
)
PAIN = _got(
    "Told once",
    {
        "points": [
            {
                "at": "2026-06-01T08:00:00Z",
                "kind": "report",
                "pain": 6.0,
                "about": "report",
                "record": _ID.format(3),
            }
        ],
        "held": [],
        "until": "2026-06-02T05:00:00Z",
        "summary": "Pain 6 of 10, told once.",
        "reports_from": None,
    },
)
CHAIN = _got(
    "The coach, then the owner",
    {
        "as_of": "2026-06-01T08:00:00Z",
        "calls_nobody": False,
        "steps": [
            {
                "chain_step": 0,
                "people": [{"id": _ID.format(9), "name": "Kim", "roles": ["coach"]}],
                "contact": "",
                "after_s": {
                    "emergency_now": 0,
                    "same_day": 0,
                    "within_days": 0,
                    "coach_review": 0,
                },
            },
            {
                "chain_step": 2,
                "people": [{"id": _ID.format(0), "name": "Lee", "roles": ["owner"]}],
                "contact": "",
                "after_s": {
                    "emergency_now": 300,
                    "same_day": 3600,
                    "within_days": 86400,
                    "coach_review": 86400,
                },
            },
        ],
    },
)
