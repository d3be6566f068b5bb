"""The Celery application. Its settings, each with its reason, are in `settings.py`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coaching.settings")

app = Celery("niggle")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
