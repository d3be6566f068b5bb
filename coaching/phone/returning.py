"""Back to running: where the athlete stands, the start, each run and the morning after."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from athletes import returning as ways
from athletes.models import Episode, ReturnRun
from athletes.models.returning import MOST_PAIN
from athletes.returning import WayBack
from athletes.services import returning
from athletes.services.reports import SameKeyOtherContent
from coaching.door import signed_in
from coaching.phone.door import PhoneRequest, about_own, own_episode
from coaching.way_back import Sheet
from guidance import KNOWLEDGE

UNPROCESSABLE = 422
NRS = [(n, str(n)) for n in range(MOST_PAIN + 1)]
YESTERDAY = "yesterday"
DAYS = [("today", gettext_lazy("Today")), (YESTERDAY, gettext_lazy("Yesterday"))]
PAINS = {
    "pain_before": gettext_lazy("Pain just before the run"),
    "pain_during": gettext_lazy("The worst pain in the run"),
    "pain_after": gettext_lazy("Pain after the run"),
}


class RunForm(forms.Form):
    """One run: three taps, and when it was. A pain that is left out stays unknown."""

    client_key = forms.UUIDField(widget=forms.HiddenInput)
    day = forms.ChoiceField(
        label=gettext_lazy("When did you run?"), choices=DAYS, widget=forms.RadioSelect
    )
    level = forms.TypedChoiceField(label=gettext_lazy("Step"), coerce=int)

    def __init__(self, way: WayBack, posted: QueryDict | None = None) -> None:
        here = way.standing.level if way.standing else 1
        first = {"client_key": uuid.uuid4(), "day": "today", "level": here}
        super().__init__(posted, initial=first)
        levels = way.ladder.levels if way.ladder else ()
        self.fields["level"].choices = [(level.number, level.number) for level in levels]  # type: ignore[attr-defined]
        for name, label in PAINS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=label,
                choices=NRS,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )

    @property
    def pains(self) -> list[forms.BoundField]:
        return [self[name] for name in PAINS]

    @property
    def told(self) -> dict[str, Any]:
        """For `returning.log_run`."""
        told = dict(self.cleaned_data)
        ran_yesterday = told.pop("day") == YESTERDAY
        return {**told, "ran_at": timezone.now() - timedelta(days=1) if ran_yesterday else None}

    def refuse(self, invalid: ValidationError) -> None:
        """What the record does not take, beside its field."""
        for name, sentences in invalid.message_dict.items():
            self.add_error("day" if name == "ran_at" else name, sentences)


@signed_in
@require_safe
def way_back(request: PhoneRequest, episode_id: UUID) -> HttpResponse:
    """Where you stand, and what comes next."""
    return _page(request, own_episode(request, episode_id))


def _page(
    request: PhoneRequest, episode: Episode, form: RunForm | None = None, **more: Any
) -> HttpResponse:
    way = ways.way_back(episode, timezone.now())
    page = {
        "episode": episode,
        "club": episode.athlete.club,
        "zone": episode.athlete.zone,
        "danger_signs": KNOWLEDGE.safety_net.always,
        "way": way,
        "sheet": Sheet(way),
        "form": form or RunForm(way),
        "nrs": range(MOST_PAIN + 1),
        **more,
    }
    status = UNPROCESSABLE if form or more else 200
    return render(request, "phone/way_back.html", page, status=status)


@signed_in
@require_POST
def start(request: PhoneRequest, episode_id: UUID) -> HttpResponse:
    """All the conditions are true; one that is not ticked is not."""
    episode = own_episode(request, episode_id)
    way = ways.way_back(episode, timezone.now())
    ticked = set(request.POST.getlist("entry"))
    asked = {str(number) for number in range(len(Sheet(way).conditions))}
    if asked - ticked:
        return _page(request, episode, ticked=ticked)
    try:
        ladder = request.POST.get("ladder", "")
        returning.confirm_entry(by=request.user, episode=episode, ladder=ladder)
    except returning.NotNow as refused:
        messages.warning(request, _(str(refused)))
    return redirect("phone:way_back", episode_id)


@signed_in
@require_POST
def run(request: PhoneRequest, episode_id: UUID) -> HttpResponse:
    """A run was done."""
    episode = own_episode(request, episode_id)
    form = RunForm(ways.way_back(episode, timezone.now()), request.POST)
    if not form.is_valid():
        return _page(request, episode, form)
    try:
        returning.log_run(by=request.user, episode=episode, **form.told)
        messages.success(request, _("Saved. Tomorrow morning, tell us how the leg feels."))
    except ValidationError as invalid:
        form.refuse(invalid)
        return _page(request, episode, form)
    except SameKeyOtherContent:
        messages.warning(request, _("This run was saved before. Look at it in the list below."))
    except returning.NotNow as refused:
        messages.warning(request, _(str(refused)))
    return redirect("phone:way_back", episode_id)


@signed_in
@require_POST
def morning(request: PhoneRequest, run_id: UUID) -> HttpResponse:
    """How the leg feels on the morning after."""
    own = ReturnRun.objects.visible_to(request.user).filter(
        about_own(request.user, "plan__episode__athlete")
    )
    told = get_object_or_404(own.select_related("plan__episode__athlete"), pk=run_id)
    pain = request.POST.get("pain", "")
    if pain in {value for _number, value in NRS}:
        _tell_morning(request, told, int(pain))
    return redirect("phone:way_back", told.plan.episode_id)


def _tell_morning(request: PhoneRequest, told: ReturnRun, pain: int) -> None:
    try:
        returning.log_next_morning(by=request.user, run=told, pain=pain)
        messages.success(request, _("Saved."))
    except ValidationError as invalid:
        messages.warning(request, " ".join(_(sentence) for sentence in invalid.messages))
    except returning.NotNow as refused:
        messages.warning(request, _(str(refused)))
