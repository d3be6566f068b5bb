"""What a person has read of what they were told in the app."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from athletes.models import Notification, User


@transaction.atomic
def mark_read(*, by: User, notices: Iterable[Notification]) -> None:
    """Those of `by` among `notices` were seen. Without a new one nothing is written."""
    new = [notice.pk for notice in notices if notice.read_at is None]
    if new:
        own = Notification.objects.visible_to(by).unread()
        own.filter(pk__in=new).update(read_at=timezone.now())


@transaction.atomic
def mark_all_read(*, by: User, until: datetime | None = None) -> int:
    """All that `by` was told `until` then (now, if nothing is said) was seen. How many are new still."""
    now = timezone.now()
    own = Notification.objects.visible_to(by).unread()
    own.filter(created_at__lte=until or now).update(read_at=now)
    return own.count()
