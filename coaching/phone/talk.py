"""The talk with the coach: the newest before one's eyes, what is new marked, a coach's answer at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from athletes.access import policies
from athletes.models import Comment, Episode, Notification, User
from athletes.models.escalations import TALK
from athletes.services import notices

SHOWN = 6  # of a long talk the last few; what was said before is a tap away


@dataclass(frozen=True)
class Talk:
    """What was said about an episode, oldest first."""

    comments: Sequence[Comment]
    new: frozenset[UUID]  # those that the reader has not had before them yet
    notices: Sequence[Notification]  # that tell the reader of something new here
    over: str  # why nothing more can be said; empty where it can

    @property
    def earlier(self) -> Sequence[Comment]:
        """What is folded away; never anything new."""
        return self.comments[: self._first_shown]

    @property
    def newest(self) -> Sequence[Comment]:
        return self.comments[self._first_shown :]

    @property
    def last(self) -> UUID | None:
        return self.comments[-1].pk if self.comments else None

    @property
    def _first_shown(self) -> int:
        unread = (place for place, comment in enumerate(self.comments) if comment.pk in self.new)
        return min(next(unread, len(self.comments)), max(len(self.comments) - SHOWN, 0))

    def after(self, seen: UUID | None) -> Sequence[Comment]:
        """What came since `seen` was the last; all of it where that is not there."""
        places = [place for place, comment in enumerate(self.comments) if comment.pk == seen]
        return self.comments[places[0] + 1 :] if places else self.comments


def talk_about(episode: Episode, reader: User) -> Talk:
    untold = Notification.objects.visible_to(reader).unread().filter(topic=TALK, episode=episode)
    waiting = list(untold)
    new = frozenset(told for notice in waiting if (told := _comment_of(notice)))
    over = policies.why_no_comment(episode, timezone.now())
    return Talk(list(episode.comments.in_order()), new, waiting, over)


def have_read(talk: Talk, reader: User) -> None:
    """What stood on a page that was opened is new no longer, here and under Notices."""
    notices.mark_read(by=reader, notices=talk.notices)


def is_new(comment: Comment, reader: User) -> bool:
    """Whether the reader was told of this comment and has not had it before them."""
    untold = Notification.objects.visible_to(reader).unread().filter(topic=TALK)
    return untold.filter(dedupe_key__startswith=f"{_KEY}{comment.pk}:").exists()


_KEY = "comment:"  # how services.comments names what it sends


def _comment_of(notice: Notification) -> UUID | None:
    key = notice.dedupe_key
    return UUID(key.removeprefix(_KEY).split(":")[0]) if key.startswith(_KEY) else None
