"""How long a club keeps closed problems: what is older goes, with all that hangs on it.

Nothing that is open, and nothing for which a call waits that nobody has seen. It is housekeeping: a day late harms nobody.
"""

from __future__ import annotations

import calendar
from collections import Counter
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from athletes.models import Athlete, Club, Episode, Escalation, TrainingHold, User
from athletes.models.reports import PENDING
from athletes.services import audit, clubs, tallies

MOST_A_ROUND = 500  # a worker has a minute for all of the housekeeping


def keep_for(*, by: User, club: Club, months: int | None) -> Club:
    """Closed problems are kept for `months`, or (None) until they are erased. Raises ValidationError."""
    return clubs.update_club(by=by, club=club, keep_months=months)


def over(club: Club, *, months: int | None, at: datetime | None = None) -> QuerySet[Episode]:
    """Problems of `club` that go at `at` (now) if they are kept for `months`; the oldest first."""
    closed = Episode.objects.filter(athlete__club=club, closed_at__isnull=False)
    if months is None:
        return closed.none()
    waiting = Escalation.objects.filter(episode=OuterRef("pk")).open()
    return (
        closed.filter(closed_at__lt=months_before(at or timezone.now(), months))
        .exclude(Exists(waiting))
        .exclude(reports__assessments__state=PENDING)
        .order_by("closed_at", "pk")
    )


def months_before(moment: datetime, months: int) -> datetime:
    """The same day, `months` earlier; the last of its month where that is shorter."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def by_month(club: Club, *, months: int | None, ahead: int = 12) -> list[tuple[date, int]]:
    """How many problems go when, over the next months: what is due now counts for this one."""
    now = timezone.now()
    if months is None:
        return []
    going: Counter[date] = Counter()
    until = months_before(now, -ahead)
    rows = over(club, months=months, at=until).order_by().values_list(TruncMonth("closed_at"))
    for (closed,) in rows:
        goes = months_before(closed, -months).date()
        going[max(goes, now.date().replace(day=1))] += 1
    return sorted(going.items())


def tidy_up() -> dict[UUID, int]:
    """Delete what is over in each club; how many problems went."""
    gone = {}
    left = MOST_A_ROUND
    for club in Club.objects.filter(keep_months__isnull=False).order_by("pk"):
        gone[club.pk] = sum(map(_delete, over(club, months=club.keep_months)[:left]))
        _delete_holds(club)
        left -= gone[club.pk]
    return gone


@transaction.atomic
def _delete(episode: Episode) -> bool:
    """Once more looked at with its athlete locked: it may have been opened again, or a call come up."""
    athlete = Athlete.objects.select_for_update(of=("self",), no_key=True).get(
        pk=episode.athlete_id
    )
    club = Club.objects.get(pk=athlete.club_id)
    still = over(club, months=club.keep_months).filter(pk=episode.pk)
    if not still.exists():
        return False
    tallies.keep(episodes=Episode.objects.filter(pk=episode.pk))
    audit.erased(by=None, athletes=[athlete], what="episode")
    Episode.objects.filter(pk=episode.pk).delete()
    return True


def _delete_holds(club: Club) -> None:
    """What kept somebody out of training, once it is as long over."""
    assert club.keep_months is not None
    before = months_before(timezone.now(), club.keep_months)
    ended = TrainingHold.objects.filter(athlete__club=club, released_at__lt=before)
    ended.delete()
