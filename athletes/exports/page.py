"""The page to read: one file, no script, nothing fetched; a problem at a time, so that it may be long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from athletes.exports import in_words
from athletes.exports.kinds import AT_ONCE, Scope
from athletes.models import Assessment, Athlete, Consent, Episode, PainReport, TrainingHold
from athletes.models.audit import ACTIONS
from athletes.models.escalations import CHANNELS
from athletes.models.reports import newest_assessment

# Title, and the columns with their heads.
TABLES: dict[str, tuple[Any, list[tuple[str, Any]]]] = {
    "looks": (
        _("Who looked at your data or changed it"),
        [("at", _("When")), ("who", _("Who")), ("action", _("Did")), ("what", _("What"))],
    ),
    "email_addresses": (_("E-mail addresses"), [("email", _("Address"))]),
    "devices": (_("Devices that tell you"), [("browser", _("Device")), ("created_at", _("Since"))]),
    "sessions": (
        _("Where you are logged in"),
        [("user_agent", _("Device")), ("ip", _("Address")), ("last_seen_at", _("Last seen"))],
    ),
    "api_tokens": (
        _("Keys of programs"),
        [("name", _("Name")), ("created_at", _("Since")), ("expires_at", _("Until"))],
    ),
    "apps": (
        _("Apps that may act for you"),
        [("client", _("App")), ("scopes", _("May")), ("expires_at", _("Until"))],
    ),
    "messages": (
        _("Messages to you"),
        [("created_at", _("When")), ("subject", _("Message")), ("channel", _("How"))],
    ),
}
CODES: dict[str, dict[Any, Any]] = {"action": dict(ACTIONS), "channel": dict(CHANNELS)}
OF_ACCOUNT = ("email_addresses", "devices", "sessions", "api_tokens", "apps", "messages")


def pieces(scope: Scope, at: datetime) -> Iterator[str]:
    """The page, part by part."""
    yield render_to_string("export/head.html", {"scope": scope, "at": at})
    for athlete in scope.athletes:
        yield from _of_athlete(athlete)
    yield from _table("looks", in_batches(scope.looks()))
    if scope.is_own:
        yield from _of_user(scope)
    yield render_to_string("export/foot.html")


def _of_athlete(athlete: Athlete) -> Iterator[str]:
    told = {
        "athlete": athlete,
        "background": in_words.answers(athlete.background),
        "consents": Consent.objects.filter(athlete=athlete).select_related("given_by"),
        "holds": TrainingHold.objects.filter(athlete=athlete).select_related("set_by"),
    }
    yield render_to_string("export/athlete.html", told)
    episodes = Episode.objects.filter(athlete=athlete).select_related("closed_by")
    for episode in episodes.iterator(chunk_size=AT_ONCE):
        yield from _of_episode(episode)


def _of_episode(episode: Episode) -> Iterator[str]:
    yield render_to_string(
        "export/episode.html", {"episode": episode, "place": in_words.said_place(episode)}
    )
    reports = PainReport.objects.filter(episode=episode).select_related("filed_by")
    reports = reports.prefetch_related(newest_assessment(), "assessments__care_steps")
    for report in reports.order_by("reported_at", "pk").iterator(chunk_size=AT_ONCE):
        yield render_to_string("export/report.html", _report(report))
    after = {
        "comments": episode.comments.select_related("author"),
        "findings": [(row, in_words.cause(row.cause)) for row in episode.findings.all()],
        "notes": episode.clinician_notes.select_related("author"),
        "hand_overs": episode.hand_overs.select_related("handed_by"),
        "calls": episode.escalations.select_related("acknowledged_by", "resolved_by"),
        "check_ins": episode.check_ins.all(),
        "plan": getattr(episode, "return_plan", None),
    }
    yield render_to_string("export/episode_after.html", after)


def _report(report: PainReport) -> dict[str, Any]:
    assessment: Assessment = report.assessment
    result: dict[str, Any] = assessment.result or {}
    return {
        "report": report,
        "headline": in_words.said(
            result.get("headline") or report.screening.get("tell_athlete") or ""
        ),
        "summary": [in_words.said(line) for line in result.get("summary", [])],
        "answers": in_words.answers(report.answers),
        "steps": [(step, in_words.said(step.text)) for step in assessment.care_steps.all()],
    }


def _of_user(scope: Scope) -> Iterator[str]:
    yield render_to_string("export/account.html", {"user": scope.user})
    rows = {kind.name: (kind, found) for kind, found in scope.kinds()}
    for name in OF_ACCOUNT:
        kind, found = rows[name]
        yield from _table(name, in_batches(kind.rows(found)))


def _table(name: str, batches: Iterable[list[dict[str, Any]]]) -> Iterator[str]:
    title, columns = TABLES[name]
    is_empty = True
    for rows in batches:
        cells = [[_shown(row[column], column) for column, _head in columns] for row in rows]
        heads = [head for _column, head in columns] if is_empty else []
        yield render_to_string("export/table.html", {"title": title, "heads": heads, "rows": cells})
        is_empty = False
    if not is_empty:
        yield "</tbody></table>\n"


def _shown(value: Any, column: str) -> str:
    if value is None:
        return "–"
    if column in CODES:
        return str(CODES[column].get(value, value))
    if isinstance(value, datetime):
        return render_to_string("export/time.html", {"time": value}).strip()
    return gettext(str(value))


def in_batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
