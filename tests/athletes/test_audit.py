"""Who looked and who changed: what an entry says, the chain that seals it, and every way to tamper with that."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

from athletes import looking
from athletes.dispatcher import Dispatcher
from athletes.looking import Subject
from athletes.models import (
    Athlete,
    AuditChain,
    AuditEntry,
    AuditSubject,
    Comment,
    Episode,
    PainReport,
)
from athletes.models.audit import BY_SITE, CHANGED, ON_DESK, READ
from athletes.services import audit, audit_seals, comments, erasure, housekeeping
from athletes.services.audit_seals import Head, breaks_in, seal_all
from tests import factories

WRITERS, EACH = 8, 12


@pytest.fixture
def read(squad: Any) -> Callable[..., None]:
    """`read(athlete, ...)`: the coach looked at these."""

    def looked(*athletes: Athlete) -> None:
        audit.record_read(by=squad.coach, athletes=athletes, what="desk:today", face=ON_DESK)

    return looked


@pytest.fixture
def report(athlete: Athlete) -> PainReport:
    return factories.make_report(athlete, factories.STRAIN, assess=True)


def make_chain(squad: Any, *, length: int = 5) -> None:
    """Entries of both athletes and of each alone."""
    one, other = (factories.make_athlete(squad) for _ in range(2))
    AuditEntry.objects.all().delete()
    for number in range(length):
        whose = [[one], [other], [one, other]][number % 3]
        audit.record_read(by=squad.coach, athletes=whose, what="desk:today", face=ON_DESK)
    seal_all()


def breaks(squad: Any, anchors: list[Head] | None = None) -> list[int]:
    return [it.number for it in breaks_in(club_key=squad.club_id, anchors=anchors)]


# --- What an entry says


@pytest.mark.django_db
def test_an_entry_holds_ids_and_names_of_fields(squad, athlete, report):
    AuditEntry.objects.all().delete()
    comment = comments.add_comment(by=squad.coach, episode=report.episode, text="Rest your calf")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.what, entry.fields) == (CHANGED, "comment", ["text"])
    assert (entry.actor_key, entry.record_key) == (squad.coach.uid, str(comment.pk))
    assert (entry.club_key, entry.athlete_keys) == (athlete.club_id, [str(athlete.pk)])
    assert entry.face == BY_SITE  # no request was under way
    assert "calf" not in json.dumps([str(value) for value in vars(entry).values()])


@pytest.mark.django_db
def test_ones_own_is_nobodys_look(athlete, report):
    AuditEntry.objects.all().delete()
    comments.add_comment(by=athlete.user, episode=report.episode, text="It is better")
    audit.record_read(by=athlete.user, athletes=[athlete], what="phone:home")
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_one_entry_a_club_with_the_athletes_sorted(squad, athlete):
    elsewhere = factories.make_athlete(factories.make_club())
    mates = [factories.make_athlete(squad) for _ in range(3)]
    AuditEntry.objects.all().delete()
    whose = [mates[2], elsewhere, mates[0], athlete, mates[1], mates[0]]
    audit.record_read(by=squad.coach, athletes=whose, what="api:athlete-list")
    found = {entry.club_key: entry.athlete_keys for entry in AuditEntry.objects.all()}
    assert found == {
        squad.club_id: sorted(str(it.pk) for it in [athlete, *mates]),
        elsewhere.club_id: [str(elsewhere.pk)],
    }


@pytest.mark.django_db
def test_a_change_that_is_taken_back_leaves_no_entry(squad, athlete, report):
    AuditEntry.objects.all().delete()
    with transaction.atomic():
        comments.add_comment(by=squad.coach, episode=report.episode, text="Rest")
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_many_cost_as_much_as_one(squad, read, django_assert_num_queries):
    many = [factories.make_athlete(squad) for _ in range(20)]
    for athletes in (many[:1], many):
        with django_assert_num_queries(1):
            read(*athletes)


# --- Whose rows a request was handed


@pytest.mark.django_db
def test_rows_say_whose_they_are(squad, athlete, report):
    comments.add_comment(by=squad.coach, episode=report.episode, text="Rest")
    with looking.watching(ON_DESK) as seen:
        list(Comment.objects.all())  # its episode and athlete were not fetched
    expected = Subject(athlete.pk, athlete.club_id, athlete.user_id)
    assert seen.subjects() == [expected]
    with looking.watching(ON_DESK) as seen:
        list(Comment.objects.select_related("episode__athlete"))
    assert seen.athletes == {athlete.pk: expected}


@pytest.mark.django_db
def test_what_came_along_is_not_asked_for_again(squad, athlete, report, django_assert_num_queries):
    with looking.watching(ON_DESK) as seen:
        list(Episode.objects.select_related("athlete"))
    with django_assert_num_queries(0):
        assert [it.pk for it in seen.subjects()] == [athlete.pk]


@pytest.mark.django_db
def test_outside_of_a_request_nothing_is_noted(athlete):
    assert looking.current() is None
    Athlete.objects.get(pk=athlete.pk)


# --- The chain


@pytest.mark.django_db
def test_entries_are_sealed_in_the_order_they_came(squad):
    make_chain(squad)
    entries = AuditEntry.objects.order_by("number")
    assert [entry.number for entry in entries] == [1, 2, 3, 4, 5]
    seals = [entry.seal for entry in entries]
    assert [entry.seal_before for entry in entries] == ["", *seals[:-1]]
    assert AuditChain.objects.get().seal == seals[-1]
    assert AuditSubject.objects.count() == 6  # one, other, both, one, other
    assert breaks(squad) == []


@pytest.mark.django_db
def test_the_sweep_finds_each_club_once(squad):
    make_chain(squad)
    other = factories.make_athlete(factories.make_club())
    coach = other.club.memberships.first().user
    for _ in range(3):
        audit.record_read(by=coach, athletes=[other], what="desk:today")
    found = list(audit_seals.not_sealed().values_list("pk", flat=True))
    clubs = {AuditEntry.objects.get(pk=pk).club_key for pk in found}
    assert len(found) == len(clubs)
    for pk in [*found, *found]:  # a task may come twice
        audit_seals.seal_beginning_with(entry_id=pk)
    assert not AuditEntry.objects.not_sealed().exists()
    assert not list(breaks_in(club_key=other.club_id))


@pytest.mark.django_db
def test_the_dispatcher_seals(squad, athlete, read):
    read(athlete)
    Dispatcher().round()
    assert not AuditEntry.objects.not_sealed().exists()
    assert breaks(squad) == []


def _sql(statement: str) -> Callable[[], None]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


def _swap() -> None:
    """Entries 2 and 3 change places, each with what is the other's."""
    two, three = AuditEntry.objects.filter(number__in=(2, 3)).order_by("number")
    AuditEntry.objects.filter(pk=two.pk).update(number=None, seal="")
    AuditEntry.objects.filter(pk=three.pk).update(number=2)
    AuditEntry.objects.filter(pk=two.pk).update(number=3, seal=two.seal)


