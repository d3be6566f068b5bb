"""What a person's own data is: each kind of record, whose it is, and what of it is not theirs to take.

Every kind is one list in the JSON and one CSV file. A test walks all models: one that stands neither here nor on the
test's list of those that hold nobody's data fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client, Token
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import ForeignKey, JSONField, Model, Q, QuerySet

from athletes import models
from athletes.models import Athlete, AuditEntry, User
from athletes.models.people import SHARE_ALL

AT_ONCE = 200
# How the site does its work, and secrets: of no use to the person, or of use to a thief of the file.
TECHNICAL = frozenset({"claimed_until", "dispatched_at", "content_hash", "attempts"})

# Who and what is called by its name; which field of it is its id.
NAMED: dict[Any, str] = {User: "uid", models.Club: "pk", models.Squad: "pk", Client: "pk"}


@dataclass(frozen=True)
class Kind:
    """One kind of record. `whose` leads from it to the athlete, or to the user."""

    name: str
    model: type[Model]
    about: str
    whose: str
    leave_out: frozenset[str] = frozenset()
    only: tuple[str, ...] = ()  # in place of all fields
    together: tuple[str, ...] = ()  # names of many-to-many fields
    is_detail: bool = (
        False  # written about others, and not for coaches where only the status is shared
    )

    def fields(self) -> list[Any]:
        """The columns that are handed out, in the order of the record."""
        every = self.model._meta.concrete_fields
        if self.only:
            return [one for one in every if one.name in self.only]
        return [one for one in every if one.name not in self.leave_out | TECHNICAL]

    @property
    def heads(self) -> list[str]:
        return [*(one.name for one in self.fields()), *self.together]

    def row(self, record: Any) -> dict[str, Any]:
        """Of another person, a club or a squad the name, as pages show it, and the id by which programs know them."""
        told = {one.name: _value(one, record) for one in self.fields()}
        lists = {name: [str(one) for one in getattr(record, name).all()] for name in self.together}
        return told | lists

    def rows(self, queryset: QuerySet[Any]) -> Iterator[dict[str, Any]]:
        """A few hundred in memory at a time."""
        named = [
            one.name
            for one in self.fields()
            if isinstance(one, ForeignKey) and one.related_model in NAMED
        ]
        found = queryset.select_related(*named) if named else queryset.select_related(None)
        found = found.order_by("pk").prefetch_related(*self.together)
        return map(self.row, found.iterator(chunk_size=AT_ONCE))


def _value(column: Any, record: Any) -> Any:
    if isinstance(column, ForeignKey) and (key := NAMED.get(column.related_model)):
        one = getattr(record, column.name)
        return one and {"id": str(getattr(one, key)), "name": _name(one)}
    value = getattr(record, column.attname)
    return value if isinstance(column, JSONField) else _plain(value)


def _name(one: Any) -> str:
    return one.name if isinstance(one, Client) else str(one)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


OF_ATHLETE = (
    Kind("athletes", models.Athlete, "You as an athlete, in each club.", "pk", together=("squads", "own_coaches")),
    Kind("episodes", models.Episode, "Health problems, each from its first report to its close.", "athlete"),
    Kind("reports", models.PainReport, "Pain reports with all answers, and the answer to danger signs.", "athlete"),
    Kind("assessments", models.Assessment, "What each report was judged to be, with the reasons.", "report__athlete"),
    Kind("care_steps", models.CareStep, "What to do and not to do, and what became of it.", "assessment__report__athlete"),
    Kind("check_ins", models.CheckIn, "When you were asked how it is.", "episode__athlete"),
    Kind("comments", models.Comment, "The talk about a problem.", "episode__athlete"),
    Kind("clinician_findings", models.ClinicianFinding, "What a clinician found.", "episode__athlete"),
    Kind("clinician_notes", models.ClinicianNote, "What a clinician wrote down.", "episode__athlete"),
    Kind("escalations", models.Escalation, "When a coach was called for you.", "athlete"),
    Kind("escalation_events", models.EscalationEvent, "Who was told, and who saw it.", "escalation__athlete"),
    Kind("return_plans", models.ReturnPlan, "Your way back to running.", "episode__athlete"),
    Kind("return_clearances", models.ReturnClearance, "A clinician's yes to running.", "plan__episode__athlete"),
    Kind("return_runs", models.ReturnRun, "Each run on the way back.", "plan__episode__athlete"),
    Kind("training_holds", models.TrainingHold, "When you were kept out of training, and why.", "athlete"),
    Kind("hand_overs", models.HandOver, "When a problem was handed to a clinician.", "episode__athlete"),
    Kind("consents", models.Consent, "Who agreed that this is kept, and to which text.", "athlete"),
    Kind("guardians", models.Guardianship, "Who answers or answered for you as a minor.", "athlete"),
    Kind("last_looks", models.LastLook, "When each person last had your page open.", "athlete"),
    Kind("links_made_for_you", models.Invitation, "Invitations to be this athlete, or their guardian.", "athlete", frozenset({"token_hash"})),
    Kind(
        "told_to_programs", models.WebhookDelivery, "When a club's own program was told that there is something new.", "athlete",
        only=("id", "created_at", "event", "state", "finished_at"),
    ),
)  # fmt: skip
OF_USER = (
    Kind("account", models.User, "Your log-in.", "pk", frozenset({"password"})),
    Kind("email_addresses", EmailAddress, "Your e-mail addresses.", "user"),
    Kind("roles", models.Membership, "What you are in which club.", "user", together=("squads",)),
    Kind("children", models.Guardianship, "For whom you answer or answered.", "user"),
    Kind("consents_given", models.Consent, "What you agreed to, for yourself or for others.", "given_by"),
    Kind("messages", models.Notification, "What you were told, and how.", "recipient", frozenset({"dedupe_key", "push_subscription", "squad_channel", "address"})),
    Kind("message_choices", models.ChannelChoice, "How you want to be told.", "user"),
    Kind("on_call", models.OnCall, "When you were told first.", "user", together=("squads",)),
    Kind("devices", models.PushSubscription, "Browsers that tell you. Their keys are left out.", "user", only=("id", "created_at", "browser", "gone_at")),
    Kind("api_tokens", models.ApiToken, "Keys of programs that act for you. The keys themselves are kept nowhere.", "user", frozenset({"token_hash"})),
    Kind("second_factors", Authenticator, "Passkeys and second factors. Their secrets are left out.", "user", frozenset({"data"})),
    Kind("sessions", UserSession, "Where you are logged in.", "user", frozenset({"session_key", "data"})),
    Kind("apps", Token, "Other programs that may act for you.", "user", only=("type", "client", "created_at", "expires_at", "scopes")),
    Kind("exports", models.DataExport, "Files like this one.", "asked_by", frozenset({"content"})),
    Kind("invitations_made", models.Invitation, "Links that you made.", "created_by", frozenset({"token_hash"})),
    Kind("invitations_used", models.Invitation, "Links that you came in by.", "used_by", only=("id", "club", "squad", "role", "used_at")),
    Kind("own_looks", models.LastLook, "Whose page you last had open, and when.", "user"),
)  # fmt: skip
# What a coach or clinician wrote about others: their own words, and about whom by id. Only of athletes they see now.
WRITTEN = (
    Kind("wrote_comments", models.Comment, "What you said in the talk with athletes.", "author", only=("id", "created_at", "episode", "text")),
    Kind("wrote_holds", models.TrainingHold, "When you kept somebody out of training.", "set_by", only=("id", "since", "until", "athlete", "kind", "reason")),
    Kind("wrote_hand_overs", models.HandOver, "What you wrote to a clinician.", "handed_by", only=("id", "created_at", "episode", "to_name", "note"), is_detail=True),
    Kind("wrote_findings", models.ClinicianFinding, "Findings that you wrote down.", "recorded_by", only=("id", "created_at", "episode", "cause", "in_words", "clinician", "found_on", "method"), is_detail=True),
    Kind("wrote_notes", models.ClinicianNote, "Notes that you wrote as a clinician.", "author", only=("id", "created_at", "episode", "text"), is_detail=True),
    Kind("wrote_clearances", models.ReturnClearance, "A yes to running that you wrote down.", "recorded_by", only=("id", "created_at", "plan", "clinician", "given_on", "note"), is_detail=True),
    Kind("wrote_plan_changes", models.CareStep, "What you changed in plans.", "settled_by", only=("id", "settled_at", "advice", "changed_reason", "coach_text")),
    Kind("filed_reports", models.PainReport, "Reports that you entered for others.", "filed_by", only=("id", "athlete", "reported_at", "note"), is_detail=True),
)  # fmt: skip


@dataclass(frozen=True)
class Scope:
    """Whose data goes into one file: a person's, or (for a guardian) one athlete's."""

    user: User
    athletes: Sequence[Athlete]
    is_own: bool

    def kinds(self) -> Iterator[tuple[Kind, QuerySet[Any]]]:
        """Each kind with its rows."""
        keys = [athlete.pk for athlete in self.athletes]
        for kind in OF_ATHLETE:
            yield kind, kind.model._default_manager.filter(**{f"{kind.whose}__in": keys})
        if not self.is_own:
            return
        for kind in OF_USER:
            whom = self.user.pk
            yield kind, kind.model._default_manager.filter(**{kind.whose: whom})
        for kind in WRITTEN:
            yield kind, self._written(kind)

    def _written(self, kind: Kind) -> QuerySet[Any]:
        """As far as the person still sees it."""
        rows: Any = kind.model._default_manager
        seen = rows.seen_from_desk_by(self.user).filter(
            pk__in=rows.visible_to(self.user).values("pk"), **{kind.whose: self.user.pk}
        )
        if not kind.is_detail:
            return seen
        path = seen.athlete_path
        treated = Athlete.objects.seen_as_clinician_by(self.user).values("pk")
        shared = Q(**{f"{path}__sharing": SHARE_ALL}) | Q(**{f"{path}__in": treated})
        return seen.filter(shared)

    def looks(self) -> Iterator[dict[str, Any]]:
        """Who looked at it or changed it: nothing of anybody else stands in an entry."""
        keys = [athlete.pk for athlete in self.athletes]
        entries = AuditEntry.objects.filter(subjects__athlete_key__in=keys).distinct()
        names = _NamesByKey()
        for entry in entries.order_by("at", "pk").iterator(chunk_size=AT_ONCE):
            yield {
                "at": entry.at,
                "who": names.of(entry.actor_key),
                "action": entry.action,
                "what": entry.what,
                "fields": entry.fields,
                "from": entry.face,
            }


LOOK_HEADS = ("at", "who", "action", "what", "fields", "from")
LOOKS_ABOUT = "Who looked at your data or changed it, and when."


class _NamesByKey:
    """Each person is looked up once; one who is gone has no name."""

    def __init__(self) -> None:
        self._known: dict[UUID, str | None] = {}

    def of(self, key: UUID | None) -> str | None:
        if key is None:
            return None
        if key not in self._known:
            person = User.objects.filter(uid=key).first()
            self._known[key] = str(person) if person else None
        return self._known[key]


def scope_of(user: User, athlete: Athlete | None) -> Scope:
    """All of one's own, or one child's."""
    if athlete is not None:
        return Scope(user, [athlete], is_own=False)
    mine = Athlete.objects.filter(user=user).select_related("club").order_by("club__name", "pk")
    return Scope(user, list(mine), is_own=True)
