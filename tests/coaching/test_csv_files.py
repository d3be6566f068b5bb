"""Files for a spreadsheet, that no cell of which can run."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from coaching.csv_files import cell, csv_file


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", " ="])
def test_what_a_spreadsheet_would_run_is_made_a_text(start):
    assert cell(f"{start}1+1") == f"'{start}1+1"


def test_other_values_stay_as_they_are():
    told = [None, -3, 2.5, True, date(2026, 11, 2), datetime(2026, 11, 2, 7, tzinfo=UTC), "Zoë"]
    with translation.override("es"):
        assert [cell(value) for value in told] == [
            "",
            "-3",
            "2.5",
            "yes",
            "2026-11-02",
            "2026-11-02T07:00:00+00:00",
            "Zoë",
        ]


def test_the_file_is_read_by_excel_and_by_programs():
    answer = csv_file("x-2026-11-02.csv", ["athlete", "pain_0_to_10"], [['Li, "Bo"\nChen', 3]])
    written = b"".join(answer.streaming_content)
    assert answer.streaming
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="x-2026-11-02.csv"'
    assert written.startswith(b"\xef\xbb\xbfathlete,pain_0_to_10\r\n")
    rows = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert rows == [{"athlete": 'Li, "Bo"\nChen', "pain_0_to_10": "3"}]
