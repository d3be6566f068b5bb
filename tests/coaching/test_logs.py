"""Every line is one JSON object of known keys, and nothing that a fault repeats of a row gets into it."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import structlog
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_structlog.celery.receivers import CeleryReceiver

from athletes import tasks
from athletes.services import assessments
from coaching import logs
from coaching.celery import name_the_row
from coaching.request_log import HEADER
from guidance import KNOWLEDGE
from tests import factories
from tests.stack import ROOT

CANARY = "Failing row contains (Lena, swelling)"
Written = Callable[[], str]


def objects(written: Written) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written().splitlines()]


def requests(written: Written) -> list[dict[str, Any]]:
    return [line for line in objects(written) if line["event"] == "request_finished"]


# --- Faults


def test_an_exception_is_logged_without_its_message(log_lines: Written) -> None:
    try:
        raise IntegrityError(CANARY)
    except IntegrityError:
        logging.getLogger("athletes").exception("could not store")
    (line,) = objects(log_lines)
    assert line["event"] == "could not store"
    assert line["exception"].startswith("IntegrityError\n  File ")
    assert CANARY not in log_lines()


def test_the_same_through_structlog(log_lines: Written) -> None:
    try:
        raise IntegrityError(CANARY)
    except IntegrityError as fault:
        structlog.get_logger("athletes").exception("task_failed", error=str(fault), exception=fault)
    (line,) = objects(log_lines)
    assert line["exception"].startswith("IntegrityError\n  File ")
    assert CANARY not in log_lines()


def test_the_cause_behind_an_exception_is_named_and_not_quoted(log_lines: Written) -> None:
    try:
        try:
            raise IntegrityError(CANARY)
        except IntegrityError as fault:
            raise RuntimeError(CANARY) from fault
    except RuntimeError:
        logging.getLogger("athletes").exception("could not store")
    assert "RuntimeError" in log_lines()
    assert "after IntegrityError" in log_lines()
    assert CANARY not in log_lines()


@pytest.mark.django_db
def test_a_task_that_fails_is_logged_without_its_message(
    log_lines: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = factories.make_report(factories.make_athlete(factories.make_club()))

    def fail(_report: Any) -> None:
        raise IntegrityError(CANARY)

    monkeypatch.setattr(assessments, "judge", fail)
    outcome = tasks.assess_report.apply(args=[str(report.assessment.pk)])
    assert outcome.failed()
    assert "IntegrityError" in log_lines()
    assert CANARY not in log_lines()


# --- Keys


def test_a_key_that_is_not_on_the_list_is_dropped(log_lines: Written) -> None:
    structlog.get_logger("athletes").info("told", user_id="7", athlete="Lena", swelling="yes")
    logging.getLogger("athletes").info("told", extra={"athlete": "Lena"})
    for line in objects(log_lines):
        assert set(line) - {"user_id"} == {"timestamp", "level", "logger", "event"}
    assert "Lena" not in log_lines()


def test_a_value_that_is_no_plain_one_is_dropped(log_lines: Written) -> None:
    structlog.get_logger("athletes").info("told", user_id={"name": "Lena"}, ids=["7", {"a": "b"}])
    (line,) = objects(log_lines)
    assert "user_id" not in line
    assert line["ids"] == ["7"]


def test_every_key_is_explained() -> None:
    table = (ROOT / "docs" / "operating.md").read_text().split("| key | meaning |")[1]
    rows = [line.split("|")[1] for line in table.split("\n\n")[0].splitlines() if "`" in line]
    assert set(re.findall(r"`(\w+)`", " ".join(rows))) == set(logs.KEYS)


def test_no_key_is_the_name_of_a_finding() -> None:
    assert not set(logs.KEYS) & set(KNOWLEDGE.findings)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Gone: /join/aB3_x/", "Gone: /join/…/"),
        ("at /c/aB3_x/ and so on", "at /c/…/ and so on"),
        ("Error handling request /desk/?q=Lena+Vogt", "Error handling request /desk/"),
    ],
)
def test_what_lets_somebody_in_and_what_was_asked_for_is_hidden(
    log_lines: Written, said: str, written: str
) -> None:
    logging.getLogger("gunicorn.error").parent.error(said)  # type: ignore[union-attr]
    structlog.get_logger("athletes").info(said)
    assert [line["event"] for line in objects(log_lines)] == [written, written]


def test_plain_lines_are_for_people() -> None:
    record = logging.LogRecord("athletes", logging.INFO, "", 1, "told %s", ("once",), None)
    line = logs.Lines("plain").format(record)
    assert line.endswith(" info athletes told once")


def test_a_format_that_is_none_stops_the_start() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import coaching.settings"],
        env={"LOG_FORMAT": "xml", "NIGGLE_DATA_DIR": "/nonexistent", "SECRET_KEY": "x"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "LOG_FORMAT" in done.stderr


def test_no_logger_of_django_goes_past_the_handler() -> None:
    """Its own handlers mail local variables and print the addresses of join links."""
    assert not logging.getLogger("django").handlers
    assert not logging.getLogger("django.server").handlers
    assert logging.getLogger("django.server").propagate


# --- Requests


@pytest.mark.django_db
def test_a_request_is_one_line_with_its_id(client: Client, log_lines: Written) -> None:
    squad = factories.make_club()
    athlete = factories.make_athlete(squad)
    client.force_login(squad.coach)  # type: ignore[attr-defined]
    answer = client.get(f"/desk/athletes/{athlete.pk}/?q=Lena")
    (line,) = requests(log_lines)
    assert line["request_id"] == answer[HEADER]
    assert (line["method"], line["view"], line["code"]) == ("GET", "desk:athlete", 200)
    assert line["ids"] == [str(athlete.pk)]
    assert line["user_id"] == str(squad.coach.pk)  # type: ignore[attr-defined]
    assert line["duration_ms"] >= 0
    assert "Lena" not in log_lines()


@pytest.mark.django_db
def test_a_report_is_followed_from_the_request_to_the_task(
    client: Client, log_lines: Written
) -> None:
    athlete = factories.make_athlete(factories.make_club())
    client.force_login(athlete.user)
    told = {"client_key": str(uuid4()), "answers": factories.CLOT}
    answer = client.post("/api/v1/reports/", told, content_type="application/json")
    assert answer.status_code == 201
    (line,) = [line for line in objects(log_lines) if "waits as assessment" in line["event"]]
    assert line["request_id"] == answer[HEADER]
    assert line["event"].split()[-1] == str(athlete.reports.get().assessment.pk)


@pytest.mark.django_db
def test_an_address_that_leads_nowhere_is_not_repeated(client: Client, log_lines: Written) -> None:
    assert client.get("/lena-vogt-has-a-clot/").status_code == 404
    (line,) = requests(log_lines)
    assert line["view"] == ""
    assert "lena" not in log_lines()


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [
        ("0f8fad5b-d9cb-469f-a165-70867728950e", True),
        ("0f8fad5bd9cb469fa16570867728950e", True),
        ("lena-vogt-has-a-clot", False),
        ("0f8f", False),
        ("a" * 65, False),
        ("", False),
    ],
)
def test_an_id_from_outside_is_kept_if_it_cannot_spell_anything(
    client: Client, given: str, is_kept: bool
) -> None:
    answer = client.get("/livez", headers={HEADER: given})
    assert (answer[HEADER] == given) is is_kept
    assert len(answer[HEADER]) >= 32


@pytest.mark.django_db
def test_a_line_costs_no_query(settings: Any) -> None:
    """Not even for who it was: that stands in it only where the page has asked."""
    with_lines = queries_of_livez()
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "request_log" not in name]
    assert with_lines == queries_of_livez()


def queries_of_livez() -> int:
    client = Client()
    client.force_login(factories.make_user())
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/livez").status_code == 200
    return len(asked)


def test_a_fault_in_a_page_is_one_line_with_the_id_of_its_request(
    log_lines: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr("coaching.health.JsonResponse", fail)
    answer = Client(raise_request_exception=False).get("/livez")
    assert answer.status_code == 500
    faults = [line for line in objects(log_lines) if "exception" in line]
    assert [line["request_id"] for line in faults] == [answer[HEADER]]
    assert CANARY not in log_lines()


# --- Tasks


def test_a_message_carries_ids_and_nothing_else() -> None:
    headers: dict[str, Any] = {}
    context = {"request_id": "ab12", "task_id": "cd34", "user_id": "7", "athlete": "Lena"}
    with structlog.contextvars.bound_contextvars(**context):
        CeleryReceiver().receiver_before_task_publish(headers=headers)
    assert headers == {"__django_structlog__": {"request_id": "ab12", "parent_task_id": "cd34"}}


@pytest.mark.parametrize(
    ("args", "row_id"),
    [
        (["0f8fad5b-d9cb-469f-a165-70867728950e"], "0f8fad5b-d9cb-469f-a165-70867728950e"),
        (["Lena"], None),
        ([], None),
        (None, None),
    ],
)
def test_the_line_of_a_task_names_the_row(args: Any, row_id: str | None) -> None:
    class Task:
        name = "athletes.tasks.assess_report"
        request = type("Request", (), {"args": args})

    with structlog.contextvars.bound_contextvars():
        name_the_row(task=Task)
        told = structlog.contextvars.get_contextvars()
        structlog.contextvars.clear_contextvars()
    assert told == {"task": Task.name, "row_id": row_id}
