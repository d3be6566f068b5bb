"""Prints the table of published cases at the end of a run that measured them.

A plugin of the whole run (named in `tests/conftest.py`), because under xdist only the controller prints a summary.
"""

from __future__ import annotations

import pytest

from tests.guidance import published

MEASURED_BY = "test_published_cases.py"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = (
        report for state in ("passed", "failed") for report in terminalreporter.getreports(state)
    )
    if any(MEASURED_BY in report.nodeid for report in reports):
        terminalreporter.section("guidance on published cases")
        terminalreporter.write_line(published.table())
