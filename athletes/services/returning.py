"""The way back to running, as it is told: the start, a clinician's yes, each run and the morning after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from athletes import access
from athletes.models import Athlete, Episode, ReturnClearance, ReturnPlan, ReturnRun, User
from athletes.models.base import Record
from athletes.models.returning import MOST_PAIN, PAINS
from athletes.returning import State, WayBack, way_back
from athletes.services import audit
from athletes.services.episodes import close_if_pain_free
from athletes.services.reports import SameKeyOtherContent
from guidance import KNOWLEDGE

WHY_NOT = {
    State.CLOSED: gettext_noop("This problem is over, so there is nothing to come back from."),
    State.HELD: gettext_noop("The way back is on hold after your last report. Talk to your coach."),
    State.UNJUDGED: gettext_noop(
        "Your last report is still being worked out. Try again in a minute."
    ),
    State.UNCLEAR: gettext_noop("Your last report does not say how to go on. Talk to your coach."),
    State.NONE: gettext_noop(
        "There is no way back to running here that we know. Talk to your coach."
    ),
    State.CLEARANCE: gettext_noop(
        "A doctor or physiotherapist must say yes first. A coach records it."
    ),
    State.EARLY: gettext_noop("It is too early to start."),
    State.ENTRY: gettext_noop("Say first that all the conditions to start are true."),
    State.CLIMBING: gettext_noop("You are on the way already."),
    State.FINISHED: gettext_noop("You have done every step."),
}


class NotNow(Exception):
    """It cannot be done as things stand (HTTP 409). The message is for people."""

    def __init__(self, state: State) -> None:
        super().__init__(WHY_NOT[state])
        self.state = state


@dataclass(frozen=True)
class Logged:
    """A stored run, and whether it is new (False: the same run was sent again)."""

    run: ReturnRun
    created: bool


@transaction.atomic
def confirm_entry(
    *, by: User, episode: Episode, ladder: str, at: datetime | None = None
) -> ReturnPlan:
    """All the conditions of `ladder` are true: the climb starts at level 1. Saying it again changes nothing.

    Raises: NotAllowed, NotNow (also where another ladder is due than the one that was read).
    """
    access.require_may_report_for(by, episode.athlete)
    now = at or timezone.now()
    way = _locked(episode, now)
    right_one = way.ladder is not None and way.ladder.id == ladder
    if way.plan and right_one and way.state in (State.CLIMBING, State.FINISHED):
        return way.plan
    if way.state != State.ENTRY or not right_one:
        raise NotNow(way.state)
    plan = way.plan or ReturnPlan(episode=episode)
    plan.ladder, plan.knowledge_version = ladder, KNOWLEDGE.version
    plan.entry_at, plan.entry_by = now, by
    plan.save()
    _note(plan, by=by, episode=episode, fields=["ladder", "entry_at"])
    return plan


@transaction.atomic
def record_clearance(
    *,
    by: User,
    episode: Episode,
    clinician: str,
    given_on: date,
    note: str = "",
    at: datetime | None = None,
) -> ReturnClearance:
    """A doctor or physiotherapist has said that the athlete may run. Nobody clears themselves.

    Raises: NotAllowed, NotNow, ValidationError.
    """
    access.require_on_desk_of(by, episode.athlete)
    if by.pk == episode.athlete.user_id:
        raise access.NotAllowed("Somebody else must record this: nobody clears themselves.")
    now = at or timezone.now()
    way = _locked(episode, now)
    if way.state == State.CLOSED or (way.ladder is None and way.plan is None):
        raise NotNow(way.state)
    if given_on > now.astimezone(episode.athlete.zone).date():
        raise ValidationError({"given_on": gettext_noop("This day has not come yet.")})
    clearance = ReturnClearance.objects.create(
        plan=way.plan or _plan_for(way),
        created_at=now,
        clinician=clinician,
        given_on=given_on,
        note=note,
        recorded_by=by,
    )
    _note(clearance, by=by, episode=episode, fields=["clinician", "given_on", "note"])
    return clearance


def _note(row: Record, *, by: User, episode: Episode, fields: Iterable[str]) -> None:
    audit.record_change(
        by=by, athletes=[episode.athlete], what="return", record_key=row.pk, fields=fields
    )


def _plan_for(way: WayBack) -> ReturnPlan:
    """A plan that waits for its start."""
    assert way.ladder is not None
    return ReturnPlan.objects.create(
        episode=way.episode, ladder=way.ladder.id, knowledge_version=KNOWLEDGE.version
    )


@transaction.atomic
def log_run(
    *,
    by: User,
    episode: Episode,
    client_key: UUID,
    level: int,
    pain_before: int | None = None,
    pain_during: int | None = None,
    pain_after: int | None = None,
    ran_at: datetime | None = None,
    at: datetime | None = None,
) -> Logged:
    """One run on the ladder. The same `client_key` with the same content is the same run.

    Raises: NotAllowed, NotNow, SameKeyOtherContent, ValidationError.
    """
    access.require_may_report_for(by, episode.athlete)
    now = at or timezone.now()
    way = _locked(episode, now)
    told = {
        "level": level,
        "pain_before": pain_before,
        "pain_during": pain_during,
        "pain_after": pain_after,
    }
    if earlier := ReturnRun.objects.filter(plan__episode=episode, client_key=client_key).first():
        if any(getattr(earlier, name) != value for name, value in told.items()):
            raise SameKeyOtherContent
        return Logged(earlier, created=False)
    if way.state != State.CLIMBING or way.plan is None:
        raise NotNow(way.state)
    run = ReturnRun(
        plan=way.plan,
        client_key=client_key,
        ladder=way.plan.ladder,
        ran_at=ran_at or now,
        logged_by=by,
        **told,
    )
    _check(run, way)
    run.save()
    close_if_pain_free(by=by, episode=episode, at=now)
    _note(run, by=by, episode=episode, fields=[*told, "ran_at"])
    return Logged(run, created=True)


def _check(run: ReturnRun, way: WayBack) -> None:
    """Every mistake at once."""
    assert way.ladder is not None
    assert run.plan.entry_at is not None
    wrong = {name: why for name in PAINS if (why := _wrong_pain(getattr(run, name)))}
    if not 1 <= run.level <= len(way.ladder.levels):
        wrong["level"] = f"The steps go from 1 to {len(way.ladder.levels)}."
    if run.ran_at > way.now:
        wrong["ran_at"] = gettext_noop("This run has not happened yet.")
    elif run.ran_at < run.plan.entry_at:
        wrong["ran_at"] = gettext_noop(
            "A run from before you said that you may start does not count."
        )
    if wrong:
        raise ValidationError(wrong)


def _wrong_pain(pain: int | None) -> str:
    return "" if pain is None or 0 <= pain <= MOST_PAIN else f"Pain goes from 0 to {MOST_PAIN}."


@transaction.atomic
def log_next_morning(
    *, by: User, run: ReturnRun, pain: int, at: datetime | None = None
) -> ReturnRun:
    """How the leg felt on the morning after `run`. It can be told from the next day on, and corrected, until it is too late.

    After the last step, with nothing that hurts, this closes the episode.

    Raises: NotAllowed, NotNow, ValidationError.
    """
    episode = run.plan.episode
    access.require_may_report_for(by, episode.athlete)
    now = at or timezone.now()
    way = _locked(episode, now)
    if way.state == State.CLOSED:
        raise NotNow(way.state)
    if not way.takes_morning_of(run):
        raise ValidationError(
            {"pain": gettext_noop("The morning after can be told on the next day only.")}
        )
    if why := _wrong_pain(pain):
        raise ValidationError({"pain": why})
    run.pain_next_morning = pain
    run.save(update_fields=["pain_next_morning"])
    close_if_pain_free(by=by, episode=episode, at=now)
    _note(run, by=by, episode=episode, fields=["pain_next_morning"])
    return run


def _locked(episode: Episode, now: datetime) -> WayBack:
    """As it stands while no report can come in between."""
    Athlete.objects.select_for_update(no_key=True).get(pk=episode.athlete_id)
    episode.refresh_from_db(fields=["closed_at"])
    return way_back(episode, now)
