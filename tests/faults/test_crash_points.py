"""A process is killed at each named place of the way from a report to its end: the state converges, nothing is lost.

One story comes past all the places: a danger is reported, judged, told, made worse, passed on, followed up,
acknowledged, resolved and erased. Whoever asks (client, person, operator) asks again until it is answered,
as the phone and the browser let them; whatever dies is started again by the supervisor.
"""

import subprocess
import sys
import time
import uuid

import pytest
import requests

from athletes.crashpoints import PLACES
from tests.factories import BREATHLESS, CLOT
from tests.faults.harness.outcome import Outcome, is_full, percentile
from tests.journeys.client import CAST, COACH, Client
from tests.sinks import FAIL, OK, open_sinks
from tests.stack import ROOT, running_stack, wait_for

# In the short run one story with a place of each kind; NIGGLE_FAULTS=full gives each place a story of its own.
SHORT = (
    "submit.written",
    "dispatch.claimed",
    "assess.written",
    "escalate.told",
    "notify.sent",
    "acknowledge.marked",
    "erase.deleted",
)
IS_FULL = is_full()
STORIES = [(place,) for place in PLACES] if IS_FULL else [SHORT]
PATIENCE_S = 90.0
LONG_AGO = "2020-01-01 00:00:00+00:00"


@pytest.fixture(scope="module")
def sinks():
    with open_sinks() as opened:
        yield opened


@pytest.fixture(scope="module")
def stack(sinks, tmp_path_factory):
    plan = tmp_path_factory.mktemp("plan")
    settings = {"BROKER_SILENT_S": "1", "ASSESSMENT_LEASE_S": "2", "NIGGLE_CRASH_PLAN": str(plan)}
    with running_stack(cast=CAST, **settings, **sinks.env) as running:
        running.plan = plan
        running.supervise()
        yield running


@pytest.fixture(scope="module")
def converged():
    """Seconds by place; with all of them it is a figure."""
    took: dict[str, float] = {}
    yield took
    if IS_FULL:
        outcome = Outcome("crash-points")
        outcome.must("killed there, converged", len(took) == len(PLACES), len(took))
        outcome.note("a whole story, p50 / max", _seconds(took.values()))
        outcome.check()


def _seconds(took):
    return " / ".join(f"{percentile(list(took), share):.0f} s" for share in (0.5, 1.0))


def keep_asking(ask, *, until, what):
    """The first answer that satisfies `until`; a connection that was cut counts as no answer."""

    def asked():
        try:
            answer = ask()
        except requests.RequestException:
            return None
        return answer if until(answer) else None

    return wait_for(asked, seconds=PATIENCE_S, every=0.3, what=what)


def is_good(answer):
    return answer.status_code in (200, 201)


