"""The interview over the API: one screen at a time, and a danger sign answered at once."""

from __future__ import annotations

from typing import Any

import pytest

from athletes.models import AuditEntry, Escalation, PainReport, SentBefore
from coaching.interview.steps import SoFar
from guidance import KNOWLEDGE, Answers
from tests.coaching.api.conftest import fields_of, signed_in
from tests.factories import BREATHLESS, CRAMP, make_athlete, make_guardian

NEXT = "/interview/next/"


def ask(client: Any, **told: Any) -> dict[str, Any]:
    answer = client.post(NEXT, told)
    assert answer.status_code == 200, answer.content
    asked: dict[str, Any] = answer.json()
    return asked


def answered(screen: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    """As a client would: what is true is told, the button below a list says the rest, and nothing is invented."""
    rest = screen["rest"] or "unsure"
    return {one["id"]: facts.get(one["id"], rest) for one in screen["findings"]}


def interviewed(
    client: Any, facts: dict[str, Any], **whom: Any
) -> tuple[dict[str, Any], list[Any]]:
    """Until nothing is left to ask: all that was told, and every answer."""
    told: dict[str, Any] = {}
    steps = []
    for _ in range(40):
        asked = ask(client, answers=told, **whom)
        steps.append(asked)
        if asked["screen"] is None:
            return told, steps
        assert asked["screen"]["findings"] != []
        told |= answered(asked["screen"], facts)
    raise AssertionError("The interview never ends.")


def test_it_begins_with_the_first_screen_of_the_pages(cast: Any) -> None:
    asked = ask(cast.api.robin)
    first = next(iter(KNOWLEDGE.screens.values()))
    assert (asked["screen"]["id"], asked["screen"]["kind"]) == (first.id, "core")
    assert asked["screen"]["why"] == first.why
    assert [one["id"] for one in asked["screen"]["findings"]] == list(first.findings)
    assert asked["may_stop"] is False
    assert asked["progress"]["done"] < asked["progress"]["expected"]
    assert asked["athlete"] == str(cast.robin.pk)


def test_it_goes_on_as_the_pages_do_until_nothing_is_left(cast: Any) -> None:
    told, steps = interviewed(cast.api.robin, CRAMP)
    known = Answers.parse(cast.robin.known_facts(cast.robin.birth_date))
    so_far: dict[str, Any] = {}
    for step in steps[:-1]:
        here = SoFar(Answers.parse(step["known_facts"]), Answers.parse(so_far))
        assert here.following is not None
        assert step["screen"]["id"] == here.following.screen_id
        assert step["may_stop"] is here.may_stop
        so_far |= answered(step["screen"], CRAMP)
    assert (steps[-1]["screen"], steps[-1]["may_stop"]) == (None, True)
    assert steps[-1]["progress"]["done"] == steps[-1]["progress"]["expected"]
    assert len({step["screen"]["id"] for step in steps[:-1]}) == len(steps) - 1
    assert set(told) >= {"site", "side", "swelling", "chest_pain"} - set(known)


def test_every_question_says_what_can_be_answered(cast: Any) -> None:
    _, steps = interviewed(cast.api.robin, CRAMP)
    findings = [one for step in steps[:-1] for one in step["screen"]["findings"]]
    for one in findings:
        values = [choice["value"] for choice in one["choices"]]
        assert values[-1] == "unsure"
        assert all(choice["label"] for choice in one["choices"])
        for value in values:
            Answers.parse({one["id"]: value})
    spanish = cast.api.robin.post(NEXT, {}, headers={"Accept-Language": "es"}).json()
    assert spanish["screen"]["title"] != steps[0]["screen"]["title"]
    assert spanish["screen"]["findings"][0]["choices"][-1]["label"] != "Not sure"


def test_a_danger_is_in_the_answer_at_once(cast: Any) -> None:
    asked = ask(cast.api.robin, answers={"site": ["calf"], "chest_pain": "yes"})
    assert asked["screening"]["disposition"] == "emergency_now"
    assert asked["screening"]["tell_athlete"]
    assert (asked["screen"], asked["may_stop"]) == (None, True)


def test_a_danger_of_today_may_stop_at_the_details(cast: Any) -> None:
    clot = {"swelling": "yes", "warmth": "yes", "redness": "yes", "recent_flight": "yes"}
    _, steps = interviewed(cast.api.robin, {**CRAMP, **clot})
    kinds = [step["screen"]["kind"] for step in steps[:-1] if step["may_stop"]]
    assert set(kinds) <= {"detail"}
    early = [s for s in steps[:-1] if s["screen"]["kind"] != "detail"]
    assert not any(step["may_stop"] for step in early)


def test_it_keeps_nothing_and_calls_nobody(cast: Any) -> None:
    ask(cast.api.robin, answers=BREATHLESS)
    assert not PainReport.objects.exists()
    assert not Escalation.objects.exists()
    assert not SentBefore.objects.exists()


def test_what_was_skipped_is_not_asked_again(cast: Any) -> None:
    told: dict[str, Any] = {}
    while (screen := ask(cast.api.robin, answers=told)["screen"])["kind"] != "danger":
        told |= answered(screen, CRAMP)
    assert screen["can_skip"]
    after = ask(cast.api.robin, answers=told, skipped_screens=[screen["id"]])
    assert after["screen"]["id"] != screen["id"]
    assert after["screening"]["disposition"] != "self_care"  # not answered is not “no”


def test_lists_stand_under_their_headings(cast: Any) -> None:
    _, steps = interviewed(cast.api.robin, CRAMP)
    (body,) = [s["screen"] for s in steps[:-1] if s["screen"]["id"] == "danger_body"]
    listed = [name for heading in body["headings"] for name in heading["findings"]]
    assert listed == [one["id"] for one in body["findings"]]
    assert body["rest"] == "no"


# --- of whom ---


def test_what_is_known_is_not_asked(cast: Any) -> None:
    cast.robin.background = {"prior_vte": "no"}
    cast.robin.save()
    _, steps = interviewed(cast.api.robin, CRAMP)
    asked = [one["id"] for step in steps[:-1] for one in step["screen"]["findings"]]
    assert "prior_vte" not in asked
    assert steps[0]["known_facts"]["prior_vte"] == "no"
    known = [one for step in steps[:-1] for one in step["screen"]["known"]]
    assert [one["in_words"] for one in known if one["id"] == "prior_vte"] == ["No"]


def test_a_coach_asks_for_an_athlete_and_is_told_what_they_share(cast: Any) -> None:
    cast.robin.background = {"prior_vte": "yes"}
    cast.robin.save()
    robin = str(cast.robin.pk)
    assert ask(cast.api.coach, athlete=robin)["known_facts"]["prior_vte"] == "yes"
    cast.robin.sharing = "status"
    cast.robin.save()
    assert ask(cast.api.coach, athlete=robin)["known_facts"] == {}
    assert ask(cast.api.clinician, athlete=robin)["known_facts"]["prior_vte"] == "yes"


def test_a_coach_who_looks_is_noted(cast: Any) -> None:
    ask(cast.api.coach, athlete=str(cast.robin.pk))
    assert AuditEntry.objects.filter(what="api:interview-next").exists()


def test_somebody_who_is_not_kept_here_brings_their_own_facts(cast: Any) -> None:
    asked = ask(cast.api.coach, known_facts={"age": 34, "prior_vte": "no"})
    assert (asked["athlete"], asked["known_facts"]) == (None, {"age": 34, "prior_vte": "no"})
    mine = ask(cast.api.robin, known_facts={})
    assert (mine["athlete"], mine["known_facts"]) == (None, {})


def test_a_guardian_says_which_child(cast: Any) -> None:
    child = make_athlete(cast.squad, name="Toni")
    parent = signed_in(make_guardian(child))
    child.birth_date = None
    child.save()
    assert ask(parent)["athlete"] is None
    assert ask(parent, athlete=str(child.pk))["athlete"] == str(child.pk)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"answers": {"fevr": "yes"}}, "answers.fevr"),
        ({"answers": []}, "answers"),
        ({"skipped_screens": ["nowhere"]}, "skipped_screens"),
        ({"known_facts": {"fever": "yes"}}, "known_facts.fever"),
        ({"athlete": "0197c1d2-0000-7000-8000-000000000001"}, "athlete"),
        ({"screens": 3}, "screens"),
    ],
)
def test_what_cannot_be_used_is_named(cast: Any, told: dict[str, Any], field: str) -> None:
    wrong = cast.api.robin.post(NEXT, told)
    assert wrong.status_code == 400
    assert set(fields_of(wrong)) == {field}


