from django.urls import path

from coaching.phone import views

app_name = "phone"
urlpatterns = [
    path("", views.home, name="home"),
    path("choose/", views.choose, name="choose"),
    *views.REPORT.urls("report/"),
    path("reports/<uuid:report_id>/", views.result, name="result"),
    path("reports/<uuid:report_id>/answer/", views.answer, name="answer"),
    path("steps/<uuid:step_id>/", views.step_state, name="step"),
    path("history/", views.history, name="history"),
    path("episodes/<uuid:episode_id>/", views.episode, name="episode"),
    path("episodes/<uuid:episode_id>/comments/", views.comment, name="comment"),
    path("profile/", views.profile, name="profile"),
]
