"""Holding an athlete out of training, or in part of it, and letting them back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from athletes import access, chain
from athletes.models import Athlete, Episode, TrainingHold, User
from athletes.models.availability import HOLDS
from athletes.models.escalations import TALK
from athletes.services import audit, notifications

LONGEST = timedelta(days=730)  # what is meant for longer has no planned end

TRAINING_CHANGED = gettext_noop("Your coach has changed your training")


@transaction.atomic
def hold_training(
    *,
    by: User,
    athlete: Athlete,
    kind: str,
    reason: str,
    until: datetime | None = None,
    episode: Episode | None = None,
    at: datetime | None = None,
) -> TrainingHold:
    """Keep `athlete` out of training, or in part of it (`kind`), until then or until somebody releases it.

    One stands at a time: a new one ends the one before. The same one sent twice is one.

    Raises: NotAllowed, ValidationError (every mistake at once).
    """
    access.require_on_desk_of(by, athlete)
    now, reason = at or timezone.now(), reason.strip()
    _check(athlete, kind, reason, until, episode, now)
    Athlete.objects.select_for_update(no_key=True).get(pk=athlete.pk)
    before = TrainingHold.objects.standing().filter(athlete=athlete).first()
    wanted = (kind, reason, until, episode.pk if episode else None)
    if before is not None:
        if (before.kind, before.reason, before.until, before.episode_id) == wanted:
            return before
        _end(before, by=by, reason="", now=now)
    hold = TrainingHold.objects.create(
        athlete=athlete,
        episode=episode,
        kind=kind,
        reason=reason,
        since=now,
        until=until,
        set_by=by,
        created_at=now,
    )
    _tell(hold, by=by, what="set")
    return hold


@transaction.atomic
def release_training(
    *, by: User, hold: TrainingHold, reason: str = "", at: datetime | None = None
) -> TrainingHold:
    """End this hold, and only this: what a danger sign or the way back asks for stays as it is.

    One that has ended already stays as it ended. Nobody lets themselves back in what somebody else decided.

    Raises: NotAllowed.
    """
    access.require_on_desk_of(by, hold.athlete)
    if hold.athlete.user_id == by.pk and hold.set_by_id != by.pk:
        told = _("Somebody else must release it: nobody lets themselves back into training.")
        raise access.NotAllowed(told)
    Athlete.objects.select_for_update(no_key=True).get(pk=hold.athlete_id)
    hold.refresh_from_db()
    now = at or timezone.now()
    if hold.released_at is not None or _is_over(hold, now):
        return hold
    _end(hold, by=by, reason=reason.strip(), now=now)
    _tell(hold, by=by, what="released")
    return hold


def _is_over(hold: TrainingHold, now: datetime) -> bool:
    return hold.until is not None and hold.until <= now


def _end(hold: TrainingHold, *, by: User, reason: str, now: datetime) -> None:
    """As of now; one that had run out ended when it ran out, and nobody ended it."""
    if hold.until is not None and hold.until <= now:
        hold.released_at, hold.released_by = hold.until, None
    else:
        # A clock that was set back since must not end it before it began.
        hold.released_at, hold.released_by = max(now, hold.since), by
        hold.release_reason = reason
    hold.save(update_fields=["released_at", "released_by", "release_reason"])


def _check(
    athlete: Athlete,
    kind: str,
    reason: str,
    until: datetime | None,
    episode: Episode | None,
    now: datetime,
) -> None:
    wrong: dict[str, str] = {}
    if kind not in dict(HOLDS):
        wrong["kind"] = _("Say whether it is no training or modified training.")
    if not reason:
        wrong["reason"] = _("Say why: the athlete reads it.")
    elif len(reason) > 300:
        wrong["reason"] = _("At most 300 characters.")
    if until is not None and until <= now:
        wrong["until"] = _("This time has passed already.")
    elif until is not None and until > now + LONGEST:
        wrong["until"] = _("At most two years ahead. Leave it empty if nobody knows the end.")
    if episode is not None and episode.athlete_id != athlete.pk:
        wrong["episode"] = _("This problem is not this athlete’s.")
    if wrong:
        raise ValidationError(wrong)


def _tell(hold: TrainingHold, *, by: User, what: str) -> None:
    """To the athlete, and to the audit."""
    own_side = chain.own_side(hold.athlete, timezone.now())
    notifications.queue(
        recipients=[person for person in own_side if person != by],
        key=f"hold:{what}:{hold.pk}",
        subject=TRAINING_CHANGED,
        path="/me/",
        topic=TALK,
        episode=hold.episode,
    )
    fields = ["kind", "reason", "until"] if what == "set" else ["released_at", "release_reason"]
    audit.record_change(
        by=by, athletes=[hold.athlete], what="hold", record_key=hold.pk, fields=fields
    )
