"""Signs of life, written only after real progress."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """One row each: `dispatcher`, `sweep:...`, `worker` (it took a task), `broker` (it answered), `beat`."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
