"""Handing a problem to a clinician, and the page for them."""

import io
import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from athletes import access
from athletes.models import HandOver
from athletes.services import comments, episodes, escalations, findings, hand_overs, holds
from guidance import KNOWLEDGE
from tests import factories
from tests.coaching.desk.conftest import MOST_OF_ONE, queries_of

ASKED = "Is it more than tired muscle?"
A4, LETTER = (595, 842), (612, 792)


@pytest.fixture
def episode(athlete):
    at = timezone.now() - timedelta(days=2)
    report = factories.make_report(
        athlete, factories.CLOT, assess=True, reported_at=at, note="Landed on Friday."
    )
    return report.episode


@pytest.fixture
def clinician(squad):
    return factories.make_coach(squad, role=access.CLINICIAN, name="Mei Chen")


def form(episode):
    return reverse("desk:hand_over", args=[episode.pk])


def sheet(episode):
    return reverse("desk:sheet", args=[episode.pk])


def pdf(client, episode, **query):
    response = client.get(reverse("desk:sheet_pdf", args=[episode.pk]), query)
    return response, PdfReader(io.BytesIO(response.content))


def text_of(reader):
    return re.sub(r"\s+", " ", reader.pages[0].extract_text())


# ---------------------------------------------------------------- handing over


def test_it_is_handed_to_a_clinician_of_the_club_and_the_page_opens(desk, episode, clinician):
    told = {"clinician": clinician.pk, "note": ASKED}
    shown = desk.post(form(episode), told, follow=True)
    assert shown.redirect_chain == [(sheet(episode), 302)]
    assert HandOver.objects.get().clinician == clinician
    assert ASKED in shown.content.decode()
    athlete_page = desk.get(reverse("desk:athlete", args=[episode.athlete_id])).content.decode()
    assert "Mei Chen" in athlete_page


def test_somebody_outside_is_named(desk, episode):
    desk.post(form(episode), {"to_name": "Dr Weber"})
    assert HandOver.objects.get().to_name == "Dr Weber"


@pytest.mark.parametrize("wrong", ["nobody", "both", "a stranger"])
def test_a_hand_over_that_cannot_be_is_explained_and_kept(desk, episode, clinician, wrong):
    told = {
        "nobody": {"note": ASKED},
        "both": {"note": ASKED, "clinician": clinician.pk, "to_name": "Dr Weber"},
        "a stranger": {"note": ASKED, "clinician": factories.make_club().coach.pk},
    }[wrong]
    again = desk.post(form(episode), told)
    assert again.status_code == 422
    assert ASKED in again.content.decode()
    assert not HandOver.objects.exists()


def test_the_clinician_who_was_told_can_open_what_the_message_leads_to(client, episode, clinician):
    hand_overs.hand_over(
        by=episode.athlete.club.memberships.first().user, episode=episode, clinician=clinician
    )
    client.force_login(clinician)
    notice = clinician.notifications.get(channel="in_app", topic="talk")
    assert client.get(notice.path).status_code == 200


# ---------------------------------------------------------------- the page


def test_the_page_has_the_story_the_signs_the_course_and_where_it_comes_from(desk, squad, episode):
    escalation = episode.escalations.get()
    escalations.resolve(by=squad.coach, escalation=escalation, outcome="Sent to the clinic")
    shown = desk.get(sheet(episode)).content.decode()
    for words in (
        "Ada Berg: Right calf",
        "See a doctor today",
        "Landed on Friday.",
        "Danger signs",
        KNOWLEDGE.findings["swelling"].short,
        "Not asked",
        "Course of pain",
        "pain 6 of 10",
        "Likely causes, no diagnosis",
        "Advised, and what became of it",
        "Sent to the clinic",
        "Draft, not reviewed by a clinician",
        KNOWLEDGE.version,
    ):
        assert words in shown, words


def test_a_sign_that_is_not_sure_is_neither_yes_nor_no(desk, athlete):
    unsure = factories.make_report(athlete, {**factories.CLOT, "fever": "unsure"}, assess=True)
    shown = desk.get(sheet(unsure.episode)).content.decode()
    fever = KNOWLEDGE.findings["fever"].short
    assert re.search(rf'sheet-unsure">\s*<span[^>]*>Not sure:</span>[^<]*{fever}', shown)


