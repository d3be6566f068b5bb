"""Everything under `/api/v1/`. These paths are a contract with clients."""

from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.urls import path, re_path
from drf_spectacular.views import (
    SpectacularAPIView,
    SpectacularRedocView,
    SpectacularSwaggerSplitView,
)
from rest_framework.routers import SimpleRouter

from coaching.api import (
    apps,
    assessments,
    care,
    check_ins,
    clubs,
    consents,
    drills,
    exports,
    how_told,
    interview,
    invitations,
    leaving,
    looks,
    me,
    memberships,
    notes,
    notifications,
    on_call,
    push_subscriptions,
    reports,
    rules,
    sessions,
    sharing,
    squad_chains,
    squad_channels,
    squads,
    tokens,
    training,
    views,
    webhooks,
)
from coaching.api.desk_urls import urlpatterns as desk_urls
from coaching.api.schema import OncePerProcess

app_name = "api"

router = SimpleRouter()
router.register("clubs", clubs.Clubs, basename="club")
router.register("squads", squads.Squads, basename="squad")
router.register("left-athletes", leaving.LeftAthletes, basename="left-athlete")
router.register("memberships", memberships.Memberships, basename="membership")
router.register("invitations", invitations.Invitations, basename="invitation")
router.register("on-call", on_call.OnCalls, basename="on-call")
router.register("squad-channels", squad_channels.SquadChannels, basename="squad-channel")
router.register("athletes", views.Athletes, basename="athlete")
router.register("reports", reports.Reports, basename="report")
router.register("assessments", assessments.Assessments, basename="assessment")
router.register("care-steps", care.CareSteps, basename="care-step")
router.register("training-holds", training.TrainingHolds, basename="training-hold")
router.register("hand-overs", training.HandOvers, basename="hand-over")
router.register("episodes", views.Episodes, basename="episode")
router.register("check-ins", check_ins.CheckIns, basename="check-in")
router.register("consents", consents.Consents, basename="consent")
router.register("guardians", consents.Guardians, basename="guardian")
router.register("clinician-notes", notes.ClinicianNotes, basename="clinician-note")
router.register("comments", views.Comments, basename="comment")
router.register("escalations", views.Escalations, basename="escalation")
router.register("looks", looks.Looks, basename="look")
router.register("tokens", tokens.Tokens, basename="token")
router.register("sessions", sessions.Sessions, basename="session")
router.register("apps", apps.Apps, basename="app")
router.register("notifications", notifications.Notifications, basename="notification")
router.register(
    "push-subscriptions", push_subscriptions.PushSubscriptions, basename="push-subscription"
)
router.register("exports", exports.Exports, basename="export")
router.register("webhooks", webhooks.Webhooks, basename="webhook")
router.register(
    r"webhooks/(?P<webhook>[^/.]+)/deliveries",
    webhooks.WebhookDeliveries,
    basename="webhook-delivery",
)
router.register("findings", views.Findings, basename="finding")
router.register("causes", views.Causes, basename="cause")
router.register("rules", rules.Rules, basename="rule")
router.register("sources", rules.Sources, basename="source")

# The documentation says nothing about anybody: it is open, and a spent token does not shut it.
OPEN: dict[str, Any] = {"authentication_classes": []}
READER: dict[str, Any] = {**OPEN, "url_name": "api:schema"}

# Both readers draw with styles and pictures that they make themselves; their scripts come from here like all others.
drawn_by_itself = csp_update(
    {"style-src": UNSAFE_INLINE, "img-src": "data:", "font-src": "data:", "worker-src": "blob:"}
)

urlpatterns = [
    path("auth/login/", views.Login.as_view(), name="login"),
    path("auth/logout/", views.Logout.as_view(), name="logout"),
    path("me/", me.Me.as_view(), name="me"),
    path(
        "notification-preferences/",
        how_told.HowTold.as_view(),
        name="notification-preferences",
    ),
    path("guidance/assess/", views.Assess.as_view(), name="assess"),
    path("interview/next/", interview.InterviewNext.as_view(), name="interview-next"),
    path("safety/", views.Safety.as_view(), name="safety"),
    path("athletes/<uuid:pk>/sharing/", sharing.Sharing.as_view(), name="athlete-sharing"),
    path("athletes/<uuid:pk>/squads/", squads.AthleteSquads.as_view(), name="athlete-squads"),
    path("athletes/<uuid:pk>/leave/", leaving.AthleteLeaves.as_view(), name="athlete-leave"),
    path(
        "athletes/<uuid:pk>/own-coaches/",
        on_call.OwnCoaches.as_view(),
        name="athlete-own-coaches",
    ),
    path("clubs/demo/", clubs.DemoClub.as_view(), name="demo-club"),
    path("squads/<uuid:pk>/chain/", squad_chains.SquadChain.as_view(), name="squad-chain"),
    path("squads/<uuid:pk>/drill/", drills.SquadDrill.as_view(), name="squad-drill"),
    path("drills/<uuid:pk>/", drills.OneDrill.as_view(), name="drill"),
    path("drills/<uuid:pk>/end/", drills.EndDrill.as_view(), name="drill-end"),
    path("consents/text/", consents.ConsentWords.as_view(), name="consent-text"),
    *desk_urls,
    *router.urls,
    path(
        "schema/",
        SpectacularAPIView.as_view(generator_class=OncePerProcess, **OPEN),
        name="schema",
    ),
    path(
        "docs/",
        drawn_by_itself(
            SpectacularSwaggerSplitView.as_view(template_name="api/swagger.html", **READER)
        ),
        name="docs",
    ),
    path(
        "redoc/",
        drawn_by_itself(SpectacularRedocView.as_view(template_name="api/redoc.html", **READER)),
        name="redoc",
    ),
    re_path(r"^", views.Nowhere.as_view(), name="nowhere"),
]
