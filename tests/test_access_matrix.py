"""Every address × method × person: what comes back. A new address without a row fails.

The rows are about objects of one athlete. `mate` runs in the same squad, `foreign` coaches in another club, `token`
is a program with the coach's token and no cookie. 302 at `anon` is the way to the log-in. Whoever may not see
a thing gets 404, as if it were not there; 403 is for what one sees but may not do.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access_cast import ABOUT, address, body, make_cast

pytestmark = pytest.mark.django_db

ROLES = ("anon", "athlete", "mate", "coach", "foreign", "clinician", "token")

MATRIX = """
                                     anon athlete mate coach foreign clinician token
GET  home                            200  302     302  302   302     302       200
POST set_language                    302  302     302  302   302     302       302
GET  safety                          200  200     200  200   200     200       200
GET  styleguide                      200  200     200  200   200     200       200
GET  livez                           200  200     200  200   200     200       200
GET  readyz                          200  200     200  200   200     200       200
GET  metrics                         404  404     404  404   404     404       404
GET  consent_text                    200  200     200  200   200     200       200
GET  join                            200  200     200  200   200     200       200
GET  check_in_by_link                200  200     200  200   200     200       200
POST check_in_by_link                200  200     200  200   200     200       200

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
POST desk:comment                    302  404     404  302   404     302       302
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
GET  desk:webhooks                   302  404     404  403   404     403       302
GET  desk:webhook_new                302  404     404  403   404     403       302
POST desk:webhook_new                302  404     404  403   404     403       302
GET  desk:webhook                    302  404     404  404   404     404       302
GET  desk:webhook_change             302  404     404  404   404     404       302
POST desk:webhook_change             302  404     404  404   404     404       302
GET  desk:webhook_rotate             302  404     404  404   404     404       302
POST desk:webhook_rotate             302  404     404  404   404     404       302
POST desk:webhook_stop               302  404     404  404   404     404       302
POST desk:webhook_start              302  404     404  404   404     404       302
POST desk:webhook_remove             302  404     404  404   404     404       302
POST desk:webhook_test               302  404     404  404   404     404       302
POST desk:webhook_redeliver          302  404     404  404   404     404       302

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
GET  phone:offline                   302  200     200  404   404     404       302
GET  phone:offline-key               302  200     200  200   200     200       302
POST phone:offline-send              302  400     400  400   400     400       302
GET  phone:result                    302  200     404  404   404     404       302
GET  phone:answer                    302  200     404  404   404     404       302
POST phone:step                      302  302     404  404   404     404       302
GET  phone:history                   302  200     200  404   404     404       302
GET  phone:episode                   302  200     404  404   404     404       302
GET  phone:comment                   302  200     404  404   404     404       302
POST phone:comment                   302  302     404  404   404     404       302
GET  phone:way_back                  302  200     404  404   404     404       302
POST phone:way_back_start            302  302     404  404   404     404       302
POST phone:way_back_run              302  302     404  404   404     404       302
POST phone:way_back_morning          302  302     404  404   404     404       302
GET  phone:check_in                  302  200     404  404   404     404       302
POST phone:check_in                  302  302     404  404   404     404       302
GET  phone:profile                   302  200     200  404   404     404       302
GET  phone:consent                   302  200     200  404   404     404       302
POST phone:consent                   302  302     302  404   404     404       302
POST phone:birth_date                302  302     302  404   404     404       302
POST phone:ask_guardian              302  403     403  404   404     404       302
POST phone:guardian_end              302  404     404  404   404     404       302
GET  phone:sharing                   302  200     200  404   404     404       302
POST phone:sharing                   302  302     302  404   404     404       302
GET  phone:looks                     302  200     200  404   404     404       302

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
GET  api:token-list                  401  200     200  200   200     200       200
POST api:token-list                  401  403     403  403   403     403       201
GET  api:token-detail                401  404     404  200   404     404       200
DELETE api:token-detail              401  404     404  204   404     404       204
GET  api:webhook-list                401  200     200  200   200     200       200
POST api:webhook-list                401  403     403  403   403     403       403
GET  api:webhook-detail              401  404     404  404   404     404       404
PATCH api:webhook-detail              401  404     404  404   404     404       404
DELETE api:webhook-detail              401  404     404  404   404     404       404
POST api:webhook-rotate              401  404     404  404   404     404       404
POST api:webhook-stop                401  404     404  404   404     404       404
POST api:webhook-start               401  404     404  404   404     404       404
POST api:webhook-test                401  404     404  404   404     404       404
GET  api:webhook-delivery-list       401  404     404  404   404     404       404
GET  api:webhook-delivery-detail     401  404     404  404   404     404       404
POST api:webhook-delivery-redeliver  401  404     404  404   404     404       404
GET  api:export-list                 401  200     200  200   200     200       200
POST api:export-list                 401  202     202  202   202     202       202
GET  api:export-detail               401  200     404  404   404     404       404
GET  api:export-file                 401  200     404  404   404     404       404
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

