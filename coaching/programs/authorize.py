"""The addresses that other apps speak with. allauth answers; what it leaves open is shut here."""

from __future__ import annotations

import hashlib
import json
import time
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from allauth.core.internal import ratelimit
from allauth.core.internal.httpkit import add_query_params, extract_basic_auth
from allauth.idp.oidc import views
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.forms import AuthorizationForm
from allauth.idp.oidc.internal.clientkit import lookup_client
from allauth.idp.oidc.models import Client, Token
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from athletes.scopes import ABOUT_ONESELF, SCOPES
from athletes.security_log import note
from athletes.services import apps

S256_LENGTH = 43  # of a challenge: SHA-256 in base64url
LONGEST = 4096  # characters of anything that is sent
CODE_REMEMBERED_S = 600  # a code itself lives a minute
RENEWAL_REMEMBERED_S = 24 * 3600
TOGETHER_S = 30  # two tries within it are one app that is at it twice; later the first was stolen, or the second


@require_safe
def configuration(request: HttpRequest) -> HttpResponse:
    """What is offered here, for programs (OpenID Connect Discovery, RFC 8414)."""

    def whole(name: str) -> str:
        return request.build_absolute_uri(reverse(f"idp:oidc:{name}"))

    return JsonResponse(
        {
            "issuer": get_adapter().get_issuer(),
            "authorization_endpoint": whole("authorization"),
            "token_endpoint": whole("token"),
            "revocation_endpoint": whole("revoke"),
            "userinfo_endpoint": whole("userinfo"),
            "jwks_uri": whole("jwks"),
            "scopes_supported": [*ABOUT_ONESELF, *SCOPES],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic",
                "client_secret_post",
                "none",
            ],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "name", "email", "email_verified"],
        }
    )


