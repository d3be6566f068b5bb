"""What changed between two versions of the knowledge, in words. Works on the parsed files, not on what they mean to
today's loader, so that an older format can be compared too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from guidance.comparison import words
from guidance.comparison.words import Names

Tree = Mapping[str, Any]
Files = Mapping[str, Tree]  # "advice.toml" -> its content

_TITLES = {
    "finding": "Question",
    "safety_net": "Safety net",
    "not_answered": "Danger signs that were not answered",
    "ladder": "Ladder",
    "check_in": "Check-in",
    "follow_up": "Every check-in",
}
_FIRST = (
    "Rule",
    "Safety net",
    "Danger",
    "Advice",
    "Ladder",
    "Check-in",
    "Cause",
    "Question",
    "Screen",
    "Claim",
)
_CAUSE = "cause"
_CAUSES = "causes/"
_WINDOW = ("anchor", "from_hours", "until_hours")
_CONDITIONS = ("when", "unless")


def changes_in_words(old: Files, new: Files) -> list[str]:
    """One sentence for each change; none when both say the same."""
    names = Names({**_all_items(old), **_all_items(new)})
    before, after = dict(_titled(old)), dict(_titled(new))
    found = []
    for title in sorted({**before, **after}, key=_weight):
        if title not in after:
            found.append(f"{title} is gone{_gist(before[title])}")
        elif title not in before:
            found.append(f"New: {title}{_gist(after[title])}")
        else:
            found += [
                words.sentence(f"{title}: {said}")
                for said in _changed(before[title], after[title], names)
            ]
    return found + list(_order(old, new))


def _changed(old: Tree, new: Tree, names: Names) -> Iterator[str]:
    if old == new:
        return
    yield from _fields(old, new, names)
    # A signature is for the words that were read, not for those that came after.
    signature = ("status", "checked_by", "next_review")
    if new.get("status") == "reviewed" and all(old.get(key) == new.get(key) for key in signature):
        yield f"changed, but still signed by {new.get('checked_by')}: it needs a new review, or to be a draft again"


def _titled(files: Files) -> Iterator[tuple[str, Tree]]:
    """Everything that has a name of its own: "Rule possible_leg_clot", "Safety net", "Scale, weights"."""
    for file, content in files.items():
        if file.startswith(_CAUSES):
            yield f"Cause {content.get('id', file)}", content
            continue
        name = file.removesuffix(".toml").capitalize()
        for key, value in content.items():
            if _is_items(value):
                yield from ((f"{_title(key)} {item.get('id', '?')}", item) for item in value)
            elif isinstance(value, dict):
                yield _TITLES.get(key, f"{name}, {key}"), value
            else:
                yield f"{name}, {key}", {key: value}


def _is_items(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _weight(title: str) -> int:
    """What can hurt most is told first; within a kind the order of the files stays."""
    return next((n for n, kind in enumerate(_FIRST) if title.startswith(kind)), len(_FIRST))


def _title(key: str) -> str:
    return _TITLES.get(key, key.capitalize())


def _all_items(files: Files) -> dict[tuple[str, str], Tree]:
    """Every item by kind and id, to name it by."""
    found: dict[tuple[str, str], Tree] = {}
    for file, content in files.items():
        if file.startswith(_CAUSES):
            found[_CAUSE, str(content.get("id"))] = content
        for key, value in content.items():
            if _is_items(value):
                found.update({(key, str(item.get("id"))): item for item in value})
            elif key == "tags":
                found.update({("tag", tag): {"name": said} for tag, said in value.items()})
    return found


def _gist(item: Tree) -> str:
    """The words by which a person knows an item."""
    how_soon = item.get("level")  # of a rule; a ladder has a list of that name
    level = f" ({words.level(how_soon)})" if isinstance(how_soon, str) else ""
    for key in ("name", "text", "question", "title", "says"):
        if key in item:
            return f"{level}: “{item[key]}”"
    return f"{level}."


def _fields(old: Tree, new: Tree, names: Names) -> Iterator[str]:
    if any(old.get(key) != new.get(key) for key in _WINDOW):
        yield f"the window was {words.window(old)}, is now {words.window(new)}"
    for key in [*old, *(key for key in new if key not in old)]:
        if old.get(key) != new.get(key) and key not in _WINDOW:
            yield from _field(key, old.get(key), new.get(key), names)


def _field(key: str, old: Any, new: Any, names: Names) -> Iterator[str]:
    if key in _CONDITIONS:
        yield from _conditions(key, old or {}, new or {}, names)
    elif isinstance(old, dict) or isinstance(new, dict):
        for said in _fields(old or {}, new or {}, names):
            yield f"{words.label(key)}, {said}"
    elif isinstance(old, list) or isinstance(new, list):
        yield from _lists(key, old or [], new or [], names)
    else:
        yield words.changed(key, old, new)


def _lists(key: str, old: list[Any], new: list[Any], names: Names) -> Iterator[str]:
    if any(isinstance(entry, dict) for entry in [*old, *new]):
        yield from _tables(key, old, new, names)
        return
    added, removed = _gone(new, old), _gone(old, new)
    also, no_longer = words.joined_by(key)
    if added:
        yield f"{also}: {'; '.join(names.of(key, entry) for entry in added)}"
    if removed:
        yield f"{no_longer}: {'; '.join(names.of(key, entry) for entry in removed)}"
    if not added and not removed:
        yield f"the order of {words.label(key)} changed"


def _gone(of: Sequence[Any], other: Sequence[Any]) -> list[Any]:
    return [entry for entry in of if entry not in other]


def _tables(key: str, old: list[Tree], new: list[Tree], names: Names) -> Iterator[str]:
    """Options, signs, levels: paired by what names them, else by when they hold."""
    pairs = _paired(old, new)
    for before, after in pairs:
        if before is not None and after is not None:
            name = words.named(key, after)
            yield from (f"{name}, {said}" for said in _fields(before, after, names))
        elif after is not None:
            yield f"now also has {words.named(key, after)}"
        elif before is not None:
            yield f"no longer has {words.named(key, before)}"
    if _only_moved(old, new):
        yield f"the order of {words.label(key)} changed"


def _paired(old: list[Tree], new: list[Tree]) -> list[tuple[Tree | None, Tree | None]]:
    """Each entry with its other self: the very same, else of the same name, else of the same conditions."""
    left, partner = list(new), dict[int, Tree]()
    for same in (lambda a, b: a == b, _same_name, _same_when):
        for place, entry in enumerate(old):
            match = next(
                (other for other in left if place not in partner and same(entry, other)), None
            )
            if match is not None:
                partner[place] = match
                left.remove(match)
    kept = [(entry, partner.get(place)) for place, entry in enumerate(old)]
    return [*kept, *((None, entry) for entry in left)]


def _same_name(one: Tree, other: Tree) -> bool:
    return words.name_of(one) == words.name_of(other)


def _same_when(one: Tree, other: Tree) -> bool:
    return "when" in one and one["when"] == other.get("when")


def _only_moved(old: list[Tree], new: list[Tree]) -> bool:
    return len(old) == len(new) and old != new and all(entry in new for entry in old)


def _conditions(key: str, old: Tree, new: Tree, names: Names) -> Iterator[str]:
    for group in ("all_of", "any_of", "none_of"):
        yield from _group(words.joined_by(f"{key} {group}"), old.get(group), new.get(group), names)
    yield from _counted(key, old.get("at_least"), new.get("at_least"), names)


def _counted(key: str, old: Tree | None, new: Tree | None, names: Names) -> Iterator[str]:
    """So many of these."""
    if old and new:
        yield from _group(words.joined_by(f"{key} at_least"), old["of"], new["of"], names)
        if old["count"] != new["count"]:
            yield f"of those counted it needed {old['count']}, now {new['count']}"
    elif present := new or old:
        also, no_longer = words.joined_by(f"{key} all_of")
        listed = "; ".join(map(names.condition, present["of"]))
        yield f"{also if new else no_longer} at least {present['count']} of: {listed}"


def _group(
    said: tuple[str, str], old: list[str] | None, new: list[str] | None, names: Names
) -> Iterator[str]:
    added, removed = _gone(new or [], old or []), _gone(old or [], new or [])
    for condition in list(removed):
        same = [other for other in added if words.finding_of(other) == words.finding_of(condition)]
        if len(same) == 1:
            added.remove(same[0])
            removed.remove(condition)
            yield names.difference(condition, same[0])
    # A first "one of" narrows what was met before, a further one widens it.
    also, no_longer = said if old and new else words.whole_group(said)
    if added:
        yield f"{also}: {'; '.join(map(names.condition, added))}"
    if removed:
        yield f"{no_longer}: {'; '.join(map(names.condition, removed))}"


def _order(old: Files, new: Files) -> Iterator[str]:
    """Screens are asked, and advice of one priority is shown, in the order of the file."""
    for file in old.keys() & new.keys():
        for key, value in old[file].items():
            if not _is_items(value):
                continue
            before = [item["id"] for item in value if "id" in item]
            after = [item["id"] for item in new[file].get(key, []) if "id" in item]
            both = set(before) & set(after)
            if [name for name in before if name in both] != [n for n in after if n in both]:
                yield f"{file}: the order of each {_title(key).lower()} changed."
