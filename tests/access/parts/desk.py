"""The coach's desk."""

from __future__ import annotations

import uuid
from typing import Any

from tests.access.sent import FOUND, QUICK

ROWS = """
                                     anon athlete mate coach foreign clinician token
GET  desk:today                      302  404     404  200   200     200       302
GET  desk:morning                    302  404     404  200   200     200       302
GET  desk:escalation                 302  404     404  200   404     200       302
POST desk:acknowledge                302  404     404  302   404     302       302
POST desk:acknowledge_ticked         302  404     404  302   302     302       302
POST desk:resolve                    302  404     404  302   404     302       302
GET  desk:athletes                   302  404     404  200   200     200       302
GET  desk:athlete                    302  404     404  200   404     200       302
GET  desk:new_report                 302  404     404  302   404     302       302
GET  desk:new_report-step            302  404     404  200   404     200       302
POST desk:new_report-step            302  404     404  302   404     302       302
GET  desk:new_report-send            302  404     404  302   404     302       302
POST desk:new_report-send            302  404     404  302   404     302       302
GET  desk:new_report-known           302  404     404  302   404     302       302
POST desk:new_report-known           302  404     404  302   404     302       302
POST desk:new_report-discard         302  404     404  302   404     302       302
GET  desk:report                     302  404     404  200   404     200       302
GET  desk:comment                    302  404     404  200   404     200       302
POST desk:comment                    302  404     404  302   404     302       302
GET  desk:close                      302  404     404  200   404     200       302
POST desk:close                      302  404     404  302   404     302       302
GET  desk:clearance                  302  404     404  200   404     200       302
POST desk:clearance                  302  404     404  302   404     302       302
GET  desk:finding                    302  404     404  200   404     200       302
POST desk:finding                    302  404     404  302   404     302       302
GET  desk:note                       302  404     404  403   404     200       302
POST desk:note                       302  404     404  403   404     302       302
GET  desk:check_in                   302  404     404  200   404     200       302
POST desk:check_in                   302  404     404  302   404     302       302
GET  desk:hold                       302  404     404  200   404     200       302
POST desk:hold                       302  404     404  302   404     302       302
GET  desk:release                    302  404     404  200   404     200       302
POST desk:release                    302  404     404  302   404     302       302
GET  desk:change_step                302  404     404  200   404     200       302
POST desk:change_step                302  404     404  302   404     302       302
POST desk:undo_step                  302  404     404  302   404     302       302
GET  desk:hand_over                  302  404     404  200   404     200       302
POST desk:hand_over                  302  404     404  302   404     302       302
GET  desk:sheet                      302  404     404  200   404     200       302
GET  desk:sheet_pdf                  302  404     404  200   404     200       302
GET  desk:consent_told               302  404     404  200   404     200       302
POST desk:consent_told               302  404     404  302   404     302       302
POST desk:guardian_end               302  404     404  403   404     403       302
GET  desk:own_coaches                302  404     404  200   404     403       302
POST desk:own_coaches                302  404     404  302   404     403       302
GET  desk:club                       302  404     404  200   404     200       302
POST desk:club                       302  404     404  403   404     403       302
GET  desk:keeping                    302  404     404  403   404     403       302
POST desk:keeping                    302  404     404  403   404     403       302
GET  desk:new_on_call                302  404     404  200   404     403       302
POST desk:new_on_call                302  404     404  302   404     403       302
POST desk:end_on_call                302  404     404  302   404     403       302
GET  desk:athlete_squads             302  404     404  200   404     403       302
POST desk:athlete_squads             302  404     404  302   404     403       302
GET  desk:people                     302  404     404  403   404     403       302
GET  desk:member                     302  404     404  403   404     403       302
POST desk:member                     302  404     404  403   404     403       302
POST desk:member_end                 302  404     404  403   404     403       302
GET  desk:outcomes                   302  404     404  200   200     200       302
GET  desk:squads                     302  404     404  200   200     200       302
GET  desk:board                      302  404     404  200   404     200       302
GET  desk:board_csv                  302  404     404  200   404     200       302
GET  desk:season                     302  404     404  200   404     200       302
GET  desk:season_csv                 302  404     404  200   404     200       302
GET  desk:new_squad                  302  404     404  403   200     403       302
POST desk:new_squad                  302  404     404  403   422     403       302
GET  desk:new_athlete                302  404     404  200   404     403       302
POST desk:new_athlete                302  404     404  302   404     403       302
GET  desk:invite                     302  404     404  200   404     403       302
POST desk:invite                     302  404     404  200   404     403       302
POST desk:revoke                     302  404     404  302   404     403       302
POST desk:track_new                  302  404     404  302   404     403       302
GET  desk:track                      302  404     404  200   404     403       302
GET  desk:start                      302  404     404  403   404     403       302
POST desk:start                      302  404     404  403   404     403       302
POST desk:start_later                302  404     404  403   404     403       302
POST desk:start_test                 302  404     404  403   404     403       302
POST desk:start_leave                302  404     404  403   404     403       302
POST desk:demo_load                  302  404     404  302   302     302       302
POST desk:demo_remove                302  404     404  404   404     404       302
GET  desk:channels                   302  404     404  200   404     403       302
POST desk:channels                   302  404     404  302   404     403       302
POST desk:channel_test               302  404     404  302   404     403       302
POST desk:channel_remove             302  404     404  302   404     403       302
"""

