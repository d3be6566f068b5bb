"""Two clubs, everybody who may ask, and a canary in each text of each row: what the generated matrix is asked of.

A canary is a word that is found nowhere else, another one for every row and field, so that an answer that holds one says
what got out. Who may read it is worked out from whose row it is, and not by the code that is tested.
"""

from __future__ import annotations

import itertools
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Token
from django.apps import apps as installed
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.test.client import ClientHandler
from django.utils import timezone

from athletes import access
from athletes.models import ApiToken, Athlete, Membership, User
from athletes.scopes import SCOPES
from athletes.services import findings, people, returning, sharing, tokens
from tests import factories
from tests.access.cast import make_cast

CANARY = re.compile(r"zq[0-9a-z]{5}x")
STATUS, ABSENT, DELETED = "status", "absent", "deleted"
CASTS = ("own", "mate", "minor", "other_squad", STATUS, "other_club", "other_minor")
OBJECTS = (*CASTS, DELETED, ABSENT)

# Each text that people type or that is written about them: planted. `%s` where it must have a form.
TEXTS: dict[str, dict[str, str]] = {
    "User": {"email": "%s@example.test", "name": "%s"},
    "Club": {"name": "%s", "contact_name": "%s", "contact_phone": "%s", "contact_email": "%s@x.test"},
    "Squad": {"name": "%s"},
    "Athlete": {"name": "%s"},
    "Episode": {"closed_reason": "%s"},
    "PainReport": {"note": "%s"},
    "Comment": {"text": "%s"},
    "CareStep": {"text": "%s", "why": "%s", "changed_reason": "%s", "coach_text": "%s"},
    "TrainingHold": {"reason": "%s", "release_reason": "%s"},
    "HandOver": {"to_name": "%s", "note": "%s"},
    "Escalation": {"reason": "%s", "outcome": "%s"},
    "EscalationEvent": {"reached": "%s"},
    "ClinicianFinding": {"in_words": "%s", "clinician": "%s"},
    "ClinicianNote": {"text": "%s"},
    "ReturnClearance": {"clinician": "%s", "note": "%s"},
    "Invitation": {"email": "%s@example.test"},
    "SquadChannel": {"name": "%s", "url": "ntfys://%s"},
    "PushSubscription": {"endpoint": "https://push.test/%s", "p256dh": "%s", "auth": "%s", "browser": "%s"},
    "Notification": {"subject": "%s", "address": "%s@example.test", "error": "%s"},
    "ApiToken": {"name": "%s"},
    "WebhookEndpoint": {"name": "%s", "url": "https://%s.test/", "secret": "%s", "old_secret": "%s", "stopped_why": "%s"},
    "WebhookDelivery": {"error": "%s"},
}  # fmt: skip
# Words of ours, ids of the knowledge, hashes: nobody typed them. A new text that is in neither list fails.
NOT_TYPED = {
    "AuditChain": {"seal"},
    "AuditEntry": {"what", "record_key", "seal_before", "seal"},
    "Assessment": {"knowledge_version", "leading_cause", "finished_by"},
    "CareStep": {"advice", "evidence", "evidence_note"},
    "CheckIn": {"kind"},
    "ClinicianFinding": {"cause"},
    "Club": {"emergency_number", "timezone"},
    "Athlete": {"timezone"},
    "Consent": {"version"},
    "Forgotten": {"key_hash"},
    "Heartbeat": {"name"},
    "Invitation": {"token_hash"},
    "Notification": {"dedupe_key", "path"},
    "PainReport": {"content_hash", "site"},
    "PushSubscription": {"endpoint_hash"},
    "ReturnPlan": {"ladder", "knowledge_version"},
    "ReturnRun": {"ladder"},
    "SentBefore": {"key_hash", "request_hash", "answer"},
    "SiteKey": {"name", "value"},
    "ApiToken": {"token_hash", "prefix"},
    "User": {"password", "language"},
}
# Secrets that nobody is shown again, not even whose they are.
FOR_NOBODY = {
    ("SquadChannel", "url"),
    ("WebhookEndpoint", "secret"),
    ("WebhookEndpoint", "old_secret"),
    ("PushSubscription", "endpoint"),
    ("PushSubscription", "p256dh"),
    ("PushSubscription", "auth"),
}
FOR_OWNERS = {"WebhookEndpoint", "WebhookDelivery"}

