"""A minor who has told a lot, everybody who may ask about her, and the words by which each thing told is known again."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from athletes import access
from athletes.models import Athlete, PainReport, User
from athletes.services import (
    comments,
    escalations,
    findings,
    hand_overs,
    notes,
    returning,
    sharing,
)
from tests import factories

PAIN = 6.4  # planted: as nobody tells it
ROLES = ("athlete", "guardian", "clinician", "coach", "owner", "mate", "former", "foreign")
TOLD_ALL = ("athlete", "guardian", "clinician")
DESK = ("clinician", "coach", "owner")
# What nobody reads with the status alone, by the words that were planted for it.
SECRETS = {
    "note of a report": "since the Saltmarsh relay",
    "pain": "6.4 of 10",
    "place": "Left calf",
    "finding": "tear at the Quillfeather junction",
    "who found it": "Dr Osterwald",
    "note of a hand-over": "look at the Brambleton scar",
    "outcome": "sent on to the Marlowe ward",
    "clearance": "slow on the Tidewater loop",
}
SHARED = {
    "talk": "Is Thursday’s session off?",
    "name": "Wilhelmina Pell",
}
NOTE = "the Hollowbrook ultrasound shows a cyst"  # a clinician's


@dataclass
class SharingCast:
    athlete: Athlete
    people: dict[str, User]
    low: PainReport  # a strain, on the way back to running
    danger: PainReport
    objects: dict[str, Any]
    shared: str = access.SHARE_ALL
    answers: dict[Any, str] = field(default_factory=dict)  # what was asked already

    def choose(self, chosen: str) -> None:
        self.shared = chosen
        sharing.choose_sharing(by=self.people["athlete"], athlete=self.athlete, sharing=chosen)


def make_sharing_cast() -> SharingCast:
    squad = factories.make_club("Harbour")
    athlete = factories.make_athlete(
        squad,
        name=SHARED["name"],
        birth_date=date(timezone.now().year - 15, 1, 1),
        consents=False,
        background={"prior_vte": "no"},
    )
    guardian = factories.make_guardian(athlete)
    people = {
        "athlete": athlete.user,
        "guardian": guardian,
        "clinician": factories.make_coach(squad, role=access.CLINICIAN),
        "coach": factories.make_coach(squad),
        "mate": factories.make_athlete(squad).user,
        "owner": factories.make_coach(squad, role=access.OWNER),
        "former": factories.make_coach(squad),
        "foreign": factories.make_club("Elsewhere").coach,
    }
    people["former"].memberships.update(ended_at=timezone.now())
    low, run = _strain(athlete, people)
    danger = factories.make_report(athlete, factories.CLOT, assess=True)
    _treated(low, people)
    PainReport.objects.filter(athlete=athlete).update(pain_now=PAIN)
    return SharingCast(
        athlete=athlete,
        people=people,
        low=low,
        danger=danger,
        objects={
            "squad": squad,
            "club": squad.club,
            "run": run,
            "escalation": danger.escalations.get(),
            "check_in": factories.make_check_in(low),
            "step": low.assessment.care_steps.first(),
            "handed": low.episode.hand_overs.get(),
        },
    )


def _strain(athlete: Athlete, people: dict[str, User]) -> tuple[PainReport, Any]:
    now = timezone.now()
    low = factories.make_report(
        athlete,
        factories.STRAIN,
        note=f"It hurts {SECRETS['note of a report']}.",
        reported_at=now - timedelta(days=10),
        assess=True,
    )
    told: dict[str, Any] = {"by": athlete.user, "episode": low.episode}
    returning.confirm_entry(**told, ladder="calf_muscle", at=now - timedelta(days=3))
    logged = returning.log_run(
        **told,
        client_key=uuid.uuid4(),
        level=1,
        at=now - timedelta(hours=25),
        pain_during=2,
    )
    comments.add_comment(by=athlete.user, episode=low.episode, text=SHARED["talk"])
    return low, logged.run


def _treated(low: PainReport, people: dict[str, User]) -> None:
    clinician = people["clinician"]
    findings.record_finding(
        by=clinician,
        episode=low.episode,
        cause="",
        in_words=SECRETS["finding"],
        clinician=SECRETS["who found it"],
        found_on=timezone.now().date(),
        method="ultrasound",
    )
    hand_overs.hand_over(
        by=clinician,
        episode=low.episode,
        to_name="Dr Weber",
        note=SECRETS["note of a hand-over"],
    )
    returning.record_clearance(
        by=clinician,
        episode=low.episode,
        clinician="Dr Weber",
        given_on=timezone.now().date(),
        note=SECRETS["clearance"],
    )
    notes.add_note(by=clinician, episode=low.episode, text=NOTE)
    for call in low.episode.escalations.all():
        escalations.resolve(by=clinician, escalation=call, outcome=SECRETS["outcome"])


def desk_pages(cast: SharingCast) -> dict[str, str]:
    """Every page and file of the desk that says something of the athlete."""
    episode, report = cast.low.episode_id, cast.low.pk
    of: dict[str, list[Any]] = {
        "today": [],
        "morning": [],
        "athletes": [],
        "outcomes": [],
        "athlete": [cast.athlete.pk],
        "report": [report],
        "escalation": [cast.objects["escalation"].pk],
        "board": [cast.objects["squad"].pk],
        "board_csv": [cast.objects["squad"].pk],
        "season": [cast.objects["squad"].pk],
        "close": [episode],
        "clearance": [episode],
        "finding": [episode],
        "hand_over": [episode],
        "sheet": [episode],
        "sheet_pdf": [episode],
        "hold": [cast.athlete.pk],
        "check_in": [cast.objects["check_in"].pk],
        "change_step": [cast.objects["step"].pk],
        "new_report-known": [cast.athlete.pk],
    }
    found = {name: reverse(f"desk:{name}", args=args) for name, args in of.items()}
    for what in ("reports", "sites", "causes", "findings", "answers", "athletes", "calls"):
        args = [cast.objects["squad"].pk, what]
        found[f"season {what}"] = reverse("desk:season_csv", args=args)
    return found


def api_answers(cast: SharingCast) -> dict[str, str]:
    """Every address of the API that says something of the athlete."""
    base, episode = "/api/v1", cast.low.episode_id
    call, check_in = cast.objects["escalation"].pk, cast.objects["check_in"].pk
    return {
        "athletes": f"{base}/athletes/",
        "athlete": f"{base}/athletes/{cast.athlete.pk}/",
        "reports": f"{base}/reports/",
        "report": f"{base}/reports/{cast.low.pk}/",
        "danger": f"{base}/reports/{cast.danger.pk}/",
        "assessment": f"{base}/reports/{cast.low.pk}/assessment/",
        "danger assessment": f"{base}/reports/{cast.danger.pk}/assessment/",
        "episodes": f"{base}/episodes/",
        "episode": f"{base}/episodes/{episode}/",
        "return": f"{base}/episodes/{episode}/return/",
        "findings": f"{base}/episodes/{episode}/findings/",
        "escalations": f"{base}/escalations/",
        "escalation": f"{base}/escalations/{call}/",
        "check-ins": f"{base}/check-ins/",
        "check-in": f"{base}/check-ins/{check_in}/",
        "comments": f"{base}/comments/",
        "clinician-notes": f"{base}/clinician-notes/",
        "assessments": f"{base}/assessments/",
        "assessment by itself": f"{base}/assessments/{cast.low.assessment.pk}/",
        "danger by itself": f"{base}/assessments/{cast.danger.assessment.pk}/",
        "care-steps": f"{base}/care-steps/",
        "care-step": f"{base}/care-steps/{cast.objects['step'].pk}/",
        "training-holds": f"{base}/training-holds/",
        "hand-overs": f"{base}/hand-overs/",
        "hand-over": f"{base}/hand-overs/{cast.objects['handed'].pk}/",
        **_lists_of_the_api(base, cast.objects["squad"].pk, episode),
    }


def _lists_of_the_api(base: str, squad: uuid.UUID, episode: uuid.UUID) -> dict[str, str]:
    """What is worked out of the records, as the desk's lists and figures are."""
    files = ("reports", "sites", "causes", "findings", "answers", "athletes", "calls")
    return {
        "today": f"{base}/today/",
        "morning": f"{base}/morning/",
        "board": f"{base}/squads/{squad}/board/",
        "board file": f"{base}/squads/{squad}/board.csv",
        "season": f"{base}/squads/{squad}/season/",
        **{f"season {what}": f"{base}/squads/{squad}/season/{what}.csv" for what in files},
        "outcomes": f"{base}/outcomes/",
        "figures": f"{base}/outcomes/figures/",
        "events": f"{base}/episodes/{episode}/events/",
        "pain": f"{base}/episodes/{episode}/pain/",
        "sheet": f"{base}/episodes/{episode}/sheet/",
        "sheet file": f"{base}/episodes/{episode}/sheet.pdf",
    }
