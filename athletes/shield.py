"""One row that cannot be dealt with must not hold up the others."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import InterfaceError, OperationalError

logger = logging.getLogger(__name__)


@contextmanager
def shielded(what: str, row_id: UUID) -> Iterator[None]:
    """Whatever `what` with this key does to us is logged, and the next one has its turn.

    Any fault at all: it may come from every library below, and the loops that use this must outlive it, since clocks
    hang on them. Nothing is lost by it: attempts are counted before, so the row is found again, or set aside in the
    open. A database that is away is no fault of the row: that goes up.
    """
    try:
        yield
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("%s %s could not be dealt with", what, row_id)
