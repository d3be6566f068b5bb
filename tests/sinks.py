"""Where messages end up in a test: a mail server, a push service and a webhook, all on this machine.

Each can be told to misbehave, always or for a seeded share of what arrives, and notes every attempt.

    with open_sinks() as sinks:
        sinks.mail.mood = "500"
        Stack(**sinks.env)
"""

from __future__ import annotations

import asyncio
import base64
import email
import json
import logging
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.policy import default as modern
from typing import Any

import http_ece
from aiosmtpd.smtp import SMTP
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.wires import HOOK, MAIL, PUSH, SQUAD

OK = "ok"
FAIL = "500"  # answers that it cannot now
GONE = "410"  # push: this browser is no more; mail: no such mailbox
SLOW = "timeout"  # answers, without having taken it, long after everybody has given up
HANG = "hang"  # takes the connection and never says a word
DROP = "drop"  # hangs up before it has taken the message
REDIRECT = "307"  # a webhook: sends them somewhere else
DROP_AFTER = "drop after accept"  # takes the message and hangs up before it has said so
MOODS = (OK, FAIL, GONE, SLOW, HANG, DROP, DROP_AFTER, REDIRECT)
SLOW_S = 30.0
logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # aiosmtpd tells who gets mail
Mood = str | Callable[[], str]


def shares(seed: int, **weights: float) -> Callable[[], str]:
    """A mood by chance, the same each run: `shares(1, ok=8, hang=1, drop=1)`; `fail` is "500"."""
    names = {
        "fail": FAIL,
        "gone": GONE,
        "slow": SLOW,
        "drop_after": DROP_AFTER,
        "redirect": REDIRECT,
    }
    moods = [names.get(name, name) for name in weights]
    assert set(moods) <= set(MOODS), moods
    dice = random.Random(seed)
    return lambda: dice.choices(moods, list(weights.values()))[0]


@dataclass(frozen=True)
class Attempt:
    """One try to give a message to a sink."""

    at: float  # time.time()
    mood: str
    to: str = ""
    message_id: str = ""
    text: str = ""  # all that a person or a wire could read of it: headers, subject, body
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def was_taken(self) -> bool:
        return self.mood in (OK, DROP_AFTER)


class Sink:
    """What came, in order. `mood` says how the next ones are treated."""

    def __init__(self) -> None:
        self.mood: Mood = OK
        self.attempts: list[Attempt] = []
        self.port = 0
        self.never = (
            asyncio.Event()
        )  # kept here: a task that only waits would be collected as garbage

    def next_mood(self) -> str:
        return self.mood() if callable(self.mood) else self.mood

    @property
    def taken(self) -> list[Attempt]:
        return [attempt for attempt in self.attempts if attempt.was_taken]

    @property
    def taken_twice(self) -> dict[str, int]:
        """Message ids that were taken more than once, and how often."""
        often = Counter(attempt.message_id for attempt in self.taken)
        return {message_id: times for message_id, times in often.items() if times > 1}

    async def serve(self) -> asyncio.Server:
        raise NotImplementedError


class MailSink(Sink):
    """An SMTP server. A bad mood shows when the message has come; `hang` from the first word on."""

    async def serve(self) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        return await loop.create_server(self._connection, "127.0.0.1", self.port)

    def _connection(self) -> asyncio.Protocol:
        mood = self.next_mood()
        if mood == HANG:
            self.attempts.append(Attempt(time.time(), HANG))
            return asyncio.Protocol()
        return SMTP(_Mailbox(self, mood), hostname="sink.test", timeout=120)


class _Mailbox:
    def __init__(self, sink: MailSink, mood: str) -> None:
        self.sink, self.mood = sink, mood

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.mood == GONE:
            self.sink.attempts.append(Attempt(time.time(), GONE, to=address))
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = email.message_from_bytes(envelope.content, policy=modern)
        body = mail.get_body(("plain",))
        headers = {name: str(value) for name, value in mail.items()}
        lines = [f"{name}: {value}" for name, value in headers.items()]
        self.sink.attempts.append(
            Attempt(
                time.time(),
                self.mood,
                to=",".join(envelope.rcpt_tos),
                message_id=headers.get("Message-ID", ""),
                text="\n".join([*lines, body.get_content() if body else ""]),
                headers=headers,
            )
        )
        if self.mood == SLOW:
            await asyncio.sleep(SLOW_S)
        if self.mood in (DROP, DROP_AFTER):
            server.transport.abort()
        return "250 OK" if self.mood == OK else "451 4.3.0 try again later"


