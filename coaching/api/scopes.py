"""What a token must be good for at each endpoint: every view says it, and what says nothing is shut to tokens.

A view's `scope` is one of
- an area of `athletes.scopes`, such as `"reports"`: reading needs `reports:read`, all else `reports:write`;
- a whole scope, such as `"account:write"`, for all that it does;
- several by action or method, `{"*": "reports", "close": "care:write"}`; `"*"` is for what is not named;
- `ANY_TOKEN`: the same for everybody who is logged in, with any token; `NO_LOG_IN`: it needs no log-in at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.idp.oidc.models import Token as AppToken
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from athletes.models import ApiToken
from athletes.scopes import allows

ANY_TOKEN, NO_LOG_IN = "any token", "no log-in"


class InsufficientScope(PermissionDenied):
    default_detail = "This token is not good for that."
    default_code = "insufficient_scope"


def needed(view: Any, method: str) -> str | None:
    """The scope, `ANY_TOKEN` or `NO_LOG_IN` for this request to `view`; None: it does not say."""
    said = getattr(view, "scope", None)
    method = "GET" if method == "HEAD" else method
    if isinstance(said, Mapping):
        said = said.get(getattr(view, "action", None) or "") or said.get(method) or said.get("*")
    if said is None or said in (ANY_TOKEN, NO_LOG_IN) or ":" in said:
        return said
    return f"{said}:{'read' if method in SAFE_METHODS else 'write'}"


def held(auth: ApiToken | AppToken) -> list[str]:
    return auth.scopes if isinstance(auth, ApiToken) else auth.get_scopes()


class HasScope(BasePermission):
    """For every endpoint, beside what its person may. Who came with a browser's session may all that."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, ApiToken | AppToken):
            return True
        if request.method == "OPTIONS" or not _is_offered(view, request.method or ""):
            return True  # which says nothing about anybody, or is refused right away (405)
        scope = needed(view, request.method or "")
        if scope in (ANY_TOKEN, NO_LOG_IN):
            return True
        if scope is None:
            raise InsufficientScope(f"{type(view).__name__} does not say which scope it needs.")
        if allows(held(request.auth), scope):
            return True
        view.headers["WWW-Authenticate"] = f'Bearer error="insufficient_scope", scope="{scope}"'
        raise InsufficientScope(f"This token needs the scope {scope} for that.")


def _is_offered(view: Any, method: str) -> bool:
    return hasattr(view, method.lower())
