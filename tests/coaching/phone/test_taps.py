"""One question a screen, and a tap goes on: how a report is told with a thumb, and how many taps it takes."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from athletes.models import Athlete
from guidance import KNOWLEDGE, Answers, History, assess
from tests.coaching.phone.walking import (
    SHARP_CALF,
    SORE_CALF,
    answer_until,
    form_of,
    open_step,
    posted,
    send,
    text_of,
)

NEXT_SCREEN_BYTES = 15_000  # compressed
AT_MOST = 12  # from “Report pain” on the first page to “Send”
Marks = dict[str, str]
# What a thumb taps: a button of its own, or on a list what is marked before the big button.
Story = dict[str, str | Marks]
CRAMP: Story = {
    "where": "place=calf_mid:left",
    "start": "start=0:sudden",
    "when": "when-tap=race",
    "feel": "character-tap=cramp",
    "pain": "severity_nrs=6",
}
STRAIN: Story = {
    "where": "place=calf_medial:right",
    "start": "start=0:sudden",
    "when": "when-tap=sprint",
    "feel": "character-tap=sharp",
    "pain": "severity_nrs=5",
    "able": {"can_walk": "limp"},
}
FATIGUE: Story = {
    "where": "place=calf_mid:both",
    "start": "start=1:gradual",
    "when": "when-tap=next_day",
    "feel": "character-tap=soreness",
    "pain": "severity_nrs=3",
    "training": {"longest_run_jump": "yes"},
}
LIKELY = {
    "cramp": (CRAMP, "dehydration_cramp"),
    "strain": (STRAIN, "muscle_strain"),
    "fatigue": (FATIGUE, "muscle_fatigue"),
}


def tapped(client: Client, story: Story) -> tuple[Any, int]:
    """Tap through the screens to the last page; with the taps on the first page and on “Send”."""
    page, taps = open_step(client), 2
    while not page.request["PATH_INFO"].endswith("/send/"):
        screen = form_of(page).question.screen_id
        told = story.get(screen, {})
        data = {"screen": screen}
        if isinstance(told, str):
            name, _, value = told.partition("=")
            assert f'name="{name}" value="{value}"' in text_of(page), (screen, told)
            data[name] = value
            taps += 1
        else:
            assert 'name="action" value="none"' in text_of(page), screen
            data |= {"action": "none", **told}
            taps += 1 + len(told)
        page = client.post(page.request["PATH_INFO"], data, follow=True)
    return page, taps


@pytest.mark.parametrize("kind", LIKELY)
def test_a_typical_report_takes_at_most_twelve_taps(
    phone: Client, athlete: Athlete, kind: str
) -> None:
    story, cause = LIKELY[kind]
    page, taps = tapped(phone, story)
    assert taps <= AT_MOST
    send(phone, page)
    told = Answers.parse(athlete.reports.get().answers)
    assert assess(told, History(), datetime(2026, 6, 1, tzinfo=UTC)).causes[0].id == cause


def test_one_tap_on_the_drawing_says_place_and_side(phone: Client, athlete: Athlete) -> None:
    page, _ = tapped(phone, STRAIN)
    send(phone, page)
    answers = athlete.reports.get().answers
    assert (answers["site"], answers["side"]) == (["calf_medial"], "right")
    assert (answers["days_since_onset"], answers["onset"]) == (0, "sudden")


def test_the_calf_is_what_is_seen_first(phone: Client) -> None:
    html = text_of(open_step(phone))
    assert 'value="back" checked' in html
    assert html.count(" checked") == 1
    assert '<details class="fold ask-map-list">' in html


def test_every_zone_has_a_name_that_says_place_and_leg(phone: Client) -> None:
    html = text_of(open_step(phone))
    zones = re.findall(r'name="place" value="(\w+):(left|right)"[^>]* aria-label="([^"]+)"', html)
    labels = {option.id: option.label for option in KNOWLEDGE.findings["site"].options}
    assert len(zones) > 30
    for site, side, name in zones:
        assert name == f"{labels[site]}, {side.capitalize()}"


def test_back_shows_the_zone_that_was_tapped_and_its_view(phone: Client) -> None:
    phone.post("/me/report/1/", {"screen": "where", "place": "foot_sole:right"}, follow=True)
    html = text_of(phone.get("/me/report/1/"))
    assert 'value="inner" checked' in html
    assert 'value="foot_sole:right" aria-pressed="true"' in html


def test_the_list_stays_open_for_several_places(phone: Client) -> None:
    open_step(phone)
    several = {"screen": "where", "site": ["calf", "heel"], "side": "both", "action": "next"}
    assert phone.post("/me/report/1/", several).status_code == 302
    html = text_of(phone.get("/me/report/1/"))
    assert '<details class="fold ask-map-list" open>' in html
    assert 'value="heel" checked' in html


def test_a_tap_on_the_drawing_counts_whatever_the_list_holds(
    phone: Client, athlete: Athlete
) -> None:
    story = SORE_CALF | {"site": ["heel", "ankle"]}
    open_step(phone)
    data = {"screen": "where", "site": story["site"], "side": "both", "place": "calf_mid:left"}
    phone.post("/me/report/1/", data)
    send(phone, answer_until(phone, SORE_CALF))
    answers = athlete.reports.get().answers
    assert (answers["site"], answers["side"]) == (["calf_mid"], "left")


@pytest.mark.parametrize("value", ["calf_mid:north", "moon:left", "calf_mid:", ":left", "calf_mid"])
def test_a_zone_that_is_none_is_an_error_beside_the_drawing(phone: Client, value: str) -> None:
    open_step(phone)
    page = phone.post("/me/report/1/", {"screen": "where", "place": value})
    assert page.status_code == 422
    assert 'id="place-error"' in text_of(page)


def test_longer_ago_takes_the_number_beside_it(phone: Client, athlete: Athlete) -> None:
    here = answer_until(phone, SORE_CALF, stop="start").request["PATH_INFO"]
    empty = phone.post(
        here, {"screen": "start", "start": "own:gradual", "days_since_onset-own": ""}
    )
    assert empty.status_code == 422
    assert form_of(empty).fields[1].error
    told = {"screen": "start", "start": "own:gradual", "days_since_onset-own": "12"}
    assert phone.post(here, told).status_code == 302
    send(phone, answer_until(phone, SORE_CALF))
    answers = athlete.reports.get().answers
    assert (answers["days_since_onset"], answers["onset"]) == (12, "gradual")


def test_a_tap_on_a_day_counts_whatever_number_was_typed(phone: Client, athlete: Athlete) -> None:
    here = answer_until(phone, SORE_CALF, stop="start").request["PATH_INFO"]
    phone.post(here, {"screen": "start", "start": "1:unsure", "days_since_onset-own": "40"})
    send(phone, answer_until(phone, SORE_CALF))
    answers = athlete.reports.get().answers
    assert (answers["days_since_onset"], answers["onset"]) == (1, "unsure")


def test_one_tap_answers_with_one_and_the_fold_with_more(phone: Client, athlete: Athlete) -> None:
    page = answer_until(phone, SORE_CALF, stop="when")
    phone.post(page.request["PATH_INFO"], {"screen": "when", "when": ["race"], "when-tap": "hill"})
    assert "hill" in form_of(phone.get(page.request["PATH_INFO"])).fields[0].chosen
    both = {"screen": "when", "when": ["race", "hill"], "action": "next"}
    phone.post(page.request["PATH_INFO"], both)
    assert 'several-of" open' in text_of(phone.get(page.request["PATH_INFO"]))
    send(phone, answer_until(phone, SORE_CALF))
    assert athlete.reports.get().answers["when"] == ["hill", "race"]


def test_all_of_this_works_says_yes_and_silence_does_not(phone: Client, athlete: Athlete) -> None:
    page = answer_until(phone, SHARP_CALF, stop="able")
    here = page.request["PATH_INFO"]
    assert "All of this works" in text_of(page)
    silent = phone.post(here, {"screen": "able", "action": "next"})
    assert form_of(silent).error
    phone.post(here, {"screen": "able", "action": "none", "can_tiptoe": "no", "can_walk": "limp"})
    send(phone, answer_until(phone, SHARP_CALF))
    answers = athlete.reports.get().answers
    told = [answers[name] for name in ("can_walk", "can_tiptoe", "can_push_off", "can_bear_weight")]
    assert told == ["limp", "no", "yes", "yes"]


def test_every_screen_offers_not_sure_or_i_cant_say(phone: Client) -> None:
    for page in screens(phone):
        assert re.search(r"[Nn]ot sure|I can’t say", text_of(page)), form_of(
            page
        ).question.screen_id


def screens(client: Client) -> Iterator[Any]:
    """Every screen that a sharp calf is asked."""
    page = open_step(client)
    while not page.request["PATH_INFO"].endswith("/send/"):
        yield page
        answers = posted(form_of(page), SHARP_CALF)
        page = client.post(page.request["PATH_INFO"], answers, follow=True)


def test_a_browser_is_given_what_it_needs_to_go_on_without_a_network(
    phone: Client, athlete: Athlete
) -> None:
    page = answer_until(phone, SORE_CALF, stop="pain")
    kept = page.context["draft_on_device"]
    assert kept["path"] == ["where", "start", "when", "feel"]
    assert kept["answers"]["site"] == ["calf"]
    assert (kept["athlete"], kept["face"]) == (str(athlete.pk), "phone")
    assert '<script id="draft" type="application/json">' in text_of(page)


def test_the_next_screen_is_small(phone: Client) -> None:
    for page in screens(phone):
        part = phone.get(page.request["PATH_INFO"], headers={"HX-Request": "true"})
        assert len(gzip.compress(part.content)) <= NEXT_SCREEN_BYTES, form_of(
            page
        ).question.screen_id
