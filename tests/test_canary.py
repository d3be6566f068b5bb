"""The search for private things in the logs finds them."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import structlog

from tests import factories, wires
from tests.canary import Canary, ProcessCanary, leaks
from tests.sinks import Attempt, open_sinks
from tests.stack import ROOT


@pytest.fixture
def canary() -> Any:
    """Another than the one of the run, which the lines of these tests must not fail."""
    own = Canary()
    logger = logging.getLogger("planted")
    logger.addHandler(own)
    logger.propagate = False
    yield own
    logger.removeHandler(own)
    logger.propagate = True


@pytest.mark.django_db
def test_a_name_that_is_logged_is_found(canary: Canary) -> None:
    canary.watch_models()
    athlete = factories.make_athlete(factories.make_club())
    logging.getLogger("planted").info("a report of %s", athlete.name)
    assert canary.hits() == [athlete.name]
    assert canary.hits() == []  # told once


@pytest.mark.django_db
def test_what_was_typed_is_found(canary: Canary) -> None:
    canary.watch_models()
    note = 'It "hurts" below\nthe knee since Sunday'
    factories.make_report(factories.make_athlete(factories.make_club()), note=note)
    structlog.get_logger("planted").info(f"stored {note}")
    assert canary.hits() == [note]


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("code=45942733", True),
        (r"it is:\n45942733", True),
        ('{"code": "45942733"}', True),
        ('{"request_id": "acdfc652611d444594273398b867c85e"}', False),
        ('{"port": 45942733, "id": "a45942733"}', True),
    ],
)
def test_a_code_of_digits_is_found_and_not_within_an_id(line: str, *, is_told: bool) -> None:
    assert leaks(line, ["45942733"]) == (["45942733"] if is_told else [])


@pytest.mark.parametrize(
    "line",
    [
        '{"event": "stored {\\"swelling\\": \\"yes\\"}"}',
        "stored {'swelling': 'yes', 'site': ['calf']}",
        "severity_nrs=7",
        "raised to emergency_now",
        "leading cause muscle_strain",
        "no mail to lena.vogt@example.test",
    ],
)
def test_answers_levels_causes_and_addresses_are_found(line: str) -> None:
    assert leaks(line, {"lena.vogt@example.test"})


@pytest.mark.parametrize(
    "line",
    [
        "assessment 0f8fad5b-d9cb-469f-a165-70867728950e set aside after 3 attempts",
        "rule clot_swelling_after_flight of the finding swelling has no source",
        'RuntimeError\n  File "x.py", line 3, in f\n    make_athlete(squad, name="Lena Vogt")\n',
        '{"exception": "RuntimeError\\n  File \\"x.py\\", line 3, in f\\n    told = {\'swelling\': \'yes\'}"}',
    ],
)
def test_ids_and_lines_of_source_are_no_hits(line: str) -> None:
    assert leaks(line, {"Lena Vogt"}) == []


def test_a_message_in_a_traceback_is_found() -> None:
    text = 'Traceback:\n  File "x.py", line 3, in f\n    go()\nValueError: no room for Lena Vogt\n'
    assert leaks(text, {"Lena Vogt"}) == ["Lena Vogt"]


def test_the_logs_of_processes_are_searched_for_what_their_database_holds(tmp_path: Path) -> None:
    def rows(sql: str) -> list[tuple[str]]:
        return [("Lena Vogt",)] if "name FROM athletes_athlete " in sql else []

    canary = ProcessCanary(tmp_path, rows)
    assert canary.hits() == []
    log = tmp_path / "worker.log"
    log.write_text("all is well\n")
    assert canary.hits() == []
    with log.open("a") as more:
        more.write("a report of Lena Vogt\n")
    assert canary.hits() == ["Lena Vogt"]
    assert canary.hits() == []
    assert canary.hits_in_all() == ["Lena Vogt"]


def run_alone(test: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.conftest",
        "-p",
        "no:cacheprovider",
    ]
    return subprocess.run(
        [*command, "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(test.parent), str(test)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_what_processes_send_is_searched_too(tmp_path: Path) -> None:
    def rows(sql: str) -> list[tuple[str]]:
        return [("Lena Vogt",)] if "name FROM athletes_athlete " in sql else []

    canary = ProcessCanary(tmp_path, rows)
    assert canary.hits_in_messages([(wires.MAIL, "Somebody wrote to you")]) == []
    assert canary.hits_in_messages([(wires.PUSH, "Lena Vogt wrote to you")]) == [
        f"{wires.PUSH}: Lena Vogt"
    ]


def test_what_came_to_a_sink_is_searched_once() -> None:
    with open_sinks() as sinks:
        sinks.mail.attempts.append(Attempt(0.0, "ok", text="Subject: Hello"))
        sinks.program.attempts.append(Attempt(0.0, "ok", text="POST /events", body=b"{}"))
        first, again = list(sinks.not_yet_searched()), list(sinks.not_yet_searched())
    assert first == [(wires.MAIL, "Subject: Hello"), (wires.HOOK, "{}")]
    assert again == []


def test_a_test_in_which_a_name_is_logged_fails(tmp_path: Path) -> None:
    """The whole way: a test that says nothing about logs fails for what it left there."""
    planted = tmp_path / "test_planted.py"
    planted.write_text(
        "import logging\n"
        "from tests.conftest import CANARY\n"
        "def test_something():\n"
        "    CANARY.plant('Lena Vogt')\n"
        "    logging.getLogger('athletes').warning('a report of %s', 'Lena Vogt')\n"
        "def test_something_else():\n"
        "    logging.getLogger('athletes').warning('a report')\n"
    )
    done = run_alone(planted)
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert "planted, and stands in a log: ['Lena Vogt']" in done.stdout


# --- Secrets, and what is sent ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "refused ngl_3fQ0Zk1dX9mP2vT7bN4cR8wL",
        "signed with whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLw",
        'curl -H "Authorization: Bearer 3fQ0Zk1dX9mP2vT7bN4c"',
        "GET /c/0f8fad5bd9cb469fa16570867728950e.Zm9vYmFyYmF6/ 404",
        "GET /join/3fQ0Zk1dX9mP2vT7bN4cR8wL/ 200",
        "GET /join/abcd-efgh-2345-klmn/ 200",
        "redirected to https://diary.test/back?code=3fQ0Zk1dX9mP2vT7bN4c&state=x",
        "grant_type=refresh_token&refresh_token=3fQ0Zk1dX9mP2vT7bN4c",
    ],
)
def test_secrets_are_known_by_their_form(line: str) -> None:
    assert leaks(line, ())


@pytest.mark.parametrize(
    "line",
    [
        "token ngl_3fQ0Zk1d was made",
        'Bearer realm="niggle"',
        "GET /join/ 404",
        "exit code=1",
        "check_in_by_link 0f8fad5b-d9cb-469f-a165-70867728950e",
    ],
)
def test_what_only_looks_like_one_is_no_hit(line: str) -> None:
    assert leaks(line, ()) == []
