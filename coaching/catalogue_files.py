"""The catalogues as files: `locale/<language>/LC_MESSAGES/django.po`, which people write, and what Python reads, `.mo`.

Needs polib, which only whoever translates or develops has (requirements-dev.txt).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation import to_locale

from coaching.catalogue import Key, Message

PLURALS = {"es": "nplurals=2; plural=(n != 1);", "zh_Hans": "nplurals=1; plural=0;"}
NAMED = r"%\(\w+\)[sd]"  # what code and templates fill in
BRACED = r"\{\w+\}"  # what the engine fills in
TAG = r"</?[a-z][^>]*>"


class BadTranslation(Exception):
    """Some translations cannot be taken; the message names each."""


def languages() -> list[str]:
    """All but English, as folders are called: es, zh_Hans."""
    codes = (code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE)
    return [to_locale(code) for code in codes]


def path_of(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> polib.POFile:
    path = path_of(language)
    return polib.pofile(str(path), wrapwidth=100) if path.exists() else _empty(language)


def write(language: str, catalogue: polib.POFile) -> None:
    """Both files: what was written for people is what Python reads."""
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path), newline="\n")
    path.with_suffix(".mo").write_bytes(catalogue.to_binary())


def _empty(language: str) -> polib.POFile:
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Project-Id-Version": "Niggle",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    return catalogue


def key_of(entry: polib.POEntry) -> Key:
    return Key(entry.msgid, entry.msgctxt or "")


def missing(catalogue: polib.POFile, wanted: Mapping[Key, Message]) -> list[str]:
    """Texts of the sources that the catalogue does not list, and texts in it that no source has."""
    listed = {key_of(entry) for entry in catalogue if not entry.obsolete}
    added = [f"not in the catalogue: {key.text!r}" for key in wanted if key not in listed]
    return added + [f"in no source: {key.text!r}" for key in listed if key not in wanted]


def untranslated(catalogue: polib.POFile) -> list[polib.POEntry]:
    return [entry for entry in catalogue if not entry.obsolete and not entry.translated()]


def renewed(old: polib.POFile, wanted: Mapping[Key, Message]) -> polib.POFile:
    """The catalogue in the order of the sources. What was translated stays; what vanished is kept at the end.

    A text that was reworded in its place keeps its translation marked as fuzzy: not shown, but easy to mend.
    """
    known = {key_of(entry): entry for entry in old}
    reworded = {
        place: entry
        for key, entry in known.items()
        if key not in wanted and entry.msgstr and not entry.obsolete
        for place, _ in entry.occurrences
        if "#" in place
    }
    new = polib.POFile(wrapwidth=100)
    new.metadata, new.header = old.metadata, old.header
    for key, message in wanted.items():
        before = known.get(key)
        new.append(_entry(key, message, before) if before else _new(key, message, reworded))
    for key, entry in known.items():
        if key not in wanted and (entry.msgstr or any(entry.msgstr_plural.values())):
            entry.obsolete = True
            new.append(entry)
    return new


def _entry(key: Key, message: Message, before: polib.POEntry | None = None) -> polib.POEntry:
    forms = range(2) if message.plural else ()
    kept = before.msgstr_plural if before and message.plural else {}
    return polib.POEntry(
        msgid=key.text,
        msgctxt=key.context or None,
        msgid_plural=message.plural,
        msgstr=before.msgstr if before and not message.plural else "",
        msgstr_plural=kept or dict.fromkeys(forms, ""),
        occurrences=[(place, "") for place in message.places],
        comment=before.comment if before else "",
        tcomment=before.tcomment if before else "",
        flags=_flags(key) + (["fuzzy"] if before and before.fuzzy else []),
        previous_msgid=before.previous_msgid if before and before.fuzzy else None,
    )


def _new(key: Key, message: Message, reworded: Mapping[str, polib.POEntry]) -> polib.POEntry:
    entry = _entry(key, message)
    was = next((reworded[place] for place in message.places if place in reworded), None)
    if was is not None and not message.plural:
        entry.msgstr, entry.previous_msgid = was.msgstr, was.msgid
        entry.flags.append("fuzzy")
    return entry


def _flags(key: Key) -> list[str]:
    if re.search(NAMED, key.text):
        return ["python-format"]
    return ["python-brace-format"] if re.search(BRACED, key.text) else []


def merge(catalogue: polib.POFile, told: Mapping[str, str | list[str]]) -> int:
    """Put in what somebody translated, by the English text. All or nothing; raises BadTranslation."""
    entries = {name_of(entry): entry for entry in catalogue if not entry.obsolete}
    wrong = [
        fault for name, text in told.items() for fault in _faults(entries.get(name), name, text)
    ]
    if wrong:
        raise BadTranslation("\n".join(wrong))
    filled = {name: text for name, text in told.items() if text}
    for name, text in filled.items():
        _put(entries[name], text)
    return len(filled)


def name_of(entry: polib.POEntry) -> str:
    """The English text; where it is told apart by a context, with that before it."""
    return f"[{entry.msgctxt}] {entry.msgid}" if entry.msgctxt else str(entry.msgid)


def _put(entry: polib.POEntry, text: str | list[str]) -> None:
    if isinstance(text, list):
        entry.msgstr_plural = dict(enumerate(text))
    else:
        entry.msgstr = text
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    entry.previous_msgid = None


def _faults(entry: polib.POEntry | None, name: str, text: str | list[str]) -> Iterable[str]:
    if entry is None:
        return [f"nothing says {name!r}"]
    if bool(entry.msgid_plural) != isinstance(text, list):
        return [f"{name!r} needs {'a list of forms' if entry.msgid_plural else 'one text'}"]
    forms = text if isinstance(text, list) else [text]
    return [f"{name!r}: {fault}" for form in forms if form for fault in faults(entry, form)]


def faults(entry: polib.POEntry, text: str) -> list[str]:
    """What in a translation would break a page: what is filled in, or marked up, must be as in English."""
    found = []
    for pattern in (NAMED, BRACED, TAG):
        wanted, given = set(re.findall(pattern, entry.msgid)), set(re.findall(pattern, text))
        optional = (
            set(re.findall(pattern, entry.msgid_plural or "")) if entry.msgid_plural else set()
        )
        if given - wanted - optional or (wanted - given and not entry.msgid_plural):
            found.append(f"has {sorted(given)} and needs {sorted(wanted)}")
    if "%(" in entry.msgid and re.search(r"%(?!\(\w+\)[sd])", text.replace("%%", "")):
        found.append("has a % alone: write %%")
    return found
