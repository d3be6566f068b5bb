"""The last page of the interview: what was told, a note, and the sending."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from athletes.models import PainReport
from athletes.services.reports import NotKept, NotStored, SameKeyOtherContent, submit_pain_report
from coaching.agreement import not_kept
from coaching.interview.draft import Draft
from coaching.interview.screens import CHANGEABLE
from coaching.interview.visit import Visit
from coaching.telling import in_words, is_plain_no, label
from guidance import KNOWLEDGE, Screening

NOTE_LENGTH = 2000  # characters
RETRY_AFTER_S = 20


def send(visit: Visit) -> HttpResponse:
    if visit.request.method == "POST":
        return _send(visit)
    if not visit.may_send:
        return redirect(visit.url_of_last_page())
    return _show_send(visit, visit.draft.note)


def _show_send(visit: Visit, note: str, error: str = "") -> HttpResponse:
    steps = len(visit.draft.path)
    context = {
        "note": note,
        "note_error": error,
        "note_length": NOTE_LENGTH,
        "why_not_kept": "" if visit.is_danger else visit.why_not_kept,
        "client_key": visit.draft.client_key,
        "told": _told(visit),
        "from_profile": _from_profile(visit),
        "known_url": visit.url("known"),
        "back_url": visit.url("step", step=steps) if steps else visit.mount.leave(visit.athlete),
    }
    return visit.render("interview/send.html", context)


def _told(visit: Visit) -> list[dict[str, str]]:
    """Every answer in words, with the way back to its screen."""
    answers = visit.draft.answers
    return [
        {
            "short": label(name),
            "answer": in_words(name, answers[name]),
            "url": visit.url("step", step=number),
        }
        for number, asked in enumerate(visit.draft.path, start=1)
        for name in asked["findings"]
        if name in answers and not is_plain_no(name, answers[name])
    ]


def _from_profile(visit: Visit) -> list[dict[str, Any]]:
    """What was not asked because it is known, as it stands for this report."""
    return [
        {
            "short": label(name),
            "answer": in_words(name, visit.answers[name]),
            "is_changed": visit.answers[name] != before,
            "can_change": KNOWLEDGE.findings[name].kind in CHANGEABLE,
        }
        for name, before in visit.known.items()
    ]


def _send(visit: Visit) -> HttpResponse:
    post, draft = visit.request.POST, visit.draft
    note = post.get("note", "").strip().replace("\r\n", "\n")
    if post.get("client_key") != draft.client_key:
        return _sent_before(visit, post.get("client_key", ""))
    if not visit.may_send:
        return redirect(visit.url_of_last_page())
    if error := wrong_with_note(note):
        return _show_send(visit, note, error)
    if post.get("action") == "as_new":
        draft.renew_key()
        visit.save()
    try:
        report = _submit(visit, note)
    except SameKeyOtherContent:
        return _conflict(visit, note)
    except NotKept as answered:
        return _not_kept(visit, answered)
    except NotStored as failure:
        return _not_stored(visit, note, failure.screening)
    Draft.clear(visit.request.session, visit.athlete)
    return redirect(visit.mount.done(report))


def wrong_with_note(note: str) -> str:
    """Why the note cannot be stored, if so: PostgreSQL takes no U+0000."""
    if len(note) > NOTE_LENGTH:
        return _("Please keep it under %(most)s characters.") % {"most": NOTE_LENGTH}
    return _("It holds a character that cannot be stored (U+0000).") if "\0" in note else ""


def _submit(visit: Visit, note: str) -> PainReport:
    return submit_pain_report(
        by=visit.request.user,  # type: ignore[arg-type]
        athlete=visit.athlete,
        answers=visit.draft.told,
        client_key=UUID(visit.draft.client_key),
        face=visit.mount.face,
        note=note,
    ).report


def _sent_before(visit: Visit, key: str) -> HttpResponse:
    """The second tap on “Send”, or an old page: lead to the report that is there."""
    try:
        client_key = UUID(key)
    except ValueError:
        return redirect(visit.url())
    mine = PainReport.objects.visible_to(visit.request.user).filter(athlete=visit.athlete)
    report = mine.filter(client_key=client_key).first()
    return redirect(visit.mount.done(report) if report else visit.url())


def _conflict(visit: Visit, note: str) -> HttpResponse:
    sent = visit.athlete.reports.get(client_key=visit.draft.client_key)
    context = {
        "sent": sent,
        "sent_url": visit.mount.done(sent),
        "note": note,
        "client_key": visit.draft.client_key,
    }
    return visit.render("interview/conflict.html", context, status=409)


def _not_kept(visit: Visit, answered: NotKept) -> HttpResponse:
    """Answered, and nothing of it stays: not the draft either."""
    Draft.clear(visit.request.session, visit.athlete)
    page = not_kept(answered, visit.athlete, about_me=visit.mount.about_me)
    return visit.render("interview/not_kept.html", page)


def _not_stored(visit: Visit, note: str, screening: Screening) -> HttpResponse:
    """The database did not take it. What to do is known all the same; the draft stays as it is.

    Nothing is written to the session here: it lives in the same database.
    """
    context = {"screening": screening, "note": note, "client_key": visit.draft.client_key}
    response = visit.render("interview/not_stored.html", context, status=503)
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response
