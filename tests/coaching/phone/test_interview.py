from __future__ import annotations

import copy
import random
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from athletes.models import Athlete, PainReport
from athletes.services import people, reports
from guidance import KNOWLEDGE
from tests.coaching.phone.walking import (
    SEND,
    SHARP_CALF,
    SORE_CALF,
    START,
    answer_until,
    form_of,
    open_step,
    posted,
    random_answer,
    send,
)

EMERGENCY = {**SORE_CALF, "chest_pain": "yes"}


@pytest.mark.parametrize("seed", range(8))
def test_any_way_through_the_questions_ends_in_a_report_with_what_was_told(
    phone: Client, athlete: Athlete, seed: int
) -> None:
    dice = random.Random(seed)
    told: dict[str, Any] = {}
    page = open_step(phone)
    while not page.request["PATH_INFO"].endswith("/send/"):
        form = form_of(page)
        data = {"screen": form.question.screen_id, "action": "none" if form.is_signs else "next"}
        for field in form.fields:
            part, stored = random_answer(field, dice)
            data |= part
            told[field.id] = form.rest if stored is None else stored
        page = phone.post(page.request["PATH_INFO"], data, follow=True)
        if not page.request["PATH_INFO"].endswith("/send/"):
            assert not form_of(page).has_errors
    assert send(phone, page, note="since the hill").status_code == 302
    report = athlete.reports.get()
    assert report.answers == told
    assert (report.face, report.note, report.filed_by) == ("phone", "since the hill", athlete.user)


def test_a_missing_answer_is_named_beside_the_field_and_the_rest_is_kept(phone: Client) -> None:
    page = open_step(phone)
    data = posted(form_of(page), SORE_CALF) | {"side": ""}
    again = phone.post("/me/report/1/", data)
    fields = {field.id: field for field in form_of(again).fields}
    assert fields["site"].chosen == ["calf"]
    assert "Not sure" in fields["side"].error
    assert 'value="calf" checked' in again.content.decode()


@pytest.mark.parametrize(
    ("typed", "kept"), [("-1", "-1"), ("a week", "a week"), ("99999", "99999")]
)
def test_a_number_that_cannot_be_is_explained_and_stays_in_its_box(
    phone: Client, typed: str, kept: str
) -> None:
    page = open_step(phone)
    while "days_since_onset" not in {field.id for field in form_of(page).fields}:
        page = phone.post(page.request["PATH_INFO"], posted(form_of(page), SORE_CALF), follow=True)
    data = posted(form_of(page), SORE_CALF)
    data |= {"days_since_onset": "own", "days_since_onset-own": typed}
    again = phone.post(page.request["PATH_INFO"], data)
    days = next(field for field in form_of(again).fields if field.id == "days_since_onset")
    assert days.error
    assert f'value="{kept}"' in again.content.decode()


def test_two_answers_to_one_question_are_not_settled_by_chance(phone: Client) -> None:
    page = open_step(phone)
    while "days_since_onset" not in {field.id for field in form_of(page).fields}:
        page = phone.post(page.request["PATH_INFO"], posted(form_of(page), SORE_CALF), follow=True)
    data = posted(form_of(page), SORE_CALF)
    data |= {"days_since_onset": "0", "days_since_onset-own": "9"}
    again = phone.post(page.request["PATH_INFO"], data)
    days = next(field for field in form_of(again).fields if field.id == "days_since_onset")
    assert "one answer only" in days.error


def test_none_of_these_makes_every_unmarked_sign_a_no(phone: Client, athlete: Athlete) -> None:
    page = answer_until(phone, SORE_CALF, stop="danger_look")
    data = posted(form_of(page), {"bruising": "unsure"})
    phone.post(page.request["PATH_INFO"], data)
    send(phone, answer_until(phone, SORE_CALF))
    answers = athlete.reports.get().answers
    assert (answers["bruising"], answers["swelling"], answers["fever"]) == ("unsure", "no", "no")


def test_leaving_signs_unmarked_is_not_a_no_by_itself(phone: Client) -> None:
    page = answer_until(phone, SORE_CALF, stop="danger_body")
    data = posted(form_of(page), {"faint": "unsure"}) | {"action": "next"}
    again = phone.post(page.request["PATH_INFO"], data)
    assert form_of(again).error
    assert 'name="faint" value="unsure" checked' in again.content.decode()


