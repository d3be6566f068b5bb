"""A whole site in one file, and back again: for a broken disk, a new machine, a bad day.

The file holds everything that was committed when the backup began, health data and keys included: keep it
as you would keep the database. It is of one kind (SQLite or PostgreSQL) and goes back into the same kind.
"""

from athletes.backups.archive import CannotBackUp, CannotRestore, Manifest
from athletes.backups.making import back_up, keep_newest
from athletes.backups.restoring import restore

__all__ = ["CannotBackUp", "CannotRestore", "Manifest", "back_up", "keep_newest", "restore"]
