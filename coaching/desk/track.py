"""A link for everybody at the track: a large QR code to hold up or to pin to the door."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from athletes import access
from athletes.models import Invitation, Squad
from athletes.services import invitations
from coaching.desk.door import DeskRequest, back_to, on_desk
from coaching.desk.qr import qr

ONLY_HERE = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class TrackLink:
    """A link for many as a page shows it."""

    invitation: Invitation
    address: str
    is_only_here: bool  # the address works on this machine alone

    @property
    def place(self) -> str:
        """As one types it, up to the code."""
        return self.address.split("://", 1)[-1].rstrip("/").removesuffix(self.code)

    @property
    def code(self) -> str:
        return self.address.rstrip("/").rsplit("/", 1)[-1]

    @property
    def picture(self) -> SafeString:
        return qr(self.address)


def link_of(request: HttpRequest, invitation: Invitation) -> TrackLink | None:
    """None where it is worth nothing any more."""
    path = invitations.track_path(invitation=invitation)
    if not path:
        return None
    host = request.get_host().rsplit(":", 1)[0]
    return TrackLink(invitation, request.build_absolute_uri(path), host in ONLY_HERE)


def newest_link(request: HttpRequest, squad: Squad) -> TrackLink | None:
    """The one that is usable now, if the squad has one."""
    invitation = invitations.track_link(squad=squad)
    return link_of(request, invitation) if invitation else None


@on_desk
@require_POST
def new_link(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Make one, unless the squad has one that works."""
    squad = get_object_or_404(Squad.objects.seen_from_desk_by(request.user), pk=pk)
    made = invitations.have_track_link(by=request.user, squad=squad)
    return redirect(back_to(request, reverse("desk:track", args=[made.pk])))


@on_desk
@require_safe
def track(request: DeskRequest, pk: UUID) -> HttpResponse:
    """To hold up, and to print on one side."""
    seen = Invitation.objects.visible_to(request.user).usable().for_the_track()
    invitation = get_object_or_404(seen.select_related("squad__club"), pk=pk)
    access.require_leads_squad(request.user, invitation.squad)
    link = link_of(request, invitation)
    if link is None:
        raise Http404
    return render(request, "desk/track.html", {"link": link, "squad": invitation.squad})
