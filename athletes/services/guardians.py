"""Who answers for a minor: asked by the minor or a coach, bound by a link, ended by each of them or by majority."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from athletes import access
from athletes.models import Athlete, Guardianship, User
from athletes.security_log import note
from athletes.services import audit


def bind(*, athlete: Athlete, user: User) -> Guardianship:
    """Inner step of taking up an invitation: it says who may. Again: no second row."""
    guardianship, is_new = Guardianship.objects.get_or_create(
        athlete=athlete, user=user, ended_at=None
    )
    if is_new:
        audit.record_change(
            by=user, athletes=[athlete], what="guardian", record_key=guardianship.pk
        )
        note("guardian_bound", user_id=user.pk)
    return guardianship


@transaction.atomic
def end(*, by: User, guardianship: Guardianship) -> None:
    """From the next request on the guardian sees nothing, and what they agreed to no longer counts. Again: no change.

    By the guardian, by the athlete, or by an owner of the club.
    """
    athlete = guardianship.athlete
    if by.pk not in (guardianship.user_id, athlete.user_id):
        access.require_owns_club(by, athlete.club)
    rows = Athlete.objects.select_for_update(no_key=True)
    rows.get(pk=athlete.pk)  # no report is kept on a consent that ends at this moment
    standing = Guardianship.objects.standing().filter(pk=guardianship.pk)
    if standing.update(ended_at=timezone.now(), ended_by=by):
        audit.record_change(
            by=by,
            athletes=[athlete],
            what="guardian",
            record_key=guardianship.pk,
            fields=["ended_at"],
        )
        note("guardian_ended", user_id=guardianship.user_id)


def write_to(address: str, *, club: str, path: str) -> None:
    """The request to a parent. It names nobody but the club: mail is read by others too."""
    EmailMessage(
        subject=f"{club}: a parent or guardian is asked to agree",
        body=(
            f"A young athlete of {club} would like to use Niggle, where runners report pain early, and gave your "
            "address. For a minor a parent or guardian has to agree.\n\n"
            f"Read what it is about, and decide:\n{settings.SITE_URL}{path}\n\n"
            "The link works once, for three days. If you know nothing about this, leave it alone: "
            "then nothing is kept.\n"
        ),
        to=[address],
    ).send(fail_silently=True)  # who asked sees on the page that it was asked, and can ask again
