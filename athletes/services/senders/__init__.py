"""The ways out of the site: one module a channel. None touches the database; all raise `NotSent`."""

from __future__ import annotations

from dataclasses import dataclass


class NotSent(Exception):
    """A message did not go out. `kind` is short and says nothing of people, health or secrets.

    `is_final`: another try would end alike. `is_gone`: who should have had it is no more.
    """

    def __init__(self, kind: str, *, is_final: bool = False, is_gone: bool = False) -> None:
        super().__init__(kind)
        self.kind, self.is_final, self.is_gone = kind, is_final or is_gone, is_gone


@dataclass(frozen=True)
class Message:
    """What goes out, complete: a sender asks nobody."""

    id: str  # 32 letters and digits, the same for each try: whoever gets it twice can tell
    subject: str
    link: str  # whole address
    path: str  # the same within the site
    is_urgent: bool
    patience_s: float  # how long one answer is waited for