Label = tuple[str, Any]  # ("athlete", key), ("squad", key), ("club", key) or ("user", key)


@dataclass(frozen=True)
class Planted:
    label: Label
    model: str
    field: str
    pk: Any
    tells_kind: bool = False  # of a danger of today, whose kind is told to who is shown the status
    written_by: Any = None  # who knows it anyway


_handler = ClientHandler(enforce_csrf_checks=False)


def quick_client() -> Client:
    """All with one handler: each of its own would look through every static file again."""
    client = Client(raise_request_exception=False)
    client.handler = _handler
    return client


@dataclass
class Role:
    name: str
    kind: str  # as in the rows: anon, athlete, coach, foreign, clinician, token; or owner, guardian
    user: User | None = None
    home: str = "own"  # the cast whose things are theirs
    token: str = ""
    scopes: frozenset[str] | None = None  # of a token; None for who came with a browser
    sees: frozenset[Label] = frozenset()
    reads_notes: frozenset[Any] = frozenset()  # athletes whose clinicians' notes they may read
    status_of: frozenset[Any] = frozenset()  # athletes of whom they are shown the status only
    owns: frozenset[Any] = frozenset()  # clubs
    cookie: str = ""

    def client(self) -> Client:
        client = quick_client()
        if self.cookie:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.cookie
        return client

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


@dataclass
class World:
    casts: dict[str, dict[str, Any]]
    roles: dict[str, Role] = field(default_factory=dict)
    planted: dict[str, Planted] = field(default_factory=dict)
    homes: dict[Any, Label] = field(default_factory=dict)  # of people
    gone: set[tuple[type[models.Model], Any]] = field(default_factory=set)  # rows that were deleted

    def label_of(self, row: Any) -> Label | None:
        """Whose it is: an athlete's before a person's, a squad's before a club's."""
        match type(row).__name__:
            case "Athlete":
                return ("athlete", row.pk)
            case "User":
                return self.homes.get(row.pk, ("user", row.pk))
            case "Club":
                return ("club", row.pk)
            case "Squad":
                return ("squad", row.pk)
            case "WebhookDelivery":  # of the club that is told, whoever it is about
                return ("club", row.endpoint.club_id)
            case "OnCall":
                return ("club", row.club_id)
            case "Membership":
                squad = row.squads.first()
                return ("squad", squad.pk) if squad else ("club", row.club_id)
            case "Client":  # an app: of who let it in
                held = Token.objects.filter(client=row).first()
                return ("user", held.user_id) if held else None
        for step in (
            "athlete",
            "episode",
            "report",
            "plan",
            "assessment",
            "escalation",
            "endpoint",
            "squad",
        ):
            above = getattr(row, step, None)
            if isinstance(above, models.Model):
                return self.label_of(above)
        for step in ("user", "recipient", "asked_by"):
            if key := getattr(row, f"{step}_id", None):
                return ("user", key)
        club = getattr(row, "club_id", None)
        return ("club", club) if club else None

    def is_gone(self, row: Any) -> bool:
        return (type(row), row.pk) in self.gone

    def may_read(self, role: Role, found: Planted) -> bool:
        if (found.model, found.field) in FOR_NOBODY:
            return False
        if found.label not in role.sees:
            return False
        kind, key = found.label
        if found.model in FOR_OWNERS and key not in role.owns:
            return False
        if found.model == "ClinicianNote":
            return kind == "athlete" and key in role.reads_notes
        is_withheld = found.field in access.WITHHELD.get(found.model, ())
        if kind == "athlete" and key in role.status_of and is_withheld:
            wrote_it = role.user is not None and found.written_by == role.user.pk
            return found.tells_kind or wrote_it
        return True

    def leaks(self, role: Role, text: str, shown_anyway: frozenset[str] = frozenset()) -> list[str]:
        """What stands in `text` that this person may not read. `shown_anyway`: kinds of rows."""
        found = [
            self.planted[word] for word in sorted(set(CANARY.findall(text))) if word in self.planted
        ]
        return [
            f"{one.model}.{one.field} of {self.name_of(one.label)}"
            for one in found
            if one.model not in shown_anyway and not self.may_read(role, one)
        ]

    @cached_property
    def labels(self) -> frozenset[Label]:
        """Of everything that is there before anybody asks."""
        return frozenset(found.label for found in self.planted.values())

    def name_of(self, label: Label | None) -> str:
        for name, cast in self.casts.items():
            if label == ("athlete", cast["athlete"].pk):
                return name
        return " ".join(map(str, label or ("nobody",)))


