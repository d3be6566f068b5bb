"""The main job, told by a REST client to running processes."""

import uuid

import pytest

from tests.factories import CLOT, CRAMP
from tests.journeys.client import ATHLETE, Client

pytestmark = pytest.mark.xdist_group("rest-story")


@pytest.fixture
def coach(stack):
    return Client(stack)


@pytest.fixture
def athlete(stack):
    return Client(stack, ATHLETE)


def test_a_report_becomes_a_recommendation_made_by_the_worker(stack, athlete):
    me = athlete.get("me/").json()
    filed = athlete.report(me["athlete"], CRAMP).json()
    assert filed["assessment"]["state"] == "pending"
    judged = athlete.wait_finished([filed["id"]], seconds=30)[filed["id"]]
    assert judged["causes"][0]["id"] == "dehydration_cramp"
    assert judged["causes"][0]["for"]
    assert judged["care_steps"]
    assert judged["safety_net"]
    ((finished_by,),) = stack.rows(
        "SELECT finished_by FROM athletes_assessment WHERE report_id = ?",
        uuid.UUID(filed["id"]).hex if stack.database.url.startswith("sqlite") else filed["id"],
    )
    assert finished_by == "worker"


def test_a_danger_sign_is_in_the_answer_and_on_the_coachs_list(athlete, coach):
    me = athlete.get("me/").json()
    filed = athlete.report(me["athlete"], CLOT).json()
    assert filed["screening"]["disposition"] == "same_day"
    assert filed["screening"]["tell_athlete"]
    waiting = coach.get("escalations/", state="open").json()["results"]
    (mine,) = [e for e in waiting if e["level"] == "same_day"]
    seen = coach.post(f"escalations/{mine['id']}/acknowledge/")
    assert seen.status_code == 200
    assert seen.json()["state"] == "acknowledged"
    assert athlete.post(f"escalations/{mine['id']}/acknowledge/").status_code == 403


def test_the_same_key_again_is_the_same_report(athlete):
    me, key = athlete.get("me/").json(), str(uuid.uuid4())
    first = athlete.report(me["athlete"], CRAMP, key)
    second = athlete.report(me["athlete"], CRAMP, key)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert athlete.report(me["athlete"], CLOT, key).status_code == 409


def test_a_finding_that_nobody_knows_is_named(athlete):
    me = athlete.get("me/").json()
    refused = athlete.report(me["athlete"], {"calf_vibes": "yes"})
    assert refused.status_code == 400
    assert "calf_vibes" in refused.text


def test_from_the_first_question_to_the_coachs_last_word(athlete, coach):
    me = athlete.get("me/").json()
    filed = athlete.report(me["athlete"], athlete.interviewed(CLOT)).json()
    assert filed["screening"]["disposition"] == "same_day"
    judged = athlete.wait_finished([filed["id"]], seconds=30)[filed["id"]]
    ticked = athlete.patch(f"care-steps/{judged['care_steps'][0]['step']}/", state="done")
    assert ticked.json()["state"] == "done"
    asked = athlete.get("check-ins/", episode=filed["episode"]).json()["results"][0]
    better = {"trend": "better", "answers": {"severity_nrs": 1, "can_walk": "yes"}}
    answer = athlete.post(
        f"check-ins/{asked['id']}/answer/", client_key=str(uuid.uuid4()), **better
    )
    assert (answer.status_code, answer.json()["episode"]) == (201, filed["episode"])
    said = athlete.post("comments/", episode=filed["episode"], text="The scan was clear")
    assert said.status_code == 201
    for call in coach.get("escalations/", episode=filed["episode"]).json()["results"]:
        coach.post(f"escalations/{call['id']}/acknowledge/", level=call["level"])
        outcome = "Seen in hospital: no clot"
        settled = coach.post(f"escalations/{call['id']}/resolve/", outcome=outcome)
        assert settled.json()["state"] == "resolved"
    shown = athlete.get("escalations/", episode=filed["episode"]).json()["results"]
    assert shown
    assert {call["acknowledged_by"]["name"] for call in shown} == {"Ana Ruiz"}