SUBJECTS = "athletes_auditsubject"
ENTRIES = "athletes_auditentry"
OF = f"(SELECT id FROM {ENTRIES} WHERE number = {{}})"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tamper", "at"),
    [
        (_sql(f"UPDATE {ENTRIES} SET what = 'desk:club' WHERE number = 2"), [2]),
        (_sql(f"UPDATE {ENTRIES} SET actor_key = NULL WHERE number = 3"), [3]),
        (_sql(f"UPDATE {ENTRIES} SET at = '2020-01-01 00:00:00+00:00' WHERE number = 1"), [1]),
        (_sql(f"UPDATE {ENTRIES} SET athlete_keys = '[]' WHERE number = 5"), [5, 5]),
        (_sql(f"UPDATE {ENTRIES} SET seal = '0' WHERE number = 2"), [2, 3]),
        (
            _sql(f"DELETE FROM {SUBJECTS} WHERE entry_id = {OF.format(2)}; "),
            [2],
        ),
        (_swap, [2, 2, 3, 3, 4]),
        (_sql("UPDATE athletes_auditchain SET number = 4"), [5]),
        (_sql("DELETE FROM athletes_auditchain"), [5]),
    ],
    ids=[
        "changed",
        "actor",
        "time",
        "athletes",
        "seal",
        "hidden-from-the-athlete",
        "reordered",
        "end",
        "no-end",
    ],
)
def test_tampering_is_found(squad, tamper, at):
    make_chain(squad)
    tamper()
    assert breaks(squad) == at


@pytest.mark.django_db
@pytest.mark.parametrize(("gone", "at"), [(1, [2]), (3, [4]), (5, [4])])
def test_an_entry_taken_out_is_found(squad, gone, at):
    make_chain(squad)
    AuditEntry.objects.get(number=gone).delete()
    assert breaks(squad) == at


