"""How long a slow client may hold a thread of the web server: a few of them must not keep everybody from reporting.

gunicorn's threads read a request for as long as it takes: eight connections that send a byte now and then would hold
the whole site. Named by `--worker-class` in supervisord.conf.
"""

from __future__ import annotations

import json
import socket
import time
from contextlib import suppress
from typing import Any

from gunicorn import util
from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers import gthread

from coaching.api.problems import MEDIA_TYPE, problem

FIRST_BYTE_S = 0.1  # who has said nothing by then waits without a thread
READ_S = 20.0  # for a whole request; a report has two kilobytes
WRITE_S = 300.0  # for the answer: a file goes slowly over a bad connection


class PatientWorker(gthread.ThreadWorker):  # type: ignore[misc]
    """Whoever is too slow is cut off. A report that was cut off comes again: its sender has its key."""

    def init_process(self) -> None:
        self.held_since: dict[Any, float] = {}
        super().init_process()

    def handle(self, conn: Any) -> Any:
        if not (conn.initialized or conn.data_ready or conn.wait_for_data(FIRST_BYTE_S)):
            return gthread._DEFER
        self.held_since[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            self.held_since.pop(conn, None)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """An address that is too long never reaches the site: programs get its problem from here."""
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("An address is too long: %s", exc)
        with suppress(OSError):
            util.write_nonblock(client, too_long())

    def murder_pending(self) -> None:
        """Asked for at least every second."""
        super().murder_pending()
        for conn, since in list(self.held_since.items()):
            held_s = time.monotonic() - since
            if held_s > WRITE_S:
                _end(conn, socket.SHUT_RDWR)
            elif held_s > READ_S:
                _end(conn, socket.SHUT_RD)  # an answer that is on its way goes on


def too_long() -> bytes:
    """The answer with status 414, as it goes over the line."""
    detail = "The address, with its parameters, is longer than 4,094 bytes."
    body = json.dumps(problem(414, "address_too_long", detail))
    head = (
        "HTTP/1.1 414 URI Too Long",
        "Connection: close",
        f"Content-Type: {MEDIA_TYPE}",
        "X-Content-Type-Options: nosniff",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*head, "", body)).encode("ascii")


def _end(conn: Any, how: int) -> None:
    with suppress(OSError):  # gone meanwhile
        conn.sock.shutdown(how)
