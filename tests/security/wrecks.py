"""Requests that nobody means: bodies, headers, paths and questions bent in every way, the same ones for the same seed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
ODD_TEXTS = (
    "\0",
    "a\0b",
    "\ud800",
    "\udfff tail",
    "\ufeff",
    "\u202eevil",
    "\u0000\u0001\u001f\u007f",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩‍⚕️🏃🏽‍♀️",
    "ﷺ" * 50,
    "Z\u0351\u036b\u0343" * 200,
    "'; DROP TABLE athletes_athlete; --",
    "<script>alert(1)</script>",
    "{{ 7*7 }}{% debug %}",
    "%s%n%x%00",
    "../../../../etc/passwd",
    "\r\nSet-Cookie: a=b",
    "A" * 70_000,
    "",
    " ",
    "null",
    "NaN",
    "-0",
    "1e999",
    "٣",
    "0x10",
    "2026-02-30",
    "9999-12-31T23:59:60Z",
    "0001-01-01T00:00:00+23:59",
    "2026-01-01T00:00:00",
    "00000000-0000-0000-0000-000000000000",
    "urn:uuid:00000000-0000-0000-0000-000000000000",
)
ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    [],
    {},
    [[]],
    {"": ""},
    0,
    -1,
    2**31,
    2**63,
    -(2**63) - 1,
    10**400,
    1.7976931348623157e308,
    float("nan"),
    float("inf"),
    *ODD_TEXTS,
)
JSON_TYPES = (
    "application/json",
    "application/json; charset=utf-16",
    "application/json; charset=nonsense",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    'multipart/form-data; boundary="\x7f"',
    "application/xml",
    "/",
    "",
    "a" * 5000,
)
HEADERS = (
    "Accept",
    "Accept-Language",
    "Accept-Encoding",
    "Authorization",
    "Cookie",
    "If-None-Match",
    "If-Match",
    "If-Modified-Since",
    "Idempotency-Key",
    "HX-Request",
    "HX-Current-URL",
    "HX-Target",
    "Referer",
    "Origin",
    "Range",
    "X-Forwarded-For",
    "X-Forwarded-Proto",
    "X-Request-ID",
    "X-CSRFToken",
    "X-HTTP-Method-Override",
    "User-Agent",
)
QUESTIONS = (
    "page",
    "page_size",
    "cursor",
    "ordering",
    "updated_since",
    "athlete",
    "squad",
    "level",
    "state",
    "q",
    "next",
    "since",
    "weeks",
    "until",
    "lang",
    "format",
    "episode",
    "new",
    "seen",
)


@dataclass(frozen=True)
class Wreck:
    """One request, as `django.test.Client.generic` takes it."""

    method: str
    path: str
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        shown = self.body[:200] + b"..." * (len(self.body) > 200)
        headers = {name: value[:60] for name, value in self.headers.items()}
        return f"{self.method} {self.path[:200]} {self.content_type[:60]!r} {headers} {shown!r}"


def wrecked(dice: random.Random, path: str, told: dict[str, Any], *, is_api: bool) -> Wreck:
    """One thing bent, sometimes several. `told` is what a person would send there."""
    method = dice.choice(METHODS)
    form = not is_api and dice.random() < 0.8
    body = _form(dice, told) if form else _json(dice, told)
    content_type = "application/x-www-form-urlencoded" if form else "application/json"
    if dice.random() < 0.15:
        content_type = dice.choice(JSON_TYPES)
    headers = {dice.choice(HEADERS): _header(dice) for _ in range(dice.choice((0, 0, 1, 3)))}
    return Wreck(method, _path(dice, path), body, content_type, headers)


# --- Bodies ---------------------------------------------------------------------------------------


def _json(dice: random.Random, told: dict[str, Any]) -> bytes:
    return dice.choice(_BODIES)(dice, told)


def _bent(dice: random.Random, told: dict[str, Any]) -> bytes:
    """One value of it is another."""
    changed = json.loads(json.dumps(told)) if told else {"text": "a", "answers": {}}
    here: Any = changed
    while True:
        name = dice.choice(list(here))
        if isinstance(here[name], dict) and here[name] and dice.random() < 0.7:
            here = here[name]
            continue
        break
    here[name] = dice.choice(ODD_VALUES)
    return _written(changed)


def _more(dice: random.Random, told: dict[str, Any]) -> bytes:
    """With names that nobody asked for."""
    odd = {dice.choice(("id", "club", "role", "level", "__proto__", "", "\0", "filed_by")): 1}
    return _written({**told, **odd, dice.choice(ODD_TEXTS)[:100]: dice.choice(ODD_VALUES)})


def _written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _bomb(dice: random.Random, told: dict[str, Any]) -> bytes:
    depth = dice.choice((50, 500, 5_000, 100_000))
    opening, closing = dice.choice(((b"[", b"]"), (b'{"a":', b"}")))
    core = b"1" if opening != b"[" else b""
    return opening * depth + core + closing * depth


def _wide(dice: random.Random, told: dict[str, Any]) -> bytes:
    return _written({"answers": {f"f{number}": "yes" for number in range(20_000)}, **told})


def _cut(dice: random.Random, told: dict[str, Any]) -> bytes:
    whole = _written(told or {"text": "a"})
    return whole[: dice.randrange(len(whole))]


def _garbage(dice: random.Random, told: dict[str, Any]) -> bytes:
    return dice.randbytes(dice.choice((1, 20, 3_000)))


def _other_encoding(dice: random.Random, told: dict[str, Any]) -> bytes:
    return json.dumps(told).encode(dice.choice(("utf-16", "utf-32", "utf-8-sig", "utf-7")))


def _twice(dice: random.Random, told: dict[str, Any]) -> bytes:
    inner = _written(told)[1:-1]
    return b"{" + inner + (b"," if inner else b"") + inner + b"}"


def _no_object(dice: random.Random, told: dict[str, Any]) -> bytes:
    return dice.choice((b"null", b"[]", b"1", b'"a"', b"NaN", b"[" + _written(told) + b"]", b""))


def _huge_number(dice: random.Random, told: dict[str, Any]) -> bytes:
    return b'{"severity_nrs": ' + b"9" * dice.choice((400, 5_000, 50_000)) + b"}"


_BODIES: tuple[Callable[[random.Random, dict[str, Any]], bytes], ...] = (
    _bent,
    _bent,
    _bent,
    _bent,
    _more,
    _more,
    _bomb,
    _wide,
    _cut,
    _garbage,
    _other_encoding,
    _twice,
    _no_object,
    _huge_number,
)


def _form(dice: random.Random, told: dict[str, Any]) -> bytes:
    pairs = [(name, value) for name, value in told.items() if not isinstance(value, dict)]
    if pairs and dice.random() < 0.8:
        place = dice.randrange(len(pairs))
        pairs[place] = (pairs[place][0], dice.choice(ODD_TEXTS))
    if dice.random() < 0.3:
        pairs += [(dice.choice(("action", "next", "id", "\0", "role")), dice.choice(ODD_TEXTS))]
    if dice.random() < 0.1:
        pairs += [(f"n{number}", "") for number in range(2_000)]
    raw = "&".join(f"{name}={_percent(str(value), dice)}" for name, value in pairs)
    return raw.encode("utf-8", "surrogatepass")


def _percent(text: str, dice: random.Random) -> str:
    odd = dice.choice(("%", "%zz", "%ff%fe", "%00", "")) if dice.random() < 0.2 else ""
    raw = text.encode("utf-8", "surrogatepass")
    return "".join(f"%{byte:02x}" for byte in raw) + odd


# --- Headers, paths, questions --------------------------------------------------------------------


def _header(dice: random.Random) -> str:
    odd = dice.choice(
        (
            *ODD_TEXTS,
            "Bearer ",
            "Bearer ngl_" + "x" * 43,
            "Basic " + "=" * 40,
            "bytes=0-,-1,5-2",
            "*;q=" + "9" * 300,
            "de;q=abc, " * 500,
            'W/"' + "a" * 3000,
            '"',
            "sessionid=; csrftoken=\x7f",
        )
    )
    # What a web server would never let through is not worth asking.
    return odd.encode("latin-1", "ignore").decode("latin-1").translate(_NO_BREAKS)[:8_000]


_NO_BREAKS = dict.fromkeys((0, 10, 13))


def _path(dice: random.Random, path: str) -> str:
    chance = dice.random()
    if chance < 0.12:
        parts = path.split("/")
        parts[dice.randrange(len(parts))] = _percent(dice.choice(ODD_TEXTS)[:300], dice)
        path = "/".join(parts)
    elif chance < 0.15:
        path = dice.choice(("//", "/./", "/%2e%2e/", "/.;/", "/\\")) + path.lstrip("/")
    if dice.random() < 0.4:
        asked = dice.choices(QUESTIONS, k=dice.choice((1, 1, 2, 5)))
        pairs = (f"{name}={_percent(dice.choice(ODD_TEXTS)[:2_000], dice)}" for name in asked)
        path += "?" + "&".join(pairs)
    return path
