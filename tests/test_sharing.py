"""Role × what is shared × everything that is shown: who shares only the status is told of no further, on no page, in no file
and by no order of a list. Generated from `access.WITHHELD` and from the serializers of the API."""

from __future__ import annotations

import html
import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader
from rest_framework.serializers import ModelSerializer

from athletes.access import SHARE_ALL, SHARE_STATUS, WITHHELD
from athletes.models import Athlete, ClinicianNote, Consent, PainReport
from athletes.services import reports
from coaching.api.withholding import Withholding
from guidance import KNOWLEDGE
from tests import factories
from tests.sharing_cast import (
    DESK,
    NOTE,
    ROLES,
    SECRETS,
    SHARED,
    TOLD_ALL,
    SharingCast,
    api_answers,
    desk_pages,
    make_sharing_cast,
)

pytestmark = pytest.mark.django_db

# Shown whole or not at all (403), or made by a function of its own that is asked below.
NOT_IN_PART = {"ClinicianFindingSerializer", "ClearanceSerializer", "RunSerializer"}


@pytest.fixture
def cast() -> SharingCast:
    return make_sharing_cast()


def client_of(cast: SharingCast, role: str) -> Client:
    client = Client()
    client.force_login(cast.people[role])
    return client


def asked(cast: SharingCast, role: str, address: str) -> str:
    """What can be read there; asked once for each person and choice."""
    key = (role, address, cast.shared)
    if key not in cast.answers:
        answer = client_of(cast, role).get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if answer.headers["Content-Type"] == "application/pdf":
            pages = PdfReader(io.BytesIO(content)).pages
            content = " ".join(" ".join(page.extract_text() for page in pages).split()).encode()
        cast.answers[key] = html.unescape(content.decode(errors="replace"))
    return str(cast.answers[key])


def told(cast: SharingCast, role: str, addresses: dict[str, str]) -> str:
    return "\n".join(asked(cast, role, address) for address in addresses.values())


def secrets_in(text: str) -> set[str]:
    return {what for what, words in SECRETS.items() if words in text}


# ---------------------------------------------------------------- what is shown

FACES = pytest.mark.parametrize("face", [desk_pages, api_answers], ids=["desk", "api"])


@FACES
def test_with_the_status_nothing_that_was_told_is_shown(cast, face):
    cast.choose(SHARE_STATUS)
    leading = KNOWLEDGE.causes[cast.low.assessment.leading_cause].name
    leaks = [
        (role, name, what)
        for role in ("coach", "owner", "mate", "former", "foreign")
        for name, address in face(cast).items()
        for what, words in {**SECRETS, "note": NOTE, "cause": leading}.items()
        if words in asked(cast, role, address)
    ]
    assert leaks == []


@FACES
def test_with_all_shared_the_same_addresses_show_it(cast, face):
    """Else the test above could not fail."""
    shown = {role: secrets_in(told(cast, role, face(cast))) for role in DESK}
    only_on_desk = {"note of a hand-over", "outcome", "pain"}
    assert all(found >= SECRETS.keys() - only_on_desk for found in shown.values()), shown


@FACES
def test_clinicians_the_athlete_and_the_guardian_see_all_either_way(cast, face):
    before = {role: secrets_in(told(cast, role, face(cast))) for role in TOLD_ALL}
    cast.choose(SHARE_STATUS)
    assert {role: secrets_in(told(cast, role, face(cast))) for role in TOLD_ALL} == before
    assert before["clinician"]


@FACES
def test_nobody_else_sees_anything_of_who_shares_all(cast, face):
    for role in ("mate", "former", "foreign"):
        text = told(cast, role, face(cast))
        assert not secrets_in(text), role
        assert not [what for what, words in SHARED.items() if words in text], role


@pytest.mark.parametrize("role", ["coach", "owner"])
def test_the_status_is_still_shown(cast, role):
    """Name, plan, talk, that a call is out with what to do; and a calm word that this is all."""
    cast.choose(SHARE_STATUS)
    page = asked(cast, role, desk_pages(cast)["athlete"])
    step = cast.low.assessment.care_steps.first()
    assert all(words in page for words in SHARED.values())
    assert step.text in page
    assert "shares status only" in page
    assert cast.danger.screening["tell_coach"] in page  # somebody must act today


@pytest.mark.parametrize("role", ["coach", "owner"])
def test_what_calls_for_nobody_today_says_not_why(cast, role):
    cast.choose(SHARE_STATUS)
    call = cast.low.episode.escalations.first()
    assert call is None or call.level not in ("same_day", "emergency_now")
    told_of = asked(cast, role, api_answers(cast)["escalations"])
    if call is not None:
        assert call.reason not in told_of
    assert cast.objects["escalation"].reason in told_of


# ---------------------------------------------------------------- clinicians' notes


