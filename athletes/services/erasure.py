"""Forgetting people for good: an athlete, or a whole account. What becomes of each record: docs/privacy.md.

All or nothing; work that is still under way for them finds nothing to do. What stays is counts without anybody in them,
who looked at whom by keys that lead nowhere, and a hash by which a restored backup forgets them again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from allauth.idp.oidc.models import Client
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from athletes import access, forgotten
from athletes.crashpoints import reach
from athletes.models import (
    Athlete,
    ClinicianFinding,
    Club,
    DataExport,
    Episode,
    Escalation,
    Forgotten,
    HandOver,
    Invitation,
    Membership,
    Notification,
    ReturnClearance,
    SentBefore,
    User,
)
from athletes.security_log import note
from athletes.services import audit, tallies
from guidance import Disposition

MADE_UP = (
    "@demo.invalid"  # where those live who have no log-in; nobody can ever have such an address
)
URGENT = (Disposition.EMERGENCY_NOW.value, Disposition.SAME_DAY.value)

logger = logging.getLogger(__name__)


class OwnsClubs(access.NotAllowed):
    """Others are in clubs that nobody else owns: an owner has to be found first."""

    def __init__(self, clubs: list[Club]) -> None:
        super().__init__(_("Make somebody else an owner of your club first."))
        self.clubs = clubs


# --- An athlete


def erase_athlete(*, by: User, athlete: Athlete) -> UUID:
    """Everything about `athlete` in their club is gone. The athlete, their guardian or the club's owner may.

    The log-in goes with it unless the person is somebody in this or another club, or a guardian. Gives back the
    primary key, for the record.
    """
    _require_may_erase(by, athlete)
    key = athlete.pk
    with transaction.atomic():
        # A report that is being stored at this moment comes before, or finds nobody.
        found = Athlete.objects.select_for_update(of=("self",)).filter(pk=key).first()
        reach("erase.locked")
        if found is not None:
            person = found.user
            _delete_athlete(found, by)
            note("erased", user_id=by.pk, how="athlete")
            reach("erase.deleted")
            if person is not None:
                _let_go(person, found.club_id)
        reach("erase.ready")
    reach("erase.done")
    return key


def _require_may_erase(by: User, athlete: Athlete) -> None:
    if not Athlete.objects.whose_data_is_of(by).filter(pk=athlete.pk).exists():
        access.require_owns_club(by, athlete.club)


def _let_go(person: User, club: UUID) -> None:
    Membership.objects.filter(user=person, club=club, role=access.ATHLETE).delete()
    is_somebody = (
        person.is_staff
        or person.memberships.exists()
        or person.guardianships.exists()
        or Athlete.objects.filter(user=person).exists()
    )
    if not is_somebody:
        _delete_user(person)


def _delete_athlete(athlete: Athlete, by: User | None) -> None:
    """With what others hold of them: answers kept for programs, files made for coaches, drafts, log lines."""
    tallies.keep(episodes=Episode.objects.filter(athlete=athlete))
    keys = {str(athlete.pk)}
    keys |= {str(key) for key in athlete.episodes.values_list("pk", flat=True)}
    keys |= {str(key) for key in athlete.reports.values_list("pk", flat=True)}
    close = Q(memberships__club=athlete.club_id) | Q(guardianships__athlete=athlete)
    close_to = User.objects.filter(close).values("pk")
    # Both may quote the athlete: an answer is kept for a day, and a file is soon asked for again.
    SentBefore.objects.filter(user__in=close_to).delete()
    DataExport.objects.filter(asked_by__in=close_to, state="ready").update(
        state="over", content=None
    )
    LogEntry.objects.filter(object_id__in=keys).delete()
    _forget_in_sessions(texts=keys)
    audit.erased(by=by, athletes=[athlete])
    _note(athlete.pk)
    athlete.delete()


# --- An account


def clubs_in_the_way(user: User) -> list[Club]:
    """Clubs that `user` alone owns and in which others are: they need another owner first."""
    return [club for club in _owned_alone(user) if _has_others(club, user)]


def clubs_that_go_too(user: User) -> list[Club]:
    """Clubs that `user` alone owns and in which nobody else is."""
    return [club for club in _owned_alone(user) if not _has_others(club, user)]


def still_called(athletes: Iterable[Athlete]) -> bool:
    """Whether a coach is being called for one of them at this moment, and nobody has seen it yet."""
    waiting = Escalation.objects.open().filter(athlete__in=athletes, level__in=URGENT)
    return waiting.filter(athlete__club__calls_nobody=False).exists()


def erase_account(*, by: User) -> None:
    """Everything of `by` is gone: their athletes in each club, their log-in, what was only theirs.

    What they wrote about others stays in the others' records, by nobody (“a coach who has left”). Raises OwnsClubs.
    """
    with transaction.atomic():
        for club in _owned_alone(by):  # nobody joins meanwhile
            Club.objects.select_for_update().filter(pk=club.pk).first()
        if in_the_way := clubs_in_the_way(by):
            raise OwnsClubs(in_the_way)
        going = clubs_that_go_too(by)
        mine = Athlete.objects.filter(user=by).order_by("pk")
        for athlete in mine.select_for_update(of=("self",)):
            _delete_athlete(athlete, by)
        person = User.objects.select_for_update().filter(pk=by.pk).first()
        for club in going:
            _delete_club(club, by)
        if person is not None:
            _delete_user(person)
            note("erased", user_id=by.pk, how="account")
    reach("erase.done")


def _owned_alone(user: User) -> list[Club]:
    owned = Club.objects.filter(access.clubs_led_by(user)).distinct()
    others = Membership.objects.active().filter(role=access.OWNER).exclude(user=user)
    return list(owned.exclude(pk__in=others.values("club")).order_by("pk"))


def _has_others(club: Club, user: User) -> bool:
    """Real people: those made up for a demo club need no owner."""
    if club.is_demo:
        return False
    members = club.memberships.active().exclude(user=user)
    runners = club.athletes.filter(left_at=None, is_drill=False)
    return members.exists() or runners.exclude(user=user).exists()


def _delete_user(person: User) -> None:
    """The log-in, and what others' records say of the person by name."""
    for written in (ClinicianFinding, ReturnClearance):
        written.objects.filter(recorded_by=person, clinician__iexact=person.name).update(
            clinician=_gone()
        )
    HandOver.objects.filter(clinician=person).update(to_name=_gone())
    Club.objects.filter(contact_email__iexact=person.email).update(
        contact_name="", contact_phone="", contact_email=""
    )
    Invitation.objects.filter(Q(used_by=person) | Q(email__iexact=person.email)).delete()
    Notification.objects.filter(address__iexact=person.email).delete()
    Client.objects.filter(owner=person).update(owner=None)  # an app serves others too
    # Django's administration keeps the names of what was changed.
    of_person = Q(object_id=str(person.pk), content_type__model="user")
    LogEntry.objects.filter(of_person | Q(object_repr__icontains=person.email)).delete()
    _forget_in_sessions(texts={person.email.lower()}, users={str(person.pk)})
    transaction.on_commit(partial(_forget_mail, person.email))
    _note(person.uid)
    person.delete()


