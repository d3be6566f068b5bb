"""`manage.py migrate`, one at a time: who comes second waits, and then finds what the first one has done.

A process that was killed in the middle may have a COMMIT under way on the server. Started again at once, the
next one would read which steps are done before that, and then make tables that are there.
"""

from __future__ import annotations

from typing import Any

from django.core.management.commands.migrate import Command as DjangosMigrate
from django.db import connections

LOCK = 0x4E49_4747  # of this site's migrations, among the advisory locks of its database


class Command(DjangosMigrate):
    def handle(self, *args: Any, **options: Any) -> Any:
        connection = connections[options["database"]]
        if connection.vendor != "postgresql":  # SQLite lets one writer in at a time
            return super().handle(*args, **options)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])  # gone with the connection
        try:
            return super().handle(*args, **options)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
