"""What a club no longer keeps goes, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from athletes import access
from athletes.models import AuditEntry, Club, Episode, PastTally, TrainingHold
from athletes.services import housekeeping, retention
from tests import factories

pytestmark = pytest.mark.django_db


def closed(athlete, *, months_ago, answers=factories.CRAMP, settle=True):
    report = factories.make_report(athlete, answers, assess=True)
    moment = retention.months_before(timezone.now(), months_ago) - timedelta(days=1)
    if settle:
        report.episode.escalations.update(
            state="resolved", acknowledged_at=moment, resolved_at=moment
        )
    Episode.objects.filter(pk=report.episode_id).update(closed_at=moment)
    return report.episode


@pytest.fixture
def keeping(squad):
    retention.keep_for(by=squad.coach, club=squad.club, months=24)
    return squad


@pytest.mark.parametrize(
    ("moment", "months", "before"),
    [
        ((2026, 11, 23), 12, (2025, 11, 23)),
        ((2026, 1, 31), 2, (2025, 11, 30)),
        ((2024, 2, 29), 12, (2023, 2, 28)),
        ((2026, 3, 31), -1, (2026, 4, 30)),
        ((2026, 12, 5), -1, (2027, 1, 5)),
    ],
)
def test_months_are_those_of_the_calendar(moment, months, before):
    found = retention.months_before(datetime(*moment, tzinfo=UTC), months)
    assert found == datetime(*before, tzinfo=UTC)


def test_what_is_older_goes_with_all_that_hangs_on_it(keeping, athlete):
    old = closed(athlete, months_ago=25)
    young = closed(athlete, months_ago=12, answers=factories.STRAIN)
    still_open = factories.make_report(athlete, factories.BONE).episode
    assert retention.tidy_up() == {keeping.club.pk: 1}
    left = set(Episode.objects.values_list("pk", flat=True))
    assert left == {young.pk, still_open.pk}
    assert not athlete.reports.filter(episode=old.pk).exists()
    assert retention.tidy_up() == {keeping.club.pk: 0}


def test_nothing_with_a_call_that_nobody_has_seen_goes(keeping, athlete):
    called = closed(athlete, months_ago=30, answers=factories.CLOT, settle=False)
    retention.tidy_up()
    assert Episode.objects.filter(pk=called.pk).exists()
    called.escalations.update(state="acknowledged", acknowledged_at=timezone.now())
    retention.tidy_up()
    assert not Episode.objects.filter(pk=called.pk).exists()


def test_a_club_that_has_said_nothing_keeps_all(squad, athlete):
    closed(athlete, months_ago=200)
    assert retention.tidy_up() == {}
    assert Episode.objects.count() == 1


def test_another_club_keeps_its_own(keeping):
    other = factories.make_athlete(factories.make_club())
    kept = closed(other, months_ago=200)
    retention.tidy_up()
    assert Episode.objects.filter(pk=kept.pk).exists()


def test_one_that_was_opened_again_meanwhile_stays(keeping, athlete):
    episode = closed(athlete, months_ago=25)
    (found,) = retention.over(keeping.club, months=24)
    Episode.objects.update(closed_at=None)
    assert retention._delete(found) is False
    assert Episode.objects.filter(pk=episode.pk).exists()


def test_it_is_counted_and_written_down(keeping, athlete):
    closed(athlete, months_ago=25)
    retention.tidy_up()
    assert PastTally.objects.get(what="problems").number == 1
    entry = AuditEntry.objects.get(action="erased")
    assert (entry.what, entry.actor_key) == ("episode", None)
    assert entry.athlete_keys == [str(athlete.pk)]


def test_holds_that_are_as_long_over_go(keeping, athlete):
    ended = timezone.now() - timedelta(days=800)
    for released in (ended, None):
        TrainingHold.objects.create(
            athlete=athlete,
            kind="out",
            reason="Wait",
            since=ended - timedelta(days=9),
            released_at=released,
        )
    retention.tidy_up()
    assert [hold.released_at for hold in TrainingHold.objects.all()] == [None]


def test_housekeeping_does_it(keeping, athlete, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    closed(athlete, months_ago=25)
    housekeeping.tidy_up()
    assert not Episode.objects.exists()


def test_the_command_says_first_what_would_go(keeping, athlete, capsys):
    closed(athlete, months_ago=25)
    call_command("retention", "--dry-run")
    assert "keeps 24 months: 1 closed problems would go" in capsys.readouterr().out
    assert Episode.objects.count() == 1
    call_command("retention")
    assert "1 closed problems gone" in capsys.readouterr().out
    assert not Episode.objects.exists()


def test_what_goes_when(keeping, athlete):
    closed(athlete, months_ago=40)
    closed(athlete, months_ago=20, answers=factories.STRAIN)
    found = retention.by_month(keeping.club, months=24)
    assert [number for _, number in found] == [1, 1]
    assert found[0][0] <= timezone.now().date() < found[1][0]
    assert retention.by_month(keeping.club, months=None) == []


def test_only_owners_say_how_long_and_not_shorter_than_a_year(squad):
    with pytest.raises(access.NotAllowed):
        retention.keep_for(by=factories.make_coach(squad), club=squad.club, months=24)
    with pytest.raises(ValidationError):
        retention.keep_for(by=squad.coach, club=squad.club, months=11)
    assert Club.objects.get(pk=squad.club.pk).keep_months is None
