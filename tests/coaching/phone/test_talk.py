"""The talk with the coach: what is new is marked, an answer comes by itself, a long talk shows its end."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from athletes.models import Athlete, Comment, Episode, Notification, Squad
from athletes.services import comments
from tests.coaching.phone.walking import text_of
from tests.factories import CRAMP, make_athlete, make_report


@pytest.fixture
def episode(athlete: Athlete) -> Episode:
    return make_report(athlete, CRAMP, assess=True).episode


def say(squad: Squad, episode: Episode, text: str) -> Comment:
    return comments.add_comment(by=squad.coach, episode=episode, text=text)  # type: ignore[attr-defined]


def unread(athlete: Athlete) -> int:
    return Notification.objects.visible_to(athlete.user).unread().count()


def asks(text: str) -> str:
    """Where the open page looks for what is said since."""
    found = re.search(r'id="said-last"[^>]*hx-get="([^"]+)"', text)
    assert found
    return found[1]


@pytest.mark.parametrize("page", ["episode", "answer"])
def test_what_is_new_is_marked_once_and_read_under_notices_too(
    phone: Client, athlete: Athlete, squad: Squad, episode: Episode, page: str
) -> None:
    url = f"/me/episodes/{episode.pk}/"
    if page == "answer":
        url = f"/me/reports/{episode.reports.get().pk}/"
    say(squad, episode, "Come to the easy group.")
    assert unread(athlete) == 1
    assert ">New<" in text_of(phone.get(url)).split('id="said"')[1]
    assert unread(athlete) == 0
    assert ">New<" not in text_of(phone.get(url)).split('id="said"')[1]


def test_asking_whether_the_page_is_there_reads_nothing(
    phone: Client, athlete: Athlete, squad: Squad, episode: Episode
) -> None:
    say(squad, episode, "Come to the easy group.")
    phone.head(f"/me/episodes/{episode.pk}/")
    assert unread(athlete) == 1


def test_an_answer_comes_while_the_page_is_open_and_only_what_is_new(
    phone: Client, athlete: Athlete, squad: Squad, episode: Episode
) -> None:
    say(squad, episode, "Come to the easy group.")
    look = asks(text_of(phone.get(f"/me/episodes/{episode.pk}/")))
    assert phone.get(look).status_code == 204
    say(squad, episode, "Tuesday, at seven.")
    since = text_of(phone.get(look))
    assert "Tuesday, at seven." in since
    assert "Come to the easy group." not in since
    assert ">New<" in since
    assert unread(athlete) == 0
    assert phone.get(asks(since)).status_code == 204


@pytest.mark.parametrize("after", ["", "nonsense", "6e922184-9103-48ce-a6e0-4cd17d3fc665"])
def test_from_nowhere_all_of_it_comes(
    phone: Client, squad: Squad, episode: Episode, after: str
) -> None:
    say(squad, episode, "Come to the easy group.")
    url = f"/me/episodes/{episode.pk}/comments/"
    assert "Come to the easy group." in text_of(phone.get(url, {"after": after}))


def test_of_a_long_talk_the_end_is_shown_and_nothing_new_is_folded_away(
    phone: Client, athlete: Athlete, squad: Squad, episode: Episode
) -> None:
    for number in range(9):
        say(squad, episode, f"Word {number}.")
    url = f"/me/episodes/{episode.pk}/"
    shown = phone.get(url).context["talk"]
    assert (len(shown.earlier), len(shown.newest)) == (0, 9)
    shown = phone.get(url).context["talk"]
    assert (len(shown.earlier), len(shown.newest)) == (3, 6)
    assert "3 earlier messages" in text_of(phone.get(url))


def test_nobody_elses_talk_is_there(phone: Client, squad: Squad) -> None:
    other = make_report(make_athlete(squad), CRAMP).episode
    assert phone.get(f"/me/episodes/{other.pk}/comments/").status_code == 404


def test_an_empty_talk_says_who_reads_it(phone: Client, episode: Episode) -> None:
    text = text_of(phone.get(f"/me/episodes/{episode.pk}/"))
    assert "What you write here your coach reads." in text


# --- the episode's own page ---


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("index", "Began "),
        ("exacerbation", "Flared up again "),
        ("recurrence", "Came back "),
    ],
)
def test_an_episode_says_whether_it_is_the_first_a_flare_up_or_a_return(
    phone: Client, episode: Episode, kind: str, words: str
) -> None:
    Episode.objects.update(kind=kind)
    text = text_of(phone.get(f"/me/episodes/{episode.pk}/")).split("</h1>")[1]
    assert [say for say in ("Began ", "Flared up again ", "Came back ") if say in text] == [words]


def test_an_open_problem_leads_to_the_way_back_and_one_that_is_over_does_not(
    phone: Client, episode: Episode
) -> None:
    url = f"/me/episodes/{episode.pk}/"
    link = f'href="{url}return/"'
    assert link in text_of(phone.get(url))
    Episode.objects.update(closed_at=episode.opened_at)
    assert link not in text_of(phone.get(url))


def test_long_after_the_end_nothing_typed_is_lost(phone: Client, episode: Episode) -> None:
    url = f"/me/episodes/{episode.pk}/"
    Episode.objects.update(closed_at=timezone.now() - timedelta(days=29))
    assert "<textarea" in text_of(phone.get(url))
    Episode.objects.update(closed_at=timezone.now() - timedelta(days=31))
    page = text_of(phone.get(url))
    assert "<textarea" not in page
    assert 'href="/me/report/">Report pain</a>' in page
    refused = phone.post(f"{url}comments/", {"text": "It hurts again"})
    assert refused.status_code == 422
    assert "It hurts again</textarea>" in text_of(refused)
    assert "If it hurts again, report it" in text_of(refused)
    assert not episode.comments.filter(text="It hurts again").exists()
