"""A check-in on the phone, for who is logged in; and the check-ins that other pages show."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from athletes.models import Athlete, CheckIn, Episode, PainReport
from athletes.models.follow_up import ASKED, CANCELLED, MISSED, PLANNED, REMINDED
from athletes.services import check_ins
from coaching.checking_in import CheckInForm, Place, check_in_page, is_to_come
from coaching.door import signed_in
from coaching.phone.door import PhoneRequest, about_own
from coaching.telling import course_in_words


def _done(request: HttpRequest, report: PainReport) -> HttpResponse:
    return redirect("phone:result", report.pk)


PHONE = Place(face="phone", template="phone/check_in.html", done=_done)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: PhoneRequest, check_in_id: UUID) -> HttpResponse:
    """How is it today?"""
    own = CheckIn.objects.visible_to(request.user).filter(
        about_own(request.user, "episode__athlete")
    )
    found = get_object_or_404(
        own.select_related("episode__athlete__club", "report"), pk=check_in_id
    )
    return check_in_page(request, found, by=request.user, place=PHONE)


@dataclass(frozen=True)
class Asking:
    """What the home page says of check-ins: those that wait for an answer, and when the next one comes."""

    waiting: list[CheckIn]
    next: CheckIn | None

    @property
    def others(self) -> list[CheckIn]:
        """Of further problems: each on its own page."""
        return self.waiting[1:]

    @cached_property
    def form(self) -> CheckInForm | None:
        """The first that waits, to be answered on the home page itself: three taps there and then."""
        return CheckInForm(check_ins.questions(self.waiting[0])) if self.waiting else None


def asking(athlete: Athlete) -> Asking:
    """Of the problems that are open. What was missed can still be answered, until something newer is told."""
    newer = PainReport.objects.filter(
        episode=OuterRef("episode"), reported_at__gt=OuterRef("report__reported_at")
    )
    running = CheckIn.objects.filter(episode__athlete=athlete, episode__closed_at=None)
    unsettled = running.filter(~Exists(newer), state__in=(PLANNED, ASKED, REMINDED, MISSED))
    found = list(unsettled.select_related("episode").order_by("due_at"))
    now = timezone.now()
    to_come = [one for one in found if is_to_come(one, now)]
    # Of one problem only the last that is due: one answer settles what was missed before it.
    waiting = {one.episode_id: one for one in found if not is_to_come(one, now)}
    return Asking(list(waiting.values()), to_come[0] if to_come else None)


def asked_in(episode: Episode) -> list[CheckIn]:
    """What the episode's page shows: answered, missed or still waiting, the newest first."""
    asked = episode.check_ins.exclude(state__in=(PLANNED, CANCELLED)).select_related("answer")
    shown = list(asked.order_by("-due_at"))
    for one in shown:
        one.told = course_in_words(one.answer) if one.answer else ""  # type: ignore[attr-defined]
    return shown
