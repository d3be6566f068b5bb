"""What coaches and owners are shown: the athlete's own choice, and when it was made by whom."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.forms.boundfield import BoundWidget
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from athletes.access import SHARE_ALL, SHARE_STATUS
from athletes.models import Athlete
from athletes.models.people import SHARING
from athletes.services import sharing as choices
from coaching.phone.door import PhoneRequest, as_athlete

UNPROCESSABLE = 422
SHOWN = 10  # changes
MEANS = {
    SHARE_ALL: gettext_lazy(
        "They read your answers, notes and pain, where it hurts, and likely causes with their reasons."
    ),
    SHARE_STATUS: gettext_lazy(
        "They read whether you can train, how soon somebody must look, and your plan; nothing that you answered."
    ),
}


class SharingForm(forms.Form):
    sharing = forms.ChoiceField(
        choices=SHARING,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose one of the two."),
            "invalid_choice": gettext_lazy("Choose one of the two."),
        },
    )

    @property
    def options(self) -> list[tuple[BoundWidget, object]]:
        """Each with what it means."""
        return [(option, MEANS[str(option.data["value"])]) for option in self["sharing"].subwidgets]


@as_athlete
@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: PhoneRequest, athlete: Athlete) -> HttpResponseBase:
    posted = request.POST if request.method == "POST" else None
    form = SharingForm(posted, initial={"sharing": athlete.sharing})
    if form.is_valid():
        choices.choose_sharing(by=request.user, athlete=athlete, **form.cleaned_data)
        messages.success(request, _("Saved. It holds from now on."))
        return redirect("phone:sharing")
    return _page(request, athlete, form)


def _page(request: PhoneRequest, athlete: Athlete, form: SharingForm) -> HttpResponse:
    context = {
        "athlete": athlete,
        "form": form,
        "is_me": athlete.user_id == request.user.pk,
        "names": dict(SHARING),
        "changes": [
            (one, dict(SHARING)[one.sharing]) for one in choices.changes_of(athlete)[:SHOWN]
        ],
        "zone": athlete.zone,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "phone/sharing.html", context, status=status)
