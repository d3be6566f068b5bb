"""The variables that supervisord.conf reads: which programs run, and with what."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from django.conf import settings

from coaching.serving import preflight
from coaching.serving.broker import Broker

LEASH = Path(__file__).with_name("leash.py")
CONFIG = preflight.ROOT / "supervisord.conf"
# SQLite has one writer at a time: more processes would only queue up before it.
CONCURRENCY_SQLITE = {"WEB_CONCURRENCY": "2", "WORKER_CONCURRENCY": "1"}
CONCURRENCY = {"WEB_CONCURRENCY": "2", "WORKER_CONCURRENCY": "2"}


def environment(broker: Broker) -> dict[str, str]:
    """Ours on top of what we were given, so that `DATABASE_URL` and the like reach every program."""
    defaults = CONCURRENCY_SQLITE if settings.USES_SQLITE else CONCURRENCY
    return {**defaults, **os.environ, **_ours(broker)}


def _ours(broker: Broker) -> dict[str, str]:
    host, port = preflight.address()
    return {
        "BIND": host,
        "PORT": str(port),
        "REDIS_URL": broker.url,
        "NIGGLE_DATA_DIR": str(preflight.data_dir()),
        "NIGGLE_ROOT": str(preflight.ROOT),
        "NIGGLE_PYTHON": sys.executable,
        "NIGGLE_LEASH": str(LEASH),
        "NIGGLE_LISTEN": listen(host, port),
        "NIGGLE_START_REDIS": _yes_no(bool(broker.server)),
        "NIGGLE_START_QUEUE": _yes_no(bool(broker.url)),
        "NIGGLE_REDIS_SERVER": broker.server or "none",
        "NIGGLE_REDIS_SOCKET": broker.socket or "none",
        "PYTHONUNBUFFERED": "1",
    }


def _yes_no(value: bool) -> str:
    return "true" if value else "false"


def listen(host: str, port: int) -> str:
    """`127.0.0.1:8000`, `[::1]:8000`."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def site_address(host: str, port: int) -> str:
    """Where a browser on this machine finds the site."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 # nosec B104
    return f"http://{listen('localhost' if near == '127.0.0.1' else near, port)}/"


def known_name() -> str:
    """A host name that the site answers to; asked by another it says 400."""
    first = next(iter(settings.ALLOWED_HOSTS), "localhost")
    return "localhost" if first == "*" else first.lstrip(".")


def shown_address(host: str, port: int) -> str:
    """What a person is told: in production the public address, which is not ours to guess."""
    return f"{settings.SITE_URL.rstrip('/')}/" if settings.PRODUCTION else site_address(host, port)
