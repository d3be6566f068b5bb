"""What may take minutes and nobody's health waits for: people's data as files. One at a time, beside the watch.

Handed to Celery while the broker answers; what it leaves lying is made here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models.functions import Now

from athletes import tasks
from athletes.models import DataExport
from athletes.publisher import Publisher
from athletes.services import exports
from athletes.shield import shielded

LEFT_LYING = timedelta(seconds=60)  # handed on, and no worker took it
POLL_S = 2.0


@dataclass
class Clerk:
    """Without a publisher (no broker set up) every file is made here."""

    publisher: Publisher | None = None

    def round(self) -> None:
        """See to the file that waits longest."""
        waiting = exports.due().values_list("pk", flat=True).first()
        if waiting is None:
            return
        if self.publisher is not None and self.publisher.is_answering:
            fresh = DataExport.objects.filter(pk=waiting, dispatched_at=None)
            if fresh.update(dispatched_at=Now()):
                self.publisher.offer(tasks.make_export, str(waiting))
                return
            if DataExport.objects.filter(
                pk=waiting, dispatched_at__range=(Now() - LEFT_LYING, Now() + LEFT_LYING)
            ).exists():
                return
        self._make(waiting)

    def work_off(self) -> None:
        """All that waits, here."""
        for waiting in list(exports.due().values_list("pk", flat=True)):
            self._make(waiting)

    @staticmethod
    def _make(export_id: UUID) -> None:
        """One that cannot be made holds up no other: its attempts are counted, then it is set aside."""
        with shielded("file", export_id):
            exports.make(export_id=export_id)
