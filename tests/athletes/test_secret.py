"""What stands sealed in the database, and that it can be read again."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import call_command
from django.db import connection

from athletes.models import PushSubscription, SiteKey, SquadChannel, User
from athletes.models.secret import MARK, Unreadable, seal, unseal
from athletes.services import keys
from tests import factories

OLD, NEW = "an-old-secret-of-the-site", "a-new-secret-of-the-site"


def stored(table, column):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        return [value for (value,) in cursor.fetchall()]


def test_nothing_readable_is_stored(db):
    squad = factories.make_club()
    SquadChannel.objects.create(squad=squad, name="Room", url="json://user:password@example.test")
    (found,) = stored("athletes_squadchannel", "url")
    assert found.startswith(MARK)
    assert "password" not in found
    assert SquadChannel.objects.get().url == "json://user:password@example.test"


def test_the_same_text_looks_different_each_time():
    assert seal("one") != seal("one")


def test_a_new_key_reads_what_the_old_one_sealed(settings):
    settings.COLUMN_KEYS = [OLD]
    sealed = seal("told")
    settings.COLUMN_KEYS = [NEW, OLD]
    assert unseal(sealed) == "told"
    settings.COLUMN_KEYS = [NEW]
    assert isinstance(unseal(sealed), Unreadable)


def test_without_keys_of_its_own_the_secret_key_and_its_fallbacks_count(settings):
    settings.COLUMN_KEYS, settings.SECRET_KEY_FALLBACKS = [], []
    sealed = seal("told")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, [settings.SECRET_KEY]
    assert unseal(sealed) == "told"


def test_the_key_is_not_the_secret_itself(settings):
    settings.COLUMN_KEYS = [Fernet.generate_key().decode()]
    sealed = seal("told").removeprefix(MARK)
    with pytest.raises(InvalidToken):
        Fernet(settings.COLUMN_KEYS[0]).decrypt(sealed)


def test_a_row_that_cannot_be_read_stops_no_other_and_loses_nothing(db, settings):
    squad = factories.make_club()
    settings.COLUMN_KEYS = [OLD]
    kept = SquadChannel.objects.create(squad=squad, name="Old room", url="json://old.test")
    settings.COLUMN_KEYS = [NEW]
    SquadChannel.objects.create(squad=squad, name="New room", url="json://new.test")
    assert {room.url for room in SquadChannel.objects.all()} == {"", "json://new.test"}
    SquadChannel.objects.get(pk=kept.pk).save()
    settings.COLUMN_KEYS = [NEW, OLD]
    assert SquadChannel.objects.get(pk=kept.pk).url == "json://old.test"


def test_a_site_key_under_a_key_that_is_gone_is_made_anew(db, settings):
    settings.COLUMN_KEYS = [OLD]
    before = keys.vapid()
    settings.COLUMN_KEYS = [NEW]
    after = keys.vapid()
    assert after != before
    assert keys.vapid() == after
    assert SiteKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_was_stored_readable_is_sealed_and_can_be_made_readable_again():
    coach = factories.make_club().coach
    browser = PushSubscription.objects.create(
        user=coach, endpoint="https://push.test/1", endpoint_hash="h", p256dh="p", auth="a"
    )
    try:
        call_command("migrate", "athletes", "0013", verbosity=0)
        assert stored("athletes_pushsubscription", "endpoint") == ["https://push.test/1"]
    finally:
        call_command("migrate", "athletes", verbosity=0)
    (sealed,) = stored("athletes_pushsubscription", "endpoint")
    assert sealed.startswith(MARK)
    browser.refresh_from_db()
    assert (browser.endpoint, browser.p256dh, browser.auth) == ("https://push.test/1", "p", "a")
    assert len(browser.endpoint_hash) == 64
    assert User.objects.filter(uid=None).count() == 0
