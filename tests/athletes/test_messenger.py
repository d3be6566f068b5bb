"""Messages on their way through the real processes: dispatcher, Redis, messenger."""

import configparser

import pytest

from athletes import courier, postman
from tests.programs import ROOT
from tests.sinks import HANG, OK, open_sinks
from tests.stack import running_stack, wait_for

pytestmark = pytest.mark.stack
CALL = """
from athletes.models import Squad
from tests import factories
squad = Squad.objects.first() or factories.make_club()
factories.make_report(factories.make_athlete(squad, with_login=False), factories.BREATHLESS)
"""


@pytest.fixture(scope="module")
def sinks():
    with open_sinks() as opened:
        yield opened


@pytest.fixture(scope="module")
def stack(sinks):
    with running_stack(BROKER_SILENT_S="2", **sinks.env) as running:
        yield running


def handed_on(stack):
    sql = "SELECT COUNT(*) FROM athletes_notification WHERE state = 'sent' AND dispatched_at IS NOT NULL"
    return stack.rows(sql)[0][0]


def test_the_messenger_has_a_thread_for_all_that_it_is_given_and_two_more():
    config = configparser.RawConfigParser()
    config.read(ROOT / "supervisord.conf")
    words = config.get("program:messenger", "command").split()
    threads = int(words[words.index("--concurrency") + 1])
    messages = len(postman.CHANNELS) * postman.AT_THE_MESSENGER
    assert threads == messages + courier.AT_THE_MESSENGER + 2


def test_a_message_goes_by_way_of_the_messenger_or_without_it_and_past_a_mail_server_that_hangs(
    stack, sinks
):
    stack.run_python(CALL)
    wait_for(lambda: sinks.mail.taken, seconds=30, what="the mail has come")
    wait_for(lambda: handed_on(stack) == 1, seconds=10, what="the messenger sent it")
    stack.messenger.kill()
    stack.run_python(CALL)
    wait_for(lambda: len(sinks.mail.taken) == 2, seconds=15, what="it comes without a messenger")
    sinks.mail.mood = HANG
    stack.run_python(CALL)
    wait_for(lambda: len(sinks.mail.attempts) == 3, seconds=15, what="the server has hung")
    sinks.mail.mood = OK
    wait_for(lambda: len(sinks.mail.taken) == 3, seconds=30, what="it is tried again")
    assert not sinks.mail.taken_twice
    assert stack.dispatcher.is_running
