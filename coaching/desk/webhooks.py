"""A club's own programs that are told by webhook: for its owners to add, look after and try."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from athletes import access
from athletes.models import Club, WebhookDelivery, WebhookEndpoint
from athletes.models.webhooks import EVENTS
from athletes.services.senders.webhook import LONGEST_URL
from athletes.services.webhooks import endpoints, sending
from coaching.desk.club_forms import RefusableForm
from coaching.desk.door import DeskRequest, on_desk
from coaching.desk.forms import PlainForm
from coaching.door import posted

UNPROCESSABLE = 422
ON_A_PAGE = 25
LOOK_AGAIN_FOR = timedelta(minutes=1)  # after something was sent, whether it has arrived
WHY_STOPPED = {
    sending.BY_OWNER: gettext_lazy("An owner stopped it."),
    sending.BY_RECEIVER: gettext_lazy("It answered that it wants nothing more (410)."),
    sending.FAILED_FOR_DAYS: gettext_lazy("Nothing got through for five days."),
}


class WebhookForm(RefusableForm):
    """Where a program listens, and what it is told of."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=WebhookEndpoint._meta.get_field("name").max_length,
        help_text=gettext_lazy("So that you know it again: “Board in the clubhouse”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=LONGEST_URL,
        help_text=gettext_lazy("It begins with https:// and can be reached from the internet."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}
        ),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("What it is told of"),
        choices=EVENTS,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].error_messages["required"] = _("Tick at least one.")


class RotateForm(PlainForm):
    """Names the secret that is to be replaced, so that a form that is sent twice replaces one."""

    mark = forms.CharField(widget=forms.HiddenInput, max_length=16)


# --- All of a club -----------------------------------------------------------------------------------


@on_desk
@require_safe
def webhooks(request: DeskRequest, pk: UUID) -> HttpResponse:
    club = _owned(request, pk)
    newest = WebhookDelivery.objects.filter(endpoint=OuterRef("pk")).order_by("-created_at", "-id")
    last = {f"last_{name}": Subquery(newest.values(name)[:1]) for name in ("state", "created_at")}
    found = list(WebhookEndpoint.objects.filter(club=club, removed_at=None).annotate(**last))
    page = {
        "club": club,
        "webhooks": [(webhook, _said(webhook.events)) for webhook in found],
        "has_room": len(found) < endpoints.MOST_OF_A_CLUB and not club.calls_nobody,
        "now": timezone.now(),
    }
    return render(request, "desk/webhooks.html", page)


def _said(events: list[str]) -> list[str]:
    return [str(words) for event, words in EVENTS if event in events]


def _owned(request: DeskRequest, pk: UUID) -> Club:
    club = get_object_or_404(Club.objects.seen_from_desk_by(request.user), pk=pk)
    access.require_owns_club(request.user, club)
    return club


@on_desk
@require_http_methods(["GET", "POST"])
def new(request: DeskRequest, pk: UUID) -> HttpResponse:
    return _new(request, _owned(request, pk))


@reauthentication_required  # type: ignore[untyped-decorator]
def _new(request: DeskRequest, club: Club) -> HttpResponse:
    """Its secret is on the answer to this form and nowhere else, ever."""
    form = WebhookForm(posted(request), initial={"events": [event for event, _label in EVENTS]})
    if form.is_valid():
        try:
            issued = endpoints.add(by=request.user, club=club, **form.cleaned_data)
        except ValidationError as invalid:
            form.refuse(invalid)
        else:
            return _show_secret(request, issued)
    return _form(
        request,
        form,
        title=_("Add a webhook"),
        note=_(
            "A program of your club is told at once when something happens. It gets ids and a link, never names or health data."
        ),
        send=_("Add the webhook"),
        back=reverse("desk:webhooks", args=[club.pk]),
    )


def _show_secret(request: DeskRequest, issued: endpoints.Issued) -> HttpResponse:
    return render(request, "desk/webhook_secret.html", {"issued": issued})


def _form(request: DeskRequest, form: PlainForm, **page: str) -> HttpResponse:
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "desk/form.html", {"form": form, **page}, status=status)


# --- One ---------------------------------------------------------------------------------------------


