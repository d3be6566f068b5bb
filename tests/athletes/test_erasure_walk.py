"""What becomes of every field of every table when a person is erased. One that is not declared in what_becomes.py fails."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from athletes import access, forgotten
from athletes.models import (
    Athlete,
    AuditEntry,
    Club,
    DataExport,
    Forgotten,
    HandOver,
    Membership,
    PastTally,
    SentBefore,
    User,
)
from athletes.services import erasure
from tests import factories
from tests.athletes.what_becomes import KEPT, TABLES_OF_NO_MODEL, every_model, going, words_of
from tests.athletes.whole_life import whole_life

pytestmark = pytest.mark.django_db

MARK = "cnry"


def test_every_model_is_declared():
    declared = {label for label, *_ in going()} | KEPT.keys()
    assert not every_model().keys() - declared, (
        "say here what becomes of it when a person is erased"
    )
    assert not declared - every_model().keys(), "is no more"


def test_every_field_with_words_that_goes_is_declared():
    for label, _path, _is_person, fields in going():
        assert words_of(every_model()[label]) == fields, label


def test_every_field_that_stays_is_declared():
    for label, reasons in KEPT.items():
        named = list(itertools.chain(*(names.split() for names in reasons)))
        fields = [column.name for column in every_model()[label]._meta.concrete_fields]
        assert sorted(named) == sorted(fields), label


def test_nothing_that_points_to_a_person_keeps_them_from_going():
    """Rows go with them, or point nowhere."""
    for model in every_model().values():
        for column in model._meta.concrete_fields:
            if column.remote_field and column.related_model in (User, Athlete):
                named = column.remote_field.on_delete.__name__
                assert named in ("CASCADE", "SET_NULL"), f"{model._meta.label}.{column.name}"


# --- The proof


@pytest.fixture
def life(squad, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    return whole_life(squad)


def plant(life):
    """A word of its own into each field; the primary keys of all rows by model."""
    number, keys = itertools.count(100), {}
    for label, path, is_person, fields in going():
        model = every_model()[label]
        whom = life.user if is_person else life.athlete
        rows = QuerySet(model).filter(**{path: whom.pk if path == "pk" else whom})
        keys[label] = list(rows.values_list("pk", flat=True))
        for key in keys[label]:
            told = {}
            for name in fields - KEPT_TRUE.get(label, set()):
                kind, word = (
                    model._meta.get_field(name).get_internal_type(),
                    f"{MARK}{next(number)}",
                )
                told[name] = {word: word} if kind == "JSONField" else word
                if kind == "BinaryField":
                    told[name] = word.encode()
            if told:
                QuerySet(model).filter(pk=key).update(**told)
    return keys


# Without these the erasure itself would not find its way: who it is, and what is looked up on the way.
KEPT_TRUE = {
    "athletes.User": {"email"},
    "athletes.Athlete": {"timezone"},
    "usersessions.UserSession": {"ip", "session_key"},
    "athletes.Notification": {"address"},  # of somebody without a log-in
    "admin.LogEntry": {"object_id"},
}


def dump():
    """Every row of every table as it lies on the disk, as text by table."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = "\n".join(
                " ".join(_text(value) for value in row) for row in cursor.fetchall()
            )
    return found


def _text(value):
    return (
        bytes(value).decode(errors="replace")
        if isinstance(value, bytes | memoryview)
        else str(value)
    )


def names_of(person):
    return {person.email, person.name}


def test_nothing_is_left_of_an_athlete(life, client, settings, django_capture_on_commit_callbacks):
    name = life.athlete.name
    client.post("/accounts/login/", {"login": life.user.email, "password": "wrong"})
    cache.set("theirs", "x")
    mail = mail_to(life.user.email, Path(settings.EMAIL_FILE_PATH))
    coachs = SessionStore()
    coachs["_auth_user_id"] = str(life.coach.pk)
    coachs[f"interview:{life.athlete.pk}"] = {"note": f"{MARK} in a draft"}
    coachs["kept"] = "this"
    coachs.create()
    for state, content in (("ready", b"PK"), ("pending", None)):
        DataExport.objects.create(
            asked_by=life.coach, state=state, content=content, expires_at=timezone.now()
        )
    SentBefore.objects.create(
        user=life.coach, key_hash="k", request_hash="r", claimed_until=timezone.now(), answer="x"
    )
    LogEntry.objects.create(
        user=life.coach, object_id=str(life.athlete.pk), object_repr=name, action_flag=CHANGE,
        content_type=ContentType.objects.get_for_model(Athlete),
    )  # fmt: skip
    keys = plant(life)
    assert not [label for label, rows in keys.items() if not rows], "whole_life makes none of these"
    assert MARK in "".join(dump().values())
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase_account(by=life.user)
    for label, rows in keys.items():
        assert not QuerySet(every_model()[label]).filter(pk__in=rows).exists(), label
    left = dump()
    for table, text in left.items():
        for trace in (MARK, life.user.email, name):
            assert trace not in text, (table, trace)
        if not table.startswith("athletes_audit"):
            for key in (life.athlete.pk, life.user.uid):
                assert key.hex not in text.replace("-", ""), table
    assert (
        set(left) <= {model._meta.db_table for model in every_model().values()} | TABLES_OF_NO_MODEL
    )
    assert [file.name for file in mail.parent.iterdir()] == ["other.log"]
    assert Session.objects.count() == 1
    assert dict(SessionStore(coachs.session_key).items()) == {
        "_auth_user_id": str(life.coach.pk),
        "kept": "this",
    }
    assert not DataExport.objects.filter(state="ready").exists()
    assert DataExport.objects.filter(state="pending").exists()
    assert not SentBefore.objects.exists()


