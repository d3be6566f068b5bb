"""`/metrics` for Prometheus: off until METRICS_TOKEN is set. Numbers only; no names, no health data.

Read from the database at each scrape, so every web process tells the same. docs/operating.md has the list.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from athletes import reach, watch
from athletes.models import Squad
from athletes.models.escalations import CHANNELS
from athletes.services import clock
from guidance import Disposition

CALLING_LEVELS = [level.value for level in Disposition if level > Disposition.SELF_CARE]


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For who shows the token; without one set it is as if there were no such page."""
    if not settings.METRICS_TOKEN:
        raise Http404
    shown = request.headers.get("Authorization", "")
    if not constant_time_compare(shown, f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    write, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(write(_registry), content_type=content_type)


class FromTheDatabase(Collector):
    """Everything anew at each scrape, in a fixed number of queries."""

    def describe(self) -> Iterable[GaugeMetricFamily]:
        return []  # else the registry would ask the database when it is made

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from _assessments()
        yield from _escalations()
        yield from _notifications()
        yield from _check_ins()
        yield from _webhooks()
        yield from _loops()
        grave = {fault.squad.pk for fault in reach.faults_of(Squad.objects.all()) if fault.is_grave}
        yield _gauge(
            "squads_without_reachable_coach", "Squads whose danger would reach nobody", len(grave)
        )


def _assessments() -> Iterator[GaugeMetricFamily]:
    pending = watch.pending()
    yield _gauge("assessments_pending", "Reports that wait to be judged", pending.count)
    yield _gauge(
        "assessments_oldest_pending_seconds", "Age of the oldest of them", pending.oldest_s or 0
    )


def _escalations() -> Iterator[GaugeMetricFamily]:
    waiting = _by_level("escalations_unacknowledged", "That nobody has acknowledged")
    past_due = _by_level("escalations_past_due", "That nobody acknowledged in time")
    nobody_left = _by_level("escalations_nobody_left", "Whose whole chain has been told in vain")
    calls = {call.level: call for call in watch.calls()}
    for level in CALLING_LEVELS:
        call = calls.get(level, watch.Calls(level, 0, 0, 0))
        waiting.add_metric([level], call.waiting)
        past_due.add_metric([level], call.past_due)
        nobody_left.add_metric([level], call.nobody_left)
    yield from (waiting, past_due, nobody_left)


def _notifications() -> Iterator[GaugeMetricFamily]:
    count = GaugeMetricFamily(
        "niggle_notifications", "Messages; failed: given up", labels=["channel", "state"]
    )
    oldest = dict.fromkeys((channel for channel, _ in CHANNELS), 0.0)
    for told in watch.messages():
        count.add_metric([told.channel, told.state], told.count)
        oldest[told.channel] = max(oldest[told.channel], told.oldest_unsent_s or 0)
    unsent = GaugeMetricFamily(
        "niggle_notifications_oldest_unsent_seconds", "Since it was due", labels=["channel"]
    )
    for channel, age_s in oldest.items():
        unsent.add_metric([channel], age_s)
    yield from (count, unsent)
    yield _gauge(
        "notifications_oldest_untried_seconds",
        "Since the oldest that was never tried was due",
        watch.oldest_untried_s() or 0,
    )
    yield _gauge(
        "mail_failing_seconds", "Since when no e-mail got through", watch.mail_failing_for_s() or 0
    )


def _check_ins() -> Iterator[GaugeMetricFamily]:
    told = watch.follow_up()
    yield _gauge("check_ins_due", "Asked and not answered yet", told.due)
    yield _gauge("check_ins_missed", "Never answered", told.missed)


def _webhooks() -> Iterator[GaugeMetricFamily]:
    told = watch.webhooks()
    yield _gauge("webhook_deliveries_waiting", "Events not taken yet", told.waiting)
    yield _gauge("webhooks_failing", "Addresses whose last try failed", told.failing)


def _loops() -> Iterator[GaugeMetricFamily]:
    age = GaugeMetricFamily(
        "niggle_loop_age_seconds", "Since its last sign of life", labels=["loop"]
    )
    stands = GaugeMetricFamily(
        "niggle_loop_stands_still", "1: no sign of life for too long", labels=["loop"]
    )
    for loop in clock.loops():
        age.add_metric([loop.shown_as], math.inf if loop.age_s is None else loop.age_s)
        stands.add_metric([loop.shown_as], not loop.is_fresh)
    yield from (age, stands)


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"niggle_{name}", about, value=value)


def _by_level(name: str, about: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"niggle_{name}", about, labels=["level"])


_registry = CollectorRegistry()  # its own: the usual one would tell about one web process
_registry.register(FromTheDatabase())
