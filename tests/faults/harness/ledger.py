"""What is in the database after the chaos, counted in plain SQL, past every line of the product."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable

import psycopg

from tests.faults.harness.crowd import DANGER, Stored
from tests.stack import Stack

CALLING = "('emergency_now', 'same_day', 'within_days', 'coach_review')"
DOUBLED = {
    "reports": "SELECT athlete_id, client_key FROM athletes_painreport GROUP BY 1, 2 HAVING count(*) > 1",
    "assessments": "SELECT report_id FROM athletes_assessment GROUP BY 1 HAVING count(*) > 1",
    "care steps": "SELECT assessment_id, advice FROM athletes_carestep GROUP BY 1, 2 HAVING count(*) > 1",
    "escalations": """SELECT episode_id FROM athletes_escalation WHERE state = 'open'
        GROUP BY 1 HAVING count(*) > 1""",
    "notifications": "SELECT dedupe_key FROM athletes_notification GROUP BY 1 HAVING count(*) > 1",
    "told": """SELECT escalation_id, level, chain_step, actor_id, channel, reached
        FROM athletes_escalationevent WHERE kind = 'told' AND escalation_id NOT IN
            (SELECT id FROM athletes_escalation WHERE nobody_left_at IS NOT NULL)
        GROUP BY 1, 2, 3, 4, 5, 6 HAVING count(*) > 1""",
}
WITHOUT_A_CALL = f"""SELECT a.id FROM athletes_assessment a WHERE a.disposition IN {CALLING}
    AND NOT EXISTS (SELECT 1 FROM athletes_escalationevent e WHERE e.report_id = a.report_id)"""


def plain(key: object) -> str:
    """The same for a UUID of PostgreSQL, the text of SQLite and what the API says."""
    return str(key).replace("-", "")


def pending(stack: Stack) -> int:
    ((count,),) = stack.rows("SELECT count(*) FROM athletes_assessment WHERE state = 'pending'")
    return int(count)


def wait_drained(stack: Stack, *, seconds: float) -> float | None:
    """When nothing was pending any more (monotonic); None when something still was."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if not pending(stack):
                return time.monotonic()
        except psycopg.OperationalError:
            pass  # the database is still coming up
        time.sleep(0.05)
    return None


def lost(stack: Stack, stored: Iterable[Stored]) -> int:
    """Reports that a client was told were stored, without exactly one finished judgement."""
    judged = Counter(
        plain(report)
        for (report,) in stack.rows(
            "SELECT report_id FROM athletes_assessment WHERE state IN ('done', 'failed')"
        )
    )
    return sum(judged[report] != 1 for report in {plain(one.report) for one in stored})


def doubled(stack: Stack, stored: Iterable[Stored]) -> dict[str, int]:
    """How many of each kind are there more than once; and reports that have more than one id."""
    found = {what: len(stack.rows(sql)) for what, sql in DOUBLED.items()}
    ids: dict[str, set[str]] = {}
    for one in stored:
        ids.setdefault(one.planned.key, set()).add(one.report)
    found["answers"] = sum(len(several) > 1 for several in ids.values())
    in_danger = {plain(one.planned.athlete) for one in stored if one.planned.is_danger}
    calls = Counter(plain(a) for (a,) in stack.rows("SELECT athlete_id FROM athletes_escalation"))
    found["escalations"] += sum(calls[athlete] > 1 for athlete in in_danger)
    return found


def without_a_call(stack: Stack, stored: Iterable[Stored]) -> int:
    """Dangers that nobody is called for: in their own escalation, or judged so later."""
    called = {plain(a) for (a,) in stack.rows("SELECT athlete_id FROM athletes_escalation")}
    in_danger = {plain(one.planned.athlete) for one in stored if one.planned.is_danger}
    return len(in_danger - called) + len(stack.rows(WITHOUT_A_CALL))


def without_the_verdict(stored: Iterable[Stored]) -> int:
    """Answers that did not say of their own danger that it is one, or said so of what is none."""
    return sum((one.disposition == DANGER) != one.planned.is_danger for one in stored)


def set_aside(stack: Stack) -> int:
    """Judged safely instead of well, because each try was killed."""
    ((count,),) = stack.rows("SELECT count(*) FROM athletes_assessment WHERE state = 'failed'")
    return int(count)
