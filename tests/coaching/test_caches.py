"""Nothing that the site answers is kept by a browser or a proxy."""

import pytest
from django.urls import reverse

from athletes.services import tokens
from tests import factories

pytestmark = pytest.mark.django_db


def pages_of(report):
    return {
        "phone": [reverse("phone:home"), reverse("phone:result", args=[report.pk])],
        "desk": [
            reverse("desk:today"),
            reverse("desk:athlete", args=[report.athlete_id]),
            reverse("desk:report", args=[report.pk]),
            "/desk/nothing-here/",
        ],
        "api": [f"/api/v1/reports/{report.pk}/", "/api/v1/athletes/", "/api/v1/nothing-here/"],
    }


@pytest.mark.parametrize("face", ["phone", "desk", "api"])
def test_no_answer_is_kept(client, face):
    squad = factories.make_club()
    athlete = factories.make_athlete(squad)
    report = factories.make_report(athlete, factories.CLOT, assess=True)
    client.force_login(athlete.user if face == "phone" else squad.coach)
    for page in pages_of(report)[face]:
        assert "no-store" in client.get(page)["Cache-Control"], page


def test_an_answer_to_a_token_is_not_kept(client):
    squad = factories.make_club()
    secret = tokens.issue(by=squad.coach).secret
    answer = client.get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_htmx_keeps_no_page_on_the_device(client):
    assert '"historyCacheSize":0' in client.get("/").content.decode()
