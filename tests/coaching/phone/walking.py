"""Answering the interview over HTTP, screen by screen, as a person would."""

from __future__ import annotations

import random
from typing import Any

from django.test import Client

from coaching.interview.screens import Field, ScreenForm

START, SEND = "/me/report/", "/me/report/send/"
# Enough for the core screens; what is not in here is “not sure”.
SORE_CALF = {
    "site": ["calf"],
    "side": "left",
    "onset": "gradual",
    "days_since_onset": "1",
    "when": ["easy_run"],
    "character": ["soreness"],
    "severity_nrs": "3",
}
SHARP_CALF = {**SORE_CALF, "character": ["sharp"]}  # what the leg can do is asked too


def open_step(client: Client) -> Any:
    """The screen that comes next, in a new report or in the one that was begun."""
    page: Any = client.get(START, follow=True)
    return client.get(page.context["go_on"]) if "go_on" in page.context else page


def form_of(response: Any) -> ScreenForm:
    form: ScreenForm = response.context["form"]
    return form


def posted(form: ScreenForm, told: dict[str, Any]) -> dict[str, Any]:
    """What the browser sends for this screen when the person means `told`."""
    data: dict[str, Any] = {"screen": form.question.screen_id, "action": "next"}
    if form.is_signs:
        data["action"] = "none"
    for field in form.fields:
        answer = told.get(field.id, None if field.style == "mark" else "unsure")
        if answer is None or (form.rest and answer == form.rest):
            continue
        if field.style in ("number", "codes") and answer != "unsure":
            data[f"{field.id}-own"] = answer
        else:
            data[field.id] = answer
    return data


def answer_until(client: Client, told: dict[str, Any], stop: str = "") -> Any:
    """Answer screens until the one called `stop` is shown, else until the report can be sent."""
    page = open_step(client)
    for _ in range(40):
        url = page.request["PATH_INFO"]
        if url.endswith("/send/") or form_of(page).question.screen_id == stop:
            return page
        page = client.post(url, posted(form_of(page), told), follow=True)
    raise AssertionError("the interview does not end")


def send(client: Client, page: Any, note: str = "", **more: str) -> Any:
    data = {"client_key": page.context["client_key"], "note": note, **more}
    return client.post(SEND, data)


def random_answer(field: Field, dice: random.Random) -> tuple[dict[str, Any], Any]:
    """What is posted for this field, and what must be stored for it (None: a sign left unmarked)."""
    if field.style == "mark":
        word = dice.choice([None, None, None, "unsure"])
        return ({field.id: word} if word else {}), word
    if field.style == "number" and dice.random() < 0.7:
        return {f"{field.id}-own": "2,5" if not field.finding.integer else "2"}, (
            2 if field.finding.integer else 2.5
        )
    if field.style == "codes":
        return {f"{field.id}-own": "Ibuprofen, Levo floxacin"}, ["ibuprofen", "levo_floxacin"]
    if field.style == "number":
        return {field.id: "unsure"}, "unsure"
    choices = [choice.value for choice in field.choices]
    if field.style == "several":
        several = sorted(dice.sample(choices[:-1], k=min(2, len(choices) - 1)), key=choices.index)
        return {field.id: several}, several
    word = dice.choice(choices)
    is_number = field.finding.kind == "number" and word != "unsure"
    return {field.id: word}, int(word) if is_number else word


def text_of(response: Any) -> str:
    """The page, as it was sent."""
    text: str = response.content.decode()
    return text
