"""Addresses of the desk, under /desk/."""

from django.urls import path, reverse

from coaching.desk import (
    athlete,
    board,
    channels,
    clubs,
    findings,
    follow_up,
    hand_over,
    morning,
    outcomes,
    returning,
    season,
    squads,
    views,
    waiting,
)
from coaching.interview import Mount

NEW_REPORT = Mount(
    face="desk",
    layout="base.html",
    route="desk:new_report",
    find_athlete=views.find_athlete,
    done=lambda report: reverse("desk:report", args=[report.pk]),
    leave=lambda athlete: reverse("desk:athlete", args=[athlete.pk]),
    about_me=False,
)

app_name = "desk"
urlpatterns = [
    path("", waiting.today, name="today"),
    path("morning/", morning.morning, name="morning"),
    path("escalations/<uuid:pk>/", views.escalation, name="escalation"),
    path("escalations/acknowledge/", waiting.acknowledge_ticked, name="acknowledge_ticked"),
    path("escalations/<uuid:pk>/acknowledge/", waiting.acknowledge, name="acknowledge"),
    path("escalations/<uuid:pk>/resolve/", views.resolve, name="resolve"),
    path("athletes/", views.athletes, name="athletes"),
    path("athletes/<uuid:pk>/", athlete.athlete, name="athlete"),
    *NEW_REPORT.urls("athletes/<uuid:pk>/report/"),
    path("reports/<uuid:pk>/", views.report, name="report"),
    path("episodes/<uuid:pk>/comment/", views.comment, name="comment"),
    path("episodes/<uuid:pk>/close/", views.close, name="close"),
    path("episodes/<uuid:pk>/clearance/", returning.clearance, name="clearance"),
    path("episodes/<uuid:pk>/finding/", findings.finding, name="finding"),
    path("check-ins/<uuid:pk>/", follow_up.check_in, name="check_in"),
    path("athletes/<uuid:pk>/hold/", athlete.hold, name="hold"),
    path("holds/<uuid:pk>/release/", athlete.release, name="release"),
    path("steps/<uuid:pk>/change/", athlete.change_step, name="change_step"),
    path("steps/<uuid:pk>/undo/", athlete.undo_step, name="undo_step"),
    path("episodes/<uuid:pk>/hand-over/", hand_over.hand_over, name="hand_over"),
    path("episodes/<uuid:pk>/sheet/", hand_over.sheet, name="sheet"),
    path("episodes/<uuid:pk>/sheet.pdf", hand_over.sheet_as_pdf, name="sheet_pdf"),
    path("athletes/<uuid:pk>/own-coaches/", clubs.own_coaches, name="own_coaches"),
    path("clubs/<uuid:pk>/", clubs.club, name="club"),
    path("clubs/<uuid:pk>/on-call/", clubs.new_on_call, name="new_on_call"),
    path("on-call/<uuid:pk>/end/", clubs.end_on_call, name="end_on_call"),
    path("outcomes/", outcomes.outcomes, name="outcomes"),
    path("squads/", squads.squads, name="squads"),
    path("squads/new/", squads.new_squad, name="new_squad"),
    path("squads/<uuid:pk>/", board.board, name="board"),
    path("squads/<uuid:pk>/board.csv", board.board_csv, name="board_csv"),
    path("squads/<uuid:pk>/season/", season.season, name="season"),
    path("squads/<uuid:pk>/season/<slug:what>.csv", season.season_csv, name="season_csv"),
    path("squads/<uuid:pk>/athletes/new/", squads.new_athlete, name="new_athlete"),
    path("squads/<uuid:pk>/invite/", squads.invite, name="invite"),
    path("squads/<uuid:pk>/channels/", channels.channels, name="channels"),
    path("channels/<uuid:pk>/remove/", channels.remove, name="channel_remove"),
    path("channels/<uuid:pk>/test/", channels.send_test, name="channel_test"),
    path("invitations/<uuid:pk>/revoke/", squads.revoke, name="revoke"),
]
