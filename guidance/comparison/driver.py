"""Judges stories with whichever version of `guidance` stands in the working directory.

Never imported: its text is run with `python -c` beside an old version, so it may use only what old versions have too.
One story a line on standard input, one outcome a line on standard output, both JSON.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

import guidance
from guidance import KNOWLEDGE, Answers, History, InvalidAnswers, assess

_MISSING = object()


def _judged(story: dict[str, Any]) -> dict[str, Any]:
    told = _answers({**_none_of_these(story), **story["answers"]}, story["skipped"])
    answers = _answers(story["known"], []).merged(told)
    history = _read(story["history"])
    assert isinstance(history, History)
    result = assess(answers, history, datetime.fromisoformat(story["now"])).as_json()
    causes: Any = result["causes"]
    steps: Any = result["care_steps"]
    back: Any = result.get("return_to_running")
    ladder = {"return_to_running": back["name"]} if back else {}
    return {
        "disposition": result["disposition"],
        "causes": [cause["name"] for cause in causes[:3]],
        "steps": {**{step["id"]: step["text"] for step in steps}, **ladder},
    }


def _none_of_these(story: dict[str, Any]) -> dict[str, Any]:
    """Every danger sign was looked for and is not there."""
    if not story["none_of_these"]:
        return {}
    danger = [screen for screen in KNOWLEDGE.screens.values() if screen.kind == "danger"]
    return {finding: "no" for screen in danger for finding in screen.findings}


def _answers(raw: dict[str, Any], skipped: Iterable[str]) -> Answers:
    """What this version does not know counts as not asked."""
    whole = {name: _whole(name, value) for name, value in raw.items()}
    screens = [screen for screen in skipped if screen in KNOWLEDGE.screens]
    try:
        return Answers.parse(whole, skipped=screens)
    except InvalidAnswers as bad:
        known = {name: value for name, value in whole.items() if name not in bad.errors}
        return Answers.parse(known, skipped=screens)


def _whole(name: str, value: object) -> object:
    finding = KNOWLEDGE.findings.get(name)
    return math.floor(value) if finding and finding.integer and isinstance(value, float) else value


def _read(value: Any) -> object:
    """A value of the history; a class or a field that this version does not have is left out."""
    if isinstance(value, list):
        return tuple(entry for entry in map(_read, value) if entry is not _MISSING)
    if not isinstance(value, dict):
        return value
    if "time" in value:
        return datetime.fromisoformat(value["time"])
    made = getattr(guidance, value["class"], None)
    if made is None:
        return _MISSING
    names = {field.name for field in fields(made)}
    read = {name: _read(part) for name, part in value["fields"].items() if name in names}
    return made(**{name: part for name, part in read.items() if part is not _MISSING})


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_judged(json.loads(line))) + "\n")
