"""Waking the dispatcher at commit, so that it need not poll fast (PostgreSQL only)."""

from django.db import connection

CHANNEL = "niggle_work"


def dispatcher() -> None:
    """Part of the caller's transaction: it goes out at commit. On SQLite short polls serve."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
