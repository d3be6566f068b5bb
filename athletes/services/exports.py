"""A person's own data as a file: asked for, made by a worker, fetched for a week, then gone."""

from __future__ import annotations

import logging
import tempfile
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from athletes import access, exports
from athletes.models import Athlete, DataExport, User
from athletes.models.escalations import TALK
from athletes.security_log import note
from athletes.services import audit, notifications
from athletes.services.clock import from_now

KEPT = timedelta(days=7)
LISTED = timedelta(days=90)  # that there was one, without the file
MAX_ATTEMPTS = 3
LEASE_S = 10 * 60  # longer than one can take; then another process may try
READY, FAILED = "Your data is ready", "Your data could not be made into a file"
PATH = "/accounts/data/"

logger = logging.getLogger(__name__)


def ask(*, by: User, athlete: Athlete | None = None) -> DataExport:
    """A file of all that is `by`'s own; with `athlete` of one that they are the guardian of.

    While one is being made, that one: asking twice makes one.
    """
    if athlete is not None and not _answers_for(by, athlete):
        raise access.NotAllowed(
            _("You can ask for your own data, and as a guardian for a child’s.")
        )
    try:
        with transaction.atomic():
            note("export_asked", user_id=by.pk)
            return DataExport.objects.create(asked_by=by, athlete=athlete)
    except IntegrityError:
        return DataExport.objects.waiting().get(asked_by=by, athlete=athlete)


def _answers_for(user: User, athlete: Athlete) -> bool:
    return bool(Athlete.objects.whose_data_is_of(user).filter(pk=athlete.pk).exists())


def due() -> QuerySet[DataExport]:
    """Waiting, and in nobody's hands."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=Now())
    too_far = Q(claimed_until__gt=from_now(seconds=2 * LEASE_S))  # the clock was set back
    return DataExport.objects.waiting().filter(free | too_far).order_by("created_at")


def make(*, export_id: UUID) -> bool:
    """Make the file if nobody else does. True when it is there. Again: no change."""
    claimed = (
        due()
        .filter(pk=export_id)
        .update(attempts=F("attempts") + 1, claimed_until=from_now(seconds=LEASE_S))
    )
    if not claimed:
        return False
    export = DataExport.objects.select_related("asked_by", "athlete__club").get(pk=export_id)
    if export.attempts > MAX_ATTEMPTS:
        _finish(export, FAILED, state="failed")
        return False
    content = _content(export)
    return _finish(export, READY, state="ready", content=content, expires_at=timezone.now() + KEPT)


def _content(export: DataExport) -> bytes:
    scope = exports.scope_of(export.asked_by, export.athlete)
    with tempfile.TemporaryFile() as file, translation.override(export.asked_by.language or "en"):
        exports.write(scope, file)
        file.seek(0)
        return file.read()


@transaction.atomic
def _finish(export: DataExport, subject: str, **outcome: object) -> bool:
    """Only by who holds it: whoever was too slow has made it for nothing."""
    mine = DataExport.objects.waiting().filter(pk=export.pk, attempts=export.attempts)
    if not mine.update(finished_at=Now(), claimed_until=None, **outcome):
        return False
    if outcome["state"] == "ready":
        older = DataExport.objects.filter(asked_by=export.asked_by, athlete=export.athlete)
        older.filter(state="ready").exclude(pk=export.pk).update(state="over", content=None)
    notifications.queue(
        recipients=[export.asked_by],
        key=f"export:{export.pk}",
        subject=subject,
        path=PATH,
        topic=TALK,
    )
    return True


def fetch(*, by: User, export: DataExport) -> bytes:
    """The file, for whoever asked for it; a guardian's only as long as they are one. Raises DoesNotExist."""
    found = DataExport.objects.visible_to(by).select_related("athlete").filter(state="ready")
    file = found.get(pk=export.pk, expires_at__gt=Now())
    if file.athlete is not None:
        if not _answers_for(by, file.athlete):
            raise DataExport.DoesNotExist
        audit.taken(by=by, athletes=[file.athlete], what="export", record_key=file.pk)
    DataExport.objects.filter(pk=file.pk).update(fetched_at=Now())
    note("export_taken", user_id=by.pk)
    assert file.content is not None  # held by the database
    return bytes(file.content)


def tidy_up() -> None:
    """What nobody can fetch any more is not kept."""
    over = DataExport.objects.filter(state="ready", expires_at__lte=Now())
    over.update(state="over", content=None)
    DataExport.objects.exclude(state="pending").filter(
        created_at__lt=timezone.now() - LISTED
    ).delete()
