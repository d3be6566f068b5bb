"""The talk between an athlete and the coaches about an episode."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from athletes import access, chain
from athletes.models import Comment, Episode, User
from athletes.models.escalations import TALK
from athletes.services import audit, notifications


@transaction.atomic
def add_comment(*, by: User, episode: Episode, text: str, at: datetime | None = None) -> Comment:
    """Say something about an episode, and let the other side know that something was said."""
    access.require_may_report_for(by, episode.athlete)
    comment = Comment.objects.create(
        episode=episode, author=by, text=text, created_at=at or timezone.now()
    )
    athlete = episode.athlete
    if athlete.user_id == by.pk:
        first = chain.of_athlete(athlete, timezone.now()).first_people()
        others = [person for person in first if person != by]
        path = f"/desk/athletes/{athlete.pk}/"
    else:
        others, path = [athlete.user] if athlete.user else [], f"/me/episodes/{episode.pk}/"
    notifications.queue(
        recipients=others,
        key=f"comment:{comment.pk}",
        subject="You have a new message in Niggle",
        path=path,
        topic=TALK,
        episode=episode,
    )
    audit.record_change(
        by=by, athletes=[athlete], what="comment", record_key=comment.pk, fields=["text"]
    )
    return comment
