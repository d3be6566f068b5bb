"""One athlete on one page, and what a coach decides there: a step of the plan, holding and releasing training."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from athletes import access, chain
from athletes.access import Sight
from athletes.models import Athlete, CareStep, Episode, TrainingHold, User
from athletes.models.availability import MODIFIED, OUT
from athletes.models.people import AthleteQuerySet
from athletes.services import holds, looks, step_changes
from coaching import words
from coaching.desk.club_forms import MOMENT, OwnCoachesForm
from coaching.desk.consent import agreement_of
from coaching.desk.door import DeskRequest, on_desk
from coaching.desk.forms import CommentForm, PlainForm
from coaching.desk.notes import notes_for
from coaching.desk.status import status_cases_of
from coaching.door import posted
from coaching.reading import cases, chains
from coaching.reading.problems import place_of
from coaching.reading.today import squads_shown_to
from coaching.reading.training import training_of
from coaching.saying import said

UNPROCESSABLE = 422
INSTEAD, OFF = "instead", "off"


class HoldForm(PlainForm):
    """For the moments that are typed, the clock is the athlete's: see `hold`."""

    kind = forms.ChoiceField(
        label=gettext_lazy("How much training?"),
        choices=[(OUT, gettext_lazy("None")), (MODIFIED, gettext_lazy("Modified training only"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=300,
        help_text=gettext_lazy(
            "The athlete and their coaches read this. For “modified”, say what is allowed: easy runs up to 30 minutes."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    until = forms.DateTimeField(
        label=gettext_lazy("Until when?"),
        required=False,
        help_text=gettext_lazy("By the athlete’s clock. Empty: until somebody ends it."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
    )
    episode = forms.ModelChoiceField(
        Episode.objects.none(),
        label=gettext_lazy("Because of which problem?"),
        required=False,
        empty_label=gettext_lazy("None of these"),
    )

    def __init__(self, *args: Any, athlete: Athlete, sight: Sight, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        problems: forms.ModelChoiceField[Episode] = self.fields["episode"]  # type: ignore[assignment]
        problems.queryset = athlete.episodes.open()
        problems.label_from_instance = lambda episode: place_of(sight, episode)  # type: ignore[method-assign]
        if not problems.queryset.exists():
            del self.fields["episode"]


class ReleaseForm(PlainForm):
    reason = forms.CharField(
        label=gettext_lazy("What has changed?"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("The athlete reads this."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class StepForm(PlainForm):
    """Other words, or out of the plan: said, never guessed from an empty field."""

    how = forms.ChoiceField(
        label=gettext_lazy("What is to hold instead?"),
        choices=[
            (INSTEAD, gettext_lazy("Something else, in my words")),
            (OFF, gettext_lazy("Nothing: take this step out")),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("In your words"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("What the athlete is to do or to leave instead."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=300,
        help_text=gettext_lazy("The athlete reads this, with your name."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        how, text = told.get("how"), told.get("text")
        if how == INSTEAD and not text and "text" not in self.errors:
            self.add_error("text", _("Say what holds instead, or take the step out."))
        if how == OFF and text:
            self.add_error(
                "how", _("You have typed other words. Choose them, or empty the field below.")
            )
        return told


def _one(user: User) -> AthleteQuerySet:
    """Whoever `user` looks after, with what the page reads besides the casebook."""
    people = Athlete.objects.seen_from_desk_by(user).select_related("user", "club")
    return people.prefetch_related(squads_shown_to(user, "squads"), "own_coaches")


@on_desk
@require_safe
def athlete(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Everything about one person: training, each problem with its curve, plan, talk and outcome."""
    found = get_object_or_404(_one(request.user), pk=pk)
    now = timezone.now()
    book = cases.casebook_of(found, now)
    is_whole = Sight(request.user).is_whole(found)
    powers = access.powers(request.user, found)
    its = chain.of_athlete(found, now)
    page: dict[str, Any] = {
        "athlete": found,
        "training": training_of(book),
        "status_only": not is_whole,
        "cases": (cases.cases_of if is_whole else status_cases_of)(request.user, book),
        "may_write_notes": found.user_id != request.user.pk and access.May.WRITE_NOTES in powers,
        "reads_notes": access.May.READ_NOTES in powers,
        "comment_form": CommentForm(),
        "chain": chains.steps_of(its),
        "agreement": agreement_of(request.user, found, now),
        "may_change": found.user_id != request.user.pk,
    }
    written = notes_for(request.user, found) if page["reads_notes"] else {}
    for case in page["cases"]:
        case.episode.shown_notes = written.get(case.episode.pk, [])
    if access.May.LEAD_SQUAD in powers:
        page["first_form"] = OwnCoachesForm(athlete=found, people=its.on_desk)
    response = render(request, "desk/athlete.html", page)
    if request.method == "GET":
        looks.looked(by=request.user, athlete=found, at=now)
    return response


@on_desk
@require_http_methods(["GET", "POST"])
def hold(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Hold somebody out of training, or in part of it. What stood before is ended by it."""
    seen = Athlete.objects.seen_from_desk_by(request.user).select_related("user")
    found = get_object_or_404(seen, pk=pk)
    now = timezone.now()
    before = TrainingHold.objects.in_force(now).filter(athlete=found).first()
    with timezone.override(found.zone):  # moments are typed and shown by the athlete's clock
        form = HoldForm(
            posted(request),
            athlete=found,
            sight=Sight(request.user),
            initial=_as_it_stands(before),
        )
        if form.is_valid() and _held(request, found, form):
            return redirect(training_on_page(found))
        note = _("It takes the place of what holds now.") if before else ""
        title = _("Hold training: %(name)s") % {"name": found}
        return _form_page(request, form, title, _("Hold training"), training_on_page(found), note)


def _as_it_stands(before: TrainingHold | None) -> dict[str, Any]:
    if before is None:
        return {}
    return {
        "kind": before.kind,
        "reason": before.reason,
        "until": before.until,
        "episode": before.episode_id,
    }


def _held(request: DeskRequest, athlete: Athlete, form: HoldForm) -> bool:
    """False with the reason beside the field."""
    try:
        holds.hold_training(by=request.user, athlete=athlete, **form.cleaned_data)
    except ValidationError as invalid:
        form.add_error(None, invalid)
        return False
    messages.success(request, _("Training is held. %(name)s is told.") % {"name": athlete})
    return True


@on_desk
@require_http_methods(["GET", "POST"])
def release(request: DeskRequest, pk: UUID) -> HttpResponse:
    """End a hold that a person set. What a danger or the way back asks for stays."""
    seen = TrainingHold.objects.seen_from_desk_by(request.user)
    found = get_object_or_404(seen.select_related("athlete__user", "set_by"), pk=pk)
    back = training_on_page(found.athlete)
    form = ReleaseForm(posted(request))
    if form.is_valid():
        holds.release_training(by=request.user, hold=found, reason=form.cleaned_data["reason"])
        messages.success(
            request, _("The hold has ended. %(name)s is told.") % {"name": found.athlete}
        )
        return redirect(back)
    note = _(
        "This ends only what a coach or clinician decided. What a danger sign, the plan or the way back to running "
        "asks for stays as it is."
    )
    title = _("Release training: %(name)s") % {"name": found.athlete}
    return _form_page(request, form, title, _("Release training"), back, note)


@on_desk
@require_http_methods(["GET", "POST"])
def change_step(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Other words for a step of the plan, or none, with a reason that the athlete reads."""
    step = _step_seen(request, pk)
    form = StepForm(posted(request), initial=_as_changed(step))
    fixed = step_changes.why_fixed(step)
    if not fixed and form.is_valid() and _changed(request, step, form):
        return redirect(_step_on_page(step))
    page = {
        "title": _("Change a step: %(name)s") % {"name": step.assessment.report.athlete},
        "form": form,
        "step": step,
        "step_words": said(step.text),
        "fixed": fixed,
        "window": words.window(
            step.starts_at, step.ends_at, step.assessment.report.athlete.zone, timezone.now()
        ),
        "back": _step_on_page(step),
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "desk/change_step.html", page, status=status)


def _as_changed(step: CareStep) -> dict[str, Any]:
    if not step.is_changed:
        return {}
    return {
        "how": OFF if step.is_off else INSTEAD,
        "text": step.coach_text,
        "reason": step.changed_reason,
    }


def _changed(request: DeskRequest, step: CareStep, form: StepForm) -> bool:
    """False with the reason beside the field."""
    told = form.cleaned_data
    text = told["text"] if told["how"] == INSTEAD else ""
    try:
        step_changes.change_step(by=request.user, step=step, reason=told["reason"], text=text)
    except ValidationError as invalid:
        form.add_error(None, invalid)
    except step_changes.Fixed as fixed:  # a new judgement came between
        form.add_error(None, _(str(fixed)))
    else:
        messages.success(request, _("The plan is changed. The athlete is told."))
    return not form.errors


@on_desk
@require_POST
def undo_step(request: DeskRequest, pk: UUID) -> HttpResponse:
    """The step's own words hold again."""
    step = _step_seen(request, pk)
    step_changes.undo_change(by=request.user, step=step)
    messages.success(request, _("The step holds again as it was. The athlete is told."))
    return redirect(_step_on_page(step))


def _step_seen(request: DeskRequest, pk: UUID) -> CareStep:
    steps = CareStep.objects.seen_from_desk_by(request.user)
    return get_object_or_404(steps.select_related("assessment__report__athlete__user"), pk=pk)


def _step_on_page(step: CareStep) -> str:
    report = step.assessment.report
    return reverse("desk:athlete", args=[report.athlete_id]) + f"#step-{step.pk}"


def training_on_page(athlete: Athlete) -> str:
    return reverse("desk:athlete", args=[athlete.pk]) + "#training"


def _form_page(
    request: DeskRequest, form: forms.Form, title: str, send: str, back: str, note: str
) -> HttpResponse:
    page = {"title": title, "form": form, "send": send, "back": back, "note": note}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "desk/form.html", page, status=status)
