"""`manage.py audit`: where the chains of who looked end, and with `--verify` whether they hold."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from athletes.models import AuditChain, AuditEntry
from athletes.services import audit_seals
from athletes.services.audit_seals import Head


class Command(BaseCommand):
    help = (
        "Print where each club's chain of who looked ends (an anchor: keep it elsewhere). With --verify "
        "walk the chains and say where they do not hold; then the exit code is 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--verify", action="store_true", help="Walk the chains.")
        parser.add_argument("--club", type=UUID, help="Only this club's.")
        parser.add_argument(
            "--anchors",
            type=Path,
            help="A file of what this command printed earlier: what it names must still be there.",
        )

    def handle(
        self, *args: Any, verify: bool, club: UUID | None, anchors: Path | None, **options: Any
    ) -> None:
        audit_seals.seal_all()
        kept = _read(anchors) if anchors else []
        if verify or anchors:
            self._verify([club] if club else _clubs(kept), kept)
        for head in audit_seals.heads():
            if club in (None, head.club_key):
                self.stdout.write(str(head))

    def _verify(self, clubs: list[UUID], anchors: list[Head]) -> None:
        broken = [
            fault
            for club in clubs
            for fault in audit_seals.breaks_in(club_key=club, anchors=anchors)
        ]
        for fault in broken:
            self.stderr.write(str(fault))
        if broken:
            sys.exit(1)
        self.stderr.write(f"{len(clubs)} chains hold.")


def _clubs(anchors: list[Head]) -> list[UUID]:
    """Every club of which a chain, an entry or an anchor is left."""
    found = set(AuditChain.objects.values_list("pk", flat=True))
    found |= set(AuditEntry.objects.values_list("club_key", flat=True).distinct().order_by())
    return sorted(found | {anchor.club_key for anchor in anchors})


def _read(path: Path) -> list[Head]:
    try:
        lines = path.read_text().splitlines()
        return [Head.parse(line) for line in lines if line.strip()]
    except (OSError, ValueError) as fault:
        raise CommandError(f"{path} holds no anchors: each line is club:number:seal.") from fault
