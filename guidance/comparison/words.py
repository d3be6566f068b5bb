"""The words in which a change of the knowledge is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_LABELS = {
    "after_hours": "hours after the report",
    "at_check_ins": "asked in check-ins only",
    "at_night": "asked at night too",
    "article": "belongs to the article's five",
    "checked_by": "checked by",
    "correction": "the correction",
    "evidence": "evidence",
    "evidence_note": "the note on the evidence",
    "evidence_says": "what the evidence says",
    "group": "the group",
    "help": "the help beside the question",
    "label": "the label",
    "level": "level",
    "missed_after_hours": "hours until it counts as missed",
    "name": "the name",
    "next_review": "the next review",
    "note": "the note",
    "plain": "the plain name",
    "profile": "asked once and kept in the profile",
    "dangerous": "has to be seen on the same day",
    "derived": "worked out and never asked",
    "clinician_first": "only after a clinician says yes",
    "prior": "how often it is the cause",
    "question": "the question",
    "remind_after_hours": "hours until the reminder",
    "say": "the reason as the athlete reads it",
    "options": "the choices",
    "sign": "the signs",
    "says": "what the article says",
    "short": "the short label",
    "tell_athlete": "what the athlete is told",
    "tell_coach": "what the coach is told",
    "text": "the text",
    "title": "the title",
    "weight": "how much it counts",
    "what": "what it is",
    "why": "the reason",
}
_LEVELS = {
    "emergency_now": "emergency, at once",
    "same_day": "today",
    "within_days": "within a few days",
    "coach_review": "talk to the coach first",
    "self_care": "self-care",
}
# What is said of an entry that came, and of one that went.
_JOINED = {
    "withholds": ("now also holds back", "no longer holds back"),
    "suggests": ("now also points to", "no longer points to"),
    "sources": ("now also rests on", "no longer rests on"),
    "claims": ("now also carries the article's claim", "no longer carries the article's claim"),
    "tags": ("can now also be held back as", "can no longer be held back as"),
    "causes": ("is now also for", "is no longer for"),
    "dispositions": ("is now also given at", "is no longer given at"),
    "withheld_when_likely": ("is now also held back while likely", "is no longer held back while likely"),
    "covered_by": ("is now also covered by", "is no longer covered by"),
    "signs": ("now also asks for the sign", "no longer asks for the sign"),
    "also": ("now also asks", "no longer asks"),
    "findings": ("now also asks", "no longer asks"),
    "always": ("now also says", "no longer says"),
    "when all_of": ("now also needs", "no longer needs"),
    "when any_of": ("is now also met by", "is no longer met by"),
    "when none_of": ("now also needs a clear no to", "no longer needs a clear no to"),
    "when at_least": ("now also counts", "no longer counts"),
    "unless all_of": ("is now held back only together with", "is held back without needing"),
    "unless any_of": ("is now also held back by", "is no longer held back by"),
    "unless none_of": ("is now held back only after a clear no to", "is held back without a no to"),
    "unless at_least": ("now also counts for holding it back", "no longer counts for holding it back"),
}  # fmt: skip
_WHOLE_GROUP = {
    _JOINED["when any_of"]: ("now also needs at least one of", "no longer needs at least one of"),
    _JOINED["unless any_of"]: ("is now held back by", "is no longer held back by"),
}
_KINDS_OF_ENTRY = {
    "suggests": "cause",
    "causes": "cause",
    "withheld_when_likely": "cause",
    "covered_by": "advice",
    "findings": "finding",
    "sources": "source",
    "withholds": "tag",
    "tags": "tag",
}
_NAMES = ("name", "short", "title", "text")  # what an item is known by
_ENTRIES = {"options": "the choice", "sign": "the sign", "level": "the step"}
_COMPARISONS = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than", "=": "exactly"}  # fmt: skip
_COMPARED = re.compile(r"(\w+)\s*(>=|<=|>|<|=)\s*(-?\d+(?:\.\d+)?)")
_CHOSEN = re.compile(r"(\w+) is (.+)")


def label(key: str) -> str:
    return _LABELS.get(key, key.replace("_", " "))


def level(word: str) -> str:
    return _LEVELS.get(word, word)


def joined_by(key: str) -> tuple[str, str]:
    return _JOINED.get(key, (f"{label(key)}, now also", f"{label(key)}, no longer"))


def whole_group(said: tuple[str, str]) -> tuple[str, str]:
    """When a group of conditions is new or gone as a whole."""
    return _WHOLE_GROUP.get(said, said)


def window(item: Mapping[str, Any]) -> str:
    """ "0-24 hours after it began", "from 48 hours after the report"."""
    start, end = item.get("from_hours", 0), item.get("until_hours")
    since = {"onset": "after it began", "report": "after the report"}
    after = since.get(item.get("anchor", ""), "")
    hours = f"from {start:g} hours" if end is None else f"{start:g}–{end:g} hours"
    return f"{hours} {after}".strip()


def sentence(said: str) -> str:
    return said if said.endswith(("”", ".")) else f"{said}."


def changed(key: str, old: Any, new: Any) -> str:
    """One value: words that are chosen from a list are said, sentences are quoted."""
    if isinstance(old, bool) or isinstance(new, bool):
        return f"{label(key)} was {_value(key, bool(old))}, is now {_value(key, bool(new))}"
    if old is None or old == "":
        return f"{label(key)} is new: {_value(key, new)}"
    if new is None or new == "":
        return f"{label(key)} is gone, was {_value(key, old)}"
    if _is_prose(old) or _is_prose(new):
        return f"{label(key)} changed: {_value(key, old)} → {_value(key, new)}"
    return f"{label(key)} was {_value(key, old)}, is now {_value(key, new)}"


def _is_prose(value: Any) -> bool:
    return isinstance(value, str) and " " in value


def _value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if _is_prose(value):
        return f"“{value}”"
    return (
        level(value) if key == "level" and isinstance(value, str) else str(value).replace("_", " ")
    )


def name_of(entry: Mapping[str, Any]) -> str | None:
    """What names one of several entries: an option's id, a step's number, a sign's reason."""
    found = next((entry[key] for key in ("id", "number", "say") if key in entry), None)
    return None if found is None else str(found)