def test_i_cant_say_leaves_the_signs_open_and_calls_for_a_person(
    phone: Client, athlete: Athlete
) -> None:
    page = answer_until(phone, SORE_CALF, stop="danger_body")
    signs = {field.id for field in form_of(page).fields}
    data = posted(form_of(page), {"dark_urine": "unsure"}) | {"action": "cant_say"}
    phone.post(page.request["PATH_INFO"], data)
    send(phone, answer_until(phone, SORE_CALF))
    report = athlete.reports.get()
    assert report.skipped_screens == ["danger_body"]
    assert signs & report.answers.keys() == {"dark_urine"}
    assert report.disposition != "self_care"
    assert report.escalations.exists()


def test_an_emergency_ends_the_questions_and_says_at_once_what_to_do(
    phone: Client, athlete: Athlete
) -> None:
    page = answer_until(phone, EMERGENCY)
    text = page.content.decode()
    assert "Call an ambulance now" in text
    assert 'href="tel:112"' in text
    assert "Send now" in text
    assert not PainReport.objects.exists()
    result = phone.get(send(phone, page)["Location"])
    assert not athlete.reports.get().assessment.is_finished
    assert "Call an ambulance now" in result.content.decode()


def test_a_danger_found_on_the_way_is_said_while_the_questions_go_on(phone: Client) -> None:
    swollen = {**SORE_CALF, "swelling": "yes", "warmth": "yes"}
    page = answer_until(phone, swollen, stop="danger_clot_risk")
    assert page.context["is_danger"]
    assert page.context["screening"].tell_athlete in page.content.decode()


def test_details_are_asked_before_a_harmless_report_can_be_sent(phone: Client) -> None:
    answer_until(phone, SHARP_CALF, stop="able")
    assert phone.get(SEND)["Location"].startswith("/me/report/")
    assert not phone.get(SEND)["Location"].endswith("/send/")


def test_back_keeps_why_a_screen_was_asked(phone: Client) -> None:
    page = open_step(phone)
    while form_of(page).question.kind != "detail":
        page = phone.post(page.request["PATH_INFO"], posted(form_of(page), SHARP_CALF), follow=True)
    url, why = page.request["PATH_INFO"], form_of(page).question.why
    phone.post(url, posted(form_of(page), SHARP_CALF))
    assert why not in {screen.why for screen in KNOWLEDGE.screens.values()}
    assert form_of(phone.get(url)).question.why == why


def test_back_keeps_what_was_marked(phone: Client) -> None:
    page = answer_until(phone, SORE_CALF, stop="danger_body")
    here = page.request["PATH_INFO"]
    data = posted(form_of(page), {"faint": "unsure"}) | {"action": "back"}
    before = phone.post(here, data, follow=True)
    assert before.request["PATH_INFO"] != here
    assert form_of(before).fields[0].chosen
    assert 'name="faint" value="unsure" checked' in phone.get(here).content.decode()


def test_changing_an_earlier_answer_keeps_the_later_ones(phone: Client, athlete: Athlete) -> None:
    page = answer_until(phone, SORE_CALF)
    first = phone.get("/me/report/1/")
    phone.post("/me/report/1/", posted(form_of(first), SORE_CALF | {"side": "right"}))
    send(phone, page)
    answers = athlete.reports.get().answers
    assert (answers["side"], answers["severity_nrs"], answers["swelling"]) == ("right", 3, "no")


def test_what_the_profile_knows_is_not_asked_again(phone: Client, athlete: Athlete) -> None:
    known = {"prior_vte": "no", "family_vte": "unsure"}
    people.update_athlete(by=athlete.user, athlete=athlete, background=known)
    page = answer_until(phone, SORE_CALF, stop="danger_clot_risk")
    assert not known.keys() & {field.id for field in form_of(page).fields}


def test_a_page_from_before_changes_nothing(phone: Client) -> None:
    page = open_step(phone)
    data = posted(form_of(page), SORE_CALF) | {"screen": "danger_body"}
    assert phone.post("/me/report/1/", data)["Location"] == "/me/report/1/"
    assert form_of(phone.get("/me/report/1/")).fields[0].chosen == []


def test_a_begun_report_is_offered_again_and_can_be_thrown_away(phone: Client) -> None:
    answer_until(phone, SORE_CALF, stop="danger_body")
    assert "You have begun a report" in phone.get(START).content.decode()
    assert "Go on with your report" in phone.get("/me/").content.decode()
    phone.post("/me/report/discard/")
    assert phone.get(START)["Location"] == "/me/report/1/"


