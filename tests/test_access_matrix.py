"""Every address × method × person: what comes back. A new address without a row fails.

The rows are about objects of one athlete. `mate` runs in the same squad, `foreign` coaches in another club, `token`
is a program with the coach's token and no cookie. 302 at `anon` is the way to the log-in. Whoever may not see
a thing gets 404, as if it were not there; 403 is for what one sees but may not do.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from athletes import access
from athletes.models import PushSubscription
from athletes.services import channels, check_ins, clubs, comments, invitations, returning, tokens
from tests import factories

pytestmark = pytest.mark.django_db

ROLES = ("anon", "athlete", "mate", "coach", "foreign", "clinician", "token")

MATRIX = """
                                     anon athlete mate coach foreign clinician token
GET  home                            200  302     302  302   302     302       200
POST set_language                    302  302     302  302   302     302       302
GET  safety                          200  200     200  200   200     200       200
GET  livez                           200  200     200  200   200     200       200
GET  readyz                          200  200     200  200   200     200       200
GET  metrics                         404  404     404  404   404     404       404
GET  join                            200  200     200  200   200     200       200
GET  check_in_by_link                200  200     200  200   200     200       200
POST check_in_by_link                200  200     200  200   200     200       200

GET  desk:today                      302  404     404  200   200     200       302
GET  desk:morning                    302  404     404  200   200     200       302
GET  desk:escalation                 302  404     404  200   404     200       302
POST desk:acknowledge                302  404     404  302   404     302       302
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
POST desk:comment                    302  404     404  302   404     302       302
POST desk:close                      302  404     404  302   404     302       302
GET  desk:clearance                  302  404     404  200   404     200       302
POST desk:clearance                  302  404     404  302   404     302       302
GET  desk:finding                    302  404     404  200   404     200       302
POST desk:finding                    302  404     404  302   404     302       302
GET  desk:check_in                   302  404     404  200   404     200       302
POST desk:check_in                   302  404     404  302   404     302       302
GET  desk:own_coaches                302  404     404  200   404     403       302
POST desk:own_coaches                302  404     404  302   404     403       302
GET  desk:club                       302  404     404  200   404     200       302
POST desk:club                       302  404     404  403   404     403       302
GET  desk:new_on_call                302  404     404  200   404     403       302
POST desk:new_on_call                302  404     404  302   404     403       302
POST desk:end_on_call                302  404     404  302   404     403       302
GET  desk:outcomes                   302  404     404  200   200     200       302
GET  desk:squads                     302  404     404  200   200     200       302
GET  desk:new_squad                  302  404     404  403   200     403       302
GET  desk:new_athlete                302  404     404  200   404     403       302
POST desk:new_athlete                302  404     404  302   404     403       302
GET  desk:invite                     302  404     404  200   404     403       302
POST desk:invite                     302  404     404  200   404     403       302
POST desk:revoke                     302  404     404  302   404     403       302
GET  desk:channels                   302  404     404  200   404     403       302
POST desk:channels                   302  404     404  302   404     403       302
POST desk:channel_test               302  404     404  302   404     403       302
POST desk:channel_remove             302  404     404  302   404     403       302

GET  phone:home                      302  200     200  404   404     404       302
GET  phone:choose                    302  200     200  200   200     200       302
GET  phone:report                    302  302     302  404   404     404       302
GET  phone:report-step               302  200     200  404   404     404       302
POST phone:report-step               302  302     302  404   404     404       302
GET  phone:report-send               302  302     302  404   404     404       302
POST phone:report-send               302  302     302  404   404     404       302
GET  phone:report-known              302  302     302  404   404     404       302
POST phone:report-known              302  302     302  404   404     404       302
POST phone:report-discard            302  302     302  404   404     404       302
GET  phone:result                    302  200     404  404   404     404       302
GET  phone:answer                    302  200     404  404   404     404       302
POST phone:step                      302  302     404  404   404     404       302
GET  phone:history                   302  200     200  404   404     404       302
GET  phone:episode                   302  200     404  404   404     404       302
POST phone:comment                   302  302     404  404   404     404       302
GET  phone:way_back                  302  200     404  404   404     404       302
POST phone:way_back_start            302  302     404  404   404     404       302
POST phone:way_back_run              302  302     404  404   404     404       302
POST phone:way_back_morning          302  302     404  404   404     404       302
GET  phone:check_in                  302  200     404  404   404     404       302
POST phone:check_in                  302  302     404  404   404     404       302
GET  phone:profile                   302  200     200  404   404     404       302

POST api:login                       200  200     200  200   200     200       200
POST api:logout                      401  401     401  401   401     401       204
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

