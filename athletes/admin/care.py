"""Problems of athletes and what is done about them."""

from __future__ import annotations

from django.contrib import admin

from athletes import models
from athletes.admin.shown import ShownOnly


@admin.register(models.Episode)
class EpisodeAdmin(ShownOnly):
    list_display = ("athlete", "region", "side", "kind", "opened_at", "closed_at")
    list_select_related = ("athlete",)
    list_filter = ("region", "kind")
    search_fields = ("athlete__name",)
    date_hierarchy = "opened_at"


@admin.register(models.PainReport)
class PainReportAdmin(ShownOnly):
    list_display = ("athlete", "reported_at", "site", "side", "pain_now", "disposition", "face")
    list_select_related = ("athlete",)
    list_filter = ("disposition", "face")
    search_fields = ("athlete__name", "=id")
    date_hierarchy = "reported_at"


@admin.register(models.Assessment)
class AssessmentAdmin(ShownOnly):
    list_display = (
        "id",
        "state",
        "disposition",
        "attempts",
        "finished_by",
        "created_at",
        "finished_at",
    )
    list_filter = ("state", "disposition", "finished_by", "knowledge_version")
    search_fields = ("=id", "=report__id", "report__athlete__name")


@admin.register(models.CareStep)
class CareStepAdmin(ShownOnly):
    list_display = ("advice", "kind", "state", "starts_at", "ends_at")
    list_filter = ("state", "kind", "evidence")
    search_fields = ("advice", "assessment__report__athlete__name")


@admin.register(models.ReturnPlan)
class ReturnPlanAdmin(ShownOnly):
    list_display = ("episode", "ladder", "entry_at", "entry_by")
    list_select_related = ("episode", "entry_by")
    list_filter = ("ladder",)
    search_fields = ("=episode__id", "episode__athlete__name")


@admin.register(models.ReturnClearance)
class ReturnClearanceAdmin(ShownOnly):
    list_display = ("clinician", "given_on", "recorded_by", "created_at")
    list_select_related = ("recorded_by",)
    search_fields = ("clinician", "plan__episode__athlete__name")


@admin.register(models.ReturnRun)
class ReturnRunAdmin(ShownOnly):
    list_display = ("plan", "ladder", "level", "ran_at", "logged_by")
    list_select_related = ("plan", "logged_by")
    list_filter = ("ladder",)
    search_fields = ("=plan__id", "plan__episode__athlete__name")


@admin.register(models.Comment)
class CommentAdmin(ShownOnly):
    list_display = ("episode", "author", "created_at")
    list_select_related = ("episode", "author")
    search_fields = ("author__email", "episode__athlete__name")


@admin.register(models.CheckIn)
class CheckInAdmin(ShownOnly):
    list_display = ("id", "kind", "level", "state", "due_at", "settled_at")
    list_filter = ("state", "kind")


@admin.register(models.ClinicianFinding)
class ClinicianFindingAdmin(ShownOnly):
    list_display = ("id", "cause", "clinician", "method", "found_on", "recorded_by")
    list_select_related = ("recorded_by",)


@admin.register(models.TrainingHold)
class TrainingHoldAdmin(ShownOnly):
    list_display = ("athlete", "kind", "since", "until", "set_by", "released_at")
    list_select_related = ("athlete", "set_by")
    list_filter = ("kind",)


@admin.register(models.HandOver)
class HandOverAdmin(ShownOnly):
    list_display = ("id", "to_name", "handed_by", "created_at")
    list_select_related = ("handed_by",)


@admin.register(models.ClinicianNote)
class ClinicianNoteAdmin(ShownOnly):
    """Without the text: it is for clinicians and the athlete."""

    list_display = ("id", "author", "created_at")
    list_select_related = ("author",)
    exclude = ("text",)


@admin.register(models.PastTally)
class PastTallyAdmin(ShownOnly):
    list_display = ("club", "year", "what", "number")
    list_select_related = ("club",)
