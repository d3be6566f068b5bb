"""What must be there before the programs start: tables, the demo club, static files."""

from __future__ import annotations

import io
import os

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import DatabaseError, connection

from athletes.models import Heartbeat
from athletes.services import keys
from coaching.serving.preflight import CannotStart

DEMO_COACH, DEMO_ATHLETE = "coach@demo.test", "athlete@demo.test"
DEMO_PASSWORD = "niggle-demo-club"


def prepare_files() -> None:
    """The static files get a hash into their names, so that browsers keep them, and are compressed once."""
    call_command("collectstatic", verbosity=0, interactive=False)


def prepare_database() -> None:
    """Tables, the cache table, the site's keys, the demo club: each only where it is missing."""
    try:
        connection.ensure_connection()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        keys.vapid()
        if settings.USES_SQLITE:
            forget_heartbeats()
        if wants_demo():
            call_command("load_demo", verbosity=0, stdout=io.StringIO())
    except DatabaseError as fault:
        raise CannotStart(_why_no_database(fault)) from fault


def _why_no_database(fault: DatabaseError) -> str:
    said = str(fault).strip().splitlines()[0] if str(fault).strip() else type(fault).__name__
    if "full" in said or "No space" in said:
        return f"The disk of {settings.DATA_DIR} is full: free 50 MB, then try again."
    if settings.USES_SQLITE:
        return f"The database in {settings.DATA_DIR} cannot be used: {said}."
    return f"The database of DATABASE_URL does not answer: {said}."


def forget_heartbeats() -> None:
    """One machine has all the loops, and none runs yet: old signs of life would only mislead."""
    Heartbeat.objects.all().delete()


def wants_demo() -> bool:
    """Once, into an empty database; `NIGGLE_DEMO` (0 or 1) overrules, production wants to be asked."""
    wish = os.environ.get("NIGGLE_DEMO", "")
    if wish == "0" or (settings.PRODUCTION and wish != "1"):
        return False
    return not get_user_model().objects.exists()


def has_demo() -> bool:
    return get_user_model().objects.filter(email=DEMO_COACH).exists()