class HttpSink(Sink):
    """Takes any POST. The subclasses know what one says."""

    answer = "200 OK"

    async def serve(self) -> asyncio.Server:
        return await asyncio.start_server(self._connection, "127.0.0.1", self.port)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            pairs = [line.split(":", 1) for line in head[1:] if ":" in line]
            headers = {name.strip().lower(): value.strip() for name, value in pairs}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            mood = self.next_mood()
            self.attempts.append(self.read(mood, head[0].split()[1], headers, body))
            await self._say(mood, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # they hung up, or the test is over
        finally:
            writer.close()

    async def _say(self, mood: str, writer: asyncio.StreamWriter) -> None:
        if mood in (DROP, DROP_AFTER):
            writer.transport.abort()
            return
        if mood == HANG:
            await self.never.wait()
        if mood == SLOW:
            await asyncio.sleep(SLOW_S)
        elsewhere = f"307 Temporary Redirect\r\nLocation: http://127.0.0.1:{self.port}/elsewhere"
        known = {OK: self.answer, GONE: "410 Gone", REDIRECT: elsewhere}
        status = known.get(mood, "500 Internal Server Error")
        writer.write(
            f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
        )
        await writer.drain()

    def read(self, mood: str, path: str, headers: dict[str, str], body: bytes) -> Attempt:
        raise NotImplementedError


@dataclass(frozen=True)
class Browser:
    """What a browser gives a site: the columns of a push subscription."""

    endpoint: str
    p256dh: str
    auth: str


class PushSink(HttpSink):
    """A push service (RFC 8030) that, unlike a real one, has the keys of its browsers and reads along."""

    answer = "201 Created"

    def __init__(self) -> None:
        super().__init__()
        self._secrets: dict[str, tuple[ec.EllipticCurvePrivateKey, bytes]] = {}

    def new_browser(self) -> Browser:
        key, auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        path = f"/push/{len(self._secrets)}-{os.urandom(4).hex()}"
        self._secrets[path] = key, auth
        point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return Browser(f"http://127.0.0.1:{self.port}{path}", _base64(point), _base64(auth))

    def read(self, mood: str, path: str, headers: dict[str, str], body: bytes) -> Attempt:
        key, auth = self._secrets[path]
        payload = http_ece.decrypt(body, private_key=key, auth_secret=auth, version="aes128gcm")
        lines = [f"{name}: {value}" for name, value in headers.items()]
        return Attempt(
            time.time(),
            mood,
            to=path,
            message_id=f"{path} {headers.get('topic', '')}",
            text="\n".join([*lines, json.dumps(json.loads(payload), ensure_ascii=False)]),
            headers=headers,
        )


class HookSink(HttpSink):
    """A webhook, as apprise's `json://` calls it. `url` is what a squad would enter."""

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/hook"

    def read(self, mood: str, path: str, headers: dict[str, str], body: bytes) -> Attempt:
        lines = [f"{name}: {value}" for name, value in headers.items()]
        return Attempt(
            time.time(),
            mood,
            to=path,
            message_id=headers.get("idempotency-key", ""),
            text="\n".join([path, *lines, body.decode(errors="replace")]),
            headers=headers,
        )


class ProgramSink(HttpSink):
    """A club's own program. `url` is what an owner would enter."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/events"

    def read(self, mood: str, path: str, headers: dict[str, str], body: bytes) -> Attempt:
        lines = [f"{name}: {value}" for name, value in headers.items()]
        return Attempt(
            time.time(),
            mood,
            to=path,
            message_id=headers.get("webhook-id", ""),
            text="\n".join([path, *lines, body.decode(errors="replace")]),
            headers=headers,
            body=body,
        )


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


class Sinks:
    """All of them, served by one thread."""

    def __init__(self) -> None:
        self.mail, self.push, self.hook = MailSink(), PushSink(), HookSink()
        self.program = ProgramSink()
        self._searched: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="sinks")
        self._servers: dict[Sink, asyncio.Server] = {}

    @property
    def all(self) -> tuple[Sink, ...]:
        return self.mail, self.push, self.hook, self.program

    def not_yet_searched(self) -> Iterator[tuple[str, str]]:
        """What came since the last time: on which channel, and what it says."""
        for sink, channel in zip(self.all, (MAIL, PUSH, SQUAD, HOOK), strict=True):
            new = sink.attempts[self._searched[channel] :]
            self._searched[channel] += len(new)
            for attempt in new:
                if text := attempt.body.decode() if channel == HOOK else attempt.text:
                    yield channel, text

    @property
    def env(self) -> dict[str, str]:
        """What a process needs to send to these."""
        targets = [f"127.0.0.1:{sink.port}" for sink in (self.push, self.hook, self.program)]
        return {
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail.port}",
            "PRIVATE_TARGETS": ",".join(targets),
        }

    @property
    def taken(self) -> list[Attempt]:
        return [attempt for sink in self.all for attempt in sink.taken]

    def open(self) -> None:
        self._thread.start()
        for sink in self.all:
            self.open_again(sink)

    def open_again(self, sink: Sink) -> None:
        """At the address that it had before, if it had one."""
        self._servers[sink] = self._do(sink.serve())
        sink.port = self._servers[sink].sockets[0].getsockname()[1]

    def shut(self, sink: Sink) -> None:
        """Nobody is there: every connection is refused."""
        self._do(self._shut(self._servers.pop(sink)))

    async def _shut(self, server: asyncio.Server) -> None:
        server.close()

    def close(self) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _end(self) -> None:
        for server in self._servers.values():
            server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*others, return_exceptions=True)

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


@contextmanager
def open_sinks() -> Iterator[Sinks]:
    sinks = Sinks()
    sinks.open()
    try:
        yield sinks
    finally:
        sinks.close()
