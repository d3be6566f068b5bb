"""Escalations at a steady rate, opened through the service by a process of its own.

`prepare` makes the athletes with a judged report each; `Feeder` then has somebody called for one after the
other. So all of the machine is there for what comes after: the chain and its messages. What happens before,
from the phone to the judgement, is what test_reports_under_chaos.py is about.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.faults.harness.outcome import percentile
from tests.stack import ROOT, Stack

# Copies of one report that went the whole way: what it says is of no matter here.
PREPARE = """
import copy, json, random, uuid
from athletes.models import Assessment, Athlete, Episode, PainReport, Squad, User
from athletes.services import assessments, people, reports
from guidance import Answers
from tests.factories import SORE
ana, squad = User.objects.get(email="coach@demo.test"), Squad.objects.get()
first = people.add_athlete(by=ana, squad=squad, name="First", consent_told=True)
filed = reports.submit_pain_report(by=ana, athlete=first, answers=Answers.parse(SORE), client_key=uuid.uuid4(), face="api").report
assessments.assess_report(assessment_id=filed.assessment.pk, finished_by="worker")
def more(rows):
    return type(rows[0]).objects.bulk_create(rows, batch_size=400)
def like(row, **changes):
    other = copy.copy(row)
    other._state = copy.copy(row._state)
    other.pk = type(row)._meta.pk.get_default()
    for name, value in changes.items(): setattr(other, name, value)
    return other
count = {count}
runners = more([like(first, name=f"Runner {{n}}") for n in range(count)])
for model, column, value in ((Athlete.squads.through, "squad_id", squad.pk), (Athlete.own_coaches.through, "user_id", ana.pk)):
    model.objects.bulk_create([model(athlete_id=one.pk, **{{column: value}}) for one in runners], batch_size=400)
episodes = more([like(filed.episode, athlete=one) for one in runners])
told = more([like(filed, athlete=episode.athlete, episode=episode, client_key=uuid.uuid4()) for episode in episodes])
judged = Assessment.objects.get(report=filed)
more([like(judged, report=one) for one in told])
passed_on = set(random.Random({seed}).sample(range(count), {passed_on}))
plan = [[str(one.pk), "emergency_now" if n in passed_on else "same_day"] for n, one in enumerate(told)]
open({plan!r}, "w").write(json.dumps(plan))
"""


def prepare(stack: Stack, count: int, *, passed_on: int, seed: int) -> Path:
    """The plan of what to open: `passed_on` emergencies, the others to be dealt with today."""
    plan = stack.folder / "to-open.json"
    code = PREPARE.format(count=count, passed_on=passed_on, seed=seed, plan=str(plan))
    stack.run_python(code, timeout=600)
    return plan


class Feeder:
    def __init__(self, stack: Stack, plan: Path, *, a_second: float) -> None:
        self.took = stack.folder / "took.json"
        self.process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(plan), str(a_second), str(self.took)],
            cwd=ROOT,
            env={**stack.env, "DJANGO_SETTINGS_MODULE": "coaching.settings"},
        )

    @property
    def is_done(self) -> bool:
        ended = self.process.poll()
        assert ended in (None, 0), "the feeder failed"
        return ended == 0

    @property
    def behind(self) -> str:
        """How far it was behind its own pace: the machine or the database could not follow."""
        late = json.loads(self.took.read_text())
        return f"{percentile(late, 0.5):.1f} / {percentile(late, 0.99):.1f} / {max(late):.1f} s"

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


def feed(plan: str, a_second: float, took: str) -> None:
    """In the process of its own, with Django set up."""
    import time

    start, late = time.monotonic(), []
    for number, (report, level) in enumerate(json.loads(Path(plan).read_text())):
        due = start + number / a_second
        time.sleep(max(0.0, due - time.monotonic()))
        _open_patiently(report, level)
        late.append(time.monotonic() - due)
    Path(took).write_text(json.dumps(late))


def _open_patiently(report_id: str, level: str) -> None:
    """Until the database has it. Doing it again changes nothing."""
    import time

    from django.db import InterfaceError, OperationalError, connection

    while True:
        try:
            return _open(report_id, level)
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(0.1)


def _open(report_id: str, level: str) -> None:
    from django.db import transaction
    from django.utils import timezone

    from athletes.models import Athlete, PainReport
    from athletes.services import escalations
    from guidance import Disposition

    with transaction.atomic():
        reports = PainReport.objects.filter(pk=report_id)
        athletes = Athlete.objects.filter(pk__in=reports.values("athlete"))
        athletes.select_for_update().get()
        reports.update(created_at=timezone.now())  # it reached us now, so its clock starts now
        report = reports.select_related("athlete__club", "episode").get()
        escalations.open_or_raise(report=report, level=Disposition(level), reason="Please look.")


if __name__ == "__main__":
    import django

    django.setup()
    os.chdir(ROOT)
    feed(sys.argv[1], float(sys.argv[2]), sys.argv[3])