ABOUT = {
    "desk:escalation": "escalation",
    "desk:acknowledge": "escalation",
    "desk:resolve": "escalation",
    "desk:athlete": "athlete",
    "desk:new_report": "athlete",
    "desk:new_report-step": "athlete",
    "desk:new_report-send": "athlete",
    "desk:new_report-known": "athlete",
    "desk:new_report-discard": "athlete",
    "desk:report": "report",
    "desk:comment": "episode",
    "desk:close": "episode",
    "desk:clearance": "climb",
    "desk:finding": "episode",
    "desk:check_in": "check_in",
    "desk:hold": "athlete",
    "desk:release": "hold",
    "desk:change_step": "free_step",
    "desk:undo_step": "free_step",
    "desk:hand_over": "episode",
    "desk:note": "episode",
    "desk:athlete_squads": "athlete",
    "desk:people": "club",
    "desk:member": "membership",
    "desk:member_end": "membership",
    "desk:sheet": "episode",
    "desk:sheet_pdf": "episode",
    "desk:consent_told": "silent",
    "desk:guardian_end": "guardianship",
    "desk:own_coaches": "athlete",
    "desk:club": "club",
    "desk:keeping": "club",
    "desk:new_on_call": "club",
    "desk:end_on_call": "on_call",
    "desk:board": "squad",
    "desk:board_csv": "squad",
    "desk:season": "squad",
    "desk:season_csv": "squad",
    "desk:new_athlete": "squad",
    "desk:invite": "squad",
    "desk:revoke": "invitation",
    "desk:track_new": "squad",
    "desk:track": "track",
    "desk:start": "club",
    "desk:start_later": "club",
    "desk:start_test": "club",
    "desk:start_leave": "club",
    "desk:demo_remove": "demo_club",
    "desk:channels": "squad",
    "desk:channel_test": "channel",
    "desk:channel_remove": "channel",
}

ARGS: dict[str, list[Any]] = {
    "desk:season_csv": ["reports"],
    "desk:new_report-step": [1],
    "desk:start": [1],
    "desk:start_later": [1],
}


def bodies(cast: dict[str, Any]) -> dict[str, Any]:
    return {
        "desk:resolve": {"outcome": "Seen by the doctor"},
        "desk:comment": {"text": "Rest today"},
        "desk:hold": {"kind": "modified", "reason": "Easy runs only"},
        "desk:change_step": {"how": "off", "reason": "Not needed"},
        "desk:hand_over": {"to_name": "Dr Weber"},
        "desk:close": {"reason": "Pain-free", "pain_free": "yes"},
        "desk:channels": {
            "name": "Texts",
            "url": "ntfys://another-room-of-ours",
            "least_level": "same_day",
        },
        "desk:start": {
            "name": "Ours",
            "squad_name": "Milers",
            "timezone": "UTC",
            "emergency_number": "112",
        },
        "desk:clearance": {"clinician": "Dr Weber", "given_on": "2026-01-02"},
        "desk:club": {"emergency_number": "112", "timezone": "UTC"},
        "desk:new_on_call": {"user": cast["people"]["coach"].pk, "squads": [str(cast["squad"].pk)]},
        "desk:new_athlete": {"name": "New", "timezone": "UTC", "consent_told": "on"},
        "desk:invite": {"role": "athlete"},
        "desk:check_in": QUICK | {"client_key": str(uuid.uuid4())},
        "desk:athlete_squads": {"squads": [str(cast["squad"].pk)]},
        "desk:note": {"text": "Rest for a week"},
        "desk:consent_told": {"agreed": "on"},
        "desk:finding": FOUND,
    }
