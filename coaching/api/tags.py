"""`ETag`: what is unchanged is not sent again, and nobody changes what they have not seen.

A mixin for every endpoint (coaching/api/conventions.py).
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils.http import parse_etags
from rest_framework.request import Request, clone_request
from rest_framework.response import Response
from rest_framework.views import APIView

from athletes.models import User
from coaching.api import problems
from coaching.compression import ZIPPED

EDITS = ("PUT", "PATCH", "DELETE")


def tag_of(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:40]}"'


def named(tag: str, header: str, *, weakly: bool) -> str:
    """As what `header` names `tag`: itself, or its compressed form. A weak tag names nothing in `If-Match`."""
    for name in parse_etags(header):
        bare = name.removeprefix("W/") if weakly else name
        if name == "*" or bare.replace(ZIPPED, '"') == tag:
            return tag if name == "*" else bare
    return ""


class Tagged(APIView):
    """Reads have an `ETag` and heed `If-None-Match`; edits heed `If-Match` under the lock of the row."""

    def tagged(self, request: Request, response: Any) -> None:
        """Once it is rendered, the answer to a read gets its tag, or becomes 304."""
        wanted = request.headers.get("If-None-Match")
        if response.status_code != 200:
            return
        if isinstance(response, Response):
            response.add_post_render_callback(partial(_tag, wanted))
        elif not response.streaming:  # a file
            _tag(wanted, response)

    def change_only_if_unchanged(self, request: Request) -> None:
        """Puts itself before the handler of this edit, where it says what it wants to change."""
        name, wanted = (request.method or "").lower(), request.headers.get("If-Match")
        handler = getattr(self, name, None)
        if wanted is not None and handler is not None:
            setattr(self, name, partial(self._if_unchanged, handler, wanted))

    def _if_unchanged(
        self, handler: Callable[..., Any], wanted: str, request: Request, *args: Any, **kwargs: Any
    ) -> Any:
        with transaction.atomic():
            self.lock()
            if not named(self._tag_now(request, *args, **kwargs), wanted, weakly=False):
                raise problems.ChangedMeanwhile
            return handler(request, *args, **kwargs)

    def lock(self) -> None:
        """Hold the row that is to be changed. Without one in the address it is the caller's own account."""
        if hasattr(self, "get_object"):
            rows, key = type(row := self.get_object())._base_manager, row.pk
        else:
            rows, key = User._base_manager, self.request.user.pk
        if rows.select_for_update(no_key=True).filter(pk=key).first() is None:
            raise Http404

    def _tag_now(self, request: Request, *args: Any, **kwargs: Any) -> str:
        """Of what a GET would answer right now."""
        reading = copy.copy(self)
        reading.request = clone_request(request, "GET")
        actions: dict[str, str] = getattr(self, "action_map", None) or {"get": "get"}
        if "get" not in actions or not hasattr(reading, actions["get"]):
            raise problems.ChangedMeanwhile(
                "This cannot be read, so nothing can be named by If-Match."
            )
        reading.action = actions["get"]  # type: ignore[attr-defined]
        response = getattr(reading, actions["get"])(reading.request, *args, **kwargs)
        response = reading.finalize_response(reading.request, response, *args, **kwargs)
        return tag_of(response.rendered_content)


def _tag(wanted: str | None, response: HttpResponse) -> None:
    response["ETag"] = tag = tag_of(response.content)
    if wanted is not None and (known_as := named(tag, wanted, weakly=True)):
        response["ETag"] = known_as
        response.status_code = 304
        response.content = b""
        del response["Content-Type"]
