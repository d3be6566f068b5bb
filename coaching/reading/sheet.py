"""What a clinician reads of one problem on one side of paper. Cut to what fits; the whole stands on the athlete's page.

The same for the page that prints and for the PDF: texts only, in the reader's language, already cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import formats
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from athletes.models import Athlete, Episode, HandOver, User
from coaching import words
from coaching.pain_curve import Curve, pain_of_10
from coaching.reading.cases import Case, case_in, casebook_of, recommendation_of
from coaching.reading.happenings import step_words
from coaching.reading.judged import PlanStep, Recommendation
from coaching.reading.training import Training, training_of
from coaching.saying import listed, said
from coaching.telling import in_words, is_plain_no, label
from guidance import KNOWLEDGE

DANGER = "danger"
# What still reads on one side: lines of a part, letters of a line and of what somebody wrote.
MOST_LINES, LONGEST, LONGEST_NOTE = 9, 170, 420
MOST_NAMED = 14  # in a list of signs
COURSE_SHOWN = 7
BETWEEN = " · "  # what is put side by side has commas of its own


@dataclass(frozen=True)
class Line:
    """`label` may be empty. `mark` says what kind of answer it is: yes, unsure, no or open."""

    text: str
    label: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Part:
    id: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Sheet:
    athlete: Athlete
    episode: Episode
    title: str
    facts: tuple[Line, ...]
    asked: str  # what the coach asks of the clinician
    level: str
    headline: str
    curve: Curve
    parts: tuple[Part, ...]
    knowledge_version: str
    is_reviewed: bool
    provenance: str
    boundary: str


def sheet_of(episode: Episode, *, by: User, now: datetime) -> Sheet:
    """Of `episode` (with its athlete and club) as `by` reads it."""
    athlete = episode.athlete
    book = casebook_of(athlete, now)
    case = case_in(book, by, episode)
    if case.reports and case.recommendation is None:  # closed: only open ones carry theirs
        judged: Recommendation | None = recommendation_of(case.reports[0].report, now)
    else:
        judged = case.recommendation
    handed = next(iter(case.episode.hand_overs.all()), None)
    version = judged.assessment.knowledge_version if judged else KNOWLEDGE.version
    return Sheet(
        athlete=athlete,
        episode=episode,
        title=f"{athlete}: {said(episode.place)}",
        facts=tuple(_facts(case, handed, by, now)),
        asked=handed.note if handed else "",
        level=judged.report.disposition if judged else "",
        headline=said(judged.headline) if judged else "",
        curve=case.curve,
        parts=_filled([*_told(case, judged), *_done(case, judged, training_of(book))]),
        knowledge_version=version,
        is_reviewed=bool(judged and judged.is_reviewed),
        provenance=_provenance(version, is_reviewed=bool(judged and judged.is_reviewed)),
        boundary=_(
            "Niggle names likely causes, never a diagnosis; it is not an emergency service."
        ),
    )


def _filled(parts: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.lines)


def _facts(case: Case, handed: HandOver | None, by: User, now: datetime) -> Iterable[Line]:
    athlete, episode = case.episode.athlete, case.episode
    zone = athlete.zone
    age = athlete.known_facts(now.astimezone(zone).date()).get("age")
    born = _("not known")
    if athlete.birth_date:
        born = (
            f"{_day(athlete.birth_date)} ({in_words('age', age)})"
            if age
            else _day(athlete.birth_date)
        )
    yield Line(born, _("Born"))
    squads = listed(str(squad) for squad in athlete.squads.all())
    yield Line(" · ".join(part for part in (str(athlete.club), squads) if part), _("Club"))
    since = words.when(episode.onset_at or episode.opened_at, zone, now)
    yield Line(since, _("Since") if episode.onset_at else _("Reported since"))
    if handed:
        told = {
            "to": handed.to_name,
            "by": handed.handed_by or _("somebody who has left"),
            "when": words.when(handed.created_at, zone, now),
        }
        yield Line(_("To %(to)s, by %(by)s, %(when)s") % told, _("Handed over"))
    made = {"when": _stamp(now, case), "name": by}
    yield Line(_("%(when)s for %(name)s") % made, _("Made"))


def _stamp(now: datetime, case: Case) -> str:
    there = now.astimezone(case.episode.athlete.zone)
    return f"{_day(there.date())} {there:%H:%M} ({case.episode.athlete.timezone})"


def _day(day: Any) -> str:
    return formats.date_format(day, pgettext("a day of another year", "j F Y"))


def _provenance(version: str, *, is_reviewed: bool) -> str:
    told = _("Knowledge version %(version)s") % {"version": version}
    return told if is_reviewed else f"{_('Draft, not reviewed by a clinician')} · {told}"


# ---------------------------------------------------------------- what was told


def _told(case: Case, judged: Recommendation | None) -> Iterable[Part]:
    if judged is None:
        return
    report = judged.report
    told = {**report.known_facts, **report.answers}
    if case.episode.athlete.birth_date:
        told.pop("age", None)  # it stands at the top
    dangers = {
        finding
        for screen in KNOWLEDGE.screens.values()
        if screen.kind == DANGER
        for finding in screen.findings
    }
    story = {name: value for name, value in told.items() if name not in dangers}
    yield Part("story", _("What was told"), tuple(_story(story, report.note)))
    signs = {name: value for name, value in told.items() if name in dangers}
    yield Part("signs", _("Danger signs"), tuple(_signs(signs)))
    yield Part("rules", _("Danger rules that fired"), _cut(_rules(judged)))
    yield Part(
        "open", _("Not asked, and might matter"), _cut(_open(judged, report.skipped_screens))
    )


def _story(told: dict[str, Any], note: str) -> Iterable[Line]:
    yes = [
        Line(_short(in_words(name, value)), label(name))
        for name, value in told.items()
        if value != "unsure" and not is_plain_no(name, value)
    ]
    yield from _cut(yes, most=2 * MOST_LINES)
    yield from _named(_("Not sure"), [n for n, v in told.items() if v == "unsure"], "unsure")
    yield from _named(_("No"), [n for n, v in told.items() if is_plain_no(n, v)], "no")
    if note:
        yield Line(f"“{Truncator(note).chars(LONGEST_NOTE)}”", _("In their words"))


def _signs(told: dict[str, Any]) -> Iterable[Line]:
    denied = [name for name, value in told.items() if is_plain_no(name, value)]
    unsure = [name for name, value in told.items() if value == "unsure"]
    there = [name for name in told if name not in denied and name not in unsure]
    yield from _named(_("Yes"), there, "yes", most=len(there))
    yield from _named(_("Not sure"), unsure, "unsure", most=len(unsure))
    yield from _named(_("Asked, and denied"), denied, "no", most=len(denied))
    untold = [
        finding
        for screen in KNOWLEDGE.screens.values()
        if screen.kind == DANGER
        for finding in screen.findings
        if finding not in told
    ]
    yield from _named(_("Not asked"), list(dict.fromkeys(untold)), "open")


def _named(title: str, names: Sequence[str], mark: str, most: int = MOST_NAMED) -> Iterable[Line]:
    if not names:
        return
    shown, more = [label(name) for name in names[:most]], len(names) - most
    if more > 0:
        shown.append(_more(more))
    yield Line(BETWEEN.join(shown), title, mark)


def _rules(judged: Recommendation) -> Iterable[Line]:
    for rule in judged.rules:
        because = BETWEEN.join(said(reason) for reason in rule.get("because", []))
        name = said(rule["name"])
        level = str(words.LEVELS[rule["level"]][0])
        yield Line(_short(because), f"{name} ({level})")


def _open(judged: Recommendation, skipped: Iterable[str]) -> Iterable[Line]:
    for screen in skipped:
        known = KNOWLEDGE.screens.get(screen)
        title = said(known.title) if known else screen
        yield Line(_("Could not say: %(what)s") % {"what": title}, mark="unsure")
    for question in judged.not_asked:
        yield Line(_short(said(question["question"])), mark="open")


# ---------------------------------------------------------------- what was judged, advised and done


def _done(case: Case, judged: Recommendation | None, training: Training) -> Iterable[Part]:
    yield Part("course", _("Course of pain"), tuple(_course(case)))
    if judged:
        yield Part("causes", _("Likely causes, no diagnosis"), _cut(_causes(judged)))
        yield Part("advice", _("Advised, and what became of it"), _cut(_advice(judged)))
    yield Part("training", _("Training now"), tuple(_training(case, training)))
    yield Part("calls", _("Calls for a person"), _cut(_calls(case), most=4))
    yield Part("found", _("Found by clinicians"), _cut(_found(case), most=4))


def _course(case: Case) -> Iterable[Line]:
    told = [event for event in case.curve.newest_first if event.it.tells_pain]
    for event in told[:COURSE_SHOWN]:
        said_of_it = event.it.text if event.it.kind != "report" else _("Report")
        yield Line(_short(f"{pain_of_10(event.it.pain)} · {said_of_it}"), event.when)
    if len(told) > COURSE_SHOWN:
        yield Line(case.curve.summary, _more(len(told) - COURSE_SHOWN))


def _causes(judged: Recommendation) -> Iterable[Line]:
    for cause in judged.likely_causes:
        fit = str(words.FITS.get(cause["fit"], cause["fit"]))
        for_it = BETWEEN.join(said(reason) for reason in cause.get("for", [])[:3])
        yield Line(_short(f"{fit}. {for_it}"), said(cause["name"]))


def _advice(judged: Recommendation) -> Iterable[Line]:
    """What somebody touched first: that is what is known of what was done."""
    steps = sorted(judged.steps, key=lambda step: (step.settled_at is None, step.position))
    for step in steps:
        yield Line(_short(step_words(step)), PlanStep(step, "").became or _("Open"))


def _training(case: Case, training: Training) -> Iterable[Line]:
    if training.hold:
        name = training.hold_name
        if training.hold_until:
            until = _("until %(end)s") % {"end": training.hold_until}
            name = f"{name}, {until}"
        yield Line(_short(training.hold.reason), name)
    else:
        yield Line(_short(training.why or listed(r.words for r in training.others)), training.name)
    if case.way_back and case.way_back.way.exists:
        yield Line(_short(case.way_back.title_for_coach), _("Back to running"))


def _calls(case: Case) -> Iterable[Line]:
    zone, now = case.curve.zone, case.curve.now
    for row in case.escalations:
        it = row.escalation
        parts = [_("opened %(when)s") % {"when": words.when(it.opened_at, zone, now)}]
        if it.acknowledged_at:
            seen = {
                "when": words.when(it.acknowledged_at, zone, now),
                "name": it.acknowledged_by or "–",
            }
            parts.append(_("seen %(when)s by %(name)s") % seen)
        else:
            parts.append(_("not seen yet"))
        if it.outcome:
            parts.append(said(it.outcome))
        yield Line(_short("; ".join(parts)), str(words.LEVELS[it.level][0]))


def _found(case: Case) -> Iterable[Line]:
    for line in case.course.findings:
        found = line.finding
        told = f"{line.words} ({found.get_method_display()}, {_day(found.found_on)})"
        yield Line(_short(told), found.clinician)
    plan = case.way_back.way.plan if case.way_back else None
    for yes in plan.clearances.all() if plan else ():
        told = _("said yes to running on %(day)s. %(note)s") % {
            "day": _day(yes.given_on),
            "note": yes.note,
        }
        yield Line(_short(told), yes.clinician)


def _short(text: str) -> str:
    return Truncator(text.strip()).chars(LONGEST)


def _cut(lines: Iterable[Line], most: int = MOST_LINES) -> tuple[Line, ...]:
    found = list(lines)
    if len(found) <= most:
        return tuple(found)
    return (*found[:most], Line(_more(len(found) - most)))


def _more(number: int) -> str:
    return ngettext("and %(n)s more", "and %(n)s more", number) % {"n": number}
