"""Nothing that a fault repeats of a row gets into a log."""

import io
import logging

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.utils.module_loading import import_string

from athletes import tasks
from athletes.services import assessments
from tests import factories

CANARY = "Failing row contains (Lena, swelling)"


@pytest.fixture
def written():
    """What the site's own log handler writes."""
    logging_settings = settings.LOGGING
    made = {name: dict(spec) for name, spec in logging_settings["filters"].items()}
    stream = logging.StreamHandler(io.StringIO())
    formatter = dict(logging_settings["formatters"]["plain"])
    stream.setFormatter(import_string(formatter.pop("()"))(fmt=formatter["format"]))
    for name in logging_settings["handlers"]["console"]["filters"]:
        stream.addFilter(import_string(made[name]["()"])())
    logging.getLogger().addHandler(stream)
    yield lambda: stream.stream.getvalue()
    logging.getLogger().removeHandler(stream)


def test_an_exception_is_logged_without_its_message(written):
    try:
        raise IntegrityError(CANARY)
    except IntegrityError:
        logging.getLogger("athletes").exception("could not store")
    assert "could not store" in written()
    assert "IntegrityError" in written()
    assert CANARY not in written()


def test_the_cause_behind_an_exception_is_named_and_not_quoted(written):
    try:
        try:
            raise IntegrityError(CANARY)
        except IntegrityError as fault:
            raise RuntimeError(CANARY) from fault
    except RuntimeError:
        logging.getLogger("athletes").exception("could not store")
    assert "RuntimeError" in written()
    assert "after IntegrityError" in written()
    assert CANARY not in written()


@pytest.mark.django_db
def test_a_task_that_fails_is_logged_without_its_message(written, monkeypatch):
    report = factories.make_report(factories.make_athlete(factories.make_club()))

    def fail(_report):
        raise IntegrityError(CANARY)

    monkeypatch.setattr(assessments, "judge", fail)
    outcome = tasks.assess_report.apply(args=[str(report.assessment.pk)])
    assert outcome.failed()
    assert "IntegrityError" in written()
    assert CANARY not in written()


def test_the_link_to_a_check_in_is_not_logged(written):
    logging.getLogger("gunicorn.access").warning("%s", '"POST /c/0197:1v3:Zk-9_x/ HTTP/1.1" 200')
    logging.getLogger("django.request").warning("Not Found: /c/0197:1v3:Zk-9_x/")
    assert written().count("/c/…/") == 2
    assert "Zk-9_x" not in written()


def test_no_logger_of_django_goes_past_the_filters():
    """Its own handlers mail local variables and print the addresses of join links."""
    assert not logging.getLogger("django").handlers
    assert not logging.getLogger("django.server").handlers
    assert logging.getLogger("django.server").propagate
