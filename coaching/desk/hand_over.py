"""Handing a problem to a clinician, and the page for them: as HTML that prints on one side, and as a PDF."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from athletes import access
from athletes.access import Sight
from athletes.models import Episode, User
from athletes.services import hand_overs, looks
from coaching.desk.door import DeskRequest, on_desk
from coaching.desk.forms import PlainForm
from coaching.desk.views import episode_on_page, episode_seen, form_about
from coaching.door import posted
from coaching.reading import sheet_pdf
from coaching.reading.sheet import Sheet, sheet_of

FILE_NAME = "hand-over.pdf"  # of nobody: it may lie in a folder of downloads that others see
PAPERS = {"a4", "letter"}


class HandOverForm(PlainForm):
    needs_one_of = True  # a clinician of the club or a name

    clinician = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("To whom?"),
        required=False,
        empty_label=gettext_lazy("Somebody outside the club"),
    )
    to_name = forms.CharField(
        label=gettext_lazy("Who is it?"),
        required=False,
        max_length=120,
        help_text=gettext_lazy(
            "The doctor or physiotherapist, for example: Dr Weber, sports medicine. Nobody outside is written to: "
            "print the page, or send the PDF."
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("What do you ask of them?"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy(
            "It stands at the top of the page. Leave it empty if there is nothing to add."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, clinicians: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: forms.ModelChoiceField[User] = self.fields["clinician"]  # type: ignore[assignment]
        people.queryset = User.objects.filter(pk__in=[person.pk for person in clinicians])
        if not clinicians:
            del self.fields["clinician"]
            self.fields["to_name"].required = True

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("clinician") and told.get("to_name"):
            self.add_error(
                "to_name", _("Choose somebody of the club, or name somebody outside: not both.")
            )
        return told


@on_desk
@require_http_methods(["GET", "POST"])
def hand_over(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Somebody else is to look at it. It stays with its coaches as well."""
    episode = episode_seen(request, pk)
    clinicians = hand_overs.clinicians_of(episode.athlete, timezone.now())
    form = HandOverForm(posted(request), clinicians=clinicians)
    if form.is_valid() and _handed(request, episode, form):
        if Sight(request.user).is_whole(episode.athlete):
            return redirect("desk:sheet", pk=episode.pk)
        return redirect(episode_on_page(episode))
    note = _("The athlete stays on your desk too: handing over stops no clock.")
    return form_about(request, episode, form, _("Hand over"), _("Hand over"), note=note)


def _handed(request: DeskRequest, episode: Episode, form: HandOverForm) -> bool:
    """False with the reason beside the field."""
    try:
        handed = hand_overs.hand_over(by=request.user, episode=episode, **form.cleaned_data)
    except ValidationError as invalid:
        form.add_error(None, invalid)
        return False
    told = {"name": handed.to_name}
    if not Sight(request.user).is_whole(episode.athlete):
        messages.success(request, _("Noted. The page for %(name)s is for clinicians only.") % told)
    elif handed.clinician:
        messages.success(request, _("%(name)s is told. This is the page for them.") % told)
    else:
        messages.success(request, _("Noted. Print this page for %(name)s, or send the PDF.") % told)
    return True


@on_desk
@require_safe
def sheet(request: DeskRequest, pk: UUID) -> HttpResponse:
    """The story on one side of paper."""
    made = _sheet(request, pk)
    looks.looked(by=request.user, athlete=made.athlete)
    return render(request, "desk/sheet.html", {"sheet": made, "athlete": made.athlete})


@on_desk
@require_safe
def sheet_as_pdf(request: DeskRequest, pk: UUID) -> HttpResponse:
    """The same as a file. Its name says nothing of anybody."""
    made = _sheet(request, pk)
    paper = request.GET.get("paper", "")
    content = sheet_pdf.pdf_of(
        made,
        language=translation.get_language() or "en",
        paper=paper if paper in PAPERS else "a4",
    )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _sheet(request: DeskRequest, pk: UUID) -> Sheet:
    seen = Episode.objects.seen_from_desk_by(request.user)
    found = get_object_or_404(seen.select_related("athlete__club", "athlete__user"), pk=pk)
    access.require_told_all(request.user, found.athlete)
    return sheet_of(found, by=request.user, now=timezone.now())
