"""What must not stand in a log: links that let somebody in, and what a fault repeats of a row."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Mapping
from typing import Any

SECRET_PATHS = re.compile(r"(/join/|/c/|/password/reset/key/|/confirm-email/)[^\s/?'\"]+")


class HideLinks(logging.Filter):
    """Takes the secret part out of the addresses of invitations, check-ins, resets and confirmations."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if SECRET_PATHS.search(text):
            record.msg, record.args = SECRET_PATHS.sub(r"\1…", text), ()
        return True


class HideFaultsOfTasks(logging.Filter):
    """Celery writes a task's exception into its line; its kind is enough, the place follows below."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.args, Mapping) and "exc" in record.args:
            kind = record.exc_info[0]
            record.args = {**record.args, "exc": kind.__name__ if kind else ""}
        return True


class DiscreetFormatter(logging.Formatter):
    """What failed and where, without the message: a database repeats the failing row in it."""

    def formatException(self, ei: Any) -> str:
        told = []
        fault = ei[1]
        while fault is not None:
            places = "".join(traceback.format_tb(fault.__traceback__))
            told.append(f"{type(fault).__name__}\n{places}".rstrip())
            fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
        return "\nafter ".join(told)
