"""Pages and API in the reader's language: which one, all of it, and nothing of it stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from athletes.models import Athlete
from athletes.models.invitations import INVITED_AS
from athletes.models.reports import REGIONS, SIDES, Episode
from athletes.services import invitations
from coaching import words
from tests import factories
from tests.coaching import marked
from tests.coaching.phone.walking import SORE_CALF, answer_until, send

EMERGENCY = {**SORE_CALF, "chest_pain": "yes"}
SPANISH = {"headers": {"accept-language": "es"}}


# Each page of the desk, with what its address names.
DESK_PAGES = [
    "today",
    "morning",
    "athletes",
    "outcomes",
    "squads",
    "new_squad",
    "club club",
    "new_on_call club",
    "channels squad",
    "new_athlete squad",
    "invite squad",
    "athlete athlete",
    "own_coaches athlete",
    "report report",
    "escalation escalation",
    "check_in check_in",
    "comment episode",
    "close episode",
    "finding episode",
    "clearance episode",
    "hold athlete",
    "change_step step",
    "hand_over episode",
    "sheet episode",
    "board squad",
    "season squad",
    "start club 1",
    "start club 2",
    "start club 3",
    "track track",
]


@pytest.fixture
def athlete(db: None) -> Athlete:
    squad = factories.make_club("Harbour Harriers")
    club = squad.club
    club.emergency_number, club.contact_name, club.contact_phone = "112", "Anna", "+49 151 23"
    club.save()
    squad.coach.name = "Anna"  # type: ignore[attr-defined]
    squad.coach.save()  # type: ignore[attr-defined]
    return factories.make_athlete(squad, name="Mia Lund", timezone="Europe/Berlin")


@pytest.fixture
def phone(athlete: Athlete) -> Client:
    client = Client(headers={"accept-language": "es-MX,es;q=0.8"})
    assert athlete.user
    client.force_login(athlete.user)
    return client


def assert_all_is_marked(response: Any) -> None:
    assert '<html lang="es"' in response.content.decode()
    left = marked.unmarked(response.content.decode())
    assert not left, left


def test_a_word_outside_of_the_marks_is_seen() -> None:
    page = '<p title="Hint">«It fits: »Cramp«.» <b>Mia Lund</b></p><script>let x</script>'
    assert marked.unmarked(page) == ["Cramp", "Hint"]


@pytest.mark.django_db
@pytest.mark.usefixtures("spanish")
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/accounts/login/",
        "/accounts/password/reset/",
        "/accounts/signup/",
        "/join/x/",
        "/nowhere/",
        "/away/",
    ],
)
def test_a_page_for_strangers_is_translated_whole(client: Client, path: str) -> None:
    assert_all_is_marked(client.get(path, **SPANISH))  # type: ignore[arg-type]


@pytest.mark.usefixtures("spanish")
@pytest.mark.parametrize(
    "answers", [factories.CRAMP, factories.SORE, factories.CLOT, factories.BREATHLESS]
)
@pytest.mark.parametrize("judged", [True, False], ids=["judged", "pending"])
def test_an_answer_is_translated_whole(
    phone: Client, athlete: Athlete, answers: dict[str, Any], judged: bool
) -> None:
    report = factories.make_report(athlete, answers, assess=judged)
    episode = f"episodes/{report.episode_id}/"
    for path in ("", f"reports/{report.pk}/", "history/", episode, f"{episode}return/"):
        assert_all_is_marked(phone.get(f"/me/{path}"))


@pytest.mark.usefixtures("spanish", "athlete")
@pytest.mark.parametrize(
    "path",
    [
        "/me/",
        "/me/profile/",
        "/me/history/",
        "/me/choose/",
        "/accounts/",
        "/accounts/messages/",
        "/accounts/language/",
        "/accounts/passkeys/",
        "/notices/",
    ],
)
def test_an_athletes_page_is_translated_whole(phone: Client, path: str) -> None:
    assert_all_is_marked(phone.get(path))


@pytest.mark.usefixtures("spanish")
@pytest.mark.parametrize(
    "told",
    [SORE_CALF, {**SORE_CALF, "swelling": "yes"}, EMERGENCY],
    ids=["sore", "clot", "emergency"],
)
def test_the_interview_is_translated_whole(phone: Client, told: dict[str, Any]) -> None:
    seen = set()
    while True:
        page = answer_until(phone, told, stop=_next_unseen(seen))
        assert_all_is_marked(page)
        if page.request["PATH_INFO"].endswith("/send/"):
            return
        seen.add(page.context["question"].screen_id)


def _next_unseen(seen: set[str]) -> Any:
    """Equals any screen that was not seen yet."""

    class Unseen(str):
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            return other not in seen

    return Unseen()


@pytest.mark.usefixtures("spanish", "athlete")
def test_what_is_wrong_with_an_answer_is_said_in_the_same_language(phone: Client) -> None:
    here = answer_until(phone, SORE_CALF, stop="start").request["PATH_INFO"]
    wrong = {"screen": "start", "start": "own:sudden", "days_since_onset-own": "soon"}
    page = phone.post(here, wrong)
    assert "«This cannot be used. Give a number from »" in page.content.decode()
    assert_all_is_marked(page)


@pytest.mark.usefixtures("spanish")
def test_what_to_do_is_said_in_the_same_language_though_nothing_could_be_stored(
    phone: Client, athlete: Athlete, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = answer_until(phone, EMERGENCY)

    def fails(*args: Any, **kwargs: Any) -> None:
        raise OperationalError

    monkeypatch.setattr("athletes.services.reports._store", fails)
    response = send(phone, page)
    assert response.status_code == 503
    assert_all_is_marked(response)
    assert not athlete.reports.exists()


@pytest.mark.usefixtures("spanish")
def test_what_is_stored_stays_english(phone: Client, athlete: Athlete) -> None:
    page = answer_until(phone, {**SORE_CALF, "swelling": "yes"})
    send(phone, page)
    report = factories.make_report(athlete, factories.CLOT, assess=True)
    for stored in athlete.reports.all():
        assert "«" not in str(stored.screening)
    assert "«" not in str(report.assessment.result)
    assert not any("«" in step.text for step in report.assessment.care_steps.all())


@pytest.fixture
def desk(athlete: Athlete) -> Client:
    client = Client(headers={"accept-language": "es"})
    client.force_login(athlete.club.memberships.get(role="owner").user)
    return client


@pytest.mark.usefixtures("spanish")
@pytest.mark.parametrize("name", DESK_PAGES)
def test_a_page_of_the_desk_is_translated_whole(desk: Client, athlete: Athlete, name: str) -> None:
    told = factories.make_report(athlete, factories.CLOT, assess=True)
    sore = factories.make_report(athlete, factories.SORE, assess=True)
    ids = {
        "athlete": athlete.pk,
        "club": athlete.club_id,
        "squad": athlete.squads.get().pk,
        "report": told.pk,
        "episode": sore.episode_id,
        "escalation": told.escalations.get().pk,
        "check_in": sore.check_ins.order_by("due_at")[0].pk,
        "step": sore.assessment.care_steps.filter(kind="do")[0].pk,
    }
    if "track" in name:
        ids["track"] = invitations.invite_at_the_track(
            by=athlete.squads.get().memberships.get(role="coach").user, squad=athlete.squads.get()
        ).pk
    page, *asked = name.split()
    assert_all_is_marked(
        desk.get(reverse(f"desk:{page}", args=[ids.get(part, part) for part in asked]))
    )


# --- Which language


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "en"),
        ("de", "en"),
        ("es-AR", "es"),
        ("zh-CN", "zh-hans"),
        ("zh-TW", "zh-hans"),
        ("fr;q=0.9, zh;q=0.8, en;q=0.1", "zh-hans"),
    ],
)
def test_without_a_choice_the_browser_says_which(
    db: None, client: Client, asked: str, language: str
) -> None:
    page = client.get("/", headers={"accept-language": asked})
    assert page["Content-Language"] == language
    assert f'<html lang="{language}"' in page.content.decode()
    assert "Accept-Language" in page["Vary"]


def test_who_chooses_a_language_keeps_it(db: None, client: Client) -> None:
    chosen = client.post("/language/", {"language": "zh-hans", "next": "/accounts/login/"})
    assert (chosen.status_code, chosen["Location"]) == (302, "/accounts/login/")
    page = client.get("/", headers={"accept-language": "es"})
    assert page["Content-Language"] == "zh-hans"


def test_a_choice_leads_to_no_other_site(db: None, client: Client) -> None:
    chosen = client.post("/language/", {"language": "es", "next": "https://example.org/"})
    assert chosen["Location"] == "/"


def test_the_switch_says_which_language_is_on(db: None, client: Client) -> None:
    page = client.get("/", headers={"accept-language": "es"}).content.decode()
    assert (
        '<button name="language" value="es" lang="es" aria-current="true">Español</button>' in page
    )
    assert '<button name="language" value="zh-hans" lang="zh-hans">简体中文</button>' in page


# --- The API


@pytest.mark.usefixtures("spanish")
def test_the_api_says_a_judgement_in_the_language_that_is_asked_for(phone: Client) -> None:
    told = {"answers": factories.CRAMP}
    url = "/api/v1/guidance/assess/"
    here = phone.post(url, told, content_type="application/json")
    english = phone.post(
        url, told, content_type="application/json", headers={"accept-language": "en"}
    ).json()
    assert here["Content-Language"] == "es"
    there = here.json()
    assert there["headline"] == marked.marked(english["headline"])
    assert [cause["id"] for cause in there["causes"]] == [
        cause["id"] for cause in english["causes"]
    ]
    assert there["causes"][0]["name"] == marked.marked(english["causes"][0]["name"])
    assert there["screening"]["tell_athlete"].startswith("«")
    assert there["disposition"] == english["disposition"]


@pytest.mark.usefixtures("spanish")
def test_the_api_says_a_stored_judgement_in_the_language_that_is_asked_for(
    phone: Client, athlete: Athlete
) -> None:
    report = factories.make_report(athlete, factories.CLOT, assess=True)
    there = phone.get(f"/api/v1/reports/{report.pk}/assessment/").json()
    assert there["rules"][0]["name"].startswith("«")
    assert there["rules"][0]["id"] == report.assessment.result["rules"][0]["id"]
    assert (
        phone.get(f"/api/v1/reports/{report.pk}/")
        .json()["screening"]["tell_athlete"]
        .startswith("«")
    )


@pytest.mark.usefixtures("spanish")
def test_the_api_says_the_knowledge_in_the_language_that_is_asked_for(phone: Client) -> None:
    fever = phone.get("/api/v1/findings/site/").json()
    assert (fever["id"], fever["short"]) == ("site", "«Where it hurts»")
    assert fever["options"][0] == {"id": "calf", "label": "«Calf»"}
    assert phone.get("/api/v1/causes/muscle_strain/").json()["signs"][0]["say"].startswith("«")


# --- Words that are put together elsewhere, and times


def test_every_place_of_an_episode_has_words() -> None:
    places = {Episode(region=region, side=side).place for region, _ in REGIONS for side, _ in SIDES}
    assert places == set(words.PLACES)


def test_every_role_has_words() -> None:
    assert {name for _, name in INVITED_AS} == set(words.ROLES)


NOW = datetime(2026, 3, 4, 22, 30, tzinfo=UTC)  # a Wednesday; in Berlin 23:30


@pytest.mark.parametrize(
    ("language", "hours", "said"),
    [
        ("es", 1, "mañana 00:30"),
        ("es", 30, "el viernes 05:30"),
        ("es", 24 * 7, "el 11 de marzo 23:30"),
        ("es", 24 * 365, "el 4 de marzo de 2027 23:30"),
        ("zh-hans", 1, "明天 00:30"),
        ("zh-hans", 30, "星期五 05:30"),
        ("zh-hans", 24 * 7, "3月11日 23:30"),
        ("zh-hans", 24 * 365, "2027年3月4日 23:30"),
    ],
)
def test_a_time_is_said_as_one_says_it_there(language: str, hours: int, said: str) -> None:
    with translation.override(language):
        assert words.when(NOW + timedelta(hours=hours), ZoneInfo("Europe/Berlin"), NOW) == said
