"""The same people as at the desk."""

from tests.coaching.desk.conftest import athlete, desk, dispatcher_alive, squad, waiting

__all__ = ["athlete", "desk", "dispatcher_alive", "squad", "waiting"]