@pytest.mark.parametrize("shared", [SHARE_ALL, SHARE_STATUS])
def test_a_clinicians_note_is_for_clinicians_and_the_athlete(cast, shared):
    cast.choose(shared)
    everywhere = {**desk_pages(cast), **api_answers(cast)}
    everywhere["phone"] = f"/me/episodes/{cast.low.episode_id}/"
    readers = {role for role in ROLES if NOTE in told(cast, role, everywhere)}
    assert readers == set(TOLD_ALL)


def test_only_a_clinician_of_the_squad_writes_one(cast):
    told = {"episode": str(cast.low.episode_id), "text": "One more"}
    answered = {
        role: client_of(cast, role)
        .post("/api/v1/clinician-notes/", told, content_type="application/json")
        .status_code
        for role in ROLES
    }
    nothing_there = dict.fromkeys(("mate", "former", "foreign"), 400)
    assert answered == {**dict.fromkeys(ROLES, 403), **nothing_there, "clinician": 201}
    assert ClinicianNote.objects.count() == 2


# ---------------------------------------------------------------- field by field, in the API

ADDRESS_OF = {
    "Athlete": "athlete",
    "Episode": "episode",
    "PainReport": "report",
    "Assessment": "assessment",
    "CheckIn": "check-in",
    "Escalation": "escalation",
    "HandOver": "hand-over",
    "ReturnPlan": "return",
}


SAID_ANYWAY = {"PainReport": {"screening"}, "Assessment": {"headline"}, "Escalation": {"reason"}}
CELLS = [(model, role) for model in ADDRESS_OF for role in ROLES]


@pytest.mark.parametrize("shared", [SHARE_ALL, SHARE_STATUS])
def test_each_field_is_null_where_it_is_withheld_and_nowhere_else(cast, shared):
    cast.choose(shared)
    wrong = [
        (model, role, fault)
        for model, role in CELLS
        for fault in _faults(cast, model, role, shared)
    ]
    assert wrong == []


def _faults(cast: SharingCast, model: str, role: str, shared: str) -> Iterator[str]:
    answer = client_of(cast, role).get(api_answers(cast)[ADDRESS_OF[model]])
    if role in ("mate", "former", "foreign"):
        if answer.status_code != 404:
            yield "is there"
        return
    body = answer.json()
    is_whole = shared == SHARE_ALL or role in TOLD_ALL
    if body["status_only"] is is_whole:
        yield "status_only"
    withheld = (WITHHELD[model] & body.keys()) - SAID_ANYWAY.get(model, set())
    if not is_whole:
        yield from (field for field in withheld if body[field] not in (None, ""))
    elif withheld and not any(body[field] for field in withheld) and model != "Escalation":
        yield "nothing is shown"


@pytest.mark.parametrize("role", ["coach", "owner"])
def test_of_a_danger_of_today_the_answer_says_what_to_do_and_not_why(cast, role):
    cast.choose(SHARE_STATUS)
    body = client_of(cast, role).get(api_answers(cast)["danger"]).json()
    assert body["screening"]["tell_coach"] == cast.danger.screening["tell_coach"]
    assert body["screening"]["rules"] is None
    assert body["assessment"]["leading_cause"] is None


def serializers_of_the_api(base: type = ModelSerializer) -> Iterator[type]:
    for found in base.__subclasses__():
        if found.__module__.startswith("coaching.api"):
            yield found
        yield from serializers_of_the_api(found)


def test_no_serializer_of_what_can_be_withheld_is_forgotten():
    forgotten = {
        found.__name__
        for found in serializers_of_the_api()
        if hasattr(found, "Meta")
        and found.Meta.model.__name__ in WITHHELD
        and set(found.Meta.fields) & WITHHELD[found.Meta.model.__name__]
        and not issubclass(found, Withholding)
    }
    assert forgotten <= NOT_IN_PART


@pytest.mark.parametrize("role", ["coach", "owner"])
@pytest.mark.parametrize("name", ["findings", "events", "pain", "sheet", "sheet file"])
def test_what_cannot_be_shown_in_part_is_refused(cast, role, name):
    cast.choose(SHARE_STATUS)
    assert client_of(cast, role).get(api_answers(cast)[name]).status_code == 403


@pytest.mark.parametrize("role", ["coach", "owner"])
def test_no_order_gives_the_pain_away(cast, role):
    """Two others with pain around it: with the status, its place among them is the same whatever it is."""
    squad = cast.objects["squad"]
    for pain in (5, 8):
        other = Athlete.objects.create(club=squad.club, name=f"Runner {pain}")
        other.squads.add(squad)
        factories.make_consent(other)
        answers = {**factories.CRAMP, "severity_nrs": pain}
        factories.make_report(other, answers, by=cast.people["coach"])
    cast.choose(SHARE_STATUS)

    def order() -> list[Any]:
        answer = client_of(cast, role).get("/api/v1/reports/?ordering=pain_now").json()
        return [row["id"] for row in answer["results"]]

    before = order()
    PainReport.objects.filter(pk=cast.low.pk).update(pain_now=0)
    assert order() == before