def make_world() -> World:
    ours, theirs = factories.make_club("Ours"), factories.make_club("Theirs")
    other = _another_squad(ours, "Sprinters")
    third = _another_squad(ours, "Throwers")
    casts = {
        "own": make_cast(ours),
        "mate": make_cast(ours),
        "minor": make_cast(ours, is_minor=True),
        "other_squad": make_cast(other),
        STATUS: make_cast(third),
        "other_club": make_cast(theirs),
        "other_minor": make_cast(theirs, is_minor=True),
    }
    for cast in casts.values():
        _treat(cast)
    quiet = casts[STATUS]["athlete"]
    sharing.choose_sharing(by=quiet.user, athlete=quiet, sharing=access.SHARE_STATUS)
    world = World(casts)
    casts[DELETED], world.gone = _gone(ours)
    _find_homes(world)
    _add_people(world, ours, theirs)
    _plant(world)
    return world


def _treat(cast: dict[str, Any]) -> None:
    """What clinicians write down, so that it is there to be withheld."""
    told = {"by": cast["people"]["clinician"], "clinician": "Dr Weber"}
    findings.record_finding(
        **told,
        episode=cast["episode"],
        cause="",
        in_words="A tear",
        found_on=timezone.now().date(),
        method="ultrasound",
    )
    returning.record_clearance(
        **told, episode=cast["climb"], given_on=timezone.now().date(), note="Slowly"
    )


def _another_squad(squad: Any, name: str) -> Any:
    made = people.create_squad(by=squad.coach, club=squad.club, name=name)
    made.coach = squad.coach  # type: ignore[attr-defined]
    return made


def _rows() -> dict[type[models.Model], set[Any]]:
    return {
        model: set(model._base_manager.values_list("pk", flat=True))
        for model in installed.get_models(include_auto_created=True)
        if model._meta.managed
    }


def _gone(squad: Any) -> tuple[dict[str, Any], set[tuple[type[models.Model], Any]]]:
    """A cast of which nothing is left but the keys, and which rows those were."""
    before, gone = _rows(), set()
    cast = make_cast(squad)
    for model, keys in _rows().items():
        new = model._base_manager.filter(pk__in=keys - before[model])
        if new.exists():
            gone |= {(model, key) for key in keys - before[model]}
            new._raw_delete(new.db)
    return cast, gone


def _find_homes(world: World) -> None:
    for athlete in Athlete.objects.all():
        if athlete.user_id:
            world.homes[athlete.user_id] = ("athlete", athlete.pk)
        for guarding in athlete.guardianships.all():
            world.homes[guarding.user_id] = ("athlete", athlete.pk)
    for held in Membership.objects.exclude(role=access.ATHLETE):
        world.homes.setdefault(held.user_id, ("club", held.club_id))


def _add_people(world: World, ours: Any, theirs: Any) -> None:
    casts = world.casts

    def add(name: str, kind: str, user: User | None = None, home: str = "own", **more: Any) -> Role:
        role = Role(name, kind, user, home, **more)
        if user is not None:
            look(role, user)
            if role.scopes is None and not role.token:
                client = quick_client()
                client.force_login(user)
                role.cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        world.roles[name] = role
        return role

    former = factories.make_coach(ours)
    former.memberships.update(ended_at=timezone.now())
    coach = casts["own"]["people"]["coach"]
    add("anonymous", "anon")
    for name, home in (("athlete", "own"), ("mate", "mate"), ("athlete of another squad", "other_squad"), ("athlete of another club", "other_club")):  # fmt: skip
        add(name, "athlete", casts[home]["athlete"].user, home)
    for name, home in (("coach", "own"), ("coach of another squad", "other_squad"), ("coach of another club", "other_club"), ("coach of who shares the status", STATUS)):  # fmt: skip
        add(name, "coach", casts[home]["people"]["coach"], home)
    add("former coach", "foreign", former)
    add("clinician", "clinician", casts["own"]["people"]["clinician"])
    add("guardian", "guardian", casts["minor"]["parent"], "minor")
    add("guardian of another child", "guardian", casts["other_minor"]["parent"], "other_minor")
    add("owner", "owner", ours.coach)
    add("owner of another club", "owner", theirs.coach, "other_club")
    add("token", "token", coach, token=casts["own"]["token"], scopes=frozenset(SCOPES))
    for scope in SCOPES:
        held = tokens.issue(by=coach, scopes=[scope]).secret
        add(f"token {scope}", "token", coach, token=held, scopes=frozenset({scope}))
    for name, change in (
        ("expired token", {"expires_at": timezone.now() - timedelta(days=1)}),
        ("revoked token", {"revoked_at": timezone.now()}),
    ):
        issued = tokens.issue(by=coach)
        ApiToken.objects.filter(pk=issued.token.pk).update(**change)
        add(name, "anon", token=issued.secret, scopes=frozenset())
    ApiToken.objects.update(
        last_used_at=timezone.now()
    )  # else each first use would be written down
    Token.objects.create(
        client=casts["own"]["app"],
        user=coach,
        type=Token.Type.ACCESS_TOKEN,
        hash=get_adapter().hash_token("secret-of-an-app"),
        scopes="reports:read",
        expires_at=timezone.now() + timedelta(days=1),
    )
    add("app", "token", coach, token="secret-of-an-app", scopes=frozenset({"reports:read"}))


