"""The catalogues are what the sources say, break nothing, and are filled by people who do not program."""

from __future__ import annotations

import ast
import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import polib
import pytest
from django.core.management import CommandError, call_command

from coaching import catalogue_files
from coaching.catalogue import Key, Message, in_python, in_template, messages
from coaching.catalogue_files import (
    BadTranslation,
    faults,
    languages,
    merge,
    path_of,
    read,
    renewed,
)

ROOT = Path(__file__).resolve().parents[2]
BELLY = ("腹", "肚")
SPEAKS_OF_BELLY = re.compile(r"belly|abdom|stomach|tummy", re.IGNORECASE)


def entries(language: str) -> list[polib.POEntry]:
    return [entry for entry in read(language) if entry.translated()]


def forms(entry: polib.POEntry) -> list[str]:
    return [*entry.msgstr_plural.values()] if entry.msgid_plural else [entry.msgstr]


# --- The catalogues of the product


def test_there_is_a_catalogue_for_each_language_but_english() -> None:
    assert languages() == ["es", "zh_Hans"]


def test_the_catalogues_list_what_the_sources_say() -> None:
    call_command("translations", "--check")


@pytest.mark.parametrize("language", languages())
def test_what_python_reads_is_what_people_wrote(language: str) -> None:
    compiled = path_of(language).with_suffix(".mo").read_bytes()
    assert compiled == read(language).to_binary(), "run manage.py translations --update"


@pytest.mark.parametrize("language", languages())
def test_no_translation_breaks_what_is_filled_in(language: str) -> None:
    wrong = {
        entry.msgid: found
        for entry in entries(language)
        for form in forms(entry)
        if (found := faults(entry, form))
    }
    assert not wrong


@pytest.mark.parametrize("language", languages())
def test_a_translation_has_every_plural_of_its_language(language: str) -> None:
    wanted = int(re.findall(r"nplurals=(\d)", catalogue_files.PLURALS[language])[0])
    wrong = [e.msgid for e in entries(language) if e.msgid_plural and len(forms(e)) != wanted]
    assert not wrong


def test_the_calf_is_no_belly_in_chinese() -> None:
    """小腿肚 is the calf. Whoever takes it apart (小腿 lower leg, 肚 belly) gets stomach ache from calf pain."""
    wrong = [
        (entry.msgid, form)
        for entry in entries("zh_Hans")
        for form in forms(entry)
        if any(word in form.replace("小腿肚", "") for word in BELLY)
        and not SPEAKS_OF_BELLY.search(entry.msgid)
    ]
    assert not wrong


def test_the_calf_is_the_calf_in_chinese() -> None:
    wrong = [
        (entry.msgid, entry.msgstr)
        for entry in entries("zh_Hans")
        if re.search(r"\bcalf\b|\bcalves\b", entry.msgid, re.IGNORECASE)
        and "小腿" not in "".join(forms(entry))
    ]
    assert not wrong


def test_the_calf_is_the_calf_in_spanish() -> None:
    wrong = [
        (entry.msgid, entry.msgstr)
        for entry in entries("es")
        if re.search(r"\bcalf\b|\bcalves\b", entry.msgid, re.IGNORECASE)
        and not re.search(r"pantorrilla|gemelo", "".join(forms(entry)), re.IGNORECASE)
    ]
    assert not wrong


@pytest.mark.parametrize("language", languages())
def test_no_translation_names_an_emergency_number(language: str) -> None:
    """Which number to call is the club's to say: it differs from country to country."""
    wrong = [
        entry.msgid
        for entry in entries(language)
        for form in forms(entry)
        if re.search(r"\b(112|911|999|120|061)\b", form) and not re.search(r"\d{3}", entry.msgid)
    ]
    assert not wrong


# --- What is said in Python

SAID = {"label", "help_text", "empty_label"}
TELLS = {"success", "info", "warning", "error", "add_error"}