GET  account_login                   200  302     302  302   302     302       200
GET  account_logout                  302  200     200  200   200     200       302
GET  account_inactive                200  200     200  200   200     200       200
GET  account_signup                  200  302     302  302   302     302       200
GET  account_reauthenticate          302  200     200  200   200     200       302
GET  account_email                   302  200     200  200   200     200       302
GET  account_email_verification_sent 200  200     200  200   200     200       200
GET  account_change_password         302  200     200  200   200     200       302
GET  account_set_password            302  302     302  302   302     302       302
GET  account_reset_password          200  200     200  200   200     200       200
GET  account_confirm_email           200  200     200  200   200     200       200
GET  account_reset_password_done     200  200     200  200   200     200       200
GET  account_reset_password_from_key 200  200     200  200   200     200       200
GET  account_reset_password_from_key_done 200 200 200  200   200     200       200
GET  account_confirm_login_code      302  302     302  302   302     302       302
GET  account                         302  200     200  200   200     200       302

GET  notices                         302  200     200  200   200     200       302
GET  how_told                        302  200     200  200   200     200       302
POST how_told                        302  302     302  422   422     422       302
GET  push_key                        302  200     200  200   200     200       302
POST push_subscribe                  302  400     400  400   400     400       302
POST push_unsubscribe                302  404     404  302   404     404       302
GET  service_worker                  200  200     200  200   200     200       200
"""

ADMIN = "admin:"  # Django's own pages: staff only, all alike (see the test below)


def rows() -> Iterator[tuple[str, str, dict[str, int]]]:
    lines = [line.split() for line in MATRIX.splitlines() if line.strip()]
    for method, name, *codes in lines[1:]:
        yield method, name, dict(zip(ROLES, map(int, codes), strict=True))


ROWS = list(rows())


def addresses(resolver: Any = None, space: str = "") -> Iterator[str]:
    """The name of every address of the site, with its name space."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from addresses(entry, inner)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}"


@pytest.fixture
def cast(db: None) -> dict[str, Any]:
    """The people, and one of everything that belongs to the athlete."""
    squad = factories.make_club("Ours")
    coach = factories.make_coach(squad, name="Coach")
    athlete = factories.make_athlete(squad, name="Athlete")
    report = factories.make_report(athlete, factories.CLOT, assess=True)
    comments.add_comment(by=athlete.user, episode=report.episode, text="Does it look bad?")
    run = climbing(athlete)
    invited = invitations.invite(by=coach, squad=squad, role=access.ATHLETE)
    return {
        "people": {
            "athlete": athlete.user,
            "mate": factories.make_athlete(squad, name="Mate").user,
            "coach": coach,
            "foreign": factories.make_club("Theirs").coach,
            "clinician": factories.make_coach(squad, role=access.CLINICIAN),
        },
        "token": tokens.issue(by=coach).secret,
        "squad": squad,
        "athlete": athlete,
        "report": report,
        "escalation": report.escalations.get(),
        "step": report.assessment.care_steps.first(),
        "check_in": factories.make_check_in(report),
        "episode": report.episode,
        "climb": run.plan.episode,
        "run": run,
        "invitation": invited.invitation,
        "club": squad.club,
        "on_call": clubs.put_on_call(
            by=squad.coach,
            club=squad.club,
            user=squad.coach,
            squads=[squad],
            starts_at=timezone.now() + timedelta(days=1),
            ends_at=None,
        ),
        "join": invited.token,
        "channel": channels.add_squad_channel(
            by=coach, squad=squad, name="Chat", url="ntfys://a-room-of-ours"
        ),
        "browser": PushSubscription.objects.create(
            user=coach, endpoint="https://push.test/1", p256dh="key", auth="secret"
        ),
    }


def climbing(athlete: Any) -> Any:
    """On the way back to running from a strain, with a run of yesterday."""
    started, ran = (timezone.now() - timedelta(**age) for age in ({"days": 3}, {"hours": 25}))
    strain = factories.make_report(
        athlete, factories.STRAIN, assess=True, reported_at=started - timedelta(days=7)
    )
    told: dict[str, Any] = {"by": athlete.user, "episode": strain.episode}
    returning.confirm_entry(**told, ladder="calf_muscle", at=started)
    return returning.log_run(**told, client_key=uuid.uuid4(), level=1, at=ran).run


QUICK = {"trend": "better", "severity_nrs": "2", "action": "as_usual"}  # a check-in in three taps
FOUND = {
    "cause": "dvt",
    "clinician": "Dr Weber",
    "found_on": "2026-01-02",
    "method": "ultrasound",
}
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
    "desk:own_coaches": "athlete",
    "desk:club": "club",
    "desk:new_on_call": "club",
    "desk:end_on_call": "on_call",
    "desk:new_athlete": "squad",
    "desk:invite": "squad",
    "desk:revoke": "invitation",
    "desk:channels": "squad",
    "desk:channel_test": "channel",
    "desk:channel_remove": "channel",
    "phone:result": "report",
    "phone:answer": "report",
    "phone:step": "step",
    "phone:episode": "episode",
    "phone:comment": "episode",
    "phone:way_back": "climb",
    "phone:way_back_start": "climb",
    "phone:way_back_run": "climb",
    "phone:way_back_morning": "run",
    "phone:check_in": "check_in",
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
OTHER_ARGS: dict[str, list[Any]] = {
    "phone:report-step": [1],
    "api:finding-detail": ["swelling"],
    "api:cause-detail": ["muscle_strain"],
    "account_confirm_email": ["unknown-key"],
    "account_reset_password_from_key": ["1", "set-password"],
}


