"""Who needs somebody now, and several seen at once, over REST."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from athletes.models import Athlete, Escalation, EscalationEvent, Heartbeat
from athletes.models.people import SHARING
from athletes.services import clock, comments, escalations
from tests.coaching.api.conftest import fields_of
from tests.factories import BREATHLESS, CLOT, CRAMP, SORE, make_athlete, make_report

TODAY, TOGETHER = "/today/", "/escalations/acknowledge/"
ABSENT = "0197c1d2-0000-7000-8000-000000000000"
LOW = {**CRAMP, "can_walk": "limp"}  # it can wait for days


def lower(athlete: Athlete) -> Escalation:
    return make_report(athlete, LOW).escalations.get()


def share_status(athlete: Athlete) -> None:
    Athlete.objects.filter(pk=athlete.pk).update(sharing=SHARING[1][0])


def test_the_most_urgent_stands_first_with_its_clock(cast: Any) -> None:
    low, urgent = lower(cast.robin), make_report(cast.kim, BREATHLESS, assess=True)
    told = cast.api.coach.get(TODAY).json()
    first, second = told["waiting"]
    assert (first["athlete_name"], first["level"]) == ("Kim", "emergency_now")
    assert (second["escalation"], second["may_acknowledge_together"]) == (str(low.pk), True)
    assert first["report"] == str(urgent.pk)
    assert first["reason"]
    assert first["may_acknowledge_together"] is False
    assert 0 <= first["waited_s"] < 60
    assert 0 < first["left_s"] <= 15 * 60
    assert first["news"] == {"is_new": True, "looked_at": None, "words": []}
    assert (told["seen"], told["calm"], told["overdue"]) == ([], [], 0)


def test_a_watch_that_stands_still_is_told(cast: Any) -> None:
    assert cast.api.coach.get(TODAY).json()["watched_until"]
    Heartbeat.objects.filter(name=clock.DISPATCHER).update(at=timezone.now() - timedelta(minutes=5))
    assert cast.api.coach.get(TODAY).json()["watched_until"] is None


def test_what_is_late_counts_below_nought(cast: Any) -> None:
    call = make_report(cast.robin, CLOT).escalations.get()
    Escalation.objects.filter(pk=call.pk).update(
        acknowledge_by=timezone.now() - timedelta(minutes=2)
    )
    (row,) = cast.api.coach.get(TODAY).json()["waiting"]
    assert row["is_overdue"]
    assert -180 < row["left_s"] <= -120


def test_what_came_since_i_looked_is_new_until_i_say_that_i_look(cast: Any) -> None:
    low = lower(cast.robin)
    assert cast.api.coach.post(f"/athletes/{cast.robin.pk}/looked/").status_code == 204
    assert cast.api.coach.get(TODAY).json()["waiting"][0]["news"]["is_new"] is False
    comments.add_comment(by=cast.robin.user, episode=low.episode, text="It got worse")
    for _again in range(2):  # reading is not looking
        news = cast.api.coach.get(TODAY).json()["waiting"][0]["news"]
        assert (news["is_new"], news["words"]) == (True, ["New comment"])
    assert [row["escalation"] for row in changed(cast)] == [str(low.pk)]
    cast.api.coach.post(f"/athletes/{cast.robin.pk}/looked/")
    assert changed(cast) == []


def changed(cast: Any) -> Any:
    return cast.api.coach.get(f"{TODAY}?changed=true").json()["waiting"]


def test_a_filter_never_hides_that_somebody_waits(cast: Any) -> None:
    lower(cast.robin)
    make_report(cast.kim, CLOT)
    told = cast.api.coach.get(f"{TODAY}?level=within_days").json()
    assert [row["athlete_name"] for row in told["waiting"]] == ["Robin"]
    assert (told["hidden"], told["worst_hidden"]) == (1, "same_day")


def test_what_was_seen_stands_apart_with_who_saw_it(cast: Any) -> None:
    escalations.acknowledge(by=cast.users.coach, escalation=lower(cast.robin))
    told = cast.api.owner.get(TODAY).json()
    assert told["waiting"] == []
    assert told["seen"][0]["acknowledged_by"]["name"] == "Jo"
    assert cast.api.owner.get(f"{TODAY}?state=mine").json()["seen"] == []
    assert len(cast.api.coach.get(f"{TODAY}?state=mine").json()["seen"]) == 1


def test_who_needs_nothing_is_told_too(cast: Any) -> None:
    report = make_report(cast.robin, SORE, assess=True)
    Escalation.objects.all().delete()
    (calm,) = cast.api.coach.get(TODAY).json()["calm"]
    assert (calm["episode"], calm["pain"]) == (str(report.episode_id), report.pain_now)
    assert calm["squads"] == [{"id": str(cast.squad.pk), "name": cast.squad.name}]


def test_of_who_shares_the_status_the_danger_is_told_and_no_more(cast: Any) -> None:
    make_report(cast.robin, CLOT, assess=True)
    lower(cast.kim)
    for athlete in (cast.robin, cast.kim):
        share_status(athlete)
    danger, low = cast.api.coach.get(TODAY).json()["waiting"]
    assert (danger["status_only"], danger["place"], danger["cause"]) == (True, None, None)
    assert danger["reason"]  # a person must act on it
    assert (low["reason"], low["place"], low["cause"]) == (None, None, None)
    whole = cast.api.clinician.get(TODAY).json()["waiting"][0]
    assert whole["status_only"] is False
    assert whole["place"]


@pytest.mark.parametrize("who", ["robin", "outsider", "nobody"])
def test_who_looks_after_nobody_here_gets_nothing(cast: Any, who: str) -> None:
    lower(cast.robin)
    told = getattr(cast.api, who).get(TODAY).json()
    assert (told["waiting"], told["seen"], told["calm"], told["hidden"]) == ([], [], [], 0)


@pytest.mark.parametrize(
    "query", ["level=high", "state=gone", "changed=1", "squad=x", f"squad={ABSENT}", "sqad=x"]
)
def test_what_is_no_filter_is_refused(cast: Any, query: str) -> None:
    answer = cast.api.coach.get(f"{TODAY}?{query}")
    assert answer.status_code == 400
    assert set(fields_of(answer)) == {query.partition("=")[0]}


def test_a_foreign_squad_is_refused_like_none(cast: Any) -> None:
    foreign = cast.api.coach.get(f"{TODAY}?squad={cast.other.pk}").json()
    assert foreign == cast.api.coach.get(f"{TODAY}?squad={uuid4()}").json()
    assert cast.api.coach.get(f"{TODAY}?squad={cast.squad.pk}").status_code == 200


def test_twelve_calls_cost_as_many_queries_as_two(cast: Any) -> None:
    def fill(number: int) -> None:
        make_report(make_athlete(cast.squad, name=f"Runner {number}"), CLOT, assess=True)
        calm = make_athlete(cast.squad, name=f"Calm {number}")
        make_report(calm, SORE)
        Escalation.objects.filter(athlete=calm).delete()

    def cost() -> int:
        cast.api.coach.get("/me/")
        with CaptureQueriesContext(connection) as queries:
            told = cast.api.coach.get(TODAY).json()
        assert len(told["waiting"]) == len(told["calm"])
        return len(queries)

    for number in range(2):
        fill(number)
    few = cost()
    for number in range(2, 12):
        fill(number)
    assert cost() == few <= 22


# --- Several at once -------------------------------------------------------------------------------


def seen(*calls: Escalation) -> dict[str, Any]:
    return {"escalations": [{"id": str(it.pk), "level": it.level} for it in calls]}


def test_several_low_ones_are_seen_at_once_each_answered_in_order(cast: Any) -> None:
    calls = [lower(cast.kim), lower(cast.robin)]
    answer = cast.api.coach.post(TOGETHER, seen(*calls))
    assert answer.status_code == 200
    rows = answer.json()["results"]
    assert [(row["id"], row["state"]) for row in rows] == [
        (str(it.pk), "acknowledged") for it in calls
    ]
    assert {row["acknowledged_by"]["name"] for row in rows} == {"Jo"}
    assert EscalationEvent.objects.filter(kind="acknowledged").count() == 2


def test_what_became_more_urgent_meanwhile_still_waits(cast: Any) -> None:
    calm, raised = lower(cast.kim), lower(cast.robin)
    told = seen(calm, raised)
    make_report(cast.robin, {**CLOT, "side": "left"})
    rows = cast.api.coach.post(TOGETHER, told).json()["results"]
    assert [(row["state"], row["level"]) for row in rows] == [
        ("acknowledged", calm.level),
        ("open", "same_day"),
    ]


def test_what_is_urgent_is_refused_and_nothing_is_done(cast: Any) -> None:
    urgent, low = make_report(cast.kim, CLOT).escalations.get(), lower(cast.robin)
    assert cast.api.coach.post(TOGETHER, seen(low, urgent)).status_code == 403
    assert set(Escalation.objects.values_list("state", flat=True)) == {"open"}


def test_a_foreign_one_and_none_are_the_same_mistake_and_nothing_is_done(cast: Any) -> None:
    low, foreign = lower(cast.robin), lower(cast.stranger)
    told = seen(low, foreign)
    answer = cast.api.coach.post(TOGETHER, told)
    told["escalations"][1]["id"] = str(uuid4())
    assert (answer.status_code, answer.json()) == (400, cast.api.coach.post(TOGETHER, told).json())
    assert fields_of(answer) == {"escalations.1.id": ["There is no such escalation."]}
    assert set(Escalation.objects.values_list("state", flat=True)) == {"open"}


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "escalations"),
        ({"escalations": []}, "escalations"),
        ({"escalations": [{"level": "same_day"}]}, "escalations.0.id"),
        ({"escalations": [{"id": ABSENT}]}, "escalations.0.level"),
        ({"escalations": [{"id": ABSENT, "level": "x"}]}, "escalations.0.level"),
    ],
    ids=["nothing", "none", "no id", "no level", "no such level"],
)
def test_what_cannot_be_used_is_named(cast: Any, body: dict[str, Any], place: str) -> None:
    assert place in fields_of(cast.api.coach.post(TOGETHER, body))


def test_one_that_is_named_twice_is_refused(cast: Any) -> None:
    low = lower(cast.robin)
    answer = cast.api.coach.post(TOGETHER, seen(low, low))
    assert fields_of(answer) == {"escalations.1.id": ["It is named twice."]}


def test_nobody_acknowledges_their_own(cast: Any) -> None:
    low = lower(cast.robin)
    assert cast.api.robin.post(TOGETHER, seen(low)).status_code == 403
    low.refresh_from_db()
    assert low.state == "open"
