"""Times and words as people read them, and the house rules of every template."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from athletes.models import CareStep
from coaching import settings as site_settings
from coaching import words
from guidance import Disposition

COACHING = Path(words.__file__).parent
TEMPLATES = sorted((COACHING / "templates").rglob("*.html"))
SHEET = (COACHING / "static" / "coaching" / "niggle.css").read_text()
ICONS = (COACHING / "static" / "coaching" / "icons.svg").read_text()
NOW = datetime(2026, 3, 4, 22, 30, tzinfo=UTC)  # a Wednesday; in Berlin 23:30
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (0, "today 23:30"),
        (1, "tomorrow 00:30"),
        (-24, "yesterday 23:30"),
        (30, "Friday 05:30"),
        (24 * 6, "Tuesday 23:30"),
        (24 * 7, "11 March 23:30"),
        (-48, "2 March 23:30"),
        (24 * 365, "4 March 2027 23:30"),
    ],
)
def test_a_time_is_said_as_one_would_say_it_where_the_athlete_is(hours, said):
    assert words.when(NOW + timedelta(hours=hours), BERLIN, NOW) == said


def test_a_time_across_the_change_of_clocks_is_the_time_on_the_wall():
    before = datetime(2026, 3, 28, 11, 0, tzinfo=UTC)
    assert words.when(before + timedelta(hours=24), BERLIN, before) == "tomorrow 13:00"


@pytest.mark.parametrize(
    ("begin", "end", "said"),
    [
        (-1, 24, "until tomorrow 23:30"),
        (-1, None, "from now on"),
        (24, None, "from tomorrow 23:30"),
        (24, 48, "from tomorrow 23:30 until Friday 23:30"),
    ],
)
def test_a_window_is_said_from_where_one_stands_in_it(begin, end, said):
    ends = NOW + timedelta(hours=end) if end else None
    assert words.window(NOW + timedelta(hours=begin), ends, BERLIN, NOW) == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (-5, "less than a minute"),
        (0.5, "less than a minute"),
        (59, "59 min"),
        (60, "1 h"),
        (130, "2 h 10 min"),
        (24 * 60, "1 day"),
        (80 * 60, "3 days"),
    ],
)
def test_a_length_of_time_is_said_in_large_units(minutes, said):
    assert words.duration(timedelta(minutes=minutes)) == said


def test_every_disposition_has_words_a_colour_and_a_shape():
    for level in Disposition:
        assert level.value in words.LEVELS
        assert f'[data-level="{level.value}"]' in SHEET
        assert f'id="level-{level.value}"' in ICONS


def test_the_badge_says_the_level_in_words():
    for level in (Disposition.SAME_DAY, "same_day"):
        badge = render_to_string("parts/disposition.html", {"level": level})
        assert 'data-level="same_day"' in badge
        assert "Doctor today" in badge


def step(text, begin, end, **fields):
    ends = NOW + timedelta(hours=end) if end else None
    fields = {"kind": "do", "evidence": "weak", **fields}
    return CareStep(text=text, starts_at=NOW + timedelta(hours=begin), ends_at=ends, **fields)


def test_care_steps_stand_under_now_next_and_later_and_what_is_over_is_gone():
    steps = [
        step("Walk gently", 72, None),
        step(
            "Cool it", -1, 20, sources=[{"id": "dubois", "title": "Dubois 2020", "locator": "p. 3"}]
        ),
        step("No hard running", 12, 48, kind="dont"),
        step("Bygone", -48, -1),
    ]
    shown = render_to_string("parts/care_steps.html", {"steps": steps, "zone": BERLIN, "now": NOW})
    order = ["Now", "Cool it", "Next, within a day", "No hard running", "Later", "Walk gently"]
    places = [shown.index(words) for words in order]
    assert places == sorted(places)
    assert "Bygone" not in shown
    assert "until tomorrow 19:30" in shown
    assert "Weak evidence" in shown
    assert "Dubois 2020, p. 3" in shown


def test_a_field_ties_its_help_and_error_to_the_input_and_keeps_what_was_typed():
    class Form(forms.Form):
        pain = forms.IntegerField(max_value=10, help_text="From 0 to 10.")

    form = Form({"pain": "11"})
    shown = render_to_string("parts/field.html", {"field": form["pain"]})
    assert 'value="11"' in shown
    assert 'aria-invalid="true"' in shown
    described = re.search(r'aria-describedby="([^"]+)"', shown)[1].split()
    assert described == ["id_pain_help", "id_pain_error"]
    assert all(f'id="{name}"' in shown for name in described)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_a_style_a_script_or_another_site_in_it(path):
    text = path.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|hx-on|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_icon_that_a_template_names_is_there(path):
    for name in re.findall(r'{% icon "([\w-]+)"', path.read_text()):
        assert f'<symbol id="{name}"' in ICONS, name


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_form_that_writes_carries_its_token(path):
    for form in re.findall(r'<form[^>]*method="post".*?</form>', path.read_text(), re.S):
        assert "{% csrf_token %}" in form


def test_without_a_mail_server_mail_goes_to_a_folder_and_into_no_log(settings, tmp_path, capsys):
    """A log would keep the address, and the link that lets somebody in."""
    assert site_settings.EMAIL_BACKEND == "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = site_settings.EMAIL_BACKEND, str(tmp_path)
    assert EmailMessage("Hello", "Look here.", "a@example.test", ["b@example.test"]).send() == 1
    (kept,) = tmp_path.iterdir()
    assert "Look here." in kept.read_text()
    assert capsys.readouterr().out == ""
