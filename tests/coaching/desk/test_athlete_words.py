"""One athlete's page and the page for a clinician can be read in any language: every word is in the catalogue."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from athletes.services import (
    care,
    comments,
    episodes,
    escalations,
    findings,
    hand_overs,
    holds,
    step_changes,
)
from tests import factories
from tests.coaching import marked


@pytest.fixture
def story(db):
    """Something in every part of the page. The coach is called Anna, and so is all that somebody types."""
    squad = factories.make_club("Harbour Harriers")
    squad.coach.name = "Anna"
    squad.coach.save()
    mia = factories.make_athlete(squad, name="Mia Lund")
    ago = timezone.now() - timedelta(hours=30)
    sore = factories.make_report(mia, factories.SORE, assess=True, reported_at=ago)
    factories.make_check_in(sore, state="missed", settled_at=timezone.now())
    factories.make_check_in(sore, kind="week")
    clot = factories.make_report(mia, factories.CLOT, assess=True)
    episode = sore.episode
    free = [s for s in sore.assessment.care_steps.all() if not step_changes.why_fixed(s)]
    care.set_step_state(by=mia.user, step=free[0], state="done")
    care.set_step_state(by=mia.user, step=free[1], state="skipped")
    step_changes.change_step(by=squad.coach, step=free[2], reason="Anna", text="Anna")
    step_changes.change_step(by=squad.coach, step=free[3], reason="Anna")
    undone = step_changes.change_step(by=squad.coach, step=free[4], reason="Anna")
    step_changes.undo_change(by=squad.coach, step=undone)
    before = holds.hold_training(by=squad.coach, athlete=mia, kind="out", reason="Anna")
    holds.release_training(by=squad.coach, hold=before, reason="Anna")
    until = timezone.now() + timedelta(days=1)
    held = holds.hold_training(
        by=squad.coach, athlete=mia, kind="modified", reason="Anna", until=until
    )
    hand_overs.hand_over(by=squad.coach, episode=episode, to_name="Anna", note="Anna")
    comments.add_comment(by=squad.coach, episode=episode, text="Anna")
    findings.record_finding(
        by=squad.coach,
        episode=episode,
        cause="muscle_strain",
        in_words="Anna",
        clinician="Anna",
        found_on=timezone.now().date(),
        method="mri",
    )
    call = clot.episode.escalations.get()
    escalations.resolve(by=squad.coach, escalation=call, outcome="Anna")
    over = factories.make_report(mia, factories.CRAMP, assess=True).episode
    episodes.close_episode(by=squad.coach, episode=over, reason="Anna", pain_free=True)
    return {
        "coach": squad.coach,
        "athlete": mia,
        "hold": held,
        "changed": free[2],
        "fixed": clot.assessment.care_steps.first(),
        "episode": episode,
        "danger": clot.episode,
        "over": over,
    }


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("desk:athlete", "athlete"),
        ("desk:hold", "athlete"),
        ("desk:release", "hold"),
        ("desk:change_step", "changed"),
        ("desk:change_step", "fixed"),
        ("desk:hand_over", "episode"),
        ("desk:sheet", "episode"),
        ("desk:sheet", "danger"),
        ("desk:sheet", "over"),
    ],
)
def test_every_word_can_be_translated(story, spanish, name, of):
    client = Client(headers={"accept-language": "es"})
    client.force_login(story["coach"])
    page = client.get(reverse(name, args=[story[of].pk])).content.decode()
    assert '<html lang="es"' in page
    assert marked.unmarked(page) == []
