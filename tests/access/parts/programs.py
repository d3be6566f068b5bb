"""Personal tokens and other apps."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

ROWS = """
                                     anon athlete mate coach foreign clinician token
GET  api:token-list                  401  200     200  200   200     200       200
POST api:token-list                  401  403     403  403   403     403       201
GET  api:token-detail                401  404     404  200   404     404       200
DELETE api:token-detail              401  404     404  204   404     404       204
GET  tokens                          302  200     200  200   200     200       302
GET  token_new                       302  302     302  302   302     302       302
POST token_new                       302  302     302  302   302     302       302
POST token_revoke                    302  404     404  302   404     404       302
GET  apps                            302  200     200  200   200     200       302
POST app_take_back                   302  404     404  302   404     404       302
GET  idp:oidc:configuration          200  200     200  200   200     200       200
GET  idp:oidc:jwks                   200  200     200  200   200     200       200
GET  idp:oidc:authorization          302  200     200  200   200     200       302
POST idp:oidc:authorization          302  302     302  302   302     302       302
POST idp:oidc:token                  400  400     400  400   400     400       400
POST idp:oidc:revoke                 400  400     400  400   400     400       400
GET  idp:oidc:userinfo               401  401     401  401   401     401       401
"""

ABOUT = {"token_revoke": "api_token", "app_take_back": "app", "api:token-detail": "api_token"}

ADDRESSES = {
    "idp:oidc:authorization": lambda cast: reverse(
        "idp:oidc:authorization", query=asking(cast["app"])
    )
}


def asking(app: Any) -> dict[str, str]:
    """What an app sends along with somebody who shall let it in."""
    return {
        "client_id": app.pk,
        "redirect_uri": app.get_redirect_uris()[0],
        "response_type": "code",
        "scope": "openid reports:read",
        "state": "a-state",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }


def bodies(cast: dict[str, Any]) -> dict[str, Any]:
    return {
        "api:token-list": {"name": "Diary", "scopes": ["reports:read"]},
    }