def look(role: Role, user: User) -> None:
    """Whose rows somebody may read, by the roles that the database holds, in plain loops."""
    sees: set[Label] = {("user", user.pk)}
    notes, status = set(), set()
    for held in user.memberships.filter(ended_at=None):
        sees.add(("club", held.club_id))
        is_owner = held.role == access.OWNER
        role.owns |= {held.club_id} if is_owner else set()
        squads = held.club.squads.all() if is_owner else held.squads.all()
        sees |= {("squad", squad.pk) for squad in squads}
        if held.role == access.ATHLETE:
            continue
        runners = (
            held.club.athletes.all() if is_owner else Athlete.objects.filter(squads__in=squads)
        )
        sees |= {("athlete", runner.pk) for runner in runners}
        treats = held.role == access.CLINICIAN
        notes |= {runner.pk for runner in runners if treats}
        status |= {r.pk for r in runners if r.sharing == access.SHARE_STATUS and not treats}
    themselves = [
        *user.athletes.all(),
        *(g.athlete for g in user.guardianships.filter(ended_at=None)),
    ]
    for runner in themselves:
        sees |= {("athlete", runner.pk), ("club", runner.club_id)}
        sees |= {("squad", squad.pk) for squad in runner.squads.all()}
        notes.add(runner.pk)
        status.discard(runner.pk)
    role.sees, role.reads_notes, role.status_of = (
        frozenset(sees),
        frozenset(notes),
        frozenset(status),
    )


def _plant(world: World) -> None:
    numbers = itertools.count(36**4)
    for name, fields in TEXTS.items():
        model = installed.get_model("athletes", name)
        for row in model._base_manager.all():
            label = world.label_of(row)
            assert label is not None, f"whose is a {name}?"
            if name == "Squad":  # what squads there are is known in the whole club
                label = ("club", row.club_id)
            kind = name == "Escalation" and access.tells_kind(row.level)
            for column, form in fields.items():
                word = f"zq{_base36(next(numbers))}x"
                if _takes(model, row.pk, {column: form % word}):
                    told = kind and column == "reason"
                    by = getattr(row, "handed_by_id", None)  # of a hand-over
                    world.planted[word] = Planted(label, name, column, row.pk, told, by)


def _takes(model: type[models.Model], pk: Any, words: dict[str, str]) -> bool:
    """False where the database says that nothing may stand there, as in an address of who has a log-in."""
    try:
        with transaction.atomic():
            model._base_manager.filter(pk=pk).update(**words)
    except IntegrityError:
        return False
    return True


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    found = ""
    while number:
        number, rest = divmod(number, 36)
        found = digits[rest] + found
    return found


def texts_of_models() -> Iterator[tuple[str, str]]:
    """Every column in which words can stand that are not one of a few choices."""
    for model in installed.get_app_config("athletes").get_models():
        for column in model._meta.concrete_fields:
            if isinstance(column, models.CharField | models.TextField) and not column.choices:
                yield model.__name__, column.name


def absent_key(key: str) -> str:
    """One of the same form that nothing has."""
    try:
        return str(uuid.uuid5(uuid.UUID(key), "absent"))
    except ValueError:
        return "987654321" if key.isdigit() else "nothing"
