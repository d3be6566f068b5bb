"""A guard around connections to addresses that people have entered: only to public hosts, and not for ever.

Inside `guarded(...)` every connection that requests and urllib3 open is looked at when its socket is opened,
after the name was resolved: a name that resolves to another address the second time, or a redirect, finds the
same door shut. Outside of it nothing changes. What an operator named in PRIVATE_TARGETS may be reached.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import requests
import urllib3.util.connection
from django.conf import settings
from django.utils.encoding import force_str

MOST_READ = 64 * 1024  # bytes of an answer: nobody fills our memory
LOOK_EVERY_S = 0.2
HTTP_PORTS = {"http": 80, "https": 443}

# Addresses that lead to another one inside, so that "public" says nothing about where they end.
_LEADS_ELSEWHERE = [
    ipaddress.ip_network(net)
    for net in (
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # NAT64, local
        "2002::/16",  # 6to4
        "2001::/32",  # Teredo
        "::ffff:0:0/96",  # IPv4 in IPv6
        "::ffff:0:0:0/96",  # the same, translated
        "::/96",  # the same, long out of use
        "192.88.99.0/24",  # 6to4 relays
    )
]


class Refused(OSError):
    """The address is none that we send to."""


class TookTooLong(OSError):
    """The time for one try is over."""


def is_public(address: str) -> bool:
    """Whether an IP address (v4, or v6 with or without a zone) belongs to somebody out there."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if any(ip in net for net in _LEADS_ELSEWHERE if net.version == ip.version):
        return False
    special = ip.is_multicast or ip.is_reserved or getattr(ip, "is_site_local", False)
    return ip.is_global and not special and "%" not in address


def require_public(host: str, port: int) -> None:
    """Raises `Refused` for a host that is not to be stored. A name that leads nowhere today may pass:
    the guard looks again at every connection."""
    with contextlib.suppress(socket.gaierror, UnicodeError):
        _allowed_addresses(host, port)


def is_named_by_operator(host: str, port: int) -> bool:
    return f"{host}:{port}" in settings.PRIVATE_TARGETS


def _allowed_addresses(host: str, port: int) -> list[str]:
    """What `host` resolves to. One address too many among them refuses all."""
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    addresses = [force_str(where[4][0]) for where in found]
    if is_named_by_operator(host, port):
        return addresses
    if not addresses or not all(is_public(address) for address in addresses):
        raise Refused("not a public address")
    return addresses


class Try:
    """One attempt to send: it ends when its time is over, whatever the other side does.

    Threads cannot be killed, and a server may hand out a byte now and then to keep one for hours. So somebody
    else watches the time and shuts the sockets down; who reads from them then meets the end.
    """

    def __init__(self, *, answer_s: float, all_s: float) -> None:
        self.answer_s = answer_s
        self.ends_at = time.monotonic() + all_s
        self.fault = ""  # the kind of the last fault on the wire
        self.status: int | None = None  # of the last answer
        self._kept: list[socket.socket] = []
        self._is_over = False
        self._lock = threading.Lock()

    def __enter__(self) -> Try:
        _watch(self)
        return self

    def __exit__(self, *_: object) -> None:
        with _running_lock:
            _running.discard(self)
        with self._lock:
            self._is_over = True
            for kept in self._kept:
                kept.close()
            self._kept.clear()

    def watch(self, opened: socket.socket) -> None:
        """Shut it down when time is over. Of a duplicate: TLS takes the first one's file number away."""
        with self._lock:
            if self._is_over:
                opened.close()
                raise TookTooLong("no time left")
            self._kept.append(_duplicate(opened))

    def require_time(self) -> None:
        if self._is_over or time.monotonic() > self.ends_at:
            raise TookTooLong("no time left")

    def end(self) -> None:
        with self._lock:
            self._is_over = True
            for kept in self._kept:
                with contextlib.suppress(OSError):
                    kept.shutdown(socket.SHUT_RDWR)


# One thread for all that are running: one more for each message would cost as much as sending it.
_running: set[Try] = set()
_running_lock = threading.Lock()
_watchman: threading.Thread | None = None


def _watch(attempt: Try) -> None:
    global _watchman
    with _running_lock:
        _running.add(attempt)
        if _watchman is None or not _watchman.is_alive():  # a forked process has none
            _watchman = threading.Thread(target=_keep_watch, daemon=True, name="watchman")
            _watchman.start()


def _keep_watch() -> None:
    while True:
        time.sleep(LOOK_EVERY_S)
        with _running_lock:
            late = [attempt for attempt in _running if time.monotonic() > attempt.ends_at]
        for attempt in late:
            attempt.end()


def _duplicate(opened: socket.socket) -> socket.socket:
    """Of the socket itself; a TLS one refuses `dup`."""
    return socket.fromfd(opened.fileno(), opened.family, opened.type)


_now_trying: ContextVar[Try | None] = ContextVar("now_trying", default=None)


@contextmanager
def guarded(*, answer_s: float, all_s: float) -> Iterator[Try]:
    """Each answer is waited for `answer_s`; all of it together ends after `all_s`."""
    with Try(answer_s=answer_s, all_s=all_s) as attempt:
        token = _now_trying.set(attempt)
        try:
            yield attempt
        finally:
            _now_trying.reset(token)


_plain_connection = urllib3.util.connection.create_connection
_plain_send = requests.Session.send


def _guarded_connection(address: tuple[str, int], *args: Any, **kwargs: Any) -> socket.socket:
    attempt = _now_trying.get()
    if attempt is None:
        return _plain_connection(address, *args, **kwargs)
    host, port = address
    fault: OSError = Refused("no address")
    for numeric in _allowed_addresses(host, port):
        attempt.require_time()  # a resolver may have taken all of it
        try:
            # By the number that was looked at: asked once more, a resolver could say something else.
            opened = _plain_connection((numeric, port), *args, **kwargs)
        except OSError as refusal:
            fault = refusal
            continue
        attempt.watch(opened)
        return opened
    raise fault


def _guarded_send(
    session: requests.Session, request: requests.PreparedRequest, **kwargs: Any
) -> requests.Response:
    attempt = _now_trying.get()
    if attempt is None:
        return _plain_send(session, request, **kwargs)
    # No redirects; no proxy from the environment (it would connect in our place); TLS always verified.
    kwargs |= {"allow_redirects": False, "proxies": {}, "stream": True, "timeout": attempt.answer_s}
    kwargs["verify"] = kwargs.get("verify") or True
    try:
        response = _plain_send(session, request, **kwargs)
        attempt.status = response.status_code  # said before the rest, which may never end
        _read_a_little(response)
    except requests.RequestException as fault:
        attempt.fault = _kind_of(fault)
        raise
    return response


def _read_a_little(response: requests.Response) -> None:
    with response:
        body = b""
        for part in response.iter_content(8 * 1024):
            body += part
            if len(body) > MOST_READ:
                raise requests.exceptions.ContentDecodingError("the answer is too long")
    response._content = body


def _kind_of(fault: BaseException) -> str:
    """The name of what was wrong at the bottom: `Refused` says more than `ConnectionError`."""
    deepest, seen = fault, 0
    while (below := deepest.__cause__ or deepest.__context__) is not None and seen < 10:
        deepest, seen = below, seen + 1
        if isinstance(deepest, Refused | TookTooLong):
            break
    return type(deepest).__name__


urllib3.util.connection.create_connection = _guarded_connection
requests.Session.send = _guarded_send  # type: ignore[method-assign,assignment]
