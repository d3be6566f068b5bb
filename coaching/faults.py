"""What is answered where no view answers: a page, or below `/api/` a problem in the API's one shape."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import csrf, defaults

from coaching.api.problems import FAULT, MEDIA_TYPE, NOTHING_HERE, problem
from coaching.compression import API


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_for_programs(request):
        return _problem(400, "parse_error", "This request cannot be read.")
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_for_programs(request):
        return _problem(403, "permission_denied", "You may not do this.")
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_for_programs(request):
        return _problem(404, "not_found", NOTHING_HERE)
    return defaults.page_not_found(request, exception)


def fault(request: HttpRequest) -> HttpResponse:
    if _is_for_programs(request):
        return _problem(500, "fault", FAULT)
    return defaults.server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if _is_for_programs(request):
        return _problem(403, "permission_denied", "The CSRF token is missing or wrong.")
    return csrf.csrf_failure(request, reason)


def _is_for_programs(request: HttpRequest) -> bool:
    return request.path_info.startswith(API)


def _problem(code: int, name: str, detail: str) -> HttpResponse:
    body: dict[str, Any] = problem(code, name, detail)
    return JsonResponse(body, status=code, content_type=MEDIA_TYPE)
