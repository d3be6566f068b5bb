"""What every page may ask about the site and the person before it. Nothing is fetched until asked."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from django.db.models import Exists
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from athletes import looking, reach, second_factor
from athletes.access import DESK_ROLES
from athletes.models import Athlete, Escalation, Notification, User
from athletes.services import clock
from coaching.looks.shown import IN_BANNER
from coaching.offline.person import person_of
from guidance import KNOWLEDGE

STANDSTILLS_SHOWN = 5
STANDING_STILL = {
    clock.DISPATCHER: _("the watch itself"),
    clock.POSTMAN: _("the sending of messages"),
    clock.COURIER: _("the sending of webhooks"),
    clock.MESSENGER: _("the worker that sends messages"),
    clock.WORKER: _("the worker that judges reports"),
    clock.BEAT: _("housekeeping"),
    "redis": _("the queue (Redis)"),
    clock.sweep_beat("clocks"): _("the clocks of who must be seen"),
    clock.sweep_beat("check_ins_due"): _("the asking of check-ins"),
    clock.sweep_beat("check_ins_reminded"): _("the reminders of check-ins"),
    clock.sweep_beat("check_ins_missed"): _("the watch over check-ins that nobody answered"),
    clock.sweep_beat("digests"): _("the morning messages"),
    clock.sweep_beat("messages"): _("messages put off by a clock that was set back"),
    clock.sweep_beat("drills"): _("the end of drills"),
    clock.sweep_beat("audit"): _("the sealing of who looked"),
}
NOWHERE = (False, False, False)
MOST_COUNTED = 99  # notices; beyond that nobody wants to know how many


class Site:
    """Lives as long as one request, and is the same for all of it (`site_of`)."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def _user(self) -> User | None:
        """Not looked up before it is needed: a page about a failing database must not ask it."""
        someone = getattr(self._request, "user", None)
        return someone if isinstance(someone, User) else None

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @property
    def is_desk(self) -> bool:
        """The person is told about somebody else's health."""
        return self._faces[0]

    @property
    def is_athlete(self) -> bool:
        """The person has legs here, or a child's."""
        return self._faces[1]

    @property
    def needs_second_factor(self) -> bool:
        """A club whose athletes the person looks after asks for one, whether the person has it or not."""
        return self._faces[2]

    @cached_property
    def _faces(self) -> tuple[bool, bool, bool]:
        """Desk, phone and what a club asks for, in one question: every page needs all of them."""
        if self._user is None:
            return NOWHERE
        held = self._user.memberships.active().filter(role__in=DESK_ROLES)
        own = Athlete.objects.told_about_themselves(self._user)
        asked = second_factor.roles_that_need_it(self._user)
        me = User.objects.filter(pk=self._user.pk)
        # Of who has just been erased nothing is left.
        return me.values_list(Exists(held), Exists(own), Exists(asked)).first() or NOWHERE

    @cached_property
    def person(self) -> str:
        """Whose pages a browser keeps; "" for nobody's."""
        return person_of(self._user) if self._user else ""

    @cached_property
    def unread_notices(self) -> str:
        """How many notices the person has not seen; "" for none."""
        if self._user is None:
            return ""
        mine = Notification.objects.visible_to(self._user).unread()
        found = mine[: MOST_COUNTED + 1].count()
        return f"{MOST_COUNTED}+" if found > MOST_COUNTED else str(found or "")

    @cached_property
    def _still(self) -> list[str]:
        return clock.standing_still()

    @property
    def watch_is_running(self) -> bool:
        """The dispatcher, which finds overdue work and unseen escalations, was busy just now."""
        return clock.DISPATCHER not in self._still

    @property
    def standing_still(self) -> list[str]:
        """What has made no progress for too long, in words; of the watch itself not each of its rounds."""
        still = self._still
        if not self.watch_is_running:
            still = [name for name in still if not name.startswith(clock.sweep_beat(""))]
        return [str(STANDING_STILL.get(name, name)) for name in still]

    @cached_property
    def standstill(self) -> list[Escalation]:
        """Calls that wait although everybody has been told, the most urgent first."""
        with looking.beside(IN_BANNER):
            return list(reach.standstill(self._user)[:STANDSTILLS_SHOWN]) if self._user else []

    @cached_property
    def unreachable(self) -> list[reach.Fault]:
        """Squads of the person from which a danger would reach nobody."""
        if self._user is None:
            return []
        return [fault for fault in reach.for_person(self._user) if fault.is_grave]

    @property
    def knowledge_version(self) -> str:
        return KNOWLEDGE.version


def site_of(request: HttpRequest) -> Site:
    """What was asked for one part of a request need not be asked again for another."""
    here: Site | None = getattr(request, "niggle", None)
    if here is None:
        here = request.niggle = Site(request)  # type: ignore[attr-defined]
    return here


def site(request: HttpRequest) -> dict[str, Site]:
    """`site` for pages; the base page says `niggle`, because allauth's views have a `site` of their own."""
    here = site_of(request)
    return {"site": here, "niggle": here}