def address(name: str, cast: dict[str, Any]) -> str:
    if name == "join":
        return reverse("join", args=[cast["join"]])
    if name == "check_in_by_link":
        return reverse(name, args=[check_ins.magic_token(cast["check_in"])])
    if name == "api:nowhere":
        return "/api/v1/no-such-thing/"
    args = OTHER_ARGS.get(name, [])
    if name in ABOUT:
        args = [cast[ABOUT[name]].pk, *args]
    if name == "desk:new_report-step":
        args = [*args, 1]
    if name == "api:episode-return-morning":
        args = [*args, cast["run"].pk]
    return reverse(name, args=args)


def body(name: str, cast: dict[str, Any]) -> dict[str, Any]:
    """What a person would send there."""
    athlete = str(cast["athlete"].pk)
    return {
        "desk:resolve": {"outcome": "Seen by the doctor"},
        "desk:comment": {"text": "Rest today"},
        "desk:close": {"reason": "Pain-free", "pain_free": "yes"},
        "desk:channels": {
            "name": "Texts",
            "url": "ntfys://another-room-of-ours",
            "least_level": "same_day",
        },
        "push_unsubscribe": {"browser": str(cast["browser"].pk)},
        "desk:clearance": {"clinician": "Dr Weber", "given_on": "2026-01-02"},
        "desk:club": {"emergency_number": "112", "timezone": "UTC"},
        "desk:new_on_call": {
            "user": cast["people"]["coach"].pk,
            "squads": [str(cast["squad"].pk)],
        },
        "desk:new_athlete": {"name": "New", "timezone": "UTC"},
        "desk:invite": {"role": "athlete"},
        "phone:check_in": QUICK | {"client_key": str(uuid.uuid4())},
        "desk:check_in": QUICK | {"client_key": str(uuid.uuid4())},
        "check_in_by_link": QUICK | {"client_key": str(uuid.uuid4())},
        "desk:finding": FOUND,
        "api:episode-findings": FOUND,
        "api:check-in-answer": {"trend": "better", "client_key": str(uuid.uuid4())},
        "phone:step": {"state": "done"},
        "phone:comment": {"text": "It is better"},
        "phone:way_back_start": {"ladder": "calf_muscle", "entry": ["0", "1", "2", "3", "4", "5"]},
        "phone:way_back_run": {"client_key": str(uuid.uuid4()), "day": "today", "level": "1"},
        "phone:way_back_morning": {"pain": "0"},
        "api:login": {"email": cast["people"]["coach"].email, "password": factories.PASSWORD},
        "api:assess": {"answers": factories.CRAMP},
        "api:athlete-list": {"name": "New", "squad": str(cast["squad"].pk)},
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
    }.get(name, {})


def ask(role: str, method: str, name: str, cast: dict[str, Any]) -> int:
    """The status of one request, undone again."""
    client = Client(raise_request_exception=False)
    headers = {}
    if role == "token":
        headers["Authorization"] = f"Bearer {cast['token']}"
    elif role != "anon":
        client.force_login(cast["people"][role])
    options: dict[str, Any] = {"headers": headers}
    if method != "GET":
        options["data"] = body(name, cast)
        if name.startswith("api:"):
            options["content_type"] = "application/json"
    with transaction.atomic():
        answer = getattr(client, method.lower())(address(name, cast), **options)
        transaction.set_rollback(True)
    return int(answer.status_code)


@pytest.mark.parametrize(
    ("method", "name", "expected"), ROWS, ids=lambda v: v if isinstance(v, str) else ""
)
def test_each_person_gets_what_is_theirs(method, name, expected, cast):
    found = {role: ask(role, method, name, cast) for role in ROLES}
    assert found == expected


def test_every_address_has_a_row():
    covered = {name for _, name, _ in rows()}
    missing = {n for n in addresses() if not n.startswith(ADMIN)} - covered
    assert not missing, f"no row in the access matrix: {sorted(missing)}"


def test_the_admin_is_for_staff_only(cast, admin_client):
    index = reverse("admin:index")
    for role in ROLES:
        client = Client()
        if role in cast["people"]:
            client.force_login(cast["people"][role])
        assert client.get(index).status_code == 302
    assert admin_client.get(index).status_code == 200


@pytest.mark.parametrize("name", sorted(n for n in ABOUT if n.startswith("api:")))
def test_what_is_not_ours_looks_as_if_it_were_not_there(name, cast):
    """A foreign and an unknown id get the same answer to the letter."""
    client = Client()
    client.force_login(cast["people"]["foreign"])
    is_read = any(row[:2] == ("GET", name) for row in ROWS)
    method = client.get if is_read else client.post
    theirs = address(name, cast)
    foreign = method(theirs)
    unknown = method(theirs.replace(str(cast[ABOUT[name]].pk), str(uuid.uuid4())))
    assert (foreign.status_code, foreign.content) == (unknown.status_code, unknown.content)
    assert foreign.status_code == 404
