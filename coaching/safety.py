"""The public page about what was measured: how often the guidance was right on published stories, and how little that proves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from coaching.saying import said
from guidance import KNOWLEDGE, CaseResult, Measured, Share, measured

Label = str | Promise

OURS, OURS_WITHOUT = "niggle", "niggle_without_clinician"
CHECKLIST, CHECKLIST_WITHOUT = "checklist", "checklist_without_clinician"
COLUMNS: dict[str, Label] = {
    OURS: gettext_lazy("Niggle"),
    OURS_WITHOUT: gettext_lazy("Niggle, told only"),
    CHECKLIST: gettext_lazy("Checklist"),
    CHECKLIST_WITHOUT: gettext_lazy("Checklist, told only"),
}
WITHOUT_CHECKLIST = (OURS, OURS_WITHOUT)

KINDS: dict[str, Label] = {
    "dangerous": gettext_lazy("dangerous"),
    "benign": gettext_lazy("harmless"),
    "other_needs_clinician": gettext_lazy("for a clinician, not urgent"),
}
EVIDENCE: dict[str, Label] = {
    "exam_vignette": gettext_lazy("from exams and teaching"),
    "published_case_report": gettext_lazy("published case reports"),
    "self_report_answered": gettext_lazy("runners’ own reports that somebody answered"),
    "self_report": gettext_lazy("runners’ own reports"),
    "self_report_confirmed": gettext_lazy("runners’ own reports, later confirmed"),
    "reference_presentation": gettext_lazy("textbook descriptions"),
    "clinic_case_note": gettext_lazy("clinic notes"),
    "clinic_vignette": gettext_lazy("stories told by clinics"),
}


@dataclass(frozen=True)
class Table:
    """Figures that belong together. Each row is one figure, under its name in the result."""

    id: str
    title: Label
    intro: Label
    columns: tuple[str, ...]
    rows: tuple[tuple[str, Label], ...]
    in_fold: bool = False


TABLES = (
    Table(
        "missed",
        gettext_lazy("Is a danger missed?"),
        gettext_lazy(
            "Stories whose answer was less urgent than the least that is safe. Each was judged twice: through "
            "the questions on the phone, and with all that it says told at once. The checklist asks nothing."
        ),
        tuple(COLUMNS),
        (
            ("under_triage_dangerous", gettext_lazy("Dangerous stories, through the interview")),
            (
                "under_triage_all_facts_dangerous",
                gettext_lazy("Dangerous stories, everything told at once"),
            ),
            ("under_triage", gettext_lazy("All stories, through the interview")),
            ("under_triage_all_facts", gettext_lazy("All stories, everything told at once")),
        ),
    ),
    Table(
        "alarmed",
        gettext_lazy("Is anybody alarmed for nothing?"),
        gettext_lazy("Stories whose answer was more urgent than the most that makes sense."),
        tuple(COLUMNS),
        (
            ("over_triage_benign", gettext_lazy("Harmless stories, through the interview")),
            (
                "over_triage_all_facts_benign",
                gettext_lazy("Harmless stories, everything told at once"),
            ),
            ("over_triage", gettext_lazy("All stories, through the interview")),
            ("over_triage_all_facts", gettext_lazy("All stories, everything told at once")),
        ),
    ),
    Table(
        "exact",
        gettext_lazy("Is the urgency right to the letter?"),
        gettext_lazy(
            "The five levels from self-care to emergency. An answer can be safe without being exact: what nobody "
            "could answer makes the interview more careful."
        ),
        tuple(COLUMNS),
        (
            ("exact_urgency", gettext_lazy("Exactly right, through the interview")),
            ("exact_urgency_all_facts", gettext_lazy("Exactly right, everything told at once")),
        ),
    ),
    Table(
        "causes",
        gettext_lazy("Is a right cause named?"),
        gettext_lazy(
            "The answer shows likely causes, best first. A checklist names none. Some stories fit "
            "two causes; then either counts."
        ),
        WITHOUT_CHECKLIST,
        (
            ("top1", gettext_lazy("First, everything told at once")),
            ("top1_interview", gettext_lazy("First, after the interview")),
            ("top3", gettext_lazy("Among the first three, everything told at once")),
            ("top3_interview", gettext_lazy("Among the first three, after the interview")),
            (
                "named_only_benign",
                gettext_lazy("Dangerous, but only harmless causes named, everything told at once"),
            ),
            (
                "named_only_benign_interview",
                gettext_lazy("Dangerous, but only harmless causes named, after the interview"),
            ),
        ),
    ),
    Table(
        "apart",
        gettext_lazy("The same for harmless and for other stories apart"),
        "",
        WITHOUT_CHECKLIST,
        (
            ("top1_benign", gettext_lazy("Harmless: first, everything told at once")),
            ("top1_interview_benign", gettext_lazy("Harmless: first, after the interview")),
            (
                "top3_benign",
                gettext_lazy("Harmless: among the first three, everything told at once"),
            ),
            (
                "top3_interview_benign",
                gettext_lazy("Harmless: among the first three, after the interview"),
            ),
            ("top1_others", gettext_lazy("Others: first, everything told at once")),
            ("top1_interview_others", gettext_lazy("Others: first, after the interview")),
            ("top3_others", gettext_lazy("Others: among the first three, everything told at once")),
            (
                "top3_interview_others",
                gettext_lazy("Others: among the first three, after the interview"),
            ),
        ),
        in_fold=True,
    ),
    Table(
        "interview",
        gettext_lazy("Is the interview short, and as safe as telling everything?"),
        gettext_lazy("What a story does not say is answered “not sure”."),
        WITHOUT_CHECKLIST,
        (
            ("questions_median", gettext_lazy("Screens for half of the stories, at most")),
            ("questions_p90", gettext_lazy("Screens for nine stories of ten, at most")),
            (
                "same_disposition_dangerous",
                gettext_lazy("Dangerous stories with the same answer both ways"),
            ),
            (
                "lower_by_interview_dangerous",
                gettext_lazy("Dangerous stories with a less urgent answer through the interview"),
            ),
        ),
    ),
)


@dataclass(frozen=True)
class Cell:
    column: Label
    figure: str  # empty: was not measured
    allows: str


@dataclass(frozen=True)
class Story:
    """One story that went wrong: what we said, and what was expected."""

    case: CaseResult
    kind: Label
    named: list[str]
    right: list[str]

    @property
    def is_split(self) -> bool:
        return _is_split(self.case)


@dataclass(frozen=True)
class Wrong:
    """Stories that went wrong in one way; `about` is what to show of each: urgency or cause."""

    title: str
    about: str
    stories: list[Story]


@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    """What was measured, with its limits. Reads the committed result and nothing else."""
    found = measured()
    return render(
        request,
        "safety.html",
        {
            "measured": found,
            "is_running": found.knowledge_version == KNOWLEDGE.version,
            "running_version": KNOWLEDGE.version,
            "headlines": list(_headlines(found)),
            "tables": [(table, list(_rows(table, found))) for table in TABLES],
            "wrong": [group for group in _wrong(found.outcomes) if group.stories],
            "kinds": _counted(found.cases["by_category"], KINDS),
            "evidence": _counted(found.cases["by_evidence"], EVIDENCE),
        },
    )


def _headlines(found: Measured) -> Iterator[dict[str, str]]:
    ours = found.columns[OURS]
    for name, title in (
        ("under_triage_dangerous", _("Dangerous stories taken too lightly")),
        ("over_triage_benign", _("Harmless stories taken too seriously")),
        ("top3_interview", _("A right cause among the first three")),
    ):
        would_fit = _("%(shares)s would still fit") % {"shares": allows(ours[name])}
        yield {"title": title, "figure": counts(ours[name]), "allows": would_fit}
    yield {
        "title": _("Screens that are asked"),
        "figure": _("about %(median)s") % {"median": counts(ours["questions_median"])},
        "allows": _("at most %(p90)s for nine stories of ten")
        % {"p90": counts(ours["questions_p90"])},
    }


def _rows(table: Table, found: Measured) -> Iterator[tuple[Label, list[Cell]]]:
    for name, label in table.rows:
        cells = []
        for column in table.columns:
            figure = found.columns[column].get(name)
            cells.append(Cell(COLUMNS[column], counts(figure), allows(figure)))
        yield label, cells


def counts(figure: Share | float | None) -> str:
    """“0 of 30”; a number as it is; nothing where nothing was measured."""
    if figure is None:
        return ""
    if isinstance(figure, Share):
        return _("%(count)s of %(of)s") % {"count": figure.count, "of": figure.of}
    return f"{figure:g}"


def allows(figure: Share | float | None) -> str:
    """Which true shares so few stories still allow, with 95 % confidence."""
    if not isinstance(figure, Share) or not figure.of:
        return ""
    low, high = round(100 * figure.low), round(100 * figure.high)
    if low == 0:
        return _("up to %(high)s %%") % {"high": high}
    if high == 100:
        return _("down to %(low)s %%") % {"low": low}
    return _("%(low)s to %(high)s %%") % {"low": low, "high": high}


def _counted(numbers: dict[str, int], words: dict[str, Label]) -> list[tuple[int, Label]]:
    return [(number, words.get(name, name)) for name, number in numbers.items()]


def _wrong(cases: Iterable[CaseResult]) -> Iterator[Wrong]:
    cases = list(cases)
    urgency = [case for case in cases if case.for_triage]
    causes = [case for case in cases if case.for_cause]
    low = [case for case in urgency if min(case.got, case.got_all_facts) < case.least]
    high = [case for case in urgency if max(case.got, case.got_all_facts) > case.most]
    split = [case for case in cases if case.category == "dangerous" and _is_split(case)]
    unnamed = [case for case in causes if _place(case) > 3]
    late = [case for case in causes if 1 < _place(case) <= 3]
    for title, about, found in (
        (_("Taken too lightly"), "urgency", low),
        (_("Taken too seriously"), "urgency", high),
        (
            _("Dangerous, with one answer through the interview and another to everything at once"),
            "urgency",
            split,
        ),
        (_("No right cause among the first three"), "cause", unnamed),
        (_("A right cause is named, but not first"), "cause", late),
    ):
        yield Wrong(title, about, [_story(case) for case in found])


def _is_split(case: CaseResult) -> bool:
    return case.got is not case.got_all_facts


def _place(case: CaseResult) -> int:
    """The later of the two places at which a right cause stands; far behind where none does."""
    return max(_or_nowhere(case.rank), _or_nowhere(case.rank_interview))


def _or_nowhere(rank: int | None) -> int:
    return rank or len(KNOWLEDGE.causes) + 1


def _story(case: CaseResult) -> Story:
    """The causes are those of the worse of the two rankings."""
    later = _or_nowhere(case.rank_interview) >= _or_nowhere(case.rank)
    named = case.causes_interview if later else case.causes
    kind = KINDS.get(case.category, case.category)
    return Story(case, kind, _names(named), _names(case.right_causes))


def _names(causes: Iterable[str]) -> list[str]:
    known = KNOWLEDGE.causes
    return [said(known[cause].name) if cause in known else cause for cause in causes]
