"""The Celery application. Its settings, each with its reason, are in `settings.py`."""

import logging
import os
from typing import Any
from uuid import UUID

import structlog
from celery import Celery, Task
from celery.signals import setup_logging, task_prerun
from django.db import close_old_connections
from django.dispatch import receiver
from django_structlog.celery.signals import (
    bind_extra_task_metadata,
    modify_context_before_task_publish,
)
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coaching.settings")

app = Celery("niggle")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)  # every line of a task bears its id

TRAVELLING_KEYS = {"request_id", "parent_task_id"}  # ids, and nothing else, go into a message


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Django has set logging up; with a receiver here Celery leaves it so, and nothing private gets out."""
    logging.captureWarnings(True)  # they are lines like any other


@task_prerun.connect
def drop_dead_connections(task: Task, **_: object) -> None:
    """With CELERY_DB_REUSE_MAX Celery keeps a connection whatever befalls it: after a restart of the
    database a worker would fail a thousand tasks."""
    if not task.request.is_eager:  # else it runs in the caller's transaction
        close_old_connections()


@receiver(modify_context_before_task_publish)
def only_ids_travel(context: dict[str, Any], **_: object) -> None:
    """What is said in the log here is nobody's business in the broker."""
    for key in context.keys() - TRAVELLING_KEYS:
        del context[key]


@receiver(bind_extra_task_metadata)
def name_the_row(task: Task, **_: object) -> None:
    """Which task it is, and the primary key that it was given."""
    structlog.contextvars.bind_contextvars(task=task.name, row_id=_primary_key(task.request.args))


def _primary_key(args: Any) -> str | None:
    try:
        return str(UUID(args[0]))
    except (IndexError, TypeError, ValueError, AttributeError):
        return None
