"""`Idempotency-Key`: what is sent twice is done once. A mixin for every endpoint (coaching/api/conventions.py)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, ClassVar

from django.db import DatabaseError, InterfaceError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.access import Sight
from athletes.models import SentBefore
from athletes.models.secret import Unreadable
from athletes.services import sent_before
from coaching.api import problems
from coaching.api.danger import DangerAnswered
from coaching.api.withholding import athlete_of

HEADER = "Idempotency-Key"
VISIBLE = re.compile(r"[!-~]{1,200}")
WRONG_KEY = "This is 1 to 200 visible ASCII characters."
GONE = "This was done before, but the answer can no longer be read. Look at what is there."
KEPT_HEADERS = ("Content-Type", "Content-Language", "Location")
UNKEPT = (DatabaseError, InterfaceError, sent_before.ClaimLost)


class Once(DangerAnswered):
    """A POST with an `Idempotency-Key` is done once, whoever sends it how often.

    Work and answer are one transaction. Reports are not: they have their `client_key`, and nothing here may hold up or undo
    a danger sign.
    """

    # Work that is several transactions, so that nobody waits for all of it, and that finds itself when it is done again.
    in_steps: ClassVar = False
    claim: sent_before.Claim | None = None

    def do_once(self, request: Request) -> None:
        """Puts itself before the handler of this request, where there is a key."""
        key = request.headers.get(HEADER)
        handler = getattr(self, "post", None)
        if key is None or handler is None or not request.user.is_authenticated:
            return
        if not VISIBLE.fullmatch(key):
            raise problems.WrongRequest(WRONG_KEY, header=HEADER)
        found = self._claimed(request, key)
        if isinstance(found, SentBefore):
            self.post: Callable[..., Any] = partial(self._again, found)
        elif found is not None:
            self.claim = found
            self.post = partial(self._first, handler)

    def _claimed(self, request: Request, key: str) -> sent_before.Claim | SentBefore | None:
        told = sent_before.hashed(key, request.get_full_path(), _canonical(request.data))
        try:
            return sent_before.claim(by=request.user, key=key, request_hash=told)
        except sent_before.SentOtherwise:
            raise problems.KeyUsedOtherwise from None
        except sent_before.StillAtWork:
            if self.tells_danger:
                return None  # its client_key makes it one report, and nobody is called too late
            raise problems.StillAtWork from None
        except (DatabaseError, InterfaceError):
            if self.tells_danger:
                return None  # what could not be stored says so itself, with the danger signs
            raise

    def _first(
        self, handler: Callable[..., Any], request: Request, *args: Any, **kwargs: Any
    ) -> Any:
        if self.tells_danger or self.in_steps:
            response = handler(request, *args, **kwargs)
            try:
                self._keep(request, response)
            except UNKEPT:
                self.claim = None  # it is stored; sent again, its client_key finds it
            return response
        try:
            with transaction.atomic():
                response = handler(request, *args, **kwargs)
                self._keep(request, response)
        except sent_before.ClaimLost:
            raise problems.StillAtWork from None
        return response

    def _keep(self, request: Request, response: Any) -> None:
        """What did nothing (4xx) is not kept: it may be sent again when it can be done, or corrected."""
        if self.claim is None or response.status_code >= 400:
            return
        if isinstance(response, Response):
            response = self.finalize_response(request, response)
            response.render()
        headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response}
        sent_before.keep(
            claim=self.claim,
            status=response.status_code,
            headers=headers,
            answer=response.content.decode(),
        )
        self.claim = None

    def let_go(self) -> None:
        """Nothing was done under this key."""
        if self.claim is None:
            return
        with suppress(DatabaseError, InterfaceError):  # then it runs out by itself
            sent_before.release(claim=self.claim)
        self.claim = None

    def _again(self, found: SentBefore, request: Request, *args: Any, **kwargs: Any) -> Any:
        answer = found.answer
        if isinstance(answer, Unreadable):
            raise problems.Conflict(GONE)
        self.still_sees(json.loads(answer) if answer else None)
        return HttpResponse(
            answer, status=found.status, headers={**found.headers, "Idempotency-Replayed": "true"}
        )

    def still_sees(self, answered: Any) -> None:
        """Raises Http404 if the caller may not see any more what was answered then, or not all of it."""
        told = answered if isinstance(answered, dict) else {}
        if self.kwargs:
            if not hasattr(self, "get_object"):
                raise Http404
            row = self.get_object()
        elif "id" in told and hasattr(self, "get_queryset"):
            row = get_object_or_404(self.get_queryset(), pk=told["id"])
        else:
            return
        was_told_all = told.get("status_only") is False
        if was_told_all and not Sight(self.request.user).is_whole(athlete_of(row)):
            raise Http404


def _canonical(data: Any) -> str:
    return json.dumps(data, sort_keys=True, separators=(",", ":"))
