"""A person's data as a file: all that is theirs, nothing of anybody else, and it can be read back."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models as columns
from django.utils import timezone

from athletes import access, exports
from athletes.clerk import Clerk
from athletes.csv_cells import STARTS_A_FORMULA
from athletes.exports.kinds import OF_ATHLETE, OF_USER, WRITTEN
from athletes.models import (
    DataExport,
    Guardianship,
    Notification,
    User,
)
from athletes.services import audit, audit_seals, comments, erasure, tokens
from athletes.services import exports as service
from tests import factories
from tests.athletes.whole_life import whole_life

pytestmark = pytest.mark.django_db

# Records that are no person's: of a club, of the site, or of how it works.
NOBODYS = {
    "Club", "Squad", "SquadChannel", "WebhookEndpoint", "Heartbeat", "SiteKey", "Forgotten", "PastTally",
    "AuditChain", "AuditEntry",  # entries come by who looked: see Scope.looks
    "AuditSubject",
    "SentBefore",  # kept for a day, so that nothing is done twice; what was done is in the file
}  # fmt: skip


@pytest.fixture
def life(squad):
    return whole_life(squad)


def opened(user, athlete=None):
    file = io.BytesIO()
    exports.write(exports.scope_of(user, athlete), file)
    return zipfile.ZipFile(file)


def told(user, athlete=None):
    return json.loads(opened(user, athlete).read("data.json"))["records"]


def test_every_kind_of_record_is_handed_out_or_nobodys():
    handed_out = {kind.model.__name__ for kind in (*OF_ATHLETE, *OF_USER, *WRITTEN)}
    ours = {model.__name__ for model in apps.get_app_config("athletes").get_models()}
    assert not ours - handed_out - NOBODYS, "neither exported nor said to be nobody's"
    assert not handed_out & NOBODYS


def test_no_secret_is_handed_out(life):
    secret = tokens.issue(by=life.user).secret
    archive = opened(life.user)
    whole = b"".join(archive.read(name) for name in archive.namelist()).decode()
    for hidden in (secret, life.user.password, "push.example/secret", "a-key-of-push"):
        assert hidden not in whole
    names = {head for kind in (*OF_ATHLETE, *OF_USER, *WRITTEN) for head in kind.heads}
    assert not {name for name in names if name.endswith(("hash", "secret")) or name == "password"}


def test_each_kind_of_the_athletes_has_its_rows(life):
    records = told(life.user)
    empty = {kind.name for kind in OF_ATHLETE if not records[kind.name]}
    assert not empty, "whole_life makes none of these"
    assert str(life.coach) in {row["who"] for row in records["looks"]}


def test_nothing_of_anybody_else_is_in_it(squad, life):
    other = factories.make_athlete(squad, name="Somebody Elsewise")
    theirs = factories.make_report(
        other, factories.CLOT, note="A note of somebody else", assess=True
    )
    comments.add_comment(by=other.user, episode=theirs.episode, text="Said by somebody else")
    foreign = factories.make_club("A foreign club").coach
    archive = opened(life.user)
    for name in archive.namelist():
        text = archive.read(name).decode()
        assert "somebody else" not in text
        assert str(other.pk) not in text
        assert str(theirs.pk) not in text
        assert foreign.email not in text


def test_read_back_it_is_the_same(life):
    """Each row made anew from the JSON, after everything is gone, and exported again: equal to the letter."""
    before = told(life.user)
    people = {person.pk: str(person.uid) for person in User.objects.all()}
    by_uid = {uid: pk for pk, uid in people.items()}
    squads = list(life.athlete.squads.all())
    erasure.erase_athlete(by=life.owner, athlete=life.athlete)
    again = User.objects.create(
        pk=life.user.pk, uid=life.user.uid, email=life.user.email, name=life.user.name
    )
    for kind in OF_ATHLETE:
        if kind.only:
            continue
        for row in before[kind.name]:
            kind.model(**_columns(kind, row, by_uid)).save_base(raw=True, force_insert=True)
    life.athlete.squads.set(squads)
    after = told(again)
    for kind in OF_ATHLETE:
        if not kind.only and kind.name not in ("athletes",):
            assert after[kind.name] == before[kind.name], kind.name
    assert [row["name"] for row in after["athletes"]] == [life.athlete.name]


def _columns(kind, row, by_uid):
    values = {}
    for column in kind.fields():
        value = row[column.name]
        if isinstance(column, columns.ForeignKey) and isinstance(value, dict):
            value = by_uid.get(value["id"], value["id"])
        values[column.attname] = column.to_python(value)
    if kind.name == "links_made_for_you":
        values["token_hash"] = "-"
    return values


def test_the_tables_have_the_same_rows_and_no_formula(life):
    comments.add_comment(by=life.user, episode=life.episode, text="=1+1\n@SUM(A1)")
    archive = opened(life.user)
    records = json.loads(archive.read("data.json"))["records"]
    for name, rows in records.items():
        text = archive.read(f"csv/{name}.csv").decode("utf-8-sig")
        table = list(csv.reader(io.StringIO(text)))
        assert len(table) == len(rows) + 1, name
        for cell in (cell for line in table[1:] for cell in line):
            assert not cell.startswith(STARTS_A_FORMULA) or _is_number(cell), (name, cell)
    assert "'=1+1" in archive.read("csv/comments.csv").decode()


def _is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_the_page_needs_nothing_and_runs_nothing(life):
    comments.add_comment(
        by=life.user, episode=life.episode, text="<script>alert(1)</script><img src=x>"
    )
    page = opened(life.user).read("read-me-in-a-browser.html").decode()
    assert "<script" not in page
    assert "src=" not in page.replace("src=x&gt;", "")
    assert "http" not in page.replace("http-equiv", "")
    assert "&lt;script&gt;alert(1)" in page
    assert "@media print" in page
    assert "default-src 'none'" in page


def test_ten_years_of_reports_take_as_many_queries_as_one(life, django_assert_max_num_queries):
    """The JSON: a kind a query (and one more for what is many-to-many), however many rows."""
    kinds = len(OF_ATHLETE) + len(OF_USER) + len(WRITTEN)
    for _ in range(12):
        factories.make_report(life.athlete, factories.SORE, assess=True)
    scope = exports.scope_of(life.user, None)
    with django_assert_max_num_queries(kinds + 20):
        for kind, rows in scope.kinds():
            list(kind.rows(rows))


def test_a_coach_gets_what_they_wrote_as_far_as_they_still_see_it(squad, life):
    comments.add_comment(by=life.coach, episode=life.episode, text="Rest today")
    assert [row["text"] for row in told(life.coach)["wrote_comments"]] == ["Rest today"]
    assert told(life.coach)["reports"] == []
    life.coach.memberships.update(ended_at=timezone.now())
    assert told(life.coach)["wrote_comments"] == []


def test_where_only_the_status_is_shared_a_coach_takes_no_detail(squad, life):
    factories.make_report(life.athlete, factories.SORE, by=life.coach, note="As told at the track")
    assert told(life.coach)["filed_reports"]
    life.athlete.sharing = "status"
    life.athlete.save()
    assert told(life.coach)["filed_reports"] == []


# --- Asking, making, fetching


def test_asked_twice_it_is_made_once(life):
    first = service.ask(by=life.user)
    assert service.ask(by=life.user) == first
    assert service.make(export_id=first.pk)
    assert not service.make(export_id=first.pk)
    second = service.ask(by=life.user)
    assert second != first
    Clerk().work_off()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.content) == ("over", None)
    assert second.state == "ready"
    assert zipfile.ZipFile(io.BytesIO(service.fetch(by=life.user, export=second))).testzip() is None


def test_the_person_is_told_without_a_word_about_them(life):
    export = service.ask(by=life.user)
    service.make(export_id=export.pk)
    notices = Notification.objects.filter(dedupe_key__startswith=f"export:{export.pk}")
    assert {notice.channel for notice in notices} == {"in_app", "push"}
    assert {(notice.subject, notice.path) for notice in notices} == {
        ("Your data is ready", "/accounts/data/")
    }


def test_nobody_else_can_fetch_it(squad, life):
    export = service.ask(by=life.user)
    service.make(export_id=export.pk)
    for person in (life.coach, life.owner, factories.make_athlete(squad).user):
        with pytest.raises(DataExport.DoesNotExist):
            service.fetch(by=person, export=export)


def test_after_a_week_it_is_gone(life):
    export = service.ask(by=life.user)
    service.make(export_id=export.pk)
    DataExport.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(DataExport.DoesNotExist):
        service.fetch(by=life.user, export=export)
    service.tidy_up()
    export.refresh_from_db()
    assert (export.state, export.content) == ("over", None)


def test_a_fault_is_tried_again_and_then_said(life, monkeypatch):
    export = service.ask(by=life.user)
    monkeypatch.setattr(exports, "write", lambda *_: 1 / 0)
    for _ in range(service.MAX_ATTEMPTS + 1):
        DataExport.objects.update(claimed_until=None)
        Clerk().work_off()
    export.refresh_from_db()
    assert export.state == "failed"
    assert Notification.objects.filter(subject=service.FAILED).exists()


def test_who_died_with_it_is_followed_by_another(life):
    export = service.ask(by=life.user)
    DataExport.objects.update(attempts=1, claimed_until=timezone.now() + timedelta(minutes=5))
    assert not service.make(export_id=export.pk)
    DataExport.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert service.make(export_id=export.pk)


def test_what_a_worker_leaves_lying_is_made_here(life):
    class Broker:
        is_answering = True
        offered: list = []

        def offer(self, task, *args):
            self.offered.append(args)

    export, broker = service.ask(by=life.user), Broker()
    clerk = Clerk(broker)
    clerk.round()
    clerk.round()
    export.refresh_from_db()
    assert (broker.offered, export.state) == ([(str(export.pk),)], "pending")
    DataExport.objects.update(dispatched_at=timezone.now() - timedelta(minutes=2))
    clerk.round()
    export.refresh_from_db()
    assert export.state == "ready"


def test_a_guardian_takes_the_childs_and_only_while_they_are_one(squad):
    child = factories.make_athlete(
        squad, birth_date=timezone.now().date() - timedelta(days=15 * 365)
    )
    parent = factories.make_user("Parent")
    with pytest.raises(access.NotAllowed):
        service.ask(by=parent, athlete=child)
    Guardianship.objects.create(athlete=child, user=parent)
    export = service.ask(by=parent, athlete=child)
    service.make(export_id=export.pk)
    assert service.fetch(by=parent, export=export)
    records = told(parent, child)
    assert [row["id"] for row in records["athletes"]] == [str(child.pk)]
    assert "account" not in records
    Guardianship.objects.update(ended_at=timezone.now())
    with pytest.raises(DataExport.DoesNotExist):
        service.fetch(by=parent, export=export)


def test_who_looked_is_in_it_by_name(life):
    audit.record_read(by=life.coach, athletes=[life.athlete], what="desk:sheet")
    audit_seals.seal_all()
    assert ("desk:sheet", str(life.coach)) in {
        (row["what"], row["who"]) for row in told(life.user)["looks"]
    }
