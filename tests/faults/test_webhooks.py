"""Clubs' own programs that fail, hang, hang up and redirect, while messenger and dispatcher are killed: each event is taken
at least once, signed and with one id; and no call for help waits for a program."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from athletes.crashpoints import WEBHOOK_PLACES
from athletes.services.webhooks.sending import LEASE_S
from tests.factories import BREATHLESS
from tests.faults.harness.outcome import Outcome, scale
from tests.faults.test_escalations_under_chaos import FIRST_ATTEMPT_S
from tests.journeys.client import CAST, Client
from tests.sinks import DROP_AFTER, HANG, OK, Attempt, Sinks, open_sinks, shares
from tests.stack import Stack, running_stack, wait_for

SECRET = "whsec_" + "c2VjcmV0LW9mLXRlc3Rz" * 2
EVENTS = scale(short=12, quick=40, full=200)
MOODS = {"ok": 6, "fail": 2, "drop": 1, "drop_after": 1, "hang": 1, "redirect": 1}
SEED = 20261123
PATIENCE_S = 120.0
LONG_AGO = "2020-01-01 00:00:00+00:00"
ADD = """
from athletes.models import Club, WebhookEndpoint
from athletes.models.webhooks import EVENTS
events = [event for event, _label in EVENTS]
for number in range({count}):
    WebhookEndpoint.objects.create(club=Club.objects.get(), name="P", url="{url}", events=events, secret="{secret}")
"""
PING = """
from athletes.models import WebhookEndpoint
from athletes.services.webhooks import telling
for endpoint in WebhookEndpoint.objects.all():
    for _ in range({count}):
        telling.ping(endpoint)
"""
# What would wait for half a minute and more is due now. Shorter ones come by themselves; those are also claims.
SOONER = """UPDATE athletes_webhookdelivery SET next_attempt_at = ?
    WHERE state = 'pending' AND dispatched_at IS NULL AND error <> '' AND next_attempt_at > ?"""


@pytest.fixture
def sinks() -> Iterator[Sinks]:
    with open_sinks() as opened:
        yield opened


@pytest.fixture
def stack(sinks: Sinks, tmp_path: Path) -> Iterator[Stack]:
    settings = {
        "BROKER_SILENT_S": "1",
        "NIGGLE_CRASH_PLAN": str(tmp_path),
        "EMAIL_VERIFICATION": "optional",
    }
    with running_stack(cast=CAST, **settings, **sinks.env) as running:
        running.supervise()
        yield running


def add_webhooks(stack: Stack, sinks: Sinks, count: int) -> None:
    stack.run_python(ADD.format(count=count, url=sinks.program.url, secret=SECRET))


def states(stack: Stack) -> Counter[str]:
    return Counter(state for (state,) in stack.rows("SELECT state FROM athletes_webhookdelivery"))


def is_all_sent(stack: Stack) -> bool:
    after_a_lease = time.strftime("%Y-%m-%d %H:%M:%S+00:00", time.gmtime(time.time() + LEASE_S + 1))
    stack.rows(SOONER, LONG_AGO, after_a_lease)
    return set(states(stack)) == {"sent"}


def test_each_event_is_taken_whatever_fails_on_the_way(
    stack: Stack, sinks: Sinks, tmp_path: Path
) -> None:
    outcome = Outcome("webhooks")
    add_webhooks(stack, sinks, 3)
    sinks.program.mood = shares(SEED, **MOODS)
    for place in WEBHOOK_PLACES:
        (tmp_path / place).touch()  # the first to come past is killed there
    stack.run_python(PING.format(count=EVENTS))
    began = time.monotonic()
    wait_for(
        lambda: not list(tmp_path.iterdir()), seconds=PATIENCE_S, what="one is killed at each place"
    )
    stack.redis.freeze()
    time.sleep(3)
    stack.redis.thaw()
    wait_for(lambda: is_all_sent(stack), seconds=3 * PATIENCE_S, every=0.5, what="all is taken")

    written = {
        str(event) for (event,) in stack.rows("SELECT event_id FROM athletes_webhookdelivery")
    }
    taken = Counter(attempt.message_id.replace("-", "") for attempt in sinks.program.taken)
    told = {event.replace("-", "") for event in written}
    outcome.note("events", f"{len(written)} to 3 programs, {len(sinks.program.attempts)} tries")
    outcome.none("events lost", len(told - set(taken)))
    outcome.none("ids that nobody wrote", len(set(taken) - told))
    bodies: Counter[tuple[str, bytes]] = Counter()
    for attempt in sinks.program.attempts:
        bodies[attempt.message_id, attempt.body] += 1
    outcome.none("ids with two bodies", len(bodies) - len({key for key, _body in bodies}))
    elsewhere = [attempt for attempt in sinks.program.attempts if attempt.to != "/events"]
    outcome.none("redirects followed", len(elsewhere))
    outcome.none("tries without a good signature", sum(map(is_forged, sinks.program.attempts)))
    cut = sum(attempt.mood == DROP_AFTER for attempt in sinks.program.attempts)
    twice = sum(times - 1 for times in taken.values())
    most = cut + len(WEBHOOK_PLACES)
    outcome.must(
        "taken twice, only where the answer was cut or somebody died", twice <= most, twice
    )
    outcome.note("all taken after", f"{time.monotonic() - began:.0f} s")
    outcome.check()


def is_forged(attempt: Attempt) -> bool:
    """By the time that it was signed for: a test that takes longer than five minutes has no other fault."""
    stamp = int(attempt.headers["webhook-timestamp"])
    if abs(attempt.at - stamp) > 60:
        return True
    ours = Webhook(SECRET)
    signed = ours.sign(
        attempt.message_id, datetime.fromtimestamp(stamp, UTC), attempt.body.decode()
    )
    return signed not in attempt.headers["webhook-signature"].split()


def test_programs_that_hang_hold_up_no_call_for_help(stack: Stack, sinks: Sinks) -> None:
    add_webhooks(stack, sinks, 6)
    sinks.program.mood = HANG
    stack.run_python(PING.format(count=20))
    wait_for(lambda: len(sinks.program.attempts) >= 6, seconds=PATIENCE_S, what="they hang")
    coach = Client(stack)
    began = time.monotonic()
    coach.report(coach.new_athlete("Hooked"), BREATHLESS)
    wait_for(lambda: sinks.mail.taken, seconds=PATIENCE_S, what="the mail has come")
    assert time.monotonic() - began < FIRST_ATTEMPT_S
    kinds = stack.rows("SELECT DISTINCT event FROM athletes_webhookdelivery WHERE event <> 'ping'")
    assert {kind for (kind,) in kinds} >= {"escalation.opened"}
    sinks.program.mood = OK
