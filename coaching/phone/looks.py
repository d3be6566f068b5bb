"""Who looked: what of the athlete was seen, by whom, and when."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from athletes.models import Athlete
from athletes.onlookers import rows_about, with_names
from coaching.looks.told import by_day
from coaching.phone.door import PhoneRequest, as_athlete

ON_A_PAGE = 60  # entries; on the page they are fewer lines


@as_athlete
@require_safe
def looks(request: PhoneRequest, athlete: Athlete) -> HttpResponse:
    page = Paginator(rows_about(athlete), ON_A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "athlete": athlete,
        "zone": athlete.zone,
        "page": page,
        "days": by_day(with_names(page.object_list), athlete.zone),
    }
    return render(request, "phone/looks.html", shown)
