"""A catalogue that knows every text and puts «…» round it: whatever of a page stands outside is not translatable."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from pathlib import Path

import polib
from django.utils import dates, translation

from coaching.catalogue import Key, Message, messages
from coaching.catalogue_files import PLURALS
from guidance import KNOWLEDGE

# What is filled in, marked up, or escaped is left alone; so is what tells Django how to write a date.
LEFT_ALONE = re.compile(r"(%\(\w+\)[sd]|%%|\{\w+\}|<[^>]*>)")
# Names of the cast, of the product and of the languages; what a person typed.
NAMES = re.compile(
    r"Niggle|Mia Lund|Harbour Harriers|Milers|Anna|English|Español|简体中文|\S+@\S+"
    r"|(?<![A-Za-z])UTC(?![A-Za-z])|\b[A-Z][a-z]+/[A-Z]\w+|\b(?:Slack|Discord|Telegram|ntfy|Twilio|ClickSend)\b"
)


def marked(text: str) -> str:
    parts = LEFT_ALONE.split(text)
    return "".join(
        part if not part or LEFT_ALONE.fullmatch(part) else f"«{part}»" for part in parts
    )


def write(folder: Path) -> Path:
    """The catalogue as Spanish, below `folder`; for LOCALE_PATHS."""
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": PLURALS["es"],
    }
    for key, message in messages().items():
        catalogue.append(_entry(key, message))
    path = folder / "es" / "LC_MESSAGES" / "django.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(catalogue.to_binary())
    return folder


def _entry(key: Key, message: Message) -> polib.POEntry:
    text = key.text if key.context.startswith("a day of") else marked(key.text)
    if not message.plural:
        return polib.POEntry(msgid=key.text, msgctxt=key.context or None, msgstr=text)
    forms = {0: text, 1: marked(message.plural)}
    return polib.POEntry(msgid=key.text, msgid_plural=message.plural, msgstr_plural=forms)


def unmarked(page: str) -> list[str]:
    """The words that a person reads or hears on this page, and that no catalogue can change."""
    page = re.sub(
        r"<(script|style|option|code|kbd)\b.*?</\1>|<p class=\"track-link\">.*?</p>|<!--.*?-->",
        "",
        page,
        flags=re.DOTALL,
    )
    heard = re.findall(r'(?:aria-label|alt|title|placeholder)="([^"]*)"', page)
    text = unescape(re.sub(r"<[^>]*>", "\n", page) + "\n" + "\n".join(heard))
    for known in _not_ours():
        text = text.replace(known, "")
    text = _days().sub("", text)
    text = re.sub("«[^«»\n]*…(?=\n)", "", text)  # cut short, with its end
    while (shorter := re.sub("«[^«»]*»", "", text)) != text:
        text = shorter
    return re.findall(r"[^\W\d_]{2,}", NAMES.sub("", text))


def _not_ours() -> list[str]:
    """What is said as it was published, or as a number: sources, the version."""
    sources = [
        part for source in KNOWLEDGE.sources.values() for part in (source.title, source.locator)
    ]
    return sorted([*sources, KNOWLEDGE.version], key=len, reverse=True)


@cache
def _days() -> re.Pattern[str]:
    """Days and months, whole or short, as Django says them in Spanish."""
    with translation.override("es"):
        tables = (dates.WEEKDAYS, dates.WEEKDAYS_ABBR, dates.MONTHS, dates.MONTHS_3)
        names = {str(name) for table in tables for name in table.values()}
    return re.compile(rf"\b(?:{'|'.join(sorted(names, key=len, reverse=True))})\b", re.IGNORECASE)
