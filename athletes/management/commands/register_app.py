"""`manage.py register_app NAME --redirect-uri https://…`: an app that people may allow to act for them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from athletes.scopes import ALL, IDENTITY
from athletes.services import apps


class Command(BaseCommand):
    help = "Registers an app that people may allow to act for them, and prints its secret once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="as people read it when the app asks them")
        parser.add_argument(
            "--redirect-uri",
            action="append",
            required=True,
            help="where answers are sent, to the letter; may be repeated",
        )
        parser.add_argument(
            "--scope",
            action="append",
            choices=sorted(ALL | IDENTITY),
            help="what it may ask people for; may be repeated; all, if left out",
        )
        parser.add_argument(
            "--public",
            action="store_true",
            help="an app on people's devices, which can keep no secret",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = apps.register(
                name=options["name"],
                redirect_uris=options["redirect_uri"],
                scopes=options["scope"] or ALL | IDENTITY,
                public=options["public"],
            )
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages)) from wrong
        self.stdout.write(f"client_id     {made.app.pk}")
        if made.secret:
            self.stdout.write(f"client_secret {made.secret}")
            self.stdout.write("The secret is shown only now: it is kept as a hash.")