def in_plain_english(source: str) -> list[str]:
    """Texts for people that are in no call to gettext: labels, helps, messages and what is wrong with a field."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "attr", "")
        named = [keyword.value for keyword in node.keywords if keyword.arg in SAID]
        told = node.args[1:] if called in TELLS and _is_message(node) else []
        found += [ast.unparse(text) for text in (*named, *told) if _is_words(text)]
    return found


def _is_message(node: ast.Call) -> bool:
    of = getattr(node.func, "value", None)
    return getattr(node.func, "attr", "") == "add_error" or getattr(of, "id", "") == "messages"


def _is_words(text: ast.expr) -> bool:
    if isinstance(text, ast.JoinedStr):
        return any(_is_words(part) for part in text.values)
    said = text.value if isinstance(text, ast.Constant) else ""
    return isinstance(said, str) and bool(re.search("[a-z]{2}", said))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('x = Field(label="Name")', ["'Name'"]),
        ('x = Field(label=_("Name"))', []),
        ('messages.success(request, "Saved.")', ["'Saved.'"]),
        ('messages.success(request, f"{x} is here.")', ["f'{x} is here.'"]),
        ('form.add_error("name", _("Too long."))', []),
        ('logger.warning("mail %s not sent", name)', []),
    ],
)
def test_a_text_for_people_outside_of_gettext_is_seen(source: str, found: list[str]) -> None:
    assert in_plain_english(source) == found


def test_every_text_of_the_faces_can_be_translated() -> None:
    """The API speaks to programs, commands and the administration to whoever runs the server, the style guide to builders."""
    sources = [
        path
        for path in (ROOT / "coaching").rglob("*.py")
        if not {"admin.py", "api", "management", "styleguide"} & set(path.relative_to(ROOT).parts)
    ]
    assert len(sources) > 50
    plain = {str(path): found for path in sources if (found := in_plain_english(path.read_text()))}
    assert not plain


# --- What there is to translate


def test_a_text_of_the_knowledge_comes_with_its_place() -> None:
    places = messages()[Key("Where does it hurt?")].places
    assert "guidance/knowledge/findings.toml#site.question" in places


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ('{% translate "Go on" %}', [{"text": "Go on"}]),
        (
            '{% translate "call" context "a number" as x %}',
            [{"text": "call", "context": "a number"}],
        ),
        ("{% include 'x' with text=_('It “works”') %}", [{"text": "It “works”"}]),
        ('{{ who|default:_("a coach") }}', [{"text": "a coach"}]),
        (
            "{% blocktranslate with n=x trimmed %}\n  Pain {{ n }}\n  of 10{% endblocktranslate %}",
            [{"text": "Pain %(n)s of 10"}],
        ),
        (
            "{% blocktranslate count n=x %}a day{% plural %}{{ n }} days{% endblocktranslate %}",
            [{"text": "a day", "plural": "%(n)s days"}],
        ),
        ("<p>Plain</p>{{ text|said }}", []),
    ],
)
def test_what_a_template_says_is_found(template: str, found: list[dict[str, str]]) -> None:
    assert list(in_template(template)) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('_("Go on")', [{"text": "Go on"}]),
        ('x = gettext_lazy("One " "text")', [{"text": "One text"}]),
        ('ngettext("a day", "%(n)s days", n)', [{"text": "a day", "plural": "%(n)s days"}]),
        ('pgettext("a month", "May")', [{"text": "May", "context": "a month"}]),
        ("gettext(text)", []),
        ('print("Go on")', []),
    ],
)
def test_what_a_module_says_is_found(source: str, found: list[dict[str, str]]) -> None:
    assert list(in_python(source)) == found


# --- Renewing and filling a catalogue


def small(**translated: str) -> polib.POFile:
    catalogue = polib.POFile()
    for text, translation in translated.items():
        place = [("guidance/knowledge/advice.toml#rest.text", "")]
        catalogue.append(polib.POEntry(msgid=text, msgstr=translation, occurrences=place))
    return catalogue


def at(place: str) -> Message:
    return Message(places=[place])


def test_renewing_keeps_what_was_translated_and_adds_what_is_new() -> None:
    wanted = {Key("New"): at("b.html"), Key("Rest"): at("a.html")}
    catalogue = renewed(small(Rest="Descansa"), wanted)
    assert [(entry.msgid, entry.msgstr) for entry in catalogue] == [
        ("New", ""),
        ("Rest", "Descansa"),
    ]
    assert catalogue[0].occurrences == [("b.html", "")]


def test_what_vanished_is_kept_as_obsolete_and_comes_back_when_it_is_said_again() -> None:
    gone = renewed(small(Rest="Descansa"), {})
    assert [(entry.msgid, entry.obsolete) for entry in gone] == [("Rest", True)]
    back = renewed(gone, {Key("Rest"): at("a.html")})
    assert [(entry.msgstr, entry.obsolete) for entry in back] == [("Descansa", False)]


def test_a_text_that_was_reworded_in_its_place_is_not_shown_until_somebody_looked() -> None:
    place = "guidance/knowledge/advice.toml#rest.text"
    catalogue = renewed(small(Rest="Descansa"), {Key("Rest for a day"): at(place)})
    reworded = catalogue.find("Rest for a day")
    assert (reworded.msgstr, reworded.previous_msgid, reworded.fuzzy) == ("Descansa", "Rest", True)
    assert not reworded.translated()
    again = renewed(catalogue, {Key("Rest for a day"): at(place)}).find("Rest for a day")
    assert (again.fuzzy, again.previous_msgid) == (True, "Rest")


def test_what_somebody_filled_in_is_put_in() -> None:
    catalogue = small(Rest="")
    assert merge(catalogue, {"Rest": "Descansa"}) == 1
    assert catalogue.find("Rest").msgstr == "Descansa"


def test_a_doubled_percent_sign_is_put_in() -> None:
    catalogue = small(**{"up to %(n)s %%": ""})
    assert merge(catalogue, {"up to %(n)s %%": "hasta %(n)s %%"}) == 1


@pytest.mark.parametrize(
    ("english", "told", "why"),
    [
        ("Rest", {"Walk": "Camina"}, "nothing says 'Walk'"),
        ("Fits {cause}", {"Fits {cause}": "Encaja {causa}"}, "needs"),
        ("Fits {cause}", {"Fits {cause}": "Encaja"}, "needs"),
        ("Pain %(n)s", {"Pain %(n)s": "Dolor %(m)s"}, "needs"),
        ("Pain %(n)s", {"Pain %(n)s": "Dolor %(n)s, 5 %"}, "has a % alone"),
        ("<b>Now</b>", {"<b>Now</b>": "<i>Ya</i>"}, "needs"),
        ("Rest", {"Rest": ["Descansa"]}, "needs one text"),
    ],
)
def test_what_would_break_a_page_is_refused_as_a_whole(
    english: str, told: dict[str, Any], why: str
) -> None:
    catalogue = small(**{english: "", "Sleep": ""})
    with pytest.raises(BadTranslation, match=why):
        merge(catalogue, {"Sleep": "Duerme", **told})
    assert catalogue.find("Sleep").msgstr == ""


# --- The command


@pytest.fixture
def copies(tmp_path: Path, settings: Any) -> Path:
    """Catalogues with nothing translated, to write to."""
    settings.LOCALE_PATHS = [tmp_path]
    run("--update")
    return tmp_path


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("translations", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_lists_what_is_left_and_where_it_stands(copies: Path) -> None:
    told = run("--language", "es", "--only", "guidance/knowledge/screens")
    assert "es: 0 of" in told
    assert "guidance/knowledge/screens.toml#where.title" in told
    assert "Where does it hurt?" in told


def test_a_part_goes_out_as_json_and_comes_back_filled_in(copies: Path) -> None:
    part = copies / "part.json"
    run("--language", "es", "--only", "guidance/knowledge/screens", "--export", str(part))
    asked = json.loads(part.read_text())
    assert asked["Where does it hurt?"] == ""
    part.write_text(json.dumps({"Where does it hurt?": "¿Dónde te duele?"}))
    assert "1 translations were put in." in run("--language", "es", "--merge", str(part))
    compiled = polib.mofile(str(copies / "es" / "LC_MESSAGES" / "django.mo"))
    assert [entry.msgstr for entry in compiled] == ["¿Dónde te duele?"]


def test_a_bad_part_changes_nothing(copies: Path) -> None:
    part = copies / "part.json"
    part.write_text(json.dumps({"Nobody says this": "x"}))
    with pytest.raises(CommandError, match="nothing says 'Nobody says this'"):
        run("--language", "es", "--merge", str(part))


def test_a_catalogue_that_lacks_a_text_is_seen(copies: Path) -> None:
    path = copies / "es" / "LC_MESSAGES" / "django.po"
    catalogue = polib.pofile(str(path))
    catalogue.remove(catalogue.find("Where does it hurt?"))
    catalogue.save(str(path))
    with pytest.raises(CommandError, match=r"not in the catalogue: 'Where does it hurt\?'"):
        run("--check")


def test_an_unknown_language_is_named(copies: Path) -> None:
    with pytest.raises(CommandError, match="es, zh_Hans"):
        run("--language", "xx")
