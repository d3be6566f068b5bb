"""The records in Django's admin, for staff.

What follows rules (reports, judgements, escalations, messages, links, tokens) is only shown here: it
changes through the services, which check who may, keep the clock and write the time line.
"""

from athletes.admin import care, people, telling
from athletes.admin.shown import ShownOnly

__all__ = ["ShownOnly", "care", "people", "telling"]