def test_sending_twice_is_one_report(phone: Client, athlete: Athlete) -> None:
    page = answer_until(phone, SORE_CALF)
    first, second = send(phone, page), send(phone, page)
    assert first["Location"] == second["Location"] == f"/me/reports/{athlete.reports.get().pk}/"


def test_two_taps_at_once_are_one_report(phone: Client, athlete: Athlete) -> None:
    page = answer_until(phone, SORE_CALF)
    key = f"interview:{athlete.pk}"
    draft = copy.deepcopy(phone.session[key])
    first = send(phone, page)
    restore(phone, key, draft)  # the second request had read the draft before the first cleared it
    assert send(phone, page)["Location"] == first["Location"]
    assert athlete.reports.count() == 1


def restore(client: Client, key: str, draft: dict[str, Any]) -> None:
    session = client.session
    session[key] = draft
    session.save()


def test_other_answers_under_the_same_key_are_a_conflict_with_a_way_on(
    phone: Client, athlete: Athlete
) -> None:
    page = answer_until(phone, SORE_CALF)
    key = f"interview:{athlete.pk}"
    draft = copy.deepcopy(phone.session[key])
    send(phone, page)
    draft["answers"]["severity_nrs"] = 8
    restore(phone, key, draft)
    conflict = send(phone, page, note="worse now")
    assert conflict.status_code == 409
    assert "worse now" in conflict.content.decode()
    assert send(phone, page, note="worse now", action="as_new").status_code == 302
    assert sorted(report.pain_now for report in athlete.reports.all()) == [3, 8]


def test_a_database_that_takes_nothing_still_says_what_to_do_and_loses_nothing(
    phone: Client, athlete: Athlete, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = answer_until(phone, EMERGENCY)

    def refuse(*_: object) -> None:
        raise OperationalError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(reports, "_store", refuse)
        refused = send(phone, page, note="after the race")
    text = refused.content.decode()
    assert (refused.status_code, refused["Retry-After"]) == (503, "20")
    assert "Call an ambulance now" in text
    assert "after the race" in text
    assert not PainReport.objects.exists()
    assert send(phone, page, note="after the race").status_code == 302
    assert athlete.reports.get().answers["chest_pain"] == "yes"


def test_too_long_a_note_is_refused_and_kept(phone: Client) -> None:
    page = answer_until(phone, SORE_CALF)
    refused = send(phone, page, note="x" * 2001)
    assert "under 2000 characters" in refused.content.decode()
    assert "x" * 2001 in refused.content.decode()


def test_htmx_gets_the_next_screen_without_the_page_around_it(phone: Client) -> None:
    page = open_step(phone)
    part = phone.post(
        "/me/report/1/",
        posted(form_of(page), SORE_CALF),
        follow=True,
        headers={"HX-Request": "true"},
    )
    text = part.content.decode()
    assert "<html" not in text
    assert 'id="interview"' in text
    assert len(part.content) < 15_000


def test_a_lost_log_in_leads_the_whole_page_to_the_log_in(phone: Client) -> None:
    open_step(phone)
    phone.logout()
    reply = phone.get("/me/report/1/", headers={"HX-Request": "true"})
    assert reply["HX-Redirect"].startswith("/accounts/login/")


def test_no_step_is_kept_by_a_cache(phone: Client) -> None:
    assert "no-store" in open_step(phone)["Cache-Control"]


def test_a_note_that_no_database_takes_is_explained_and_kept(
    phone: Client, athlete: Athlete
) -> None:
    page = answer_until(phone, SORE_CALF)
    refused = send(phone, page, note="since\0Monday")
    assert "cannot be stored" in refused.content.decode()
    assert "Monday" in refused.content.decode()
    assert not athlete.reports.exists()


def test_a_draft_of_older_knowledge_can_be_gone_on_with(phone: Client, athlete: Athlete) -> None:
    answer_until(phone, SORE_CALF)
    session = phone.session
    draft = session[f"interview:{athlete.pk}"]
    draft["answers"] |= {"a_finding_of_last_year": "yes", "side": "an option of last year"}
    session[f"interview:{athlete.pk}"] = draft
    session.save()
    assert phone.get("/me/report/", follow=True).status_code == 200
