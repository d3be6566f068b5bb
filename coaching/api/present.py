"""What only the person may do: not an app, and in a browser not somebody who found it open."""

from __future__ import annotations

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.idp.oidc.models import Token as AppToken
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

FIRST_SAY_WHO = "Give your password at /accounts/reauthenticate/ first."


def refuse_apps(request: Request, why: str) -> None:
    """An app that got in by OAuth may not do this, whatever its scopes. `why` is told."""
    if isinstance(request.auth, AppToken):
        raise PermissionDenied(why)


def require_present(request: Request) -> None:
    """At a browser, somebody who has just shown to be there; a token was made by such a one."""
    if request.auth is None and is_reauthentication_required(request._request, app="account"):
        raise PermissionDenied(FIRST_SAY_WHO, code="reauthentication_needed")
