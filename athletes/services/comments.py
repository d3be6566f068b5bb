"""The talk between an athlete and the coaches about an episode."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from athletes import access, chain
from athletes.access import policies
from athletes.models import Comment, Episode, User
from athletes.models.escalations import TALK
from athletes.services import audit, notifications


class TalkIsOver(Exception):
    """The episode has been closed for too long to talk about it (HTTP 409). The message is for people."""


@transaction.atomic
def add_comment(*, by: User, episode: Episode, text: str, at: datetime | None = None) -> Comment:
    """Say something about an episode, and let the other side know that something was said.

    Raises: NotAllowed, TalkIsOver.
    """
    access.require_may_report_for(by, episode.athlete)
    now = at or timezone.now()
    if why := policies.why_no_comment(episode, now):
        raise TalkIsOver(why)
    comment = Comment.objects.create(episode=episode, author=by, text=text, created_at=now)
    athlete = episode.athlete
    own_side = chain.own_side(athlete, timezone.now())
    others, path = own_side, f"/me/episodes/{episode.pk}/"
    if by in own_side:
        others = chain.of_athlete(athlete, timezone.now()).first_people()
        path = f"/desk/athletes/{athlete.pk}/"
    notifications.queue(
        recipients=[person for person in others if person != by],
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
