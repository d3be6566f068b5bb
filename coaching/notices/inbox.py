"""What the person was told in the app, newest first. Opening the page is reading it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from athletes.models import Notification
from athletes.services import notices as service
from coaching.door import signed_in
from coaching.notices.zone import zone_of

NOTICES_ON_A_PAGE = 20


@signed_in
@require_safe
def notices(request: Any) -> HttpResponse:
    mine = Notification.objects.visible_to(request.user).in_app().order_by("-created_at", "-pk")
    page = Paginator(mine, NOTICES_ON_A_PAGE).get_page(request.GET.get("page"))
    shown = {"page": page, "zone": zone_of(request.user)}
    response = render(request, "notices/inbox.html", shown)
    if request.method == "GET":  # what only asks whether the page is there has not read it
        service.mark_read(by=request.user, notices=page.object_list)
    return response
