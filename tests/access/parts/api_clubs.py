"""Clubs, squads, people, links and drills by REST."""

from __future__ import annotations

from typing import Any

from athletes import access
from athletes.services import drills, invitations
from guidance import Disposition

ROWS = """
                                     anon athlete mate coach foreign clinician token
GET  api:club-list                   401  200     200  200   200     200       200
GET  api:club-detail                 401  404     404  200   404     200       200
PATCH api:club-detail                401  404     404  403   404     403       403
GET  api:club-keeping                401  404     404  403   404     403       403
GET  api:demo-club                   401  404     404  404   404     404       404
POST api:demo-club                   401  403     403  201   201     201       201
DELETE api:demo-club                 401  404     404  404   404     404       404
POST api:squad-list                  401  403     403  403   400     403       403
PATCH api:squad-detail               401  403     403  200   404     403       200
GET  api:squad-track-link            401  403     403  200   404     403       200
POST api:squad-track-link            401  403     403  201   404     403       201
GET  api:athlete-squads              401  200     404  200   404     200       200
PATCH api:athlete-squads             401  403     404  200   404     403       200
GET  api:athlete-own-coaches         401  403     404  200   404     403       200
PATCH api:athlete-own-coaches        401  403     404  200   404     403       200
GET  api:membership-list             401  200     200  200   200     200       200
GET  api:membership-detail           401  404     404  200   404     200       200
PATCH api:membership-detail          401  404     404  403   404     403       403
POST api:membership-end              401  404     404  403   404     403       403
GET  api:on-call-list                401  200     200  200   200     200       200
POST api:on-call-list                401  400     400  201   400     403       201
GET  api:on-call-detail              401  404     404  200   404     200       200
POST api:on-call-end                 401  404     404  204   404     403       204
GET  api:squad-channel-list          401  200     200  200   200     200       200
POST api:squad-channel-list          401  403     403  201   400     403       201
GET  api:squad-channel-detail        401  404     404  200   404     404       200
DELETE api:squad-channel-detail      401  404     404  204   404     404       204
POST api:squad-channel-test          401  404     404  202   404     404       202
GET  api:invitation-list             401  200     200  200   200     200       200
POST api:invitation-list             401  403     403  201   400     403       201
GET  api:invitation-detail           401  404     404  200   404     200       200
POST api:invitation-revoke           401  404     404  200   404     403       200
POST api:invitation-look             401  200     200  200   200     200       200
POST api:invitation-take-up          401  200     200  200   200     200       200
GET  api:squad-chain                 401  403     403  200   404     200       200
GET  api:squad-drill                 401  403     403  403   404     403       403
POST api:squad-drill                 401  403     403  403   404     403       403
GET  api:drill                       401  404     404  404   404     404       404
POST api:drill-end                   401  404     404  404   404     404       404
"""

ABOUT = {
    "api:club-detail": "club",
    "api:club-keeping": "club",
    "api:squad-track-link": "squad",
    "api:athlete-squads": "athlete",
    "api:athlete-own-coaches": "athlete",
    "api:membership-detail": "membership",
    "api:membership-end": "membership",
    "api:on-call-detail": "on_call",
    "api:on-call-end": "on_call",
    "api:squad-channel-detail": "channel",
    "api:squad-channel-test": "channel",
    "api:invitation-detail": "invitation",
    "api:invitation-revoke": "invitation",
    "api:squad-chain": "squad",
    "api:squad-drill": "squad",
    "api:drill": "drill",
    "api:drill-end": "drill",
}


def objects(cast: dict[str, Any]) -> dict[str, Any]:
    """A drill is its owner's, who is none of the people here. The link is for an athlete whom anybody may be."""
    squad = cast["squad"]
    link = invitations.invite(by=squad.coach, squad=squad, role=access.COACH)
    drill = drills.start(by=squad.coach, squad=squad, level=Disposition.SAME_DAY)
    return {"drill": drill, "coach_link": link.token}


def bodies(cast: dict[str, Any]) -> dict[str, Any]:
    squad, club = str(cast["squad"].pk), str(cast["club"].pk)
    coach = str(cast["people"]["coach"].uid)
    return {
        "api:club-detail": {"emergency_number": "112"},
        "api:squad-list": {"club": club, "name": "Juniors"},
        "api:squad-detail": {"name": "Milers of old"},
        "api:athlete-squads": {"squads": [squad]},
        "api:athlete-own-coaches": {"coaches": [coach]},
        "api:membership-detail": {"squads": [squad]},
        "api:on-call-list": {"club": club, "person": coach, "squads": [squad]},
        "api:squad-channel-list": {
            "squad": squad,
            "name": "Texts",
            "url": "ntfys://another-room-of-ours",
        },
        "api:invitation-list": {"squad": squad, "role": "athlete"},
        "api:invitation-look": {"token": cast["coach_link"]},
        "api:invitation-take-up": {"token": cast["coach_link"]},
        "api:squad-drill": {"level": "same_day"},
    }
