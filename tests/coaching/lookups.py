"""Names of hosts, which are looked up when an address is stored: the tests ask nobody."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest

_asked = socket.getaddrinfo


def nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """No name is known; an address in numbers is what it is."""

    def look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            ipaddress.ip_address(host)
        except ValueError:
            raise socket.gaierror from None
        return _asked(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
