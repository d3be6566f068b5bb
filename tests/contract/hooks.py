"""What schemathesis is told beside the schema: who asks, which ids there are, and what no schema can say.

Loaded by `st run` (SCHEMATHESIS_HOOKS) and by the quick test. NIGGLE_CONTRACT names a JSON file: {"tokens": […], "ids": {path: […]}}.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import schemathesis

API = "/api/v1/"
REAL = 0.8  # how often an id that was made up gives way to one that is there
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
PATH = re.compile(r"/api/v1/([a-z-]+)/\{")
# Fields that name something by its id, and the list that it stands in.
LISTS = {
    "athlete": "athletes",
    "check_in": "check-ins",
    "club": "clubs",
    "episode": "episodes",
    "escalations": "escalations",
    "report": "reports",
    "squad": "squads",
    "squads": "squads",
}

AHEAD = {"idempotency-key", "if-match", "if-none-match"}

# Why a request that fits the schema may get 400 all the same: what only the records, the clock or the knowledge can say.
# Whatever else is refused is a gap in the schema, and fails.
SAID_BY_RECORDS = (
    r"^There is no (such (?!field|parameter|choice|level)|question|answer|screen)",
    r"^This cannot be said together with |^This is no cursor of this list",
    r"may not be blank",  # nothing but spaces
    r"^Text may not hold|^A whole number has at most",
    r"too long ago|^At most two years ahead|in the future|has passed already|has not (come|happened) yet|Nobody is asked at night|days back|date of birth|this can change\. Tell it in a report|object of findings",
    r"Only an athlete is asked|^Only who looks after athletes|^You are never told of this|is not this athlete’s",
    r"none of the causes that we know|does not know this kind of address",
    r"^Say which athlete|have to agree first|^Choose a clinician|belongs to no chat service",
    r"is not a time zone|^Say how it is|gave an address that cannot be used",
    r"is on call then already|^Choose squads |^Ask a guardian or your coach|already has a squad of this name|has a log-in already|can be told on the next day only|^The steps go from|^A run from before",
    r"is not a web address that can be used",  # those are fewer than what `format: uri` allows
    r"fifty tokens|^Too many have been asked already|is on the list already|is stopped\. Start it",
    r"^Choose at least one, else no coach is called",  # unless another squad, not named here, still has them
    # Two fields together: a schema can say it (anyOf), but the generators of clients make a type of it that nobody can use.
    r"^Name a cause, or say in words|^Choose somebody of the club, or name|^Leave this out where it is about an athlete",
    r"^Quiet hours (can last|need a beginning)|^An owner’s link is for one person",
)


@cache
def told() -> dict[str, Any]:
    return json.loads(Path(os.environ["NIGGLE_CONTRACT"]).read_text())


_choice = random.Random(1)


def real(kind: str, instead_of: Any) -> Any:
    ids = told()["ids"].get(kind, [])
    return _choice.choice(ids) if ids and _choice.random() < REAL else instead_of


def named(body: Any, key: str = "") -> Any:
    """`body` with ids that are there where it names something."""
    match body:
        case dict():
            return {name: named(value, name) for name, value in body.items()}
        case list():
            return [named(value, key) for value in body]
        case str() if key in LISTS and UUID.fullmatch(body):
            return real(LISTS[key], body)
    return body


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if isinstance(case.body, dict):
        case.body = named(case.body)
    if case.query:
        case.query.update(named(dict(case.query)))
    # Made up, a key was used before and a tag is an old one: then the request would go no further.
    for name in [name for name in case.headers or {} if name.lower() in AHEAD]:
        if _choice.random() < REAL:
            del case.headers[name]
    is_chained = "stateful" in str(case.meta.phase.name).lower()
    kind = PATH.match(case.operation.path)
    if kind and "id" in case.path_parameters and not is_chained:
        case.path_parameters["id"] = real(kind.group(1), case.path_parameters["id"])


def reasons(response: Any) -> Iterator[str]:
    problem = json.loads(response.content)
    for wrong in problem.get("errors") or [problem]:
        yield wrong["detail"]


@schemathesis.hook
def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """A refusal that only the records can explain is no failure."""
    if type(failure).__name__ != "RejectedPositiveData" or response.status_code != 400:
        return True
    return not all(
        any(re.search(said, reason) for said in SAID_BY_RECORDS) for reason in reasons(response)
    )


@schemathesis.auth(refresh_interval=None if not os.environ.get("NIGGLE_CONTRACT") else 10**6)
class Bearer:
    """A token of the role; the next one where a request has put it out of use."""

    _spare: Iterator[str] | None = None

    def get(self, case: Any, context: Any) -> str:
        if Bearer._spare is None:
            Bearer._spare = iter(told()["tokens"])
        return next(Bearer._spare)

    def set(self, case: Any, data: str, context: Any) -> None:
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}
