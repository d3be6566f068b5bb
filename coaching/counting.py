"""Counters that many processes raise at once and no count is lost: one statement in the database cache.

`cache.incr` reads, adds and writes; two at once count as one.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection

RAISE = """
INSERT INTO {table} (cache_key, value, expires) VALUES {rows}
ON CONFLICT (cache_key) DO UPDATE SET value = CAST(CAST({table}.value AS INTEGER) + 1 AS TEXT)
RETURNING cache_key, value
"""


def counted(names: Iterable[str], *, every_s: int) -> dict[str, int]:
    """How often each of `names` has been counted in these `every_s` seconds of the clock, with this time."""
    window = int(time.time()) // every_s
    keys = {f"count:{name}:{every_s}:{window}": name for name in sorted(set(names))}
    if not keys:
        return {}
    over = datetime.fromtimestamp((window + 1) * every_s, UTC)
    expires = connection.ops.adapt_datetimefield_value(over)
    table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
    rows = ", ".join(["(%s, '1', %s)"] * len(keys))  # in one order: no two wait for each other
    with connection.cursor() as cursor:
        cursor.execute(
            RAISE.format(table=table, rows=rows), [part for key in keys for part in (key, expires)]
        )
        return {keys[key]: int(count) for key, count in cursor.fetchall()}


def seconds_left(every_s: int) -> int:
    """Until the counters begin anew."""
    return every_s - int(time.time()) % every_s