def test_what_is_still_being_judged_and_what_is_closed_have_a_page_too(desk, squad, athlete):
    waiting = factories.make_report(athlete, factories.CRAMP)
    assert "Left calf" in desk.get(sheet(waiting.episode)).content.decode()
    episodes.close_episode(by=squad.coach, episode=waiting.episode, reason="Over")
    assert "Left calf" in desk.get(sheet(waiting.episode)).content.decode()


def live_long(squad, athlete, count):
    """A long story, told at length: the same report again and again, with all that can follow."""
    start = timezone.now() - timedelta(days=count + 2)
    for number in range(count):
        report = factories.make_report(
            athlete,
            {**factories.BREATHLESS, "fever": "unsure"},
            assess=True,
            reported_at=start + timedelta(days=number),
            client_key=uuid.uuid4(),
            note="It was worse on the stairs. " * 60,
        )
        comments.add_comment(by=squad.coach, episode=report.episode, text="Please call me. " * 100)
        for escalation in report.episode.escalations.unresolved():
            escalations.resolve(
                by=squad.coach, escalation=escalation, outcome="Seen by the doctor. " * 14
            )
        findings.record_finding(
            by=squad.coach,
            episode=report.episode,
            cause="dvt",
            in_words=f"Number {number} " * 15,
            clinician="Dr Weber " * 10,
            found_on=timezone.now().date(),
            method="ultrasound",
        )
    episode = report.episode
    hand_overs.hand_over(
        by=squad.coach, episode=episode, to_name="Dr Weber", note="Please look. " * 76
    )
    holds.hold_training(by=squad.coach, athlete=athlete, kind="out", reason="Until the scan. " * 18)
    return episode


@pytest.mark.parametrize(("paper", "size"), [("", A4), ("letter", LETTER), ("napkin", A4)])
def test_a_long_story_fits_one_side(desk, squad, athlete, paper, size):
    episode = live_long(squad, athlete, 8)
    _, reader = pdf(desk, episode, **({"paper": paper} if paper else {}))
    assert len(reader.pages) == 1
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == size
    read = text_of(reader)
    for words in (
        "Ada Berg",
        "Asked of you:",
        "Danger signs",
        "Found by clinicians",
        "Knowledge version",
    ):
        assert words in read, words


def test_the_pdf_reads_back_with_names_from_everywhere(desk, squad, athlete):
    athlete.name = "王小芳 Łukasz Řehoř Ωμέγα Жанна かな 한글"
    athlete.save()
    report = factories.make_report(athlete, factories.CRAMP, assess=True, note="5 < 6 & <b>no</b>")
    _, reader = pdf(desk, report.episode)
    read = text_of(reader)
    for part in (*athlete.name.split(), "5 < 6 & <b>no</b>"):
        assert part in read, part


def test_the_pdf_is_said_in_the_readers_language(desk, episode):
    address = reverse("desk:sheet_pdf", args=[episode.pk])
    told = desk.get(address, headers={"Accept-Language": "zh-hans"})
    assert "小腿" in text_of(PdfReader(io.BytesIO(told.content)))


def test_neither_the_files_name_nor_its_properties_tell_of_anybody(desk, episode):
    response, reader = pdf(desk, episode)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="hand-over.pdf"'
    assert "no-store" in response["Cache-Control"]
    properties = {key: str(value) for key, value in (reader.metadata or {}).items()}
    assert properties["/Title"] == "Hand-over"
    told = " ".join(properties.values()).lower()
    for secret in ("ada", "berg", "calf", "clot", "doctor"):
        assert secret not in told


def test_more_history_asks_the_database_no_more_often(desk, squad, athlete):
    episode = live_long(squad, athlete, 2)
    before = queries_of(desk, sheet(episode))
    live_long(squad, athlete, 5)
    assert queries_of(desk, sheet(episode)) == before <= MOST_OF_ONE
