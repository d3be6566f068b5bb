import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from athletes.services import clock
from tests import factories

MOST_QUERIES = 36  # of any page, with the person and with what every page of the desk looks after
# Of a person's own page: training, every problem with its curve, plan, talk and outcome.
MOST_OF_ONE = 37  # also for the agreement, notes, what is shared, and who looked


@pytest.fixture(autouse=True)
def dispatcher_alive(db):
    """As in a running club: the request leaves the judging to the worker."""
    clock.beat_all(names=clock.expected())


@pytest.fixture
def squad():
    return factories.make_club()


@pytest.fixture
def athlete(squad):
    return factories.make_athlete(squad, name="Ada Berg", timezone="Europe/Berlin")


@pytest.fixture
def desk(squad):
    return client_of(squad.coach)


@pytest.fixture
def waiting(athlete):
    """An escalation that nobody has seen."""
    return factories.make_report(athlete, factories.CLOT, assess=True).escalations.get()


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def htmx(client, url, method="get", **fields):
    return getattr(client, method)(url, fields, headers={"HX-Request": "true"})


def queries_of(client, url) -> int:
    """How often a page asks the database, once the session is there."""
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)
