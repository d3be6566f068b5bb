"""Accounts: log-in, passwords, second factor, sessions."""

from __future__ import annotations

from typing import Any

ROWS = """
                                     anon athlete mate coach foreign clinician token
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
"""

ABOUT = {"end_session": "device", "mfa_edit_webauthn": "passkey", "mfa_remove_webauthn": "passkey"}

ARGS: dict[str, list[Any]] = {
    "account_confirm_email": ["unknown-key"],
    "account_reset_password_from_key": ["1", "set-password"],
}
