"""Faults planted in the code that says who may what: the matrix must notice each. The product itself carries none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from athletes import access
from athletes.models import (
    ApiToken,
    Athlete,
    ClinicianNote,
    DataExport,
    Episode,
    Invitation,
    Membership,
    OnCall,
    PainReport,
    Squad,
    SquadChannel,
    WebhookDelivery,
    WebhookEndpoint,
)
from coaching.api.scopes import HasScope

Ask = tuple[str, str, str, str]  # method, name, role, thing


@dataclass(frozen=True)
class Plant:
    name: str
    at: Any
    attribute: str
    instead: Callable[..., Any]
    asked: tuple[Ask, ...]  # what of the matrix is asked with it


def _nothing(*_: Any, **__: Any) -> None:
    """Asks nobody."""


def _all_of(rows: Any, user: Any = None) -> Any:
    return rows.all()


def _held(user: Any, **more: Any) -> Q:
    return Q(memberships__user=user, **more)


def _queryset(model: Any) -> Any:
    return type(model.objects.all())


STRANGER = "coach of another club"
PLANTS = [
    Plant(
        "who has left the club still sees its squads",
        access,
        "squads_seen_by",
        lambda user: _held(user, memberships__role__in=access.DESK_ROLES),
        (("GET", "desk:athlete", "former coach", "own"), ("GET", "api:athlete-list", "former coach", "")),
    ),
    Plant(
        "every coach counts as an owner",
        access,
        "clubs_led_by",
        lambda user: _held(user, memberships__role__in=access.DESK_ROLES, memberships__ended_at=None),
        (("GET", "api:report-detail", "coach of another squad", "own"),),
    ),
    Plant(
        "athletes see their team-mates, as coaches do",
        access,
        "squads_seen_by",
        lambda user: _held(user, memberships__ended_at=None),
        (("GET", "api:report-detail", "mate", "own"), ("GET", "api:athlete-detail", "mate", "own")),
    ),
    Plant(
        "everybody sees every athlete",
        _queryset(Athlete),
        "visible_to",
        _all_of,
        (("GET", "api:athlete-detail", STRANGER, "own"),),
    ),
    Plant(
        "every record of every athlete is there for everybody",
        _queryset(Episode),
        "visible_to",
        _all_of,
        (("GET", "api:episode-detail", STRANGER, "own"), ("POST", "api:episode-close", STRANGER, "own")),
    ),
    Plant(
        "the desk shows everybody's reports",
        _queryset(PainReport),
        "seen_from_desk_by",
        _all_of,
        (("GET", "desk:report", STRANGER, "own"), ("GET", "desk:report", "coach of another squad", "own")),
    ),
    Plant(
        "the desk's athletes are everybody's",
        _queryset(Athlete),
        "seen_from_desk_by",
        _all_of,
        (("GET", "desk:athlete", STRANGER, "own"), ("POST", "desk:hold", STRANGER, "own")),
    ),
    Plant(
        "clinicians' notes are read by whoever sees the athlete",
        _queryset(ClinicianNote),
        "visible_to",
        lambda rows, user: rows.filter(episode__athlete__in=Athlete.objects.visible_to(user)),
        (("GET", "api:clinician-note-detail", "coach", "own"), ("GET", "api:clinician-note-list", "coach", "")),
    ),
    Plant(
        "a guardian sees every child",
        access,
        "wards_of",
        lambda user, now: Q(guardianships__ended_at=None),
        (("GET", "api:report-detail", "guardian of another child", "minor"),),
    ),
    Plant(
        "who shares the status only is shown whole",
        access.Sight,
        "is_whole",
        lambda self, athlete: True,
        (
            ("GET", "api:report-detail", "coach of who shares the status", "status"),
            ("GET", "desk:report", "coach of who shares the status", "status"),
        ),
    ),
    Plant(
        "what cannot be shown in part is shown",
        access,
        "require_told_all",
        _nothing,
        (("GET", "api:episode-findings", "coach of who shares the status", "status"),),
    ),
    Plant(
        "webhooks of all clubs are listed",
        _queryset(WebhookEndpoint),
        "visible_to",
        _all_of,
        (("GET", "api:webhook-detail", "coach", "own"), ("GET", "desk:webhook", STRANGER, "own")),
    ),
    Plant(
        "the deliveries of all clubs can be sent again",
        _queryset(WebhookDelivery),
        "visible_to",
        _all_of,
        (("GET", "desk:webhook_redeliver", STRANGER, "own"), ("POST", "desk:webhook_redeliver", STRANGER, "own")),
    ),
    Plant(
        "tokens of others can be revoked",
        _queryset(ApiToken),
        "visible_to",
        _all_of,
        (("GET", "api:token-detail", STRANGER, "own"), ("DELETE", "api:token-detail", STRANGER, "own")),
    ),
    Plant(
        "a token is good after its end",
        _queryset(ApiToken),
        "usable",
        lambda rows: rows.all(),
        (("GET", "api:report-list", "expired token", ""), ("GET", "api:report-list", "revoked token", "")),
    ),
    Plant(
        "a token may more than its scopes",
        HasScope,
        "has_permission",
        lambda self, request, view: True,
        (("GET", "api:report-list", "token club:read", ""), ("POST", "api:episode-close", "token reports:read", "own")),
    ),
    Plant(
        "invitations of other clubs are there",
        _queryset(Invitation),
        "visible_to",
        _all_of,
        (("POST", "desk:revoke", STRANGER, "own"), ("GET", "api:invitation-detail", STRANGER, "own")),
    ),
    Plant(
        "channels of other squads are there",
        _queryset(SquadChannel),
        "visible_to",
        _all_of,
        (("POST", "desk:channel_test", STRANGER, "own"), ("GET", "api:squad-channel-detail", STRANGER, "own")),
    ),
    Plant(
        "who is on call elsewhere is there",
        _queryset(OnCall),
        "visible_to",
        _all_of,
        (("GET", "api:on-call-detail", STRANGER, "own"), ("POST", "desk:end_on_call", STRANGER, "own")),
    ),
    Plant(
        "files of others can be fetched",
        _queryset(DataExport),
        "visible_to",
        _all_of,
        (("GET", "api:export-detail", STRANGER, "own"), ("GET", "api:export-file", "coach", "own")),
    ),
    Plant(
        "squads of other clubs are there",
        _queryset(Squad),
        "visible_to",
        _all_of,
        (("GET", "api:squad-detail", STRANGER, "own"), ("GET", "api:squad-list", STRANGER, "")),
    ),
    Plant(
        "people of other clubs are there",
        _queryset(Membership),
        "visible_to",
        _all_of,
        (("GET", "api:membership-detail", STRANGER, "own"), ("GET", "api:membership-list", STRANGER, "")),
    ),
    Plant(
        "athletes acknowledge their own calls",
        access,
        "require_on_desk_of",
        _nothing,
        (("POST", "api:escalation-acknowledge", "athlete", "own"), ("POST", "api:episode-close", "athlete", "own")),
    ),
    Plant(
        "coaches run the club",
        access,
        "require_owns_club",
        _nothing,
        (("GET", "desk:people", "coach", "own"), ("POST", "api:webhook-list", "coach", "own")),
    ),
    Plant(
        "clinicians invite people",
        access,
        "require_leads_squad",
        _nothing,
        (("POST", "desk:invite", "clinician", "own"), ("GET", "desk:invite", "clinician", "own")),
    ),
    Plant(
        "coaches write clinicians' notes",
        access,
        "require_may_write_notes",
        _nothing,
        (("POST", "api:clinician-note-list", "coach", "own"), ("GET", "desk:note", "coach", "own")),
    ),
    Plant(
        "coaches choose what an athlete shares",
        access,
        "require_may_choose_sharing",
        _nothing,
        (("PATCH", "api:athlete-sharing", "coach", "own"),),
    ),
]  # fmt: skip
