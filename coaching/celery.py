"""The Celery application. Its settings, each with its reason, are in `settings.py`."""

import os

from celery import Celery, Task
from celery.signals import setup_logging, task_prerun
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coaching.settings")

app = Celery("niggle")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Django has set logging up; with a receiver here Celery leaves it so, and nothing private gets out."""


@task_prerun.connect
def drop_dead_connections(task: Task, **_: object) -> None:
    """With CELERY_DB_REUSE_MAX Celery keeps a connection whatever befalls it: after a restart of the
    database a worker would fail a thousand tasks."""
    if not task.request.is_eager:  # else it runs in the caller's transaction
        close_old_connections()
