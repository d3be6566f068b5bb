"""Reports of a phone that was offline: twice at the same moment, changed, late, in any order. One report each."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import requests
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from athletes.models import Escalation
from tests import factories
from tests.factories import BREATHLESS, CRAMP, SORE
from tests.faults.harness import ledger
from tests.faults.harness.crowd import Planned
from tests.faults.harness.outcome import Outcome, scale
from tests.journeys.client import CAST, Client
from tests.stack import Stack, running_stack

WELL = {"can_walk": "yes", "hop_pain": "no", "swelling": "no"}


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running_stack(cast=CAST) as running:
        yield running


def test_the_same_report_twice_at_the_same_moment_is_one(stack: Stack) -> None:
    outcome = Outcome("same-key-pairs")
    pairs = scale(30, 200, 1000)
    clients = [Client(stack) for _ in range(8)]
    athlete = clients[0].new_athlete("Sends twice")
    keys = [str(uuid.uuid4()) for _ in range(pairs)]
    sent = [key for key in keys for _ in range(2)]

    def post(number: int) -> tuple[str, int, str]:
        answer = clients[number % len(clients)].report(athlete, SORE, sent[number])
        return sent[number], answer.status_code, answer.json().get("id", answer.text)

    # Each client has one connection and one thread: its posts are those of its own number.
    with ThreadPoolExecutor(len(clients)) as pool:
        by_client = [range(one, len(sent), len(clients)) for one in range(len(clients))]
        answers = [
            answer
            for done in pool.map(lambda mine: [post(number) for number in mine], by_client)
            for answer in done
        ]
    statuses = {status for _, status, _ in answers}
    outcome.must("every answer is 201 or 200", statuses <= {200, 201}, statuses)
    ids: dict[str, set[str]] = {}
    for key, _, report in answers:
        ids.setdefault(key, set()).add(report)
    outcome.must("one report each", all(len(found) == 1 for found in ids.values()), len(ids))
    ((stored,),) = stack.rows("SELECT count(*) FROM athletes_painreport")
    outcome.must("as many stored as keys", stored == pairs, stored)
    outcome.none("doubled", len(stack.rows(ledger.DOUBLED["reports"])))
    other = clients[0].report(athlete, CRAMP, keys[0])
    outcome.must("same key, other answers: 409", other.status_code == 409, other.status_code)
    outcome.check()


def test_answers_to_a_check_in_twice_and_in_any_order_end_alike(stack: Stack) -> None:
    """Told on two phones, sent late, each twice and at nearly the same time: the last word counts."""
    outcome = Outcome("check-in-answers")
    rounds = scale(3, 20, 100)
    coach = Client(stack)
    dice = random.Random(4)
    for number in range(rounds):
        athlete = coach.new_athlete(f"Answers late {number}")
        told_at = timezone.now() - timedelta(days=2)
        first = coach.post(
            "reports/",
            athlete=athlete,
            answers=SORE,
            client_key=str(uuid.uuid4()),
            reported_at=told_at.isoformat(),
        )
        assert first.status_code == 201, first.text
        coach.wait_finished([first.json()["id"]], seconds=60)
        check_in = coach.get("check-ins/", athlete=athlete).json()["results"][0]["id"]
        _answer_at_once(outcome, coach, check_in, dice, told_at)
    ((answers,),) = stack.rows(ANSWERS)
    outcome.must("as many answers stored as told", answers == 3 * rounds, answers)
    outcome.none("doubled", len(stack.rows(ledger.DOUBLED["reports"])))
    outcome.check()


ANSWERS = """SELECT count(*) FROM athletes_painreport r JOIN athletes_athlete a ON a.id = r.athlete_id
    WHERE a.name LIKE 'Answers late%' AND r.reported_at > (SELECT min(o.reported_at)
        FROM athletes_painreport o WHERE o.athlete_id = a.id)"""


def _answer_at_once(
    outcome: Outcome, coach: Client, check_in: str, dice: random.Random, start: datetime
) -> None:
    pains = {"better": 1, "same": 3, "worse": 5}
    told = [
        {
            "client_key": str(uuid.uuid4()),
            "trend": trend,
            "answers": {**WELL, "severity_nrs": pains[trend]},
            "reported_at": (start + timedelta(hours=24 + number)).isoformat(),
        }
        for number, trend in enumerate(dice.sample(sorted(pains), 3))
    ]
    sent = dice.sample(told * 2, 6)
    phones = [Client.sharing(coach) for _ in sent]
    with ThreadPoolExecutor(len(sent)) as pool:
        posts = zip(phones, sent, strict=True)
        answers = list(pool.map(lambda one: (one[1], _post(one[0], check_in, one[1])), posts))
    stored: dict[str, set[str]] = {}
    for body, answer in answers:
        assert answer.status_code in (200, 201), answer.text
        stored.setdefault(str(body["client_key"]), set()).add(answer.json()["id"])
    outcome.must("one report an answer", all(len(ids) == 1 for ids in stored.values()))
    (last,) = stored[str(told[-1]["client_key"])]
    found = coach.get(f"check-ins/{check_in}/").json()
    settled = (found["state"], found["answer"]) == ("answered", last)
    outcome.must("the last word answers the check-in", settled)


def _post(phone: Client, check_in: str, body: dict[str, object]) -> requests.Response:
    return phone.post(f"check-ins/{check_in}/answer/", **body)


NOW = timezone.now()
TOLD = [
    Planned("", str(uuid.UUID(int=n, version=4)), answers is BREATHLESS, answers)
    for n, answers in enumerate([SORE, CRAMP, BREATHLESS, SORE, CRAMP], start=1)
]


@pytest.mark.django_db
@settings(
    max_examples=scale(12, 60, 300),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(order=st.permutations(range(len(TOLD))), again=st.sets(st.integers(0, len(TOLD) - 1)))
def test_the_order_of_arrival_changes_nothing_in_the_end(db: None, order, again) -> None:
    """What was told when, which of it is the newest, and that somebody is called for the danger."""
    squad = factories.make_club()
    athlete = factories.make_athlete(squad)
    for number in [*order, *again]:
        told = TOLD[number]
        factories.make_report(
            athlete,
            dict(told.answers),
            client_key=uuid.UUID(told.key),
            reported_at=NOW - timedelta(hours=len(TOLD) - number),
            assess=True,
        )
    reports = list(athlete.reports.order_by("reported_at"))
    assert [str(report.client_key) for report in reports] == [told.key for told in TOLD]
    assert reports[2].disposition == "emergency_now"
    latest = athlete.episodes.with_latest().order_by("-latest_at").first()
    assert latest is not None
    assert latest.latest_at == reports[-1].reported_at
    assert latest.latest_pain == TOLD[-1].answers["severity_nrs"]
    called = Escalation.objects.filter(athlete=athlete, level="emergency_now")
    assert called.count() == 1
    assert called.get().state == "open"
