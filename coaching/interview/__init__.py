"""The step-by-step pain report, shared by the phone and the desk.

A face mounts it with its own layout and its own way to find the athlete:

    REPORT = Mount(
        face="desk",                       # stored with the report
        layout="desk/layout.html",         # has blocks `title` and `content`
        route="desk:report",               # names the pages desk:report, desk:report-step, ...
        find_athlete=athlete_of_desk,      # (request, **url_kwargs) -> Athlete; else Http404 or GoFirst(url)
        done=lambda report: reverse("desk:report_page", args=[report.pk]),
        leave=lambda athlete: reverse("desk:athlete", args=[athlete.pk]),
        about_me=False,                    # the questions are worded to the athlete: say who is meant
    )
    urlpatterns = [*REPORT.urls("athletes/<uuid:athlete_id>/report/"), ...]

A link to `desk:report` starts a report or offers to go on with the one that was begun. The draft stays
in the session until the report is sent. No page puts an answer, or what was asked, into its address.
Programs keep their own draft: `steps.SoFar` says where an interview stands by what was told alone.
"""

from coaching.interview.draft import Draft
from coaching.interview.pages import Mount
from coaching.interview.screens import ScreenForm
from coaching.interview.visit import GoFirst

__all__ = ["Draft", "GoFirst", "Mount", "ScreenForm"]
