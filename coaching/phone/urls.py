from django.urls import path

from coaching.offline import Pocket
from coaching.phone import check_ins, consent, looks, returning, sharing, views
from coaching.phone.door import athletes_of

app_name = "phone"
POCKET = Pocket(mount=views.REPORT, mine=athletes_of)
urlpatterns = [
    path("", views.home, name="home"),
    path("choose/", views.choose, name="choose"),
    *views.REPORT.urls("report/"),
    *POCKET.urls("offline/"),
    path("reports/<uuid:report_id>/", views.result, name="result"),
    path("reports/<uuid:report_id>/answer/", views.answer, name="answer"),
    path("steps/<uuid:step_id>/", views.step_state, name="step"),
    path("history/", views.history, name="history"),
    path("episodes/<uuid:episode_id>/", views.episode, name="episode"),
    path("episodes/<uuid:episode_id>/comments/", views.comment, name="comment"),
    path("episodes/<uuid:episode_id>/return/", returning.way_back, name="way_back"),
    path("episodes/<uuid:episode_id>/return/start/", returning.start, name="way_back_start"),
    path("episodes/<uuid:episode_id>/return/runs/", returning.run, name="way_back_run"),
    path("runs/<uuid:run_id>/morning/", returning.morning, name="way_back_morning"),
    path("check-ins/<uuid:check_in_id>/", check_ins.check_in, name="check_in"),
    path("consent/", consent.consent, name="consent"),
    path("consent/birth-date/", consent.birth_date, name="birth_date"),
    path("consent/guardian/", consent.ask_guardian, name="ask_guardian"),
    path("guardians/<uuid:guardianship_id>/end/", consent.end_guardian, name="guardian_end"),
    path("sharing/", sharing.sharing, name="sharing"),
    path("profile/", views.profile, name="profile"),
    path("looks/", looks.looks, name="looks"),
]
