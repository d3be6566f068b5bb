"""Who needs somebody now: the rows of the first page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from athletes.access import Sight
from athletes.models import Assessment, Athlete, Episode, Escalation, Squad, User
from athletes.models.escalations import ACKNOWLEDGED, OPEN
from athletes.models.people import AthleteQuerySet
from athletes.services import clock
from athletes.services.escalations import SEEN_TOGETHER, is_for_others
from coaching import calls, words
from coaching.reading.filters import MINE, SEEN, WAITING, Filters
from coaching.reading.news import News, since_last_look
from coaching.reading.problems import Problem, problems
from coaching.saying import said
from guidance import Disposition

CALM_SHOWN = 30  # open episodes that need nothing; the rest is on the athletes page
TICKS_FROM = 2  # low rows; a single one has its own button


@dataclass(frozen=True)
class Row:
    """One escalation as the list shows it, at one moment."""

    escalation: Escalation
    now: datetime
    is_for_others: bool  # it is about the reader, and somebody else has to look at it
    sight: Sight  # the reader's
    news: News = field(default_factory=News)

    @property
    def athlete(self) -> Athlete:
        return self.escalation.athlete

    @property
    def is_whole(self) -> bool:
        """Whether the athlete shares all with the reader."""
        return self.sight.is_whole(self.athlete)

    @property
    def place(self) -> str:
        return said(self.escalation.episode.place) if self.is_whole else _("A problem")

    @property
    def reason(self) -> str:
        return said(self.sight.reason(self.escalation)) or str(words.STATUS_ONLY)

    @property
    def outcome(self) -> str:
        return said(self.sight.outcome(self.escalation))

    @property
    def cause(self) -> str:
        """The leading likely cause of the report that opened or raised it, if it is judged and shared."""
        if not self.is_whole:
            return ""
        result = self.escalation.report.assessment.result
        causes = result["causes"] if result else []
        return causes[0]["name"] if causes and causes[0]["fit"] != "unlikely" else ""

    @property
    def is_waiting(self) -> bool:
        return self.escalation.state == OPEN

    @property
    def may_tick(self) -> bool:
        """Whether it can be acknowledged together with others: never what calls for somebody today."""
        is_low = Disposition(self.escalation.level) in SEEN_TOGETHER
        return is_low and self.is_waiting and not self.is_for_others

    @property
    def is_overdue(self) -> bool:
        it = self.escalation
        return it.is_overdue(self.now) or (self.is_waiting and it.nobody_left_at is not None)

    @property
    def waiting(self) -> str:
        return words.duration(self.now - self.escalation.opened_at)

    @property
    def waited_s(self) -> int:
        return int((self.now - self.escalation.opened_at).total_seconds())

    @property
    def left(self) -> str:
        """Time left until it is passed on (again); empty when that is due."""
        left = self.escalation.acknowledge_by - self.now
        return words.duration(left) if left > timedelta(0) else ""

    @property
    def left_s(self) -> int:
        """The same in seconds by this clock, from which a page counts down by itself."""
        return int((self.escalation.acknowledge_by - self.now).total_seconds())

    @property
    def clock(self) -> str:
        """Where the chain stands, once it was not seen in its first time."""
        it = self.escalation
        if self.athlete.club.calls_nobody:
            return _("Overdue. In a demo club nobody is called.")
        if it.nobody_left_at:
            if not self.left:
                return _("Everybody has been told, nobody has answered")
            again = _("Everybody has been told, nobody has answered; told again in %(left)s")
            return again % {"left": self.left}
        if not it.chain_step:
            return _("Overdue, being passed on")
        told = {
            "to": calls.passed_on_to(it.chain_step, it.level, self.athlete.club),
            "left": self.left,
        }
        if told["to"] and told["left"]:
            return _("Overdue, passed on to %(to)s; passed on again in %(left)s") % told
        if told["to"]:
            return _("Overdue, passed on to %(to)s") % told
        return _("Overdue; passed on again in %(left)s") % told if told["left"] else _("Overdue")

    @property
    def timeline(self) -> list[calls.Line]:
        """Every event with its sentence, oldest first."""
        return calls.time_line(self.escalation.events.all(), self.athlete.club)


@dataclass(frozen=True)
class Today:
    """The whole list, as of `checked_at`."""

    waiting: list[Row]
    seen: list[Row]
    hidden: list[Row]  # waiting, but not what the filters ask for
    calm: list[Problem]
    more_calm: bool
    has_athletes: bool
    checked_at: datetime
    watched_until: datetime | None  # None: the watch stands still
    being_judged: int

    @property
    def overdue(self) -> int:
        return sum(row.is_overdue for row in self.waiting)

    @property
    def worst_hidden(self) -> str:
        return self.hidden[0].escalation.level if self.hidden else ""

    @property
    def tickable(self) -> int:
        return sum(row.may_tick for row in self.waiting)

    @property
    def has_ticks(self) -> bool:
        return self.tickable >= TICKS_FROM


def rows_for(user: User, escalations: Iterable[Escalation], now: datetime) -> list[Row]:
    """As `user` reads them. Only who is an athlete too costs a question more, once for each club."""
    escalations = list(escalations)
    own = {it.athlete.pk: it.athlete for it in escalations if it.athlete.user_id == user.pk}
    others = {pk for pk, athlete in own.items() if is_for_others(user=user, athlete=athlete)}
    sight = Sight(user)
    hidden = {it.athlete_id for it in escalations if not sight.is_whole(it.athlete)}
    news = since_last_look(user, [it.episode for it in escalations], status_only=hidden)
    return [
        Row(it, now, it.athlete_id in others, sight, _known(user, it, news[it.episode_id]))
        for it in escalations
    ]


def _known(user: User, escalation: Escalation, news: News) -> News:
    """What the reader acknowledged is not new to them, also where they never opened it."""
    if news.looked_at is None and escalation.acknowledged_by_id == user.pk:
        return News(escalation.acknowledged_at)
    return news


def for_person(user: User, filters: Filters, now: datetime) -> Today:
    """Everything the first page shows to `user`.

    All that waits is fetched, also what the filters leave out: a filter must never hide that somebody waits.
    """
    everything = rows_for(user, escalations_to_see(user), now)
    rows = [row for row in everything if _is_asked_for(row, filters, user)]
    calm = [] if filters.of_calls else list(_calm_episodes(user, filters.squad)[: CALM_SHOWN + 1])
    judging = Assessment.objects.seen_from_desk_by(user).pending()
    return Today(
        waiting=[row for row in rows if row.is_waiting],
        seen=[row for row in rows if not row.is_waiting],
        hidden=[row for row in everything if row.is_waiting and row not in rows],
        calm=problems(Sight(user), calm[:CALM_SHOWN]),
        more_calm=len(calm) > CALM_SHOWN,
        has_athletes=bool(everything or calm) or _athletes(user, None).real().exists(),
        checked_at=now,
        watched_until=clock.watched_until(),
        being_judged=judging.filter(report__athlete__is_drill=False).count(),
    )


def _is_asked_for(row: Row, filters: Filters, user: User) -> bool:
    it = row.escalation
    states = {
        WAITING: row.is_waiting,
        SEEN: it.state == ACKNOWLEDGED,
        MINE: it.state == ACKNOWLEDGED and it.acknowledged_by_id == user.pk,
    }
    return (
        (filters.squad is None or filters.squad in row.athlete.squads.all())
        and filters.level in ("", it.level)
        and states.get(filters.state, True)
        and (row.news.is_new or not filters.changed)
    )


def escalations_to_see(user: User) -> QuerySet[Escalation]:
    unresolved = Escalation.objects.filter(athlete__in=_athletes(user, None)).unresolved()
    return with_row_parts(unresolved.by_urgency(), user)


def with_row_parts(escalations: QuerySet[Escalation], user: User) -> QuerySet[Escalation]:
    """With all that a row reads, so that the number of queries does not grow with the rows."""
    return escalations.select_related(
        "athlete__club", "episode", "report", "acknowledged_by"
    ).prefetch_related(
        squads_shown_to(user, "athlete__squads"),
        Prefetch("report__assessments", Assessment.objects.order_by("created_at")),
    )


def squads_shown_to(user: User, path: str) -> Prefetch[str]:
    """An athlete's squads, as far as `user` looks after them."""
    return Prefetch(path, Squad.objects.seen_from_desk_by(user))


def _athletes(user: User, squad: Squad | None) -> AthleteQuerySet:
    seen = Athlete.objects.seen_from_desk_by(user)
    return seen.filter(squads=squad) if squad else seen


def _calm_episodes(user: User, squad: Squad | None) -> QuerySet[Episode]:
    """Open episodes without anything waiting, the newest report first."""
    athletes = _athletes(user, squad).real().values("pk")
    waiting = Escalation.objects.unresolved().filter(athlete__in=athletes).values("episode")
    episodes = Episode.objects.open().filter(athlete__in=athletes).exclude(pk__in=waiting)
    return (
        episodes.with_latest()
        .select_related("athlete__club")
        .prefetch_related(squads_shown_to(user, "athlete__squads"))
        .order_by("-latest_at")
    )
