"""What is refused as a backup, and which backups are kept. The way there and back: tests/faults/test_backup.py."""

import json
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from athletes import backups

pytestmark = pytest.mark.django_db


def write(path, **change):
    told = {
        "format": 1,
        "kind": connection.vendor,
        "made_at": "2026-11-22T10:00:00+00:00",
        "migrations": [["athletes", "0001_records"]],
        "rows": {},
        "sha256": {},
        **change,
    }
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", json.dumps(told))
    return path


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"kind": "oracle"}, "This backup is of oracle"),
        ({"migrations": [["athletes", "9999_later"]]}, "made by a later version"),
        ({"format": 99}, "another version"),
        ({"sha256": {"secret.key": "0"}}, "secret.key cannot be read"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path, change, why):
    with pytest.raises(backups.CannotRestore, match=why):
        backups.restore(write(tmp_path / "odd.zip", **change))


def test_what_is_no_backup_is_refused_in_words(tmp_path):
    (tmp_path / "text.zip").write_text("no ZIP")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("holiday.txt", "sun")
    for name in ("text.zip", "other.zip", "missing.zip"):
        with pytest.raises(CommandError, match="Nothing was restored"):
            call_command("restore", str(tmp_path / name))


def test_a_backup_is_never_written_over_another(tmp_path):
    there = tmp_path / "there.zip"
    there.write_text("precious")
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", str(there))
    assert there.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [there]


def test_only_the_newest_are_kept(tmp_path):
    for day in ("01", "02", "03"):
        (tmp_path / f"niggle-202601{day}T000000Z.zip").write_text("old")
    (tmp_path / "mine.zip").write_text("not ours")
    backups.keep_newest(tmp_path, most=2)
    assert {path.name for path in tmp_path.iterdir()} == {
        "mine.zip",
        "niggle-20260102T000000Z.zip",
        "niggle-20260103T000000Z.zip",
    }
    with pytest.raises(CommandError, match="at least one"):
        call_command("backup", keep=0)
