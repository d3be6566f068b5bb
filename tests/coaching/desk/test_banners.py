"""What every page of the desk says when something is not as it must be."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from athletes.models import Escalation, Heartbeat, Notification
from athletes.services import clock, escalations
from tests import factories
from tests.coaching.desk.conftest import client_of, htmx

LOUD = "Everybody has been told, and nobody has answered."
CALM = "A danger would reach nobody here."


@pytest.fixture
def pages(squad, athlete, waiting):
    where = [
        ("today", []),
        ("athletes", []),
        ("athlete", [athlete.pk]),
        ("escalation", [waiting.pk]),
        ("report", [waiting.report_id]),
        ("squads", []),
        ("club", [squad.club.pk]),
        ("new_athlete", [squad.pk]),
    ]
    return [reverse(f"desk:{name}", args=args) for name, args in where]


def text(response):
    return response.content.decode()


def leave_nobody():
    Escalation.objects.update(nobody_left_at=timezone.now())


def test_what_nobody_answers_is_loud_on_every_page(desk, waiting, pages):
    assert [page for page in pages if LOUD in text(desk.get(page))] == []
    leave_nobody()
    quiet = [page for page in pages if LOUD not in text(desk.get(page))]
    assert quiet == []
    banner = text(desk.get("/desk/squads/")).split(LOUD)[1][:600]
    assert reverse("desk:escalation", args=[waiting.pk]) in banner
    assert ">Ada Berg</a>, " in banner


def test_it_also_comes_with_the_live_list(desk, waiting):
    leave_nobody()
    assert LOUD in text(htmx(desk, "/desk/"))


def test_it_ends_with_the_acknowledgement(squad, desk, waiting):
    leave_nobody()
    escalations.acknowledge(by=squad.coach, escalation=waiting)
    assert LOUD not in text(desk.get("/desk/"))


def test_others_are_not_told_of_it(squad, athlete, waiting):
    leave_nobody()
    assert LOUD not in text(client_of(factories.make_club().coach).get("/desk/"))
    assert LOUD not in text(client_of(athlete.user).get("/me/"))


def test_a_squad_that_reaches_nobody_is_said_before_it_matters(squad, desk, athlete):
    starts = ["/desk/", "/desk/athletes/", "/desk/squads/"]
    assert [page for page in starts if CALM in text(desk.get(page))] == []
    Notification.objects.create(
        recipient=squad.coach,
        channel="email",
        dedupe_key="any",
        subject="Any",
        path="/",
        state="failed",
        next_attempt_at=timezone.now(),
    )
    for page in starts:
        shown = text(desk.get(page))
        assert CALM in shown
        assert reverse("desk:club", args=[squad.club.pk]) in shown.split(CALM)[1][:600]
    beside = desk.get(reverse("desk:club", args=[squad.club.pk])).context["chains"][0].faults
    assert [fault.is_grave for fault in beside][:1] == [True]


def test_what_stands_still_is_named(desk, athlete):
    def stop(*names):
        clock.beat_all(names=clock.expected())
        Heartbeat.objects.filter(name__in=names).update(at=timezone.now() - timedelta(minutes=10))
        return text(desk.get("/desk/"))

    shown = stop(clock.DISPATCHER, clock.sweep_beat("clocks"))
    assert "The watch is not running" in shown
    assert "the clocks of who must be seen" not in shown  # it goes without saying
    shown = stop(clock.sweep_beat("clocks"))
    assert "Part of the watch stands still." in shown
    assert "the clocks of who must be seen" in shown
    assert "The watch is not running" not in shown