def mail_to(address, folder):
    folder.mkdir()
    (folder / "other.log").write_text("To: somebody@example.test")
    mail = folder / "theirs.log"
    mail.write_text(f"To: {address}\n\nLink")
    return mail


def test_counts_stay_without_anybody_in_them(life, squad):
    erasure.erase_athlete(by=life.owner, athlete=life.athlete)
    counts = dict(PastTally.objects.values_list("what", "number"))
    assert (counts["problems"], counts["reports"], counts["calls"]) == (1, 1, 1)
    assert {row.club for row in PastTally.objects.all()} == {squad.club}


def test_the_erasure_itself_is_written_down_by_keys(life):
    erasure.erase_athlete(by=life.owner, athlete=life.athlete)
    entry = AuditEntry.objects.get(action="erased")
    assert entry.athlete_keys == [str(life.athlete.pk)]
    assert entry.actor_key == life.owner.uid


def test_a_coach_who_leaves_is_nobody_in_what_they_wrote(life, squad):
    """The athlete's record stays, with its words; who wrote them has gone."""
    for person in (life.coach, life.clinician):
        erasure.erase_account(by=person)
        for table, text in dump().items():
            for trace in names_of(person):
                assert trace not in text, (table, trace)
    assert HandOver.objects.get().to_name == "Somebody who has left"
    assert life.episode.findings.get().in_words == "A bruise"
    assert life.athlete.holds.get().set_by is None
    assert Athlete.objects.filter(pk=life.athlete.pk).exists()


def test_the_last_owner_hands_over_first(life, squad):
    with pytest.raises(erasure.OwnsClubs) as refused:
        erasure.erase_account(by=life.owner)
    assert refused.value.clubs == [squad.club]
    assert User.objects.filter(pk=life.owner.pk).exists()
    Membership.objects.create(user=life.coach, club=squad.club, role=access.OWNER)
    erasure.erase_account(by=life.owner)
    assert not User.objects.filter(pk=life.owner.pk).exists()
    assert Club.objects.filter(pk=squad.club.pk).exists()


def test_a_club_with_nobody_else_in_it_goes_too():
    alone = factories.make_club("Alone").coach
    erasure.erase_account(by=alone)
    assert not Club.objects.filter(name="Alone").exists()


def test_an_app_goes_on_without_who_registered_it(life):
    erasure.erase_account(by=life.user)
    app = every_model()["allauth_idp_oidc.Client"].objects.get()
    assert (app.name, app.owner) == ("An app", None)


def test_a_guardian_may_erase_the_childs(squad):
    birth = timezone.now().date().replace(year=timezone.now().year - 14, day=1)
    child = factories.make_athlete(squad, birth_date=birth)
    parent = factories.make_user()
    with pytest.raises(access.NotAllowed):
        erasure.erase_athlete(by=parent, athlete=child)
    child.guardianships.create(user=parent)
    erasure.erase_athlete(by=parent, athlete=child)
    assert not Athlete.objects.filter(pk=child.pk).exists()
    assert not User.objects.filter(pk=child.user.pk).exists()


# --- After a backup


def test_who_was_erased_is_forgotten_again_after_a_backup(
    life, squad, django_capture_on_commit_callbacks
):
    """As if the rows had come back: same keys."""
    athlete, person = life.athlete, life.user
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase_account(by=person)
    hashes = forgotten.listed(forgotten.path())
    assert {forgotten.hash_of(athlete.pk), forgotten.hash_of(person.uid)} == hashes
    assert forgotten.path().stat().st_mode & 0o077 == 0
    Forgotten.objects.all().delete()
    User.objects.create(pk=person.pk, uid=person.uid, email=person.email, name=person.name)
    Athlete.objects.create(pk=athlete.pk, club=squad.club, name=athlete.name, user_id=person.pk)
    other = factories.make_athlete(squad)
    assert erasure.forget_again(hashes=hashes) >= 1
    assert not Athlete.objects.filter(pk=athlete.pk).exists()
    assert not User.objects.filter(pk=person.pk).exists()
    assert Athlete.objects.filter(pk=other.pk).exists()
    assert set(Forgotten.objects.values_list("key_hash", flat=True)) == hashes
    assert erasure.forget_again(hashes=hashes) == 0


def test_housekeeping_forgets_again_who_came_back_by_a_copy_of_the_database(life):
    forgotten.note([forgotten.hash_of(life.athlete.pk)])
    assert erasure.catch_up() == 1
    assert not Athlete.objects.filter(pk=life.athlete.pk).exists()
    assert erasure.catch_up() == 0


def test_a_list_that_lacks_a_line_is_mended(life):
    Forgotten.objects.create(key_hash="a" * 64)
    forgotten.mend()
    forgotten.mend()
    assert forgotten.path().read_text() == "a" * 64 + "\n"
