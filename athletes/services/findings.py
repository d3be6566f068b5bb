"""What a clinician found an episode to be."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from athletes import access
from athletes.models import Athlete, ClinicianFinding, Episode, User
from athletes.models.follow_up import METHODS
from athletes.services import audit
from guidance import KNOWLEDGE


@transaction.atomic
def record_finding(
    *,
    by: User,
    episode: Episode,
    cause: str,
    in_words: str,
    clinician: str,
    found_on: date,
    method: str,
) -> ClinicianFinding:
    """Record a finding: a cause that we know, or in the clinician's words where it is none of them.

    The newest counts and the earlier ones stay; the same one sent twice is one. The episode may be over.

    Raises: NotAllowed, ValidationError (every mistake at once).
    """
    access.require_on_desk_of(by, episode.athlete)
    if by.pk == episode.athlete.user_id:
        raise access.NotAllowed("Somebody else must record this: nobody judges their own leg.")
    access.require_told_all(by, episode.athlete)
    Athlete.objects.select_for_update(no_key=True).get(pk=episode.athlete_id)
    told = {
        "cause": cause,
        "in_words": in_words.strip(),
        "clinician": clinician.strip(),
        "found_on": found_on,
        "method": method,
    }
    _check(episode, told)
    newest = episode.findings.order_by("-created_at", "-id").first()
    if newest and all(getattr(newest, name) == value for name, value in told.items()):
        return newest
    finding = ClinicianFinding(episode=episode, recorded_by=by, **told)
    finding.full_clean(exclude=["episode", "recorded_by"])
    finding.save()
    audit.record_change(
        by=by, athletes=[episode.athlete], what="finding", record_key=finding.pk, fields=told
    )
    return finding


def _check(episode: Episode, told: dict[str, object]) -> None:
    """What the record itself cannot know."""
    wrong: dict[str, str] = {}
    if told["cause"] and told["cause"] not in KNOWLEDGE.causes:
        wrong["cause"] = _("This is none of the causes that we know. Say it in words instead.")
    elif not told["cause"] and not told["in_words"]:
        wrong["in_words"] = _("Name a cause, or say in words what it was.")
    if not told["clinician"]:
        wrong["clinician"] = _("Say who found it.")
    if told["method"] not in dict(METHODS):
        wrong["method"] = _("Say how it was found.")
    today = timezone.now().astimezone(episode.athlete.zone).date()
    if isinstance(told["found_on"], date) and told["found_on"] > today:
        wrong["found_on"] = _("This day has not come yet.")
    if wrong:
        raise ValidationError(wrong)
