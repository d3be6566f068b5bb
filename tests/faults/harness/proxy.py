"""A door before Redis that can stop passing anything on without closing: a half-open connection."""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path


class Proxy:
    """Listens at `door` and passes bytes on to `behind`.

    What was connected when it fell mute never hears anything again, not even that it is over: only a new
    connection helps.
    """

    def __init__(self, door: Path, behind: Path) -> None:
        self.behind = behind
        self.speaks = threading.Event()
        self.speaks.set()
        self._closed = False
        self._age = 0
        self._pairs: list[socket.socket] = []
        self._door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._door.bind(str(door))
        self._door.listen(64)
        threading.Thread(target=self._take, daemon=True).start()

    def mute(self) -> None:
        """Nothing gets through any more; nobody is told. New visitors are let in and hear nothing."""
        self.speaks.clear()
        self._age += 1

    def speak(self) -> None:
        self.speaks.set()

    def _take(self) -> None:
        while not self._closed:
            try:
                visitor, _ = self._door.accept()
            except OSError:  # closed: the test is over
                return
            threading.Thread(target=self._serve, args=[visitor], daemon=True).start()

    def _serve(self, visitor: socket.socket) -> None:
        self.speaks.wait()
        age = self._age
        inner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._pairs += [visitor, inner]
        try:
            inner.connect(str(self.behind))
        except OSError:  # Redis is away: so are we
            visitor.close()
            return
        threading.Thread(target=self._pass_on, args=[visitor, inner, age], daemon=True).start()
        self._pass_on(inner, visitor, age)

    def _pass_on(self, source: socket.socket, target: socket.socket, age: int) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if age == self._age:
                    target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self) -> None:
        self._closed = True
        self.speaks.set()
        for end in (self._door, *self._pairs):
            with contextlib.suppress(OSError):
                end.close()
