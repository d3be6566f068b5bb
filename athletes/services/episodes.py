"""Which health problem a report belongs to, and when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from athletes import access
from athletes.models import Athlete, Episode, ReturnPlan, User
from athletes.returning import way_back
from athletes.services import audit, follow_up
from guidance import Answers

PAIN_FREE = gettext_noop("Back to running without pain.")
REGION_OF = {
    "calf": "calf",
    "calf_upper": "calf",
    "calf_mid": "calf",
    "calf_lower": "calf",
    "calf_medial": "calf",
    "popliteal": "calf",
    "achilles": "calf",
    "shin_medial": "shin",
    "shin_anterior": "shin",
    "lower_leg_lateral": "shin",
    "lower_leg": "shin",
    "heel": "foot",
    "foot_sole": "foot",
    "foot": "foot",
    "ankle": "foot",
    "thigh": "leg",
    "whole_leg": "leg",
}


def place_of(answers: Answers) -> tuple[str, str, str]:
    """The first site named, its region, and the side ("" if not told)."""
    told = answers.get("site")
    sites: Sequence[str] = told if isinstance(told, (list, tuple)) else ()
    first = sites[0] if sites else ""
    side = answers.get("side")
    return first, REGION_OF.get(first, "other"), side if side in ("left", "right", "both") else ""


def find_or_open(
    *, athlete: Athlete, region: str, side: str, onset_at: datetime | None, now: datetime
) -> Episode:
    """The open episode at this place, else a new one. The caller holds the lock on the athlete."""
    running = list(athlete.episodes.open().filter(region=region).order_by("-opened_at"))
    same_side = [e for e in running if e.side == side]
    # A side that was not told is unknown, not another leg: it joins what is running there.
    unknown_side = [e for e in running if not e.side or not side]
    for episode in [*same_side, *unknown_side]:
        return episode
    return athlete.episodes.create(
        region=region,
        side=side,
        kind=_kind_at(athlete, region, side),
        opened_at=now,
        onset_at=onset_at,
    )


def _kind_at(athlete: Athlete, region: str, side: str) -> str:
    """A recurrence after the pain was gone, an exacerbation before (IOC 2020). Not known counts as gone."""
    over = athlete.episodes.filter(region=region, side=side, closed_at__isnull=False)
    last = over.order_by("-closed_at", "-opened_at").first()
    if last is None:
        return "index"
    return "exacerbation" if last.closed_pain_free is False else "recurrence"


@transaction.atomic
def close_episode(
    *,
    by: User,
    episode: Episode,
    reason: str,
    pain_free: bool | None = None,
    at: datetime | None = None,
) -> Episode:
    """Close an episode that is over, saying why. Closing twice changes nothing.

    `pain_free`: whether nothing hurts any more; None is not known. Nobody is asked about it any more. An escalation in it stays open, with its clock, until somebody has
    seen it.
    """
    access.require_on_desk_of(by, episode.athlete)
    # A report that is being stored at this moment is in it, or opens the next one; never half of each.
    Athlete.objects.select_for_update(no_key=True).get(pk=episode.athlete_id)
    episode = Episode.objects.select_for_update(no_key=True).get(pk=episode.pk)
    if episode.closed_at is None:
        episode.closed_pain_free = pain_free
        _close(episode, by, reason, "by_coach", at or timezone.now())
    return episode


def close_drill(*, by: User | None, episode: Episode, reason: str) -> None:
    """A drill's own episode is over, also when nobody is left who may close it.

    Runs in the caller's transaction, which holds the lock on the athlete.
    """
    if not episode.athlete.is_drill:
        raise ValueError("Only a drill's episode ends like that.")
    _close(episode, by, reason, "by_coach", timezone.now())


def close_if_pain_free(*, by: User | None, episode: Episode, at: datetime | None = None) -> bool:
    """The last step of the way back is done and nothing hurts: the episode closes by itself.

    Runs in the caller's transaction, which holds the lock on the athlete. `by` is who told the last of it.
    """
    climbs = ReturnPlan.objects.filter(
        episode=episode, episode__closed_at=None, entry_at__isnull=False
    )
    if not climbs.exists():
        return False
    now = at or timezone.now()
    episode = Episode.objects.select_related("athlete").get(pk=episode.pk)
    if not way_back(episode, now).is_pain_free:
        return False
    episode.closed_pain_free = True
    _close(episode, by, PAIN_FREE, "pain_free", now)
    return True


def _close(episode: Episode, by: User | None, reason: str, closed_as: str, at: datetime) -> None:
    episode.closed_at, episode.closed_by = at, by
    episode.closed_reason, episode.closed_as = reason, closed_as
    episode.save(
        update_fields=["closed_at", "closed_by", "closed_reason", "closed_as", "closed_pain_free"]
    )
    follow_up.cancel(episode=episode)
    audit.record_change(
        by=by,
        athletes=[episode.athlete],
        what="episode",
        record_key=episode.pk,
        fields=["closed_at", "closed_reason", "closed_pain_free"],
    )