class Story:
    """One athlete's way from the first report to being forgotten."""

    def __init__(self, stack, sinks):
        self.stack, self.sinks = stack, sinks
        self.client = Client(stack)
        self.athlete = self.client.new_athlete("Crash")
        self.key = (
            uuid.UUID(self.athlete).hex if stack.database.url.startswith("sqlite") else self.athlete
        )

    def rows(self, columns, table, more=""):
        """Of this athlete's rows of a table that hangs on the episode."""
        of_them = f"""SELECT {columns} FROM athletes_{table} t JOIN athletes_episode e
            ON e.id = t.episode_id WHERE e.athlete_id = ? {more}"""
        return self.stack.rows(of_them, self.key)

    def events(self, kind):
        return self.stack.rows(
            """SELECT v.chain_step FROM athletes_escalationevent v JOIN athletes_escalation s
            ON s.id = v.escalation_id WHERE s.athlete_id = ? AND v.kind = ?""",
            self.key,
            kind,
        )

    def shift(self, table, column, state):
        """Time goes by, as the rows see it."""
        mine = "episode_id IN (SELECT id FROM athletes_episode WHERE athlete_id = ?)"
        self.stack.rows(
            f"UPDATE athletes_{table} SET {column} = ? WHERE {mine} AND state = ?",
            LONG_AGO,
            self.key,
            state,
        )

    def report(self, answers):
        key = str(uuid.uuid4())
        filed = keep_asking(
            lambda: self.client.report(self.athlete, answers, key), until=is_good, what="a report"
        ).json()
        assert filed["screening"]["disposition"] in ("same_day", "emergency_now")
        keep_asking(
            lambda: self.client.get(f"reports/{filed['id']}/assessment/"),
            until=lambda answer: is_good(answer) and answer.json()["state"] == "done",
            what="a judgement",
        )
        return filed["id"]

    def is_told(self):
        waiting = self.rows(
            "t.id", "notification", "AND t.state = 'pending' AND t.channel = 'email'"
        )
        if waiting:  # who died while sending holds it for a while: let that while be over
            self.shift("notification", "next_attempt_at", "pending")
        return not waiting

    def tell(self):
        """The first letter is refused once, so that it is put back."""
        wait_for(self.is_told, seconds=PATIENCE_S, every=0.5, what="the letters go out")

    def pass_on(self):
        before = len(self.events("passed_on"))
        mine = "athlete_id = ? AND state = 'open'"
        self.stack.rows(
            f"UPDATE athletes_escalation SET acknowledge_by = ? WHERE {mine}", LONG_AGO, self.key
        )
        wait_for(
            lambda: len(self.events("passed_on")) > before,
            seconds=PATIENCE_S,
            what="it is passed on",
        )

    def follow_up(self):
        """All that are planned come due; the first is answered, the others are reminded of and missed."""
        wait_for(
            lambda: self.rows("t.id", "checkin", "AND t.state = 'planned'"),
            seconds=PATIENCE_S,
            what="check-ins are planned",
        )
        for column, before, after in (
            ("due_at", "planned", "asked"),
            ("remind_at", "asked", "reminded"),
        ):
            self.come_to(column, before, after)
        first = self.client.get("check-ins/", athlete=self.athlete, state="reminded")
        check_in = first.json()["results"][0]["id"]
        answer = {"client_key": str(uuid.uuid4()), "trend": "worse", "answers": {"severity_nrs": 8}}
        keep_asking(
            lambda: self.client.post(f"check-ins/{check_in}/answer/", **answer),
            until=is_good,
            what="the check-in is answered",
        )
        # The answer plans anew. Its check-ins come due too, and nobody answers them.
        wait_for(
            lambda: self.rows("t.id", "checkin", "AND t.state = 'planned'"),
            seconds=PATIENCE_S,
            what="check-ins are planned again",
        )
        for column, before, after in (
            ("due_at", "planned", "asked"),
            ("remind_at", "asked", "reminded"),
            ("missed_at", "reminded", "missed"),
        ):
            self.come_to(column, before, after)

    def come_to(self, column, before, after):
        def has_come():
            self.shift_check_ins(column, before)
            return self.rows("t.id", "checkin", f"AND t.state = '{after}'")

        wait_for(has_come, seconds=PATIENCE_S, every=0.3, what=f"a check-in is {after}")

    def shift_check_ins(self, column, state):
        """The times of a check-in stay in order: all that come before the one that is due move with it."""
        order = ("due_at", "remind_at", "missed_at")
        for number, name in enumerate(order[: order.index(column) + 1]):
            mine = "episode_id IN (SELECT id FROM athletes_episode WHERE athlete_id = ?)"
            self.stack.rows(
                f"UPDATE athletes_checkin SET {name} = ? WHERE {mine} AND state = ?",
                f"2020-01-0{number + 1} 00:00:00+00:00",
                self.key,
                state,
            )

    def acknowledge_and_resolve(self):
        while waiting := self.stack.rows(
            "SELECT id FROM athletes_escalation WHERE athlete_id = ? AND state <> 'resolved'",
            self.key,
        ):
            one = str(uuid.UUID(str(waiting[0][0])))
            self.act_on(one, "acknowledge")
            self.act_on(one, "resolve", outcome="Seen by a doctor")

    def act_on(self, escalation, act, **body):
        path = f"escalations/{escalation}/{act}/"
        keep_asking(lambda: self.client.post(path, **body), until=is_good, what=act)

    def check(self):
        """Nothing is missing, nothing is there twice."""
        judged = self.stack.rows(
            """SELECT r.id, count(a.id), min(a.state) FROM athletes_painreport r
            LEFT JOIN athletes_assessment a ON a.report_id = r.id WHERE r.athlete_id = ?
            GROUP BY r.id""",
            self.key,
        )
        assert [(count, state) for _, count, state in judged] == [(1, "done")] * 3
        for kind in ("opened", "acknowledged", "resolved"):
            counts = self.stack.rows(
                """SELECT s.id, count(v.id) FROM athletes_escalation s
                LEFT JOIN athletes_escalationevent v ON s.id = v.escalation_id AND v.kind = ?
                WHERE s.athlete_id = ? GROUP BY s.id""",
                kind,
                self.key,
            )
            assert {count for _, count in counts} == {1}, kind
        assert self.events("raised"), "made worse, and nobody was told"
        steps = [step for (step,) in self.events("passed_on")]
        assert len(steps) == len(set(steps))
        assert self.events("told")
        assert not self.rows("t.id", "notification", "AND t.state IN ('pending', 'failed')")

    def erase(self):
        command = [sys.executable, "manage.py", "erase_athlete", self.athlete, "--owner", COACH]

        def is_erased():
            done = subprocess.run(
                command, env=self.stack.env, cwd=ROOT, capture_output=True, text=True, check=False
            )
            return done.returncode == 0 or "no such athlete" in done.stderr

        wait_for(is_erased, seconds=PATIENCE_S, what="the athlete is erased")
        for table in ("episode", "painreport", "escalation"):
            left = f"SELECT count(*) FROM athletes_{table} WHERE athlete_id = ?"
            assert self.stack.rows(left, self.key) == [(0,)]

    def run(self):
        self.sinks.mail.mood = FAIL
        self.report(CLOT)
        self.wait_until_put_back()
        self.sinks.mail.mood = OK
        self.tell()
        self.report(BREATHLESS)
        self.pass_on()
        self.tell()
        self.follow_up()
        self.acknowledge_and_resolve()
        self.tell()
        self.check()
        self.erase()

    def wait_until_put_back(self):
        def tried():
            self.shift("notification", "next_attempt_at", "pending")
            return self.rows("t.id", "notification", "AND t.attempts > 0 AND t.error <> ''")

        wait_for(tried, seconds=PATIENCE_S, every=0.5, what="a letter is refused and put back")


@pytest.mark.parametrize("places", STORIES, ids=lambda places: "-".join(places[:1]))
def test_killed_at(stack, sinks, converged, places):
    story = Story(stack, sinks)
    for place in places:
        (stack.plan / place).touch()
    begun = time.monotonic()
    story.run()
    assert not list(stack.plan.iterdir()), "never came past: it was not killed there"
    converged.update(dict.fromkeys(places, time.monotonic() - begun))


def test_the_story_comes_past_each_named_place():
    assert set(SHORT) <= set(PLACES)
    assert len(PLACES) >= 25
