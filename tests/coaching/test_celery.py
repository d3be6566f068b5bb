"""What the worker does around every task."""

from unittest.mock import patch

import pytest
from celery.signals import task_prerun
from django.db import connections

from athletes import tasks


@pytest.mark.django_db
def test_a_connection_is_looked_at_before_each_task():
    """Or a worker keeps a dead one for as long as it lives."""
    connections["default"].ensure_connection()
    with patch.object(connections["default"], "close_if_unusable_or_obsolete") as looked:
        task_prerun.send(sender=tasks.prove_alive, task=tasks.prove_alive)
    looked.assert_called()
