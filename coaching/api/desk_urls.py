"""The desk's lists and figures: what the coach's pages tell, worked out anew at each request."""

from django.urls import path

from coaching.api import boards, chains, morning, outcomes, seasons, stories, today

urlpatterns = [
    path("today/", today.WhoNeedsMe.as_view(), name="today"),
    path(
        "escalations/acknowledge/",
        today.AcknowledgeTogether.as_view(),
        name="escalation-acknowledge-together",
    ),
    path("morning/", morning.ThisMorning.as_view(), name="morning"),
    path("squads/<uuid:pk>/board/", boards.Board.as_view(), name="squad-board"),
    path("squads/<uuid:pk>/board.csv", boards.BoardFile.as_view(), name="squad-board-csv"),
    path("squads/<uuid:pk>/season/", seasons.SeasonFigures.as_view(), name="squad-season"),
    path(
        "squads/<uuid:pk>/season/<slug:what>.csv",
        seasons.SeasonFile.as_view(),
        name="squad-season-csv",
    ),
    path("outcomes/", outcomes.Outcomes.as_view({"get": "list"}), name="outcome-list"),
    path("outcomes/figures/", outcomes.OutcomeFigures.as_view(), name="outcome-figures"),
    path(
        "episodes/<uuid:pk>/events/", stories.Events.as_view({"get": "list"}), name="episode-events"
    ),
    path("episodes/<uuid:pk>/pain/", stories.PainOverTime.as_view(), name="episode-pain"),
    path("episodes/<uuid:pk>/sheet/", stories.HandOverSheet.as_view(), name="episode-sheet"),
    path(
        "episodes/<uuid:pk>/sheet.pdf",
        stories.HandOverSheetFile.as_view(),
        name="episode-sheet-pdf",
    ),
    path("athletes/<uuid:pk>/chain/", chains.Chain.as_view(), name="athlete-chain"),
    path("athletes/<uuid:pk>/looked/", chains.Looked.as_view(), name="athlete-looked"),
]