# ---------------------------------------------------------------- writing


@pytest.mark.parametrize("role", ["coach", "owner"])
@pytest.mark.parametrize(
    ("address", "method", "body"),
    [
        ("athlete", "patch", {"background": {"prior_vte": "yes"}}),
        (
            "findings",
            "post",
            {
                "cause": "dvt",
                "clinician": "Dr Weber",
                "found_on": "2026-01-02",
                "method": "ultrasound",
            },
        ),
    ],
    ids=["lasting facts", "finding"],
)
def test_nobody_writes_over_what_they_may_not_read(cast, role, address, method, body):
    cast.choose(SHARE_STATUS)
    client = client_of(cast, role)
    answer = getattr(client, method)(
        api_answers(cast)[address], body, content_type="application/json"
    )
    assert answer.status_code == 403
    cast.athlete.refresh_from_db()
    assert cast.athlete.background == {"prior_vte": "no"}


@pytest.mark.parametrize("role", DESK)
def test_nobody_of_the_desk_chooses_what_is_shared(cast, role):
    client = client_of(cast, role)
    answer = client.patch(
        api_answers(cast)["athlete"], {"sharing": SHARE_STATUS}, content_type="application/json"
    )
    assert answer.status_code == 400
    assert Athlete.objects.get(pk=cast.athlete.pk).sharing == SHARE_ALL


@pytest.mark.parametrize("role", ["coach", "owner"])
def test_a_danger_that_a_coach_reports_is_answered_whatever_is_shared(cast, role):
    cast.choose(SHARE_STATUS)
    client = Client()
    client.force_login(cast.people[role])
    told = {
        "athlete": str(cast.athlete.pk),
        "answers": factories.BREATHLESS,
        "client_key": "0198c0de-0000-7000-8000-000000000001",
    }
    answer = client.post("/api/v1/reports/", told, content_type="application/json")
    assert answer.status_code == 201
    screening = answer.json()["screening"]
    assert screening["disposition"] == "emergency_now"
    assert "ambulance" in screening["tell_athlete"]
    assert screening["tell_coach"]
    assert cast.athlete.escalations.filter(level="emergency_now", state="open").exists()


WORKED_OUT = {
    "Episode": {"place", "latest_pain"},
    "Assessment": {
        "causes",
        "headline",
        "not_asked",
        "return_to_running",
        "rules",
        "summary",
    },
    "CheckIn": {"questions"},
}


@pytest.mark.parametrize("model", WITHHELD)
def test_every_name_that_is_withheld_is_there(model):
    """A slip of the pen in the list would withhold nothing."""
    fields = {field.name for field in apps.get_model("athletes", model)._meta.get_fields()}
    assert WITHHELD[model] <= fields | WORKED_OUT.get(model, set())


@pytest.mark.parametrize("address", ["/desk/", "/desk/athletes/", "/api/v1/reports/"])
def test_more_athletes_who_share_the_status_ask_the_database_no_more_often(cast, address):
    squad, coach = cast.objects["squad"], cast.people["coach"]
    cast.choose(SHARE_STATUS)

    def one_more() -> None:
        other = Athlete.objects.create(club=squad.club, name="Runner", sharing=SHARE_STATUS)
        other.squads.add(squad)
        factories.make_consent(other)
        factories.make_report(other, factories.CLOT, by=coach)

    def cost() -> int:
        client = client_of(cast, "coach")
        client.get(address)
        with CaptureQueriesContext(connection) as asked_for:
            client.get(address)
        return len(asked_for)

    one_more()
    before = cost()
    for _ in range(3):
        one_more()
    assert cost() == before


@pytest.mark.parametrize("kept", [True, False], ids=["database away", "nobody agreed"])
def test_what_cannot_be_stored_is_answered_without_what_was_told_before(cast, kept, monkeypatch):
    """A coach reports; an earlier clot counts in the answer, and is not read out to the coach."""
    before = {"prior_vte": "yes" if kept else "no"}
    Athlete.objects.filter(pk=cast.athlete.pk).update(background=before)
    cast.choose(SHARE_STATUS)

    def away(**_: Any) -> None:
        raise OperationalError

    if kept:
        monkeypatch.setattr(reports, "find_or_open", away)
    else:
        Consent.objects.all().delete()
    told = {
        "athlete": str(cast.athlete.pk),
        "answers": factories.CLOT if kept else factories.SORE,
        "client_key": "0198c0de-0000-7000-8000-000000000002",
    }
    client = client_of(cast, "coach")
    answer = client.post("/api/v1/reports/", told, content_type="application/json")
    assert answer.status_code == (503 if kept else 403)
    screening = answer.json()["screening"]
    assert screening["tell_athlete"]
    assert [rule["because"] for rule in screening["rules"]] == [[] for _ in screening["rules"]]
    assert "prior_vte" not in answer.content.decode()
    assert bool(screening["rules"]) is kept
