"""Signs of life, written only after real progress."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """One row each: `dispatcher`, `worker` (it took a task), `broker` (it answered)."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
