"""The chain of a club's audit: entries get their number and seal, and whoever doubts it can walk it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Min, QuerySet

from athletes.models import AuditChain, AuditEntry, AuditSubject

AT_ONCE = 500  # entries sealed in one transaction


def seal_of(entry: AuditEntry) -> str:
    """SHA-256 over all that the entry says, its place, and the seal before it."""
    told: dict[str, Any] = {
        "action": entry.action,
        "actor": str(entry.actor_key or ""),
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "athletes": entry.athlete_keys,
        "before": entry.seal_before,
        "club": str(entry.club_key),
        "face": entry.face,
        "fields": entry.fields,
        "number": entry.number,
        "record": entry.record_key,
        "what": entry.what,
    }
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def not_sealed() -> QuerySet[AuditEntry]:
    """The oldest of each club's entries that are in no chain yet: what the sweep finds."""
    new = AuditEntry.objects.not_sealed().order_by()
    oldest = new.values("club_key").annotate(oldest=Min("pk")).values("oldest")
    return AuditEntry.objects.filter(pk__in=oldest)


def seal_beginning_with(*, entry_id: int) -> None:
    """All new entries of the club of this one, if nobody has sealed it meanwhile."""
    entry = AuditEntry.objects.not_sealed().filter(pk=entry_id).first()
    if entry is not None:
        seal_new(club_key=entry.club_key)


@transaction.atomic
def seal_new(*, club_key: UUID) -> int:
    """Put the club's new entries into its chain, the oldest first. Gives back how many there were.

    Whoever seals holds the chain's row; entries that are being written meanwhile wait for nobody and come next.
    """
    AuditChain.objects.bulk_create([AuditChain(club_key=club_key)], ignore_conflicts=True)
    chain = AuditChain.objects.select_for_update(no_key=True).get(pk=club_key)
    new = list(
        AuditEntry.objects.not_sealed().filter(club_key=club_key).order_by("at", "id")[:AT_ONCE]
    )
    for entry in new:
        entry.number, entry.seal_before = chain.number + 1, chain.seal
        entry.seal = seal_of(entry)
        chain.number, chain.seal = entry.number, entry.seal
    AuditEntry.objects.bulk_update(new, ["number", "seal_before", "seal"], batch_size=100)
    AuditSubject.objects.bulk_create(
        AuditSubject(entry=entry, athlete_key=key, at=entry.at)
        for entry in new
        for key in entry.athlete_keys
    )
    chain.save(update_fields=["number", "seal"])
    return len(new)


def seal_all() -> None:
    """For a command that wants the whole chain now."""
    clubs = AuditEntry.objects.not_sealed().values_list("club_key", flat=True)
    for club in set(clubs):
        while seal_new(club_key=club) == AT_ONCE:
            pass


@dataclass(frozen=True)
class Head:
    """Where a chain ends. Kept elsewhere it is an anchor: nothing before it can be changed unseen."""

    club_key: UUID
    number: int
    seal: str

    def __str__(self) -> str:
        return f"{self.club_key}:{self.number}:{self.seal}"

    @classmethod
    def parse(cls, text: str) -> Head:
        club, number, seal = text.strip().split(":")
        return cls(UUID(club), int(number), seal)


def heads() -> Iterator[Head]:
    for chain in AuditChain.objects.exclude(number=0).order_by("club_key"):
        yield Head(chain.club_key, chain.number, chain.seal)


@dataclass(frozen=True)
class Break:
    """Where a chain does not hold, and why."""

    club_key: UUID
    number: int
    why: str

    def __str__(self) -> str:
        return f"club {self.club_key}, entry {self.number}: {self.why}"


def breaks_in(*, club_key: UUID, anchors: list[Head] | None = None) -> Iterator[Break]:
    """Walk the club's chain: each entry, its place, its seal, the seal before it, whose data it names, and the end."""
    before, at = "", 0
    wanted = {anchor.number: anchor.seal for anchor in anchors or [] if anchor.club_key == club_key}
    entries = AuditEntry.objects.sealed().filter(club_key=club_key).order_by("number")
    subjects = _subjects(club_key)
    for entry in entries.iterator(chunk_size=AT_ONCE):
        assert entry.number is not None
        yield from (Break(club_key, entry.number, why) for why in _faults(entry, at, before))
        if sorted(subjects.get(entry.pk, [])) != entry.athlete_keys:
            yield Break(club_key, entry.number, "the athletes who find it are not those it names")
        if wanted.pop(entry.number, entry.seal) != entry.seal:
            yield Break(club_key, entry.number, "it is not the one that the anchor was taken from")
        before, at = entry.seal, entry.number
    for number in sorted(wanted):
        yield Break(club_key, number, "an anchor was taken from it, and it is gone")
    chain = AuditChain.objects.filter(pk=club_key).first()
    if chain is None and at:
        yield Break(club_key, at, "the row that says where the chain ends is gone")
    elif chain is not None and (chain.number, chain.seal) != (at, before):
        yield Break(club_key, at, f"the chain ended at {chain.number}, and now ends here")


def _faults(entry: AuditEntry, at: int, before: str) -> Iterator[str]:
    if entry.number != at + 1:
        yield f"what was between {at} and it is gone"
    elif entry.seal_before != before:
        yield "the entry before it is another than when it was sealed"
    if seal_of(entry) != entry.seal:
        yield "it says something else than when it was sealed"


def _subjects(club_key: UUID) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = AuditSubject.objects.filter(entry__club_key=club_key)
    for entry, athlete in rows.values_list("entry_id", "athlete_key").iterator():
        found.setdefault(entry, []).append(str(athlete))
    return found
