"""Template tags that the partials in `templates/parts/` and the pages use."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from athletes.access import policies
from athletes.models import CareStep, Episode, WebhookDelivery
from coaching import saying, telling, words
from guidance import Screening

register = template.Library()

Zone = tzinfo | str | None


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon from static/coaching/icons.svg, for the eye only: words stand beside it."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        extra,
        static("coaching/icons.svg"),
        name,
    )


@register.filter
def said(text: object) -> object:
    """A text of the knowledge in the reader's language: `{{ cause.name|said }}`."""
    return saying.said(text) if isinstance(text, str) else text


@register.filter
def beyond(text: str, headline: str) -> str:
    """What a knowledge text says beyond the headline above it: nobody reads the same sentence twice."""
    return saying.said(text).removeprefix(saying.said(headline)).lstrip()


@register.filter
def grounds(judged: Mapping[str, Any] | Screening) -> list[str]:
    """What was told that raised a screening or judgement to its level: `{{ screening|grounds }}`."""
    return telling.grounds(judged)


@register.filter
def dialled(number: str) -> str:
    """What a phone dials: digits, with the plus before a country, for `href="tel:..."`; whatever else stood there is text."""
    return "+" * number.lstrip().startswith("+") + "".join(re.findall("[0-9]", number))


@register.filter
def listed(words: Iterable[object]) -> str:
    """Words after each other: “Calf, Heel”."""
    return saying.listed(words)


@register.filter
def level_name(level: object) -> str:
    """The short word for a disposition, as on its badge."""
    return str(words.LEVELS.get(str(level), (level,))[0])


@register.filter
def level_action(level: object) -> str:
    """What a disposition asks for, as a sentence."""
    return str(words.LEVELS.get(str(level), ("", level))[1])


@register.filter
def fit_words(fit: str) -> str:
    return str(words.FITS.get(fit, fit))


@register.filter
def evidence_words(label: str) -> str:
    return str(words.EVIDENCE.get(label, label))


@register.simple_tag
def when(moment: datetime, zone: Zone = None, now: datetime | None = None) -> str:
    """`{% when report.reported_at athlete.zone %}`: “today 07:40” in that zone."""
    return words.when(moment, _zone(zone), now or timezone.now())


@register.filter
def machine(moment: datetime) -> str:
    """A moment as `<time datetime="…">` wants it: with its zone, to the second."""
    return moment.isoformat(timespec="seconds")


@register.filter(expects_localtime=True)
def day(date: date) -> str:
    """A day with its year, as one writes it there: “3 March 2026”. Of a moment: its day in the present zone."""
    return words.day(date)


@register.filter
def wire_fault(delivery: WebhookDelivery) -> str:
    """Why it was not taken, in words: “it took too long”."""
    return words.wire_fault(delivery.error, delivery.status)


@register.simple_tag
def step_window(step: CareStep, zone: Zone = None, now: datetime | None = None) -> str:
    return words.window(step.starts_at, step.ends_at, _zone(zone), now or timezone.now())


@register.simple_tag
def why_no_comment(episode: Episode) -> str:
    """Why nothing more can be said about an episode; empty where it can."""
    return policies.why_no_comment(episode, timezone.now())


@register.simple_tag
def span(start: datetime, end: datetime | None = None) -> str:
    """`{% span escalation.opened_at %}`: how long since; with `end`, how long between."""
    return words.duration((end or timezone.now()) - start)


@register.simple_tag
def phases(steps: Iterable[CareStep], now: datetime | None = None) -> list[dict[str, Any]]:
    """Care steps as groups `id`, `name`, `steps`: now, next, later. What is over is left out."""
    now = now or timezone.now()
    held: dict[str, list[CareStep]] = {}
    for step in steps:
        held.setdefault(step.phase(now), []).append(step)
    return [
        {"id": key, "name": name, "steps": held[key]} for key, name in words.PHASES if key in held
    ]


@register.simple_tag
def widget(field: BoundField, no_help: object = False) -> SafeString:
    """A form field's input, tied to its help and error so that a screen reader reads them.

    A placeholder goes away when one types, and is too faint to read: the label says it.
    """
    field.field.widget.attrs.pop("placeholder", None)
    if no_help:
        field.help_text = ""  # else Django says that it is described by what is not there
    described = [f"{field.auto_id}_help"] if field.help_text and not no_help else []
    attrs: dict[str, str | bool] = {}
    if field.errors:
        described.append(f"{field.auto_id}_error")
        attrs["aria-invalid"] = "true"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attrs)


def _zone(zone: Zone) -> tzinfo:
    if isinstance(zone, str) and zone:
        return zoneinfo.ZoneInfo(zone)
    return zone if isinstance(zone, tzinfo) else UTC