def _gone() -> str:
    return _("Somebody who has left")


def _forget_in_sessions(*, texts: set[str], users: Iterable[str] = ()) -> None:
    """Sessions of these users end; in those of others goes what names one of `texts`: drafts of reports."""
    users = set(users)
    for row in Session.objects.iterator(chunk_size=500):
        held = row.get_decoded()
        if held.get(SESSION_KEY) in users:
            row.delete()
            continue
        left = {name: value for name, value in held.items() if not _names(name, value, texts)}
        if left != held:
            row.session_data = SessionStore().encode(left)
            row.save(update_fields=["session_data"])


def _names(name: str, value: Any, texts: set[str]) -> bool:
    written = f"{name} {json.dumps(value, default=str)}".lower()
    return any(text in written for text in texts)


def _forget_mail(address: str) -> None:
    """Where no mail server is set up, mail lies in a folder."""
    if not settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        return
    for file in Path(settings.EMAIL_FILE_PATH).glob("*"):
        if file.is_file() and address.lower() in file.read_text(errors="replace").lower():
            file.unlink(missing_ok=True)


def _note(key: UUID) -> None:
    """In the database now, in the list beside it once this holds."""
    hashed = forgotten.hash_of(key)
    Forgotten.objects.get_or_create(key_hash=hashed)
    transaction.on_commit(partial(forgotten.note, [hashed]))


# --- Clubs, and backups


def erase_demo_club(*, by: User, club: Club) -> None:
    """A demo club with all that is in it, and the people who were made up for it. All or nothing.

    Whoever is real keeps their log-in, also if they ran in it; no row of another club is touched.
    """
    access.require_owns_club(by, club)
    if not club.is_demo:
        raise access.NotAllowed(_("Only a demo club can be removed whole."))
    with transaction.atomic():
        _delete_club(club, by)


def _delete_club(club: Club, by: User) -> None:
    for athlete in Athlete.objects.select_for_update(of=("self",)).filter(club=club).order_by("pk"):
        athlete.delete()
    made_up = list(
        User.objects.filter(memberships__club=club, email__endswith=MADE_UP)
        .exclude(pk=by.pk)
        .distinct()
    )
    Club.objects.filter(pk=club.pk).delete()
    for person in made_up:
        if not person.memberships.exists() and not person.athletes.exists():
            person.delete()


def forget_again(*, hashes: set[str]) -> int:
    """After a backup from before was restored: erase whoever is on the list. How many that were.

    Nobody asks for it anew, so nobody is asked whether they may. A person goes also where they were their club's only
    owner: the list says that they were allowed to.
    """
    found = 0
    with transaction.atomic():
        for athlete in Athlete.objects.select_for_update(of=("self",)).order_by("pk"):
            if forgotten.hash_of(athlete.pk) in hashes:
                person, club = athlete.user, athlete.club_id
                _delete_athlete(athlete, None)
                found += 1
                if person is not None:
                    _let_go(person, club)
        for person in User.objects.order_by("pk"):
            if forgotten.hash_of(person.uid) in hashes:
                for own in clubs_that_go_too(person):
                    _delete_club(own, person)
                _delete_user(person)
                found += 1
        for hashed in sorted(hashes):
            Forgotten.objects.get_or_create(key_hash=hashed)
    return found


def catch_up(*lists: Path) -> int:
    """Whoever is on the list beside the database (or on one of `lists`) and not in it came back: forget them again."""
    known = set(Forgotten.objects.values_list("key_hash", flat=True))
    missing = forgotten.listed(forgotten.path(), *lists) - known
    again = forget_again(hashes=missing) if missing else 0
    forgotten.mend()
    return again
