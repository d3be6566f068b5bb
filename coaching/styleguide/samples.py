"""What the partials are shown with: one made-up report, judged by the real knowledge; nothing is stored."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone

from athletes.models import CareStep, Club
from coaching import body_map
from coaching.charts.bars import Bars, Series
from coaching.charts.lines import Line
from coaching.charts.tables import Frame, Row, Table
from coaching.phone.pain_days import Day, Month
from coaching.phone.plan import Plan
from guidance import Answers, History, assess, screen

TOLD = {
    "site": ["calf_medial"],
    "side": "left",
    "onset": "sudden",
    "days_since_onset": "1",
    "character": ["sharp"],
    "when": ["sprint"],
    "severity_nrs": "4",
    "can_walk": "yes",
}
DANGER = {"site": ["calf"], "swelling": "yes", "warmth": "yes", "recent_flight": "yes"}
WEEKS = ("5 Oct", "12 Oct", "19 Oct", "26 Oct", "2 Nov", "9 Nov")


class SampleForm(forms.Form):
    """One field of each kind, one of them wrong."""

    name = forms.CharField(label="Name", help_text="As your squad calls you.")
    days = forms.IntegerField(
        label="Days since it began", min_value=0, widget=forms.TextInput({"inputmode": "numeric"})
    )
    leg = forms.ChoiceField(
        label="Which leg", choices=[("left", "Left"), ("right", "Right")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="A note", required=False, widget=forms.Textarea({"rows": 3}))


def everything() -> dict[str, Any]:
    now = timezone.now()
    judged = assess(Answers.parse(TOLD), History(), now).as_json()
    return {
        "judged": judged,
        "danger": screen(Answers.parse(DANGER)).as_json(),
        "steps": steps(judged),
        "answer": {"plan": Plan(steps(judged), now), "now": now},
        "month": month(now.date()),
        "club": Club(name="Riverside", emergency_number="112", contact_phone="+49 30 5550199"),
        "now": now,
        "form": wrong_form(),
        "body": body_map.coloured({("calf_medial", "left"): 6, ("achilles", "right"): 2}),
        "bars": bars(),
        "line": line(),
        "pages": Paginator(range(30), 10).page(2),
        "statuses": ("full", "modified", "out", "unknown"),
    }


def steps(judged: dict[str, Any]) -> list[CareStep]:
    return [step(planned, place) for place, planned in enumerate(judged["care_steps"])]


def month(today: date) -> Month:
    """One day of each colour, and today."""
    first = today.replace(day=1)
    days = {first + timedelta(days=n): Day(first + timedelta(days=n), False) for n in range(28)}
    for day, pain in zip(list(days)[1:], (0, 2, 5, 8, None), strict=False):
        days[day] = Day(day, False, uuid.uuid4(), pain, 1)
    days[today] = Day(today, True)
    return Month(first, days, first, first)


def wrong_form() -> SampleForm:
    form = SampleForm({"name": "Lena", "days": "soon", "leg": "left"})
    form.is_valid()
    return form


def step(planned: dict[str, Any], place: int) -> CareStep:
    return CareStep(
        advice=planned["id"],
        kind=planned["kind"],
        text=planned["text"],
        why=planned["why"],
        evidence=planned["evidence"],
        evidence_note=planned["evidence_note"],
        sources=[source["id"] for source in planned["sources"]],
        starts_at=datetime.fromisoformat(planned["from"]),
        ends_at=planned["until"] and datetime.fromisoformat(planned["until"]),
        position=place,
        state="done" if place == 0 else "open",
    )


def bars() -> Bars:
    told, missed = (3, 4, 2, 5, 3, 4), (1, 0, 2, 0, None, 1)
    table = Table(
        ("Week", "Answered", "Not answered"),
        [Row(week, (yes, no)) for week, yes, no in zip(WEEKS, told, missed, strict=True)],
    )
    series = (Series("Answered", told, 1), Series("Not answered", missed, 2))
    frame = Frame(
        "sample-bars",
        "Check-ins by week",
        "Most were answered; one week is not known.",
        table,
        keys=[part.key for part in series],
    )
    return Bars(frame, WEEKS, series)


def line() -> Line:
    pains = (6, 4, None, 3, 1, 0)
    table = Table(
        ("Week", "Pain"), [Row(week, (pain,)) for week, pain in zip(WEEKS, pains, strict=True)]
    )
    frame = Frame("sample-line", "Pain by week", "From 6 to nothing, with a gap.", table)
    return Line(frame, WEEKS, pains, unit="of 10")
