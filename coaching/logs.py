"""The lines of every log: one JSON object each, only keys that are on a list, and without what must not
stand in a log: links that let somebody in, and what a fault repeats of a row."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

Told = MutableMapping[str, Any]

# What a line may say. Whatever else a program or a library puts into it is dropped.
KEYS = (
    "timestamp",
    "level",
    "logger",
    "event",
    "request_id",  # one for all lines of a request, and in the header X-Request-ID of its answer
    "method",
    "view",  # what the address leads to, not the address
    "ids",  # the primary keys in the address
    "code",
    "duration_ms",
    "user_id",
    "how",  # of a security event: by what way, a word of ours
    "task",
    "task_id",
    "row_id",  # the primary key that the task was given
    "parent_task_id",
    "child_task_id",
    "child_task_name",
    "exception",  # types and places, without messages
)
PLAIN_VALUES = (str, int, float, bool)

SECRET_PATHS = re.compile(r"(/join/|/c/|/password/reset/key/|/confirm-email/)[^\s/?'\"]+")
QUERIES = re.compile(r"(/[^\s?'\"]*)\?[^\s'\"]+")


class HideFaultsOfTasks(logging.Filter):
    """Celery writes a task's exception into its line; its kind is enough, the place follows below."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.args, Mapping) and "exc" in record.args:
            kind = record.exc_info[0]
            record.args = {**record.args, "exc": kind.__name__ if kind else ""}
        return True


def tell_faults_discreetly(logger: Any, method: str, told: Told) -> Told:
    """What failed and where, without the message: a database repeats the failing row in it."""
    raised = told.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()
    fault = raised[1] if isinstance(raised, tuple) else raised
    if isinstance(fault, BaseException):
        told["exception"] = "\nafter ".join(_faults(fault))
    return told


def _faults(fault: BaseException | None) -> Iterator[str]:
    while fault is not None:
        places = "".join(traceback.format_tb(fault.__traceback__))
        yield f"{type(fault).__name__}\n{places}".rstrip()
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)


def only_known_keys(logger: Any, method: str, told: Told) -> Told:
    """An allow-list: a new key is looked at by a person before it gets into a log."""
    return {key: plain for key in KEYS if (plain := _plain(told.get(key))) is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [item for item in value if isinstance(item, PLAIN_VALUES)]
    return value if isinstance(value, PLAIN_VALUES) else None


def hide_links(logger: Any, method: str, told: Told) -> Told:
    """Takes the secret part out of the addresses of invitations, check-ins, resets and confirmations,
    and what follows the question mark out of every address."""
    return {key: _hidden(value) if isinstance(value, str) else value for key, value in told.items()}


def _hidden(text: str) -> str:
    return SECRET_PATHS.sub(r"\1…", QUERIES.sub(r"\1", text))


def as_plain_line(logger: Any, method: str, told: Told) -> str:
    """For people: time, level, logger, event, then the rest."""
    rest = dict(told)
    fault = rest.pop("exception", "")
    first = [str(rest.pop(key, "")) for key in ("timestamp", "level", "logger", "event")]
    line = " ".join([*first, *(f"{key}={value}" for key, value in rest.items())])
    return f"{line}\n{fault}" if fault else line


# What every line is told first, whether it comes from us or from a library.
ABOUT: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
FORMATS: dict[str, Processor] = {
    "json": structlog.processors.JSONRenderer(ensure_ascii=False),
    "plain": as_plain_line,
}


class Lines(structlog.stdlib.ProcessorFormatter):
    """`kind` is one of `FORMATS`."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            foreign_pre_chain=ABOUT,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                tell_faults_discreetly,
                only_known_keys,
                hide_links,
                FORMATS[kind],
            ],
        )


def configuration(*, kind: str, level: str) -> dict[str, Any]:
    """Django's LOGGING. Everything goes through one handler, whoever writes it."""
    structlog.configure(
        processors=[*ABOUT, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "coaching.logs.Lines", "kind": kind}},
        "filters": {"hide_faults": {"()": "coaching.logs.HideFaultsOfTasks"}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "lines",
                "filters": ["hide_faults"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers would mail a fault's local variables, and print a join link's
            # address, past what is done here.
            "django": {"handlers": [], "level": "INFO"},
            "django.server": {"handlers": [], "propagate": True},
            # Whatever is not an error stands in the line of the request already.
            "django.request": {"level": "ERROR"},
            # The lines task_started and task_succeeded say the same, with ids.
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            # At DEBUG it writes down what apps send: codes among it.
            "oauthlib": {"level": "WARNING"},
        },
    }