@on_desk
@require_safe
def webhook(request: DeskRequest, pk: UUID) -> HttpResponse:
    """One, with what was sent there in the last 30 days."""
    endpoint = _endpoint(request, pk)
    sent = endpoint.deliveries.order_by("-created_at", "-id")
    page = Paginator(sent, ON_A_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    told = {
        "webhook": endpoint,
        "page": page,
        "events": _said(endpoint.events),
        "why_stopped": WHY_STOPPED.get(endpoint.stopped_why, ""),
        "is_waiting": any(_may_still_arrive(row, now) for row in page),
        "signs_twice": endpoint.old_secret_until and endpoint.old_secret_until > now,
        "now": now,
    }
    part = "desk/parts/webhook_log.html" if request.htmx else "desk/webhook.html"
    response = render(request, part, told)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _may_still_arrive(row: WebhookDelivery, now: Any) -> bool:
    """The page looks again by itself, for a while."""
    return row.state == "pending" and now - row.created_at < LOOK_AGAIN_FOR


def _endpoint(request: DeskRequest, pk: UUID) -> WebhookEndpoint:
    mine = WebhookEndpoint.objects.visible_to(request.user).filter(removed_at=None)
    return get_object_or_404(mine.select_related("club"), pk=pk)


@on_desk
@require_http_methods(["GET", "POST"])
def change(request: DeskRequest, pk: UUID) -> HttpResponse:
    return _change(request, _endpoint(request, pk))


@reauthentication_required  # type: ignore[untyped-decorator]
def _change(request: DeskRequest, endpoint: WebhookEndpoint) -> HttpResponse:
    now = {"name": endpoint.name, "url": endpoint.url, "events": endpoint.events}
    form = WebhookForm(posted(request), initial=now)
    if form.is_valid():
        try:
            endpoints.change(by=request.user, endpoint=endpoint, **form.cleaned_data)
        except ValidationError as invalid:
            form.refuse(invalid)
        else:
            messages.success(request, _("Saved. What still waits goes to this address too."))
            return redirect("desk:webhook", pk=endpoint.pk)
    return _form(
        request,
        form,
        title=_("Change %(webhook)s") % {"webhook": endpoint.name},
        send=_("Save"),
        back=reverse("desk:webhook", args=[endpoint.pk]),
    )


@on_desk
@require_http_methods(["GET", "POST"])
def rotate(request: DeskRequest, pk: UUID) -> HttpResponse:
    return _rotate(request, _endpoint(request, pk))


@reauthentication_required  # type: ignore[untyped-decorator]
def _rotate(request: DeskRequest, endpoint: WebhookEndpoint) -> HttpResponse:
    back = reverse("desk:webhook", args=[endpoint.pk])
    form = RotateForm(posted(request), initial={"mark": endpoints.mark_of(endpoint)})
    if form.is_valid():
        mark = form.cleaned_data["mark"]
        issued = endpoints.rotate(by=request.user, endpoint=endpoint, mark=mark)
        if issued:
            return _show_secret(request, issued)
        messages.warning(request, _("The secret was changed already. Look whether you have it."))
        return redirect(back)
    return _form(
        request,
        form,
        title=_("A new secret for %(webhook)s") % {"webhook": endpoint.name},
        note=_(
            "For 24 hours everything is signed with the old secret and the new one, so nothing is lost while you change your program. If you do it again within that time, the oldest stops counting at once."
        ),
        send=_("Make a new secret"),
        back=back,
    )


def _switched(do: Callable[..., WebhookEndpoint], said: Promise) -> Callable[..., HttpResponse]:
    """A button beside one webhook: `do` it, say so, and show it again."""

    @on_desk
    @require_POST
    def view(request: DeskRequest, pk: UUID) -> HttpResponse:
        endpoint = do(by=request.user, endpoint=_endpoint(request, pk))
        messages.success(request, str(said))
        return redirect("desk:webhook", pk=endpoint.pk)

    return view


stop = _switched(endpoints.stop, gettext_lazy("Stopped. Nothing is sent until you start it again."))
start = _switched(endpoints.start, gettext_lazy("Started. What happens from now on is sent."))


@on_desk
@require_POST
def remove(request: DeskRequest, pk: UUID) -> HttpResponse:
    endpoint = _endpoint(request, pk)
    endpoints.remove(by=request.user, endpoint=endpoint)
    messages.success(request, _("%(webhook)s is told nothing more.") % {"webhook": endpoint.name})
    return redirect("desk:webhooks", pk=endpoint.club_id)


@on_desk
@require_POST
def send_test(request: DeskRequest, pk: UUID) -> HttpResponse:
    endpoint = _endpoint(request, pk)
    try:
        endpoints.ping(by=request.user, endpoint=endpoint)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("A test is on its way."))
    return redirect("desk:webhook", pk=endpoint.pk)


@on_desk
@require_POST
def redeliver(request: DeskRequest, pk: UUID) -> HttpResponse:
    mine = WebhookDelivery.objects.visible_to(request.user).filter(endpoint__removed_at=None)
    delivery = get_object_or_404(mine.select_related("endpoint__club"), pk=pk)
    try:
        endpoints.redeliver(by=request.user, delivery=delivery)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("It is sent once more, with the same id."))
    return redirect("desk:webhook", pk=delivery.endpoint_id)