GET  mfa_index                       302  200     200  200   200     200       302
GET  mfa_list_webauthn               302  200     200  200   200     200       302
GET  mfa_add_webauthn                302  302     302  302   302     302       302
GET  mfa_edit_webauthn               302  302     302  302   302     302       302
GET  mfa_remove_webauthn             302  302     302  302   302     302       302
GET  mfa_login_webauthn              302  302     302  302   302     302       302
GET  mfa_reauthenticate_webauthn     302  302     302  302   302     302       302
GET  mfa_authenticate                302  302     302  302   302     302       302
GET  mfa_reauthenticate              302  302     302  302   302     302       302
GET  mfa_activate_totp               302  302     302  302   302     302       302
GET  mfa_deactivate_totp             302  404     404  404   404     404       302
GET  mfa_view_recovery_codes         302  404     404  404   404     404       302
GET  mfa_generate_recovery_codes     302  302     302  302   302     302       302
GET  second_factor_off               302  302     302  302   302     302       302
POST second_factor_off               302  302     302  302   302     302       302
GET  account_request_login_code      200  302     302  302   302     302       200
GET  account_confirm_login_code      302  302     302  302   302     302       302
GET  sessions                        302  200     200  200   200     200       302
POST end_other_sessions              302  302     302  302   302     302       302
POST end_session                     302  302     302  302   302     302       302

GET  tokens                          302  200     200  200   200     200       302
GET  token_new                       302  302     302  302   302     302       302
POST token_new                       302  302     302  302   302     302       302
POST token_revoke                    302  404     404  302   404     404       302
GET  apps                            302  200     200  200   200     200       302
POST app_take_back                   302  404     404  302   404     404       302
GET  privacy                         200  200     200  200   200     200       200
GET  own_data                        302  200     200  200   200     200       302
POST own_data_ask                    302  302     302  302   302     302       302
GET  own_data_file                   302  302     302  302   302     302       302
GET  erase_account                   302  302     302  302   302     302       302
POST erase_account                   302  302     302  302   302     302       302
GET  erase_child                     302  302     302  302   302     302       302
POST erase_child                     302  302     302  302   302     302       302
GET  idp:oidc:configuration          200  200     200  200   200     200       200
GET  idp:oidc:jwks                   200  200     200  200   200     200       200
GET  idp:oidc:authorization          302  200     200  200   200     200       302
POST idp:oidc:authorization          302  302     302  302   302     302       302
POST idp:oidc:token                  400  400     400  400   400     400       400
POST idp:oidc:revoke                 400  400     400  400   400     400       400
GET  idp:oidc:userinfo               401  401     401  401   401     401       401

GET  notices                         302  200     200  200   200     200       302
GET  how_told                        302  200     200  200   200     200       302
POST how_told                        302  302     302  422   422     422       302
GET  language_and_units              302  200     200  200   200     200       302
POST language_and_units              302  422     422  422   422     422       302
GET  push_key                        302  200     200  200   200     200       302
POST push_subscribe                  302  400     400  400   400     400       302
POST push_unsubscribe                302  404     404  302   404     404       302
GET  service_worker                  200  200     200  200   200     200       200
GET  manifest                        200  200     200  200   200     200       200
GET  away                            200  200     200  200   200     200       200
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
    return make_cast()


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
