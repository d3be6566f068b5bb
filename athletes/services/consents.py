"""Agreeing that an athlete's reports are kept, and taking it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from athletes import access
from athletes.consent import Standing
from athletes.consent_text import CONSENT
from athletes.models import Athlete, Consent, User
from athletes.models.consent import GUARDIAN, THEMSELVES, TOLD_COACH
from athletes.services import audit


class TextChanged(Exception):
    """What was read is not the text of today any more (HTTP 409)."""

    def __init__(self) -> None:
        super().__init__("The text has changed since you read it. Please read it again.")


class NoConsent(access.NotAllowed):
    """Nobody who may has agreed that anything about this athlete's health is kept (HTTP 403)."""

    def __init__(self) -> None:
        super().__init__("Nobody has agreed yet that this is kept.")


def may_give(*, user: User, athlete: Athlete) -> str:
    """As what `user` can agree for `athlete` now: the athlete of age, or a guardian; "" as neither."""
    standing = Standing(athlete, timezone.now())
    if athlete.user_id == user.pk:
        return THEMSELVES if standing.is_of_age else ""
    return GUARDIAN if access.GUARDIAN in access.roles_towards(user, athlete) else ""


def require(athlete: Athlete) -> None:
    """For what is kept about somebody's health beside reports. Raises NoConsent."""
    if not Standing(athlete, timezone.now()).is_given:
        raise NoConsent


@transaction.atomic
def give(*, by: User, athlete: Athlete, version: str) -> Consent:
    """`by` agrees to the text of `version`, having read it. Again: no second row. Raises NotAllowed, TextChanged."""
    athlete = _locked(athlete)
    given_as = may_give(user=by, athlete=athlete)
    if not given_as:
        raise access.NotAllowed(
            "Who is of age agrees for themself; for a minor, a guardian does it."
        )
    if version != CONSENT.version:
        raise TextChanged
    return _given(by, athlete, given_as)


@transaction.atomic
def note_told(*, by: User, athlete: Athlete, at: datetime | None = None) -> Consent:
    """Who has no log-in (for a minor: a guardian) told `by`, who looks after them, that they agree."""
    access.require_on_desk_of(by, athlete)
    athlete = _locked(athlete)
    if athlete.user_id is not None:
        raise access.NotAllowed("Who has a log-in is asked there, and answers there.")
    return _given(by, athlete, TOLD_COACH, at)


@transaction.atomic
def withdraw(*, by: User, athlete: Athlete) -> None:
    """No new report is kept from now on. What is there stays until it is erased. Again: no change.

    By the athlete, also a minor; by a guardian; by a coach only of who has no log-in.
    """
    athlete = _locked(athlete)
    access.require_may_report_for(by, athlete)
    own_side = {access.ATHLETE, access.GUARDIAN} & access.roles_towards(by, athlete)
    if not own_side and athlete.user_id is not None:
        raise access.NotAllowed("Only the athlete or a guardian takes this back.")
    standing = athlete.consents.standing()
    if standing.update(withdrawn_at=timezone.now(), withdrawn_by=by):
        audit.record_change(by=by, athletes=[athlete], what="consent", fields=["withdrawn_at"])


def _locked(athlete: Athlete) -> Athlete:
    """Two at once come after each other; a report that is being kept is kept before or not at all."""
    rows = Athlete.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("club").get(pk=athlete.pk)


def _given(by: User, athlete: Athlete, given_as: str, at: datetime | None = None) -> Consent:
    same = athlete.consents.to(CONSENT.version).filter(given_by=by, given_as=given_as)
    if earlier := same.filter(withdrawn_at=None).first():
        if Standing(athlete, timezone.now()).is_given:
            return earlier
        same.update(withdrawn_at=timezone.now(), withdrawn_by=by)  # it does not count any more
    consent = Consent.objects.create(
        athlete=athlete,
        version=CONSENT.version,
        given_by=by,
        given_as=given_as,
        **({"created_at": at} if at else {}),
    )
    audit.record_change(
        by=by, athletes=[athlete], what="consent", record_key=consent.pk, fields=["version"]
    )
    return consent
