"""One's own data as a file: asked for on the page, fetched by nobody else, and never without being oneself."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from athletes.models import AuditEntry, DataExport, Guardianship
from athletes.services import exports, tokens
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = reverse("own_data")


@pytest.fixture
def athlete():
    return factories.make_athlete(factories.make_club())


def browser_of(user, *, shown_to_be_there=True):
    client = Client()
    client.force_login(user)
    if shown_to_be_there:
        client.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD})
    return client


def ready(user, athlete=None):
    export = exports.ask(by=user, athlete=athlete)
    exports.make(export_id=export.pk)
    return export


def address(export):
    return reverse("own_data_file", args=[export.pk])


def test_whoever_asks_shows_first_that_it_is_them(athlete):
    client = browser_of(athlete.user, shown_to_be_there=False)
    export = ready(athlete.user)
    for answer in (client.post(reverse("own_data_ask")), client.get(address(export))):
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert DataExport.objects.count() == 1
    shown = client.post(
        reverse("account_reauthenticate"),
        {"password": factories.PASSWORD, "next": reverse("own_data_ask")},
    )
    assert shown.status_code == 302


def test_asked_for_made_and_fetched(athlete):
    client = browser_of(athlete.user)
    assert client.post(reverse("own_data_ask"), follow=True).status_code == 200
    assert "being made" in client.get(PAGE).content.decode()
    (export,) = DataExport.objects.all()
    exports.make(export_id=export.pk)
    page = client.get(PAGE).content.decode()
    assert f'href="{address(export)}"' in page
    answer = client.get(address(export))
    assert answer["Content-Disposition"] == 'attachment; filename="niggle-data.zip"'
    assert answer["Content-Type"] == "application/zip"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert {"data.json", "README.txt", "read-me-in-a-browser.html", "csv/reports.csv"} <= set(names)
    export.refresh_from_db()
    assert export.fetched_at is not None


def test_somebody_elses_file_is_not_there(athlete):
    export = ready(athlete.user)
    for person in (
        factories.make_athlete(athlete.squads.get()).user,
        athlete.squads.get().club.memberships.first().user,
    ):
        assert browser_of(person).get(address(export)).status_code == 404


def test_after_a_week_it_is_not_there(athlete):
    export = ready(athlete.user)
    DataExport.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    client = browser_of(athlete.user)
    assert client.get(address(export)).status_code == 404
    assert "no longer kept" in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"created_at": timezone.now() - timedelta(hours=2)}, "takes longer than it should"),
        ({"state": "failed"}, "could not be made"),
    ],
    ids=["late", "failed"],
)
def test_what_went_wrong_is_said(athlete, change, said):
    exports.ask(by=athlete.user)
    DataExport.objects.update(**change)
    assert said in browser_of(athlete.user).get(PAGE).content.decode()


def test_a_guardian_takes_the_childs_and_it_is_written_down(athlete):
    parent = factories.make_user("Parent")
    athlete.birth_date = timezone.now().date() - timedelta(days=14 * 365)
    athlete.save()
    client = browser_of(parent)
    told = {"athlete": str(athlete.pk)}
    assert client.post(reverse("own_data_ask"), told).status_code == 404
    Guardianship.objects.create(athlete=athlete, user=parent)
    assert athlete.name in client.get(PAGE).content.decode()
    assert client.post(reverse("own_data_ask"), told).status_code == 302
    export = DataExport.objects.get()
    exports.make(export_id=export.pk)
    assert client.get(address(export)).status_code == 200
    taken = AuditEntry.objects.get(action="taken")
    assert (taken.actor_key, taken.athlete_keys) == (parent.uid, [str(athlete.pk)])


def test_the_page_takes_as_many_queries_for_ten_files_as_for_one(
    athlete, django_assert_max_num_queries
):
    client = browser_of(athlete.user)
    client.get(PAGE)
    for _ in range(10):
        DataExport.objects.create(asked_by=athlete.user, state="over")
    with django_assert_max_num_queries(15):
        client.get(PAGE)


# --- By another program


def program(user):
    secret = tokens.issue(by=user).secret
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_a_program_asks_and_fetches(athlete):
    client = program(athlete.user)
    asked = client.post("/api/v1/exports/", {}, content_type="application/json")
    assert (asked.status_code, asked.json()["state"]) == (202, "pending")
    again = client.post("/api/v1/exports/", {}, content_type="application/json")
    assert again.json()["id"] == asked.json()["id"]
    where = f"/api/v1/exports/{asked.json()['id']}/"
    assert client.get(f"{where}file/").status_code == 404
    exports.make(export_id=asked.json()["id"])
    assert client.get(where).json()["state"] == "ready"
    got = client.get(f"{where}file/", headers={"Accept": "application/zip"})
    assert got.status_code == 200
    assert zipfile.ZipFile(io.BytesIO(got.content)).testzip() is None
    listed = client.get("/api/v1/exports/").json()["results"]
    assert [row["id"] for row in listed] == [asked.json()["id"]]


def test_a_program_of_somebody_else_finds_nothing(athlete):
    export = ready(athlete.user)
    other = program(factories.make_user())
    assert other.get(f"/api/v1/exports/{export.pk}/file/").status_code == 404
    told = {"athlete": str(athlete.pk)}
    asked = other.post("/api/v1/exports/", told, content_type="application/json")
    assert asked.status_code == 400
