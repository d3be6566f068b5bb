"""`/c/<token>/`: one check-in answered from a message, without a log-in, and nothing else.

Looking at it changes nothing: mail scanners follow every link. It says no name but the first one and shows nothing of
before; what to do now stands only in the answer to the sending itself.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from athletes.models import PainReport
from athletes.services import check_ins
from coaching.checking_in import Place, check_in_page
from coaching.phone.answer import Answer
from guidance import KNOWLEDGE, Disposition


@require_http_methods(["GET", "HEAD", "POST"])
def check_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The question, and as the answer to a POST what to do now. Whoever is logged in here does not matter."""
    found = check_ins.find_by_token(token, timezone.now())
    athlete = found.episode.athlete if found else None
    if found is None or athlete is None or athlete.user is None:
        raise Http404
    page = check_in_page(request, found, by=athlete.user, place=LINK)
    page["X-Robots-Tag"] = "noindex, nofollow"
    # The token must not travel on as the page that one came from. Not “no-referrer”: under it a browser sends the form
    # with `Origin: null`, and the check against forged forms would refuse the answer.
    page["Referrer-Policy"] = "strict-origin"
    return page


def _done(request: HttpRequest, report: PainReport) -> HttpResponse:
    """What to do now. A reload sends the same answer again, which is the same report."""
    answer = Answer(report, timezone.now())
    level = Disposition(answer.disposition)
    net = KNOWLEDGE.safety_net
    context = {
        "answer": answer,
        "is_danger": level >= Disposition.SAME_DAY,
        "club": report.athlete.club,
        "safety_net": [net.by_disposition[level], *net.always],
    }
    return render(request, "check_in/answered_by_link.html", context)


LINK = Place(face="phone", template="check_in/by_link.html", done=_done, by_link=True)
