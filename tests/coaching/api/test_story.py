"""One report from the first question to the end, by two programs that know nothing but REST."""

from __future__ import annotations

import uuid
from typing import Any

from athletes.services import assessments
from tests.factories import CLOT


def interviewed(phone: Any) -> dict[str, Any]:
    """As far as one must; then what was told."""
    told: dict[str, Any] = {}
    for _ in range(40):
        asked = phone.post("/interview/next/", {"answers": told}).json()
        if asked["may_stop"]:
            assert asked["screening"]["disposition"] == "same_day"
            return told
        rest = asked["screen"]["rest"] or "unsure"
        told |= {one["id"]: CLOT.get(one["id"], rest) for one in asked["screen"]["findings"]}
    raise AssertionError("The interview never lets one stop.")


def once() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def test_from_the_first_question_to_the_end(cast: Any) -> None:
    phone, desk = cast.api.robin, cast.api.coach

    # The athlete is asked, and sends what was told. The danger is in the answer.
    me = phone.get("/me/").json()["athlete"]
    report = {"athlete": me, "answers": interviewed(phone), "client_key": str(uuid.uuid4())}
    filed = phone.post("/reports/", report).json()
    assert filed["screening"]["disposition"] == "same_day"
    assert filed["screening"]["tell_athlete"]
    assert filed["assessment"]["state"] == "pending"

    # Somebody is called at once; what comes of it is judged by a worker.
    (call,) = desk.get("/escalations/", {"state": "open"}).json()["results"]
    assert (call["report"], call["level"]) == (filed["id"], "same_day")
    (waiting,) = desk.get("/assessments/", {"report": filed["id"]}).json()["results"]
    assert waiting["state"] == "pending"
    assessments.assess_report(assessment_id=waiting["id"], finished_by="worker")
    judged = phone.get(f"/assessments/{waiting['id']}/").json()
    assert (judged["state"], judged["causes"][0]["id"]) == ("done", "dvt")

    # A step is ticked off, by nobody else meanwhile; what guards against the danger stays.
    step = f"/care-steps/{judged['care_steps'][0]['step']}/"
    seen = phone.get(step)
    ticked = phone.patch(step, {"state": "done"}, headers={"If-Match": seen.headers["ETag"]})
    assert ticked.json()["state"] == "done"
    change = {"reason": "It will be fine"}
    assert desk.post(f"{step}change/", change, headers=once()).status_code == 409

    # The coach sees it, keeps the athlete out, and hands it over.
    acknowledged = desk.post(f"/escalations/{call['id']}/acknowledge/", {"level": call["level"]})
    assert acknowledged.json()["state"] == "acknowledged"
    out = {
        "athlete": me,
        "kind": "out",
        "reason": "Not before the scan",
        "episode": filed["episode"],
    }
    hold = desk.post("/training-holds/", out, headers=once()).json()
    assert phone.get("/training-holds/", {"in_force": True}).json()["count"] == 1
    (clinician,) = desk.get(f"/episodes/{filed['episode']}/clinicians/").json()
    handed = {"episode": filed["episode"], "clinician": clinician["id"], "note": "A scan today?"}
    assert desk.post("/hand-overs/", handed, headers=once()).status_code == 201

    # Later the athlete is asked how it is, answers, and writes.
    asked = phone.get("/check-ins/", {"episode": filed["episode"]}).json()["results"][0]
    better = {
        "client_key": str(uuid.uuid4()),
        "trend": "better",
        "answers": {"severity_nrs": 1, "can_walk": "yes", "hop_pain": "no"},
    }
    answer = phone.post(f"/check-ins/{asked['id']}/answer/", better)
    assert (answer.status_code, answer.json()["episode"]) == (201, filed["episode"])
    said = {"episode": filed["episode"], "text": "The scan was clear"}
    assert phone.post("/comments/", said, headers=once()).status_code == 201

    # The coach reads it, lets the athlete back, and settles all of it.
    (comment,) = desk.get("/comments/", {"episode": filed["episode"]}).json()["results"]
    assert comment["text"] == "The scan was clear"
    freed = desk.post(f"/training-holds/{hold['id']}/release/", {"reason": "The scan was clear"})
    assert freed.json()["in_force"] is False
    for one in desk.get("/escalations/", {"episode": filed["episode"]}).json()["results"]:
        outcome = {"outcome": "Seen in hospital: no clot"}
        settled = desk.post(f"/escalations/{one['id']}/resolve/", outcome).json()
        assert settled["state"] == "resolved"
    closed = desk.post(
        f"/episodes/{filed['episode']}/close/", {"reason": "No clot", "pain_free": True}
    )
    assert closed.json()["closed_at"]
    told = [event["kind"] for event in phone.get(f"/escalations/{call['id']}/").json()["events"]]
    assert {"opened", "acknowledged", "resolved"} <= set(told)
