"""What a program has sent under an `Idempotency-Key`: claimed while it is at work, kept for a day once it is answered.

Whoever sent it keeps the answer in the same transaction as the work. A process that dies in between has done neither, so
that the next try, after the claim has run out, does it for the first time.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from athletes.models import SentBefore, User

KEPT = timedelta(hours=24)
AT_WORK = timedelta(seconds=60)  # longer than the web server lets any request take


@dataclass(frozen=True)
class Claim:
    """The right to do the work under a key, for a minute."""

    row: int
    until: datetime


class StillAtWork(Exception):
    """The first request under this key has not been answered yet."""


class SentOtherwise(Exception):
    """This key was used for something else."""


class ClaimLost(Exception):
    """It took too long, and somebody else has taken the claim over: nothing of this may stay."""


def hashed(*parts: str) -> str:
    """The key is one of the parts, and is kept nowhere: without it nobody can try out what was told."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part.encode("utf-8", "surrogatepass")).digest())
    return digest.hexdigest()


def claim(*, by: User, key: str, request_hash: str) -> Claim | SentBefore:
    """The claim, or what was answered the first time. Raises StillAtWork, SentOtherwise."""
    now = timezone.now()
    until = now + AT_WORK
    row, is_new = _found_or_made(by, key, request_hash, now, until)
    if not is_new and row.created_at < now - KEPT:  # the housekeeping has not come by yet
        SentBefore.objects.filter(pk=row.pk, created_at=row.created_at).delete()
        row, is_new = _found_or_made(by, key, request_hash, now, until)
    if is_new:
        return Claim(row.pk, until)
    if row.request_hash != request_hash:
        raise SentOtherwise
    if row.status is not None:
        return row
    abandoned = SentBefore.objects.filter(
        pk=row.pk, status=None, claimed_until=row.claimed_until, claimed_until__lte=now
    )
    if not abandoned.update(claimed_until=until):
        raise StillAtWork
    return Claim(row.pk, until)


def _found_or_made(
    by: User, key: str, request_hash: str, now: datetime, until: datetime
) -> tuple[SentBefore, bool]:
    return SentBefore.objects.get_or_create(
        user=by,
        key_hash=hashed("key", key),
        defaults={"request_hash": request_hash, "created_at": now, "claimed_until": until},
    )


def keep(*, claim: Claim, status: int, headers: dict[str, str], answer: str) -> None:
    """Raises ClaimLost; then roll back what was done."""
    kept = _held(claim).update(status=status, headers=headers, answer=answer)
    if not kept:
        raise ClaimLost


def release(*, claim: Claim) -> None:
    """Nothing was done: the same may be sent again, corrected or not."""
    _held(claim).delete()


def _held(claim: Claim) -> QuerySet[SentBefore]:
    return SentBefore.objects.filter(pk=claim.row, status=None, claimed_until=claim.until)


def tidy() -> None:
    SentBefore.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
