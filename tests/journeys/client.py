"""A REST client as somebody else would write it, for tests that post to a running server."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from typing import Any

import requests

from tests.stack import Stack, wait_for

COACH, ATHLETE, PASSWORD = "coach@demo.test", "athlete@demo.test", "a-long-enough-password"

# For `running_stack(cast=CAST)`: a club with one coach and one athlete who can log in.
CAST = f"""
from datetime import date
from athletes import access
from athletes.consent_text import CONSENT
from athletes.models import User
from athletes.services import consents, people
coach = User.objects.create_user("{COACH}", "{PASSWORD}", name="Ana Ruiz")
squad = people.create_club(by=coach, name="Journey Club", squad_name="Milers")
athlete = people.add_athlete(by=coach, squad=squad, name="Lena Hoffmann", timezone="Europe/Berlin", birth_date=date(1994, 5, 6))
athlete.user = User.objects.create_user("{ATHLETE}", "{PASSWORD}", name="Lena Hoffmann")
athlete.save()
people.grant_role(user=athlete.user, squad=squad, role=access.ATHLETE)
consents.give(by=athlete.user, athlete=athlete, version=CONSENT.version)
"""


def browser_session(stack: Stack, email: str) -> requests.Session:
    """Logged in on the page, as a person does."""
    session = requests.Session()
    page = session.get(f"{stack.url}/accounts/login/", timeout=30)
    assert page.status_code == 200
    form = {
        "login": email,
        "password": PASSWORD,
        "csrfmiddlewaretoken": session.cookies["csrftoken"],
    }
    entered = session.post(f"{stack.url}/accounts/login/", data=form, timeout=30)
    assert entered.status_code == 200
    assert "/accounts/login" not in entered.url
    return session


class Client:
    """Logged in by e-mail and password; keeps the connection."""

    def __init__(self, stack: Stack, email: str = COACH) -> None:
        self.base = f"{stack.url}/api/v1/"
        self.session = requests.Session()
        answer = self.post("auth/login/", email=email, password=PASSWORD)
        assert answer.status_code == 200, answer.text
        self.session.headers["Authorization"] = f"Bearer {answer.json()['token']}"

    @classmethod
    def sharing(cls, other: Client) -> Client:
        """The same person on a connection of their own, for a thread."""
        client = cls.__new__(cls)
        client.base, client.session = other.base, requests.Session()
        client.session.headers.update(other.session.headers)
        return client

    def get(self, path: str, **params: Any) -> requests.Response:
        return self.session.get(self.base + path, params=params, timeout=30)

    def post(self, path: str, **body: Any) -> requests.Response:
        return self.session.post(self.base + path, json=body, timeout=30)

    def patch(self, path: str, **body: Any) -> requests.Response:
        return self.session.patch(self.base + path, json=body, timeout=30)

    def interviewed(self, facts: dict[str, Any]) -> dict[str, Any]:
        """What is told as far as one must, asked screen by screen, of somebody of whom `facts` are true."""
        told: dict[str, Any] = {}
        for _ in range(40):
            answer = self.post("interview/next/", answers=told)
            assert answer.status_code == 200, answer.text
            asked = answer.json()
            if asked["may_stop"]:
                return told
            rest = asked["screen"]["rest"] or "unsure"
            told |= {one["id"]: facts.get(one["id"], rest) for one in asked["screen"]["findings"]}
        raise AssertionError("The interview never lets one stop.")

    def new_athlete(self, name: str) -> str:
        answer = self.post("athletes/", name=name, consent_told=True)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def report(self, athlete: str, answers: dict[str, Any], key: str = "") -> requests.Response:
        key = key or str(uuid.uuid4())
        return self.post("reports/", athlete=athlete, answers=answers, client_key=key)

    def timed_report(self, athlete: str, answers: dict[str, Any]) -> tuple[dict[str, Any], float]:
        """The stored report, and the seconds that the answer took."""
        start = time.monotonic()
        answer = self.report(athlete, answers)
        took = time.monotonic() - start
        assert answer.status_code == 201, answer.text
        return answer.json(), took

    def assessment(self, report_id: str) -> dict[str, Any]:
        answer = self.get(f"reports/{report_id}/assessment/")
        assert answer.status_code == 200, answer.text
        judged: dict[str, Any] = answer.json()
        return judged

    def wait_finished(self, reports: Iterable[str], *, seconds: float) -> dict[str, dict[str, Any]]:
        """The assessments of all `reports`, once none is pending."""
        finished: dict[str, dict[str, Any]] = {}
        left = set(reports)

        def all_done() -> bool:
            for report_id in sorted(left):
                judged = self.assessment(report_id)
                if judged["state"] == "pending":
                    return False
                finished[report_id] = judged
                left.discard(report_id)
            return True

        wait_for(all_done, seconds=seconds, what="every report is judged")
        return finished