class Authorization(views.AuthorizationView):  # type: ignore[misc]
    """“This app would like to …”: the one page on which somebody says yes.

    What is wrong with the app or its address is told here and sent nowhere.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        app = lookup_client(request.GET.get("client_id", "")) if _is_plain(request.GET) else None
        if app is None:
            return _told(request, _("This app is not known here."))
        if request.GET.getlist("redirect_uri") not in [[uri] for uri in app.get_redirect_uris()]:
            return _told(request, _("This app gave an address that it is not registered with."))
        if error := _wrong(request.GET):
            return _sent_back(request.GET, error)
        _asks(request, request.GET.urlencode())
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _is_plain(request.POST):
            return _told(request, _("What this app asked for cannot be read."))
        _asks(request, "")
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def get_form(self, *args: Any) -> AuthorizationForm:
        """With the scopes in the order of the site, in every language."""
        form: AuthorizationForm = super().get_form(*args)
        words = {**ABOUT_ONESELF, **SCOPES}
        form.fields["scopes"].choices = [(n, words[n]) for n in words if n in self._scopes]
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        there = urlsplit(self._request_info["redirect_uri"])
        return {
            **context,
            "leads_to": there.hostname or f"{there.scheme}:",
            "most_days": apps.MOST_DAYS,
            "unused_days": apps.UNUSED_DAYS,
        }

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """The answer to the form leads to the app: browsers ask the policy of the page on which it stood."""
        response: HttpResponse = super().render_to_response(context, **kwargs)
        there = urlsplit(self._request_info["redirect_uri"])
        source = f"{there.scheme}://{there.netloc}" if there.netloc else f"{there.scheme}:"
        response._csp_update = {"form-action": [source]}  # type: ignore[attr-defined]
        return response


def _is_plain(sent: QueryDict) -> bool:
    """Nothing that a database or a log would stumble over."""
    return all(
        len(value) <= LONGEST and value.isprintable()
        for name, values in sent.lists()
        for value in (name, *values)
    )


def _asks(request: HttpRequest, query: str) -> None:
    """What stands behind the question mark, as oauthlib can read it: it breaks at a `%zz`."""
    request.META["QUERY_STRING"] = query


def _wrong(sent: QueryDict) -> str | None:
    """Nobody is asked in passing (`prompt=none`), and a code that is overheard must be worth nothing (PKCE)."""
    if "resource" in sent:
        return "invalid_target"
    if any(len(values) > 1 for _name, values in sent.lists()):
        return "invalid_request"
    if "none" in sent.get("prompt", "").split():
        return "interaction_required"
    is_bound = len(sent.get("code_challenge", "")) == S256_LENGTH
    is_s256 = sent.get("code_challenge_method") == "S256"
    return None if is_bound and is_s256 else "invalid_request"


def _sent_back(sent: QueryDict, error: str) -> HttpResponse:
    told = {"error": error, **({"state": sent["state"]} if sent.get("state") else {})}
    there = add_query_params(sent["redirect_uri"], told)
    return HttpResponse(status=HTTPStatus.FOUND, headers={"Location": there})


def _told(request: HttpRequest, sentence: str) -> HttpResponse:
    page = {"error": {"description": sentence}}
    return render(request, "idp/oidc/error.html", page, status=HTTPStatus.BAD_REQUEST)


@csrf_exempt  # an app sends it, without a session. nosemgrep: every-form-has-its-token
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """A code, or a key to renew, for an access token."""
    if not ratelimit.consume(request, app="allauth.idp.oidc", action="token"):
        return _error("temporarily_unavailable", HTTPStatus.TOO_MANY_REQUESTS, wait_s=60)
    sent = request.POST
    _asks(request, "")
    if not _is_plain(sent) or not _has_plain_client(request):
        return _error("invalid_request")
    if "resource" in sent:
        return _error("invalid_target")
    if _shows_wrong_secret(request):
        return _error("invalid_client", HTTPStatus.UNAUTHORIZED)
    if sent.get("grant_type") == Client.GrantType.AUTHORIZATION_CODE:
        return _once(request, sent.get("code", ""))
    if sent.get("grant_type") == Client.GrantType.REFRESH_TOKEN:
        return _once(request, sent.get("refresh_token", ""), is_renewal=True)
    return _error("unsupported_grant_type")


def _once(request: HttpRequest, secret: str, *, is_renewal: bool = False) -> HttpResponse:
    """Good once, also for two that come at once. Whoever brings it again later ends what the first got.

    A code is spent by the first try, right or wrong; a key to renew only by one that succeeds.
    """
    key = f"oauth.once.{hashlib.sha256(secret.encode()).hexdigest()}"
    remembered_s = RENEWAL_REMEMBERED_S if is_renewal else CODE_REMEMBERED_S
    if not cache.add(key, None, remembered_s):
        _brought_again(cache.get(key), patience_s=TOGETHER_S if is_renewal else 0)
        return _error("invalid_grant")
    answer = _given(request, ends_at=apps.end_of(renewal=secret) if is_renewal else None)
    if answer.status_code == HTTPStatus.OK:
        got = apps.find(secret=json.loads(answer.content)["access_token"])
        if got is not None:
            spent = {"at": time.time(), "user_id": got.user_id, "client_id": got.client_id}
            cache.set(key, spent, remembered_s)
            if not is_renewal:
                note("app_allowed", user_id=got.user_id)
                apps.tell_if_new(token=got)
    elif is_renewal:
        cache.delete(key)
    return answer


@transaction.atomic
def _given(request: HttpRequest, *, ends_at: datetime | None) -> HttpResponse:
    """What allauth gives, which ends with what the person said yes to: renewing does not begin that anew."""
    answer: HttpResponse = views.token(request)
    if answer.status_code != HTTPStatus.OK:
        return answer
    told = json.loads(answer.content)
    given = [told[name] for name in ("access_token", "refresh_token") if name in told]
    renewable_until = apps.let_end(secrets=given, ends_at=ends_at or apps.end_from_now())
    if renewable_until:
        left = renewable_until - timezone.now()
        told["refresh_expires_in"] = max(0, int(left.total_seconds()))
        answer.content = json.dumps(told)
    return answer


def _brought_again(spent: dict[str, Any] | None, *, patience_s: int) -> None:
    if spent is not None and time.time() - spent.pop("at") >= patience_s:
        note("app_key_replayed", user_id=spent["user_id"])
        Token.objects.filter(**spent).delete()


def _has_plain_client(request: HttpRequest) -> bool:
    return all((part or "").isprintable() for part in extract_basic_auth(request.headers))


def _shows_wrong_secret(request: HttpRequest) -> bool:
    """Asked before allauth does: its transaction holds SQLite's one lock while it hashes, and reports wait for that."""
    name, secret = extract_basic_auth(request.headers)
    app = lookup_client(name or request.POST.get("client_id", ""))
    if app is None or app.type == Client.Type.PUBLIC:
        return False
    return not app.check_secret(secret or request.POST.get("client_secret", ""))


def _error(code: str, status: int = HTTPStatus.BAD_REQUEST, wait_s: int = 0) -> HttpResponse:
    headers = {"Retry-After": str(wait_s)} if wait_s else {}
    return JsonResponse({"error": code}, status=status, headers=headers)


@csrf_exempt  # an app sends it, without a session. nosemgrep: every-form-has-its-token
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """Taken back by the app itself (RFC 7009). With its key to renew goes what was got by it."""
    if not _is_plain(request.POST) or not _has_plain_client(request):
        return _error("invalid_request")
    _asks(request, "")
    renewing = Token.objects.by_value(request.POST.get("token", "")).filter(
        type=Token.Type.REFRESH_TOKEN
    )
    whose = renewing.values("user_id", "client_id").first()
    answer: HttpResponse = views.revoke(request)
    if whose and not renewing.exists():
        Token.objects.filter(**whose).delete()
    return answer


@csrf_exempt  # an app sends it, without a session. nosemgrep: every-form-has-its-token
@require_http_methods(["GET", "POST"])
def userinfo(request: HttpRequest) -> HttpResponse:
    """Who somebody is, for an app with the scope `openid`."""
    if not _is_plain(request.POST):
        return _error("invalid_request")
    _asks(request, "")
    answer: HttpResponse = views.user_info(request)
    return answer
