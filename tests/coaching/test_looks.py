"""What leaves an entry and what does not: polls, files, own pages, guardians, a database that takes nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from athletes.models import AuditEntry
from athletes.models.audit import ON_PHONE, READ, TAKEN
from athletes.services import audit
from athletes.services.audit_seals import seal_all
from coaching.looks.shown import IN_BANNER
from tests import factories

pytestmark = pytest.mark.django_db
POLL = {"HX-Request": "true"}


@pytest.fixture
def squad() -> Any:
    return factories.make_club()


@pytest.fixture
def athlete(squad: Any) -> Any:
    athlete = factories.make_athlete(squad)
    factories.make_report(athlete, factories.CLOT, assess=True)
    return athlete


@pytest.fixture
def desk(squad: Any, athlete: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(squad.coach)
    client.get(reverse("desk:today"))
    AuditEntry.objects.all().delete()
    return client


def left() -> list[tuple[str, str, list[str]]]:
    found = AuditEntry.objects.order_by("pk")
    return [(entry.action, entry.what, entry.athlete_keys) for entry in found]


def test_each_opening_of_a_page_is_a_look(desk, athlete):
    for _ in range(2):
        desk.get(reverse("desk:athlete", args=[athlete.pk]))
    assert left() == [(READ, "desk:athlete", [str(athlete.pk)])] * 2


def test_a_poll_that_shows_nobody_new_adds_nothing(desk, squad, athlete):
    today = reverse("desk:today")
    for _ in range(3):
        assert desk.get(today, headers=POLL).status_code == 200
    assert left() == [(READ, "desk:today", [str(athlete.pk)])]
    other = factories.make_athlete(squad)
    factories.make_report(other, factories.CLOT, assess=True)
    AuditEntry.objects.exclude(what="desk:today").delete()
    desk.get(today, headers=POLL)
    assert [keys for _, _, keys in left()][1] == sorted([str(athlete.pk), str(other.pk)])


def test_the_same_poll_counts_again_after_an_hour(desk):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        desk.get(reverse("desk:today"), headers=POLL)
        clock.shift(audit.ONE_LOOK - timedelta(seconds=1))
        desk.get(reverse("desk:today"), headers=POLL)
        assert len(left()) == 1
        clock.shift(timedelta(seconds=2))
        desk.get(reverse("desk:today"), headers=POLL)
    assert len(left()) == 2


def test_somebody_elses_poll_is_a_look_of_their_own(desk, squad):
    desk.get(reverse("desk:today"), headers=POLL)
    other = Client()
    other.force_login(factories.make_coach(squad))
    other.get(reverse("desk:today"), headers=POLL)
    assert len({entry.actor_key for entry in AuditEntry.objects.all()}) == 2


def test_a_banner_above_somebody_elses_page_is_an_entry_of_its_own(desk, squad, athlete):
    athlete.escalations.update(nobody_left_at=timezone.now())
    other = factories.make_athlete(squad)
    AuditEntry.objects.all().delete()
    for _ in range(2):
        assert desk.get(reverse("desk:athlete", args=[other.pk])).status_code == 200
    assert left() == [
        (READ, "desk:athlete", [str(other.pk)]),
        (READ, IN_BANNER, [str(athlete.pk)]),
        (READ, "desk:athlete", [str(other.pk)]),
    ]


def test_what_only_asks_whether_it_is_there_is_no_look(desk, athlete):
    assert desk.head(reverse("desk:athlete", args=[athlete.pk])).status_code == 200
    assert left() == []


def test_a_file_was_taken_whole(desk, squad, athlete):
    answer = desk.get(reverse("desk:board_csv", args=[squad.pk]))
    assert athlete.name in b"".join(answer.streaming_content).decode()
    assert left() == [(TAKEN, "desk:board_csv", [str(athlete.pk)])]


def test_ones_own_pages_are_no_look(athlete):
    phone = Client()
    phone.force_login(athlete.user)
    AuditEntry.objects.all().delete()
    for page in ("phone:home", "phone:history", "phone:profile"):
        assert phone.get(reverse(page)).status_code == 200
    assert left() == []


def test_a_guardian_who_looks_is_somebody_else(squad, athlete):
    athlete.birth_date = timezone.now().date() - timedelta(days=12 * 365)
    athlete.save()
    parent = factories.make_guardian(athlete, name="Parent")
    client = Client()
    client.force_login(parent)
    answer = client.get(f"/api/v1/athletes/{athlete.pk}/")
    assert answer.status_code == 200
    assert left()[-1] == (READ, "api:athlete-detail", [str(athlete.pk)])
    assert client.get(reverse("phone:home")).status_code == 200
    assert left()[-1] == (READ, "phone:home", [str(athlete.pk)])
    assert "Parent" not in client.get(reverse("phone:looks")).content.decode()  # not sealed yet
    seal_all()
    assert "Guardian" in client.get(reverse("phone:looks")).content.decode()


# --- A database that takes nothing


@pytest.fixture
def nothing_is_written() -> Any:
    with patch.object(AuditEntry.objects, "bulk_create", side_effect=OperationalError("secret")):
        yield


@pytest.mark.parametrize("page", ["desk:today", "desk:athlete", "api:athlete-detail"])
def test_a_page_is_shown_all_the_same_and_the_log_says_so(
    page, desk, athlete, nothing_is_written, log_lines
):
    args = [] if page == "desk:today" else [athlete.pk]
    answer = desk.get(reverse(page, args=args))
    assert answer.status_code == 200
    assert athlete.name in answer.content.decode()
    lines = [json.loads(it) for it in log_lines().splitlines() if it.startswith("{")]
    (line,) = [it for it in lines if it["event"] == "look_not_written"]
    assert (line["view"], line["ids"]) == (page, [str(athlete.pk)])
    assert athlete.name not in str(line)
    assert "secret" not in str(line)


def test_a_file_is_not_handed_out_unseen(desk, squad, athlete, nothing_is_written):
    answer = desk.get(reverse("desk:board_csv", args=[squad.pk]))
    assert answer.status_code == 503
    assert athlete.name not in answer.content.decode()


def test_a_report_is_stored_and_calls_somebody_all_the_same(squad, athlete, nothing_is_written):
    report = factories.make_report(athlete, factories.BREATHLESS, by=squad.coach)
    assert report.escalations.exists()


# --- What it costs


def cost(client: Client, path: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path, headers=headers).status_code == 200
    return sum("athletes_audit" in query["sql"] for query in asked)


@pytest.mark.parametrize("athletes", [1, 12])
def test_a_page_costs_one_statement_more_a_poll_another_one(athletes, desk, squad):
    for _ in range(athletes):
        factories.make_report(factories.make_athlete(squad), factories.CLOT, assess=True)
    today = reverse("desk:today")
    assert cost(desk, today) == 1
    assert cost(desk, today, **POLL) == 1  # whether somebody is new
    assert cost(desk, reverse("desk:athletes")) == 1


# --- What the athlete reads


def test_the_athlete_sees_who_looked_and_when(desk, squad, athlete):
    for page in ("desk:today", "desk:athletes", "desk:athletes"):
        desk.get(reverse(page))
    seal_all()
    phone = Client()
    phone.force_login(athlete.user)
    page = phone.get(reverse("phone:looks")).content.decode()
    assert squad.coach.name in page
    assert "Owner of the club" in page
    assert "Who needs somebody now, a list" in page
    assert "2 times" in page


def test_an_account_that_is_gone_stays_on_the_page(squad, athlete):
    coach = factories.make_coach(squad, name="Quentin")
    audit.record_read(by=coach, athletes=[athlete], what="desk:athlete")
    seal_all()
    coach.delete()
    phone = Client()
    phone.force_login(athlete.user)
    page = phone.get(reverse("phone:looks")).content.decode()
    assert "An account that is gone" in page
    assert "Quentin" not in page


def test_the_page_costs_the_same_for_many(squad, athlete, desk):
    phone = Client()
    phone.force_login(athlete.user)
    phone.get(reverse("phone:looks"))
    costs = []
    for _ in range(2):
        for coach in [factories.make_coach(squad) for _ in range(4)]:
            audit.record_read(by=coach, athletes=[athlete], what="desk:athlete", face=ON_PHONE)
        seal_all()
        with CaptureQueriesContext(connection) as asked:
            assert phone.get(reverse("phone:looks")).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1]
