"""A new key in front of the old: everything is sealed under it, and then the old one can go."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from athletes.models import SquadChannel, WebhookEndpoint
from athletes.services import sealing
from tests import factories

pytestmark = pytest.mark.django_db

OLD, NEW = "an-old-secret-of-the-site", "a-new-secret-of-the-site"


@pytest.fixture
def squad(settings):
    settings.COLUMN_KEYS = [OLD]
    squad = factories.make_club()
    SquadChannel.objects.create(squad=squad, name="Room", url="json://room.test")
    WebhookEndpoint.objects.create(
        club=squad.club, name="Ours", url="https://hooks.test", secret="signs"
    )
    return squad


def told():
    told = StringIO()
    call_command("reseal", stdout=told)
    return told.getvalue()


def test_then_the_old_key_can_go(squad, settings):
    settings.COLUMN_KEYS = [NEW, OLD]
    assert "Sealed anew: 3." in told()
    settings.COLUMN_KEYS = [NEW]
    assert SquadChannel.objects.get().url == "json://room.test"
    assert WebhookEndpoint.objects.get().secret == "signs"


def test_run_twice_it_changes_nothing(squad, settings):
    settings.COLUMN_KEYS = [NEW, OLD]
    told()
    assert told() == "Sealed anew: 0. Under the newest key already: 3.\n"


def test_what_no_key_opens_is_counted_and_left(squad, settings):
    settings.COLUMN_KEYS = [NEW]
    with pytest.raises(CommandError, match="3 values stand under a key that is not there"):
        told()
    settings.COLUMN_KEYS = [OLD]
    assert SquadChannel.objects.get().url == "json://room.test"


def test_the_secret_key_moves_the_same_way(settings):
    settings.COLUMN_KEYS = []
    squad = factories.make_club()
    SquadChannel.objects.create(squad=squad, name="Room", url="json://room.test")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10
    assert "Sealed anew: 1." in told()
    settings.SECRET_KEY_FALLBACKS = []
    assert SquadChannel.objects.get().url == "json://room.test"


def test_every_sealed_column_is_found():
    found = {f"{model.__name__}.{name}" for model, name in sealing.sealed_columns()}
    assert {"SquadChannel.url", "SiteKey.value", "WebhookEndpoint.secret"} <= found
