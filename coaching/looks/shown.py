"""What each address shows of somebody's health, in the athlete's words. One that is in neither list fails a test.

At run time nothing hangs on the words: an address that is not in `SHOWS_NOBODY` leaves an entry for everybody it was
handed data of.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

ADMIN = "admin:"
IN_BANNER = "banner"  # of calls that nobody answers, on every page of who is called


def names_in(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Pages and endpoints, by what of an athlete is on them.
_ON_ONE_ADDRESS: list[tuple[Any, tuple[str, ...]]] = [
    (
        _("Who needs somebody now, a list"),
        (
            "desk:today",
            "desk:acknowledge",
            "desk:acknowledge_ticked",
            "api:today",
            "api:escalation-acknowledge-together",
        ),
    ),
    (_("The morning page"), ("desk:morning", "api:morning")),
    (_("The list of athletes"), ("desk:athletes", "api:athlete-list", "api:athlete-detail")),
    (_("The week of a squad"), ("desk:board", "api:squad-board")),
    (_("The week of a squad, as a file"), ("desk:board_csv", "api:squad-board-csv")),
    (_("The season of a squad"), ("desk:season", "api:squad-season")),
    (_("The season of a squad, as a file"), ("desk:season_csv", "api:squad-season-csv")),
    (_("How problems turned out"), ("desk:outcomes", "api:outcome-list")),
    (_("A call for help"), ("desk:escalation", "desk:resolve")),
    (
        _("Calls for help"),
        (
            "api:escalation-list",
            "api:escalation-detail",
            "api:escalation-acknowledge",
            "api:escalation-resolve",
        ),
    ),
    (
        _("The page about the athlete"),
        ("desk:athlete", "phone:home", "phone:history", "api:episode-events", "api:episode-pain"),
    ),
    (
        _("A pain report"),
        (
            "desk:report",
            "phone:result",
            "phone:answer",
            "api:report-list",
            "api:report-detail",
            "api:report-assessment",
            "api:assessment-list",
            "api:assessment-detail",
        ),
    ),
    (
        _("A pain report that is being written"),
        (
            "desk:new_report",
            "desk:new_report-step",
            "desk:new_report-send",
            "desk:new_report-known",
            "desk:new_report-discard",
            "phone:report",
            "phone:report-step",
            "phone:report-send",
            "phone:report-known",
            "phone:report-discard",
            "phone:offline",
            "phone:offline-send",
            "api:interview-next",
        ),
    ),
    (
        _("A problem and what was done about it"),
        (
            "phone:episode",
            "desk:close",
            "api:episode-list",
            "api:episode-detail",
            "api:episode-close",
        ),
    ),
    (_("The talk with the coach"), ("desk:comment", "phone:comment", "api:comment-list")),
    (
        _("A clinician’s note"),
        ("desk:note", "api:clinician-note-list", "api:clinician-note-detail"),
    ),
    (
        _("What a clinician found"),
        ("desk:finding", "api:episode-findings"),
    ),
    (
        _("The way back to running"),
        (
            "desk:clearance",
            "phone:way_back",
            "phone:way_back_start",
            "phone:way_back_run",
            "phone:way_back_morning",
            "api:episode-return",
            "api:episode-return-start",
            "api:episode-return-clearance",
            "api:episode-return-runs",
            "api:episode-return-morning",
        ),
    ),
    (
        _("A check-in"),
        (
            "desk:check_in",
            "phone:check_in",
            "check_in_by_link",
            "api:check-in-list",
            "api:check-in-detail",
            "api:check-in-answer",
        ),
    ),
    (
        _("Whether and how the athlete trains"),
        (
            "desk:hold",
            "desk:release",
            "api:training-hold-list",
            "api:training-hold-detail",
            "api:training-hold-release",
        ),
    ),
    (
        _("The plan"),
        (
            "desk:change_step",
            "desk:undo_step",
            "phone:step",
            "api:care-step-list",
            "api:care-step-detail",
            "api:care-step-change",
            "api:care-step-undo",
        ),
    ),
    (
        _("Handed over to a clinician"),
        ("api:hand-over-list", "api:hand-over-detail", "api:episode-clinicians"),
    ),
    (_("The page for a clinician"), ("desk:hand_over", "desk:sheet", "api:episode-sheet")),
    (_("The page for a clinician, as a file"), ("desk:sheet_pdf", "api:episode-sheet-pdf")),
    (_("Lasting facts, such as earlier injuries"), ("phone:profile",)),
]
SHOWS: dict[str, Any] = {name: what for what, names in _ON_ONE_ADDRESS for name in names}
SHOWS[IN_BANNER] = _("A call that nobody answers, above every page")

# What services write about: kinds of records, as they name them to `athletes.services.audit`.
RECORDS: dict[str, Any] = {
    "athlete": _("The athlete's own record"),
    "check_in": _("A check-in"),
    "clinician_note": _("A clinician’s note"),
    "comment": _("The talk with the coach"),
    "consent": _("The consent"),
    "episode": _("A problem"),
    "escalation": _("A call for help"),
    "export": _("All data, as a file"),
    "finding": _("What a clinician found"),
    "guardian": _("Who is guardian"),
    "hand_over": _("Handed over to a clinician"),
    "hold": _("Whether and how the athlete trains"),
    "report": _("A pain report"),
    "return": _("The way back to running"),
    "step": _("The plan"),
}

# Addresses that say nothing about anybody's health: settings, names, knowledge, the way in.
SHOWS_NOBODY = names_in(
    """
    home set_language safety for_programs styleguide livez readyz metrics join service_worker manifest away
    desk:own_coaches desk:club desk:new_on_call desk:end_on_call desk:people desk:member desk:member_end desk:athlete_squads
    desk:squads desk:new_squad desk:new_athlete
    desk:invite desk:revoke desk:track_new desk:track desk:start desk:start_later desk:start_test desk:start_leave
    desk:demo_load desk:demo_remove desk:channels desk:channel_test desk:channel_remove
    phone:choose phone:offline-key phone:looks api:look-list
    api:login api:logout api:me api:assess api:squad-list api:squad-detail api:finding-list api:finding-detail
    api:cause-list api:cause-detail api:rule-list api:rule-detail api:source-list api:source-detail api:safety api:schema api:docs api:redoc api:nowhere
    account account_login account_logout account_inactive account_signup account_reauthenticate account_email
    account_email_verification_sent account_change_password account_set_password account_reset_password
    account_confirm_email account_reset_password_done account_reset_password_from_key
    account_reset_password_from_key_done account_confirm_login_code
    mfa_index mfa_list_webauthn mfa_add_webauthn mfa_edit_webauthn mfa_remove_webauthn mfa_login_webauthn
    account_request_login_code mfa_activate_totp mfa_authenticate mfa_deactivate_totp mfa_generate_recovery_codes
    mfa_reauthenticate mfa_reauthenticate_webauthn mfa_view_recovery_codes second_factor_off
    sessions end_session end_other_sessions tokens token_new token_revoke apps app_take_back api:token-list
    api:token-detail idp:oidc:authorization idp:oidc:configuration idp:oidc:jwks idp:oidc:revoke idp:oidc:token
    idp:oidc:userinfo
    desk:consent_told desk:guardian_end phone:consent phone:sharing api:athlete-sharing api:athlete-chain api:athlete-looked api:outcome-figures
    phone:birth_date phone:ask_guardian phone:guardian_end consent_text
    api:consent-text api:consent-list api:consent-detail api:consent-withdraw api:guardian-list api:guardian-detail
    api:guardian-end
    desk:webhooks desk:webhook desk:webhook_new desk:webhook_change desk:webhook_rotate desk:webhook_test
    desk:webhook_start desk:webhook_stop desk:webhook_remove desk:webhook_redeliver
    api:webhook-list api:webhook-detail api:webhook-rotate api:webhook-test api:webhook-start api:webhook-stop
    api:webhook-delivery-list api:webhook-delivery-detail api:webhook-delivery-redeliver
    privacy own_data own_data_ask own_data_file erase_account erase_child desk:keeping
    api:export-list api:export-detail api:export-file
    api:club-list api:club-detail api:club-keeping api:demo-club api:squad-track-link api:athlete-squads
    api:membership-list api:membership-detail api:membership-end api:on-call-list api:on-call-detail api:on-call-end
    api:athlete-own-coaches api:squad-channel-list api:squad-channel-detail api:squad-channel-test
    api:invitation-list api:invitation-detail api:invitation-revoke api:invitation-look api:invitation-take-up
    api:squad-chain api:squad-drill api:drill api:drill-end desk:left desk:athlete_leave desk:athlete_return
    api:athlete-leave api:left-athlete-list api:left-athlete-detail api:left-athlete-bring-back
    api:notification-list api:notification-detail api:notification-read api:notification-read-all
    api:notification-preferences api:push-subscription-list api:push-subscription-detail api:push-subscription-key
    api:session-list api:session-detail api:session-end-others api:app-list api:app-detail
    notices how_told language_and_units push_key push_subscribe push_unsubscribe
    """
)


def in_words(what: str) -> Any:
    """What was looked at or changed, as the athlete reads it."""
    if what.startswith(ADMIN):
        return _("The records, by the administration of the site")
    return SHOWS.get(what) or RECORDS.get(what) or _("Something on this site")
