"""The public page about what was measured, and the same for programs."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from coaching import safety
from coaching.api.knowledge import MeasuredCaseSerializer, SafetySerializer
from guidance import KNOWLEDGE, Disposition, Share, measured

PAGE, API = "/safety/", "/api/v1/safety/"


def words_of(client: Client) -> str:
    """The page's text, without marks and with single spaces."""
    answer = client.get(PAGE)
    assert answer.status_code == 200
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", text)


@pytest.mark.django_db
def test_the_page_asks_the_database_nothing(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert client.get(PAGE).status_code == 200


def test_the_page_shows_the_danger_figure_with_what_it_still_allows(client: Client) -> None:
    figure = measured().columns[safety.OURS]["under_triage_dangerous"]
    words = words_of(client)
    assert isinstance(figure, Share)
    assert f"{figure.count} of {figure.of} up to {round(100 * figure.high)} % would still fit" in (
        words
    )


def test_the_page_says_what_it_does_not_show(client: Client) -> None:
    words = words_of(client)
    for limit in (
        "No clinician has reviewed",
        "The numbers are small",
        "developed while looking at these stories",
        "One reader",
        "not a live report",
        "published by others",
        "cannot be set against ours",
    ):
        assert limit in words


def test_every_measured_figure_is_on_the_page() -> None:
    shown = [name for table in safety.TABLES for name, _ in table.rows]
    assert sorted(shown) == sorted(measured().columns[safety.OURS])


def test_every_story_that_went_wrong_is_named(client: Client) -> None:
    words = words_of(client)
    ours = measured().columns[safety.OURS]
    named = ("under_triage", "over_triage", "under_triage_all_facts", "over_triage_all_facts")
    wrong = {case for name in named for case in ours[name].cases}  # type: ignore[union-attr]
    listed = words.split("The stories it gets wrong")[1].split("What others have published")[0]
    assert all(case in listed for case in wrong)
    split = {
        case.id
        for case in measured().outcomes
        if case.category == "dangerous" and case.got is not case.got_all_facts
    }
    assert all(case in listed for case in split)


def test_the_page_says_whether_the_measured_version_answers_now(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = replace(measured(), knowledge_version=KNOWLEDGE.version)
    monkeypatch.setattr(safety, "measured", lambda: now)
    assert "What was measured is what answers here now" in words_of(client)
    old = replace(measured(), knowledge_version="0123456789ab")
    monkeypatch.setattr(safety, "measured", lambda: old)
    words = words_of(client)
    assert "These figures do not hold for it" in words
    assert "0123456789ab" in words
    assert KNOWLEDGE.version in words


def test_the_front_door_leads_to_the_page(client: Client) -> None:
    assert f'href="{PAGE}"' in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (Share(0, 30), "up to 11 %"),
        (Share(1, 66), "up to 8 %"),
        (Share(56, 56), "down to 94 %"),
        (Share(1, 28), "1 to 18 %"),
        (Share(0, 0), ""),
        (8.0, ""),
        (None, ""),
    ],
)
def test_an_interval_in_words(figure: Share | float | None, words: str) -> None:
    assert safety.allows(figure) == words


def test_a_story_far_off_is_told_under_what_went_wrong() -> None:
    case = measured().outcomes[0]
    low = replace(
        case,
        usable_for=("triage",),
        least=Disposition.EMERGENCY_NOW,
        most=Disposition.EMERGENCY_NOW,
        got=Disposition.SELF_CARE,
    )
    unnamed = replace(case, usable_for=("cause",), rank=None, rank_interview=1)
    groups = {group.title: group for group in safety._wrong([low, unnamed])}
    assert len(groups["Taken too lightly"].stories) == 1
    assert len(groups["No right cause among the first three"].stories) == 1
    assert not groups["A right cause is named, but not first"].stories


@pytest.mark.django_db
def test_programs_get_the_same_without_a_log_in(
    client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):  # the counter of requests
        told = client.get(API).json()
    assert reverse("api:safety") == API
    assert told == {**measured().as_json, "running_version": KNOWLEDGE.version}


@pytest.mark.django_db
def test_the_described_shape_is_the_one_that_is_sent(client: Client) -> None:
    told = client.get(API).json()
    assert set(told) == set(SafetySerializer().fields)
    assert set(told["outcomes"][0]) == set(MeasuredCaseSerializer().fields)