@pytest.mark.django_db
def test_an_end_cut_off_with_the_chain_mended_is_found_by_an_anchor(squad):
    make_chain(squad)
    anchors = list(audit_seals.heads())
    AuditEntry.objects.filter(number__gt=3).delete()
    third = AuditEntry.objects.get(number=3)
    AuditChain.objects.update(number=3, seal=third.seal)
    assert breaks(squad) == []  # nothing inside the database shows it
    assert breaks(squad, anchors) == [5]


@pytest.mark.django_db
def test_a_chain_written_anew_is_found_by_an_anchor(squad):
    make_chain(squad)
    anchors = list(audit_seals.heads())
    AuditChain.objects.all().delete()
    AuditSubject.objects.all().delete()
    AuditEntry.objects.update(number=None, seal="", seal_before="")
    AuditEntry.objects.filter(what="desk:today").update(what="desk:club")
    seal_all()
    assert breaks(squad) == []
    assert breaks(squad, anchors) == [5]


@pytest.mark.django_db
def test_the_command_says_where_and_fails(squad, capsys, tmp_path):
    make_chain(squad)
    call_command("audit")
    anchors = tmp_path / "anchors"
    anchors.write_text(capsys.readouterr().out)
    call_command("audit", verify=True, anchors=anchors)
    assert "1 chains hold" in capsys.readouterr().err
    AuditEntry.objects.filter(number=2).update(what="desk:club")
    with pytest.raises(SystemExit) as ended:
        call_command("audit", verify=True, club=squad.club_id)
    assert ended.value.code == 1
    assert f"club {squad.club_id}, entry 2" in capsys.readouterr().err


@pytest.mark.django_db
def test_housekeeping_logs_the_anchors(squad, caplog):
    make_chain(squad)
    with caplog.at_level("INFO"):
        housekeeping.tidy_up()
    assert f"audit anchor {next(audit_seals.heads())}" in caplog.messages


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What threads can really share: SQLite's database of the tests lives in the memory, where none waits its turn."""
    if connection.vendor != "sqlite":
        return
    copy = tmp_path / "shared.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(copy)])
    monkeypatch.setitem(connections.settings["default"], "NAME", str(copy))


def in_thread(work: Callable[[], Any]) -> Any:
    """On a connection of its own."""

    def and_close() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(and_close).result(60)


@pytest.mark.django_db(transaction=True)
def test_many_writers_make_one_unbroken_chain(squad, request):
    """Some of them seal meanwhile. On SQLite they come one by one, on PostgreSQL they meet."""
    athletes = [factories.make_athlete(squad) for _ in range(3)]
    request.getfixturevalue("shared")
    ready = threading.Barrier(WRITERS)

    def write(number: int) -> None:
        ready.wait(60)
        for turn in range(EACH):
            whose = athletes[: turn % 3 + 1]
            audit.record_read(by=squad.coach, athletes=whose, what="desk:today", face=ON_DESK)
            if turn % 4 == number % 4:
                audit_seals.seal_new(club_key=squad.club_id)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda number: in_thread(lambda: write(number)), range(WRITERS)))
    in_thread(seal_all)
    looks = AuditEntry.objects.filter(action=READ, club_key=squad.club_id)
    assert in_thread(looks.count) == WRITERS * EACH
    numbers = AuditEntry.objects.filter(club_key=squad.club_id).values_list("number", flat=True)
    found = in_thread(lambda: sorted(numbers))
    assert found == list(range(1, len(found) + 1))
    assert in_thread(lambda: breaks(squad)) == []


# --- Forgetting somebody


@pytest.mark.django_db
def test_entries_outlive_the_athlete_and_lead_nowhere(squad, athlete, report):
    seal_all()
    audit.record_read(by=squad.coach, athletes=[athlete], what="desk:athlete")
    name, key = athlete.name, athlete.pk
    erasure.erase_athlete(by=squad.coach, athlete=athlete)
    seal_all()
    kept = [entry for entry in AuditEntry.objects.all() if str(key) in entry.athlete_keys]
    assert kept
    assert not Athlete.objects.filter(pk=key).exists()
    assert name not in json.dumps([str(vars(entry)) for entry in kept])
    assert breaks(squad) == []


def test_an_anchor_reads_as_it_is_written():
    head = Head(uuid.UUID(int=7), 12, "abc")
    assert Head.parse(f"{head}\n") == head