def named(key: str, entry: Mapping[str, Any]) -> str:
    said = entry.get("label") or entry.get("say") or name_of(entry) or "without a name"
    return f"{_ENTRIES.get(key, label(key))} “{said}”"


def finding_of(condition: str) -> str:
    """The question that a condition is about."""
    sentence = condition.removeprefix("no ").strip()
    return re.split(r"\W", sentence, maxsplit=1)[0]


class Names:
    """Names ids by their words, from whichever version knows them."""

    def __init__(self, items: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
        self._items = items

    def of(self, key: str, entry: str | list[str]) -> str:
        """An entry of the list `key`, in words; a list in a list, such as places that are one, all together."""
        if isinstance(entry, list):
            return " and ".join(self.of(key, part) for part in entry)
        if key == "dispositions":
            return level(entry)
        item = self._items.get((_KINDS_OF_ENTRY.get(key, ""), entry), {})
        found = next((item[key] for key in _NAMES if key in item), entry)
        return f"“{found}”" if " " in found and not item else str(found)

    def condition(self, condition: str) -> str:
        """A condition as a person says it: "Fever: no", "Days since it started: more than 7"."""
        name, rest = self._short(finding_of(condition)), self._rest(condition)
        return f"{name}: {rest}" if rest else name

    def difference(self, old: str, new: str) -> str:
        """Two conditions over one finding."""
        name = self._short(finding_of(old))
        before, after = _CHOSEN.fullmatch(old), _CHOSEN.fullmatch(new)
        if not before or not after:
            return f"{name} was {self._rest(old) or 'yes'}, is now {self._rest(new) or 'yes'}"
        was, now = before[2].split(" or "), after[2].split(" or ")
        also = [self._option(before[1], entry) for entry in now if entry not in was]
        gone = [self._option(before[1], entry) for entry in was if entry not in now]
        said = [f"now also {' or '.join(also)}"] if also else []
        said += [f"no longer {' or '.join(gone)}"] if gone else []
        return f"{name}: {', '.join(said)}"

    def _rest(self, condition: str) -> str:
        if condition.startswith("no "):
            return "no"
        if compared := _COMPARED.fullmatch(condition):
            return f"{_COMPARISONS[compared[2]]} {compared[3]}"
        if chosen := _CHOSEN.fullmatch(condition):
            return " or ".join(self._option(chosen[1], entry) for entry in chosen[2].split(" or "))
        return ""

    def _short(self, finding: str) -> str:
        return str(self._items.get(("finding", finding), {}).get("short", finding))

    def _option(self, finding: str, option: str) -> str:
        options = self._items.get(("finding", finding), {}).get("options", [])
        return next((str(known["label"]) for known in options if known["id"] == option), option)