def test_an_athlete_is_known_here_and_brings_no_facts(cast: Any) -> None:
    told = {"athlete": str(cast.robin.pk), "known_facts": {"prior_vte": "no"}}
    assert set(fields_of(cast.api.coach.post(NEXT, told))) == {"known_facts"}


@pytest.mark.parametrize(
    "mistake",
    [{"screens": 3}, {"athlete": "x"}, {"known_facts": {"fevr": 1}}, {"skipped_screens": 3}],
)
def test_a_danger_is_answered_whatever_is_wrong_with_it(cast: Any, mistake: dict[str, Any]) -> None:
    wrong = cast.api.robin.post(NEXT, {"answers": BREATHLESS, **mistake})
    assert wrong.status_code == 400
    assert wrong.json()["screening"]["disposition"] == "emergency_now"


def test_other_peoples_athletes_are_not_there(cast: Any) -> None:
    told = {"athlete": str(cast.robin.pk), "answers": BREATHLESS}
    for who in (cast.api.kim, cast.api.outsider):
        refused = who.post(NEXT, told)
        assert set(fields_of(refused)) == {"athlete"}
        assert refused.json()["screening"]["disposition"] == "emergency_now"
    assert cast.anonymous.post(NEXT, told).status_code == 401


def test_it_is_under_no_limit(cast: Any, settings: Any) -> None:
    settings.API_REQUESTS_PER_MIN = 2
    for _ in range(4):
        ask(cast.api.robin, answers=CRAMP)
    assert cast.api.robin.get("/rules/").status_code == 429


def test_sent_again_it_tells_nothing_that_is_shared_no_more(cast: Any) -> None:
    cast.robin.background = {"prior_vte": "yes"}
    cast.robin.save()
    told, key = {"athlete": str(cast.robin.pk)}, {"Idempotency-Key": "once"}
    assert cast.api.coach.post(NEXT, told, headers=key).status_code == 200
    again = cast.api.coach.post(NEXT, told, headers=key)
    assert again.headers["Idempotency-Replayed"] == "true"
    cast.robin.sharing = "status"
    cast.robin.save()
    assert cast.api.coach.post(NEXT, told, headers=key).status_code == 404
    cast.users.coach.memberships.update(ended_at=cast.robin.created_at)
    assert cast.api.coach.post(NEXT, told, headers=key).status_code == 404
