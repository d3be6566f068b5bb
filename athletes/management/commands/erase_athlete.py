"""`manage.py erase_athlete PK`: forget an athlete for good."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from athletes import access
from athletes.models import Athlete, User
from athletes.services import erasure


class Command(BaseCommand):
    help = "Erase everything about an athlete. There is no way back but a backup."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("athlete", type=UUID, help="As in the address of the athlete's page.")
        parser.add_argument("--owner", required=True, help="E-mail of the club's owner who asks.")

    def handle(self, *args: Any, athlete: UUID, owner: str, **options: Any) -> None:
        found = Athlete.objects.select_related("club").filter(pk=athlete).first()
        if found is None:
            raise CommandError("There is no such athlete: erased already?")
        by = User.objects.filter(email__iexact=owner).first()
        try:
            if by is None:
                raise access.NotAllowed
            erasure.erase_athlete(by=by, athlete=found)
        except access.NotAllowed as fault:
            raise CommandError("Only an owner of the athlete's club can ask for this.") from fault
        self.stdout.write(f"Athlete {athlete} is erased.")
