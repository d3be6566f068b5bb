"""`manage.py dispatch`: find what is left to do, and see it done."""

from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from athletes.dispatcher import Dispatcher, make_dispatcher


class Command(BaseCommand):
    help = "Hand pending work to Celery, and do it here when the broker is silent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="Do all that is pending now, here, and stop."
        )

    def handle(self, *args: Any, once: bool = False, **options: Any) -> None:
        if once:
            Dispatcher().round()
            return
        dispatcher = make_dispatcher()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: dispatcher.stopping.set())
        dispatcher.run()
