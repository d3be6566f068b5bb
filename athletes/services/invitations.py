"""Links that make an account and bind it: hashed, expiring; for one person, or for a squad at the track."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from athletes import access
from athletes.consent import was_of_age
from athletes.models import Athlete, Invitation, Squad, User
from athletes.services import guardians
from athletes.services.people import grant_role

VALID_FOR = timedelta(hours=72)
MOST_ASKED = 4  # to be a guardian, at the same time
TRACK_VALID_FOR = timedelta(days=14)
CODE = re.compile(r"[a-z2-7]{4}(-[a-z2-7]{4}){3}")  # of a link for the track: 80 bits, to be typed
NAME_LENGTH = Athlete._meta.get_field("name").max_length


@dataclass(frozen=True)
class Invited:
    """The invitation, and its token: shown now and never again."""

    invitation: Invitation
    token: str

    @property
    def path(self) -> str:
        return f"/join/{self.token}/"


class UnusableInvitation(Exception):
    """Used, revoked, expired, unknown, or meant for another address."""


def token_hash(token: str) -> str:
    """Of a code that somebody typed, as if it had been typed as it was shown."""
    typed = token.strip().lower()
    return hashlib.sha256((typed if CODE.fullmatch(typed) else token).encode()).hexdigest()


@transaction.atomic
def invite(
    *, by: User, squad: Squad, role: str, athlete: Athlete | None = None, email: str = ""
) -> Invited:
    """A link into `squad` as `role`; with `athlete`, to take over their record. Raises NotAllowed, ValidationError."""
    _require_may_invite(by, squad, role, athlete)
    if role == access.OWNER and not email:
        told = _("An owner’s link is for one person: give their address.")
        raise ValidationError({"email": told})
    if athlete is not None:
        _require_no_log_in(athlete, role)
        _revoke_earlier(athlete, role, email.lower())
        _require_few_asked(athlete, role)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        token_hash=token_hash(token),
        club=squad.club,
        squad=squad,
        role=role,
        athlete=athlete,
        email=email.lower(),
        created_by=by,
        expires_at=timezone.now() + VALID_FOR,
    )
    invited = Invited(invitation, token)
    if email:
        transaction.on_commit(lambda: _send(invited))
    return invited


@transaction.atomic
def invite_at_the_track(*, by: User, squad: Squad) -> Invitation:
    """A link into `squad` that every athlete can use until it ends or somebody revokes it."""
    _require_may_invite(by, squad, access.ATHLETE, None)
    invitation = Invitation(
        club=squad.club,
        squad=squad,
        role=access.ATHLETE,
        created_by=by,
        expires_at=timezone.now() + TRACK_VALID_FOR,
        for_many=True,
    )
    invitation.token_hash = token_hash(_code(invitation))
    invitation.save()
    return invitation


def track_link(*, squad: Squad) -> Invitation | None:
    """The link for the track that works now, if the squad has one."""
    usable = squad.invitations.usable().for_the_track().select_related("squad__club", "created_by")
    return next((link for link in usable if track_path(invitation=link)), None)


@transaction.atomic
def have_track_link(*, by: User, squad: Squad) -> Invitation:
    """The one that works, or a new one."""
    access.require_leads_squad(by, squad)
    Squad.objects.select_for_update(no_key=True).get(pk=squad.pk)  # two at once make one
    return track_link(squad=squad) or invite_at_the_track(by=by, squad=squad)


def track_path(*, invitation: Invitation) -> str:
    """Where a link for the track leads. Shown as often as a coach holds it up, and stored nowhere.

    Worked out from the site's secret; "" where that has changed since, or where whoever made it may not invite
    any more: then the link is worth nothing.
    """
    code = _code(invitation)
    works = token_hash(code) == invitation.token_hash and _inviter_may_still(invitation)
    return f"/join/{code}/" if works else ""


def _code(invitation: Invitation) -> str:
    digest = salted_hmac("niggle.track-link", str(invitation.pk), algorithm="sha256").digest()
    letters = base64.b32encode(digest[:10]).decode().lower()
    return "-".join(letters[place : place + 4] for place in range(0, len(letters), 4))


def _require_may_invite(by: User, squad: Squad, role: str, athlete: Athlete | None) -> None:
    if role == access.GUARDIAN:
        _require_may_ask_guardian(by, squad, athlete)
        return
    access.require_leads_squad(by, squad)
    access.require_takes_real_people(squad)
    if role == access.OWNER:
        access.require_owns_club(by, squad.club)
    if athlete is None:
        return
    access.require_on_desk_of(by, athlete)
    if athlete.club_id != squad.club_id or role != access.ATHLETE:
        raise access.NotAllowed("A record is handed over to an athlete of the same club only.")


def _require_no_log_in(athlete: Athlete, role: str) -> None:
    """A record is taken over once; a second person would get one of their own instead."""
    if role == access.ATHLETE and athlete.user_id is not None:
        raise ValidationError({"athlete": _("This athlete has a log-in already.")})


def _require_may_ask_guardian(by: User, squad: Squad, athlete: Athlete | None) -> None:
    """The minor, somebody who is their guardian already, or who runs their squad."""
    access.require_takes_real_people(squad)
    if athlete is None or athlete.club_id != squad.club_id or athlete.left_at is not None:
        raise access.NotAllowed("A guardian is the guardian of one athlete of the club.")
    if was_of_age(athlete, timezone.now()):
        raise access.NotAllowed("Who is of age in this club has no guardian.")
    own_side = {access.ATHLETE, access.GUARDIAN} & access.roles_towards(by, athlete)
    if not own_side:
        access.require_leads_athlete(by, athlete)


def _revoke_earlier(athlete: Athlete, role: str, email: str) -> None:
    """A new link for an athlete puts the earlier one out of use; of two parents each has their own."""
    earlier = athlete.invitations.filter(role=role, used_at=None, revoked_at=None)
    if role == access.GUARDIAN:
        earlier = earlier.filter(email=email)
    earlier.update(revoked_at=timezone.now())


def _require_few_asked(athlete: Athlete, role: str) -> None:
    """Nobody has strangers written to by the dozen."""
    waiting = Invitation.objects.usable().filter(athlete=athlete, role=role)
    if role == access.GUARDIAN and waiting.count() >= MOST_ASKED:
        told = _("Too many have been asked already. Wait until one of them has answered.")
        raise ValidationError({"email": told})


def _send(invited: Invited) -> None:
    club = " ".join(invited.invitation.club.name.split())  # a subject is one line
    if invited.invitation.role == access.GUARDIAN:
        guardians.write_to(invited.invitation.email, club=club, path=invited.path)
        return
    EmailMessage(
        subject=f"{club} invites you to Niggle",
        body=(
            f"{invited.invitation.created_by} invites you to join {club}.\n\n"
            f"{settings.SITE_URL}{invited.path}\n\n"
            "The link works once, for three days.\n"
        ),
        to=[invited.invitation.email],
    ).send(fail_silently=True)  # the coach sees the link on the page as well


def find_usable(*, token: str) -> Invitation:
    """The invitation behind `token`. Raises UnusableInvitation without saying which reason."""
    found = Invitation.objects.usable().filter(token_hash=token_hash(token))
    invitation = found.select_related("club", "squad", "athlete", "created_by").first()
    if invitation is None or not _inviter_may_still(invitation):
        raise UnusableInvitation
    return invitation


def _inviter_may_still(invitation: Invitation) -> bool:
    """A link from somebody who may not give it any more is worth nothing."""
    offered = invitation
    try:
        _require_may_invite(offered.created_by, offered.squad, offered.role, offered.athlete)
    except access.NotAllowed:
        return False
    return True


@transaction.atomic
def accept(
    *,
    by: User,
    token: str,
    name: str = "",
    timezone_name: str = "",
    birth_date: date | None = None,
) -> Invitation:
    """Bind `by` to what the link offers. Two at once: one gets it, unless it is for many.

    A zone that is not told leaves the record's own; a birth date that a coach entered stays.
    Raises UnusableInvitation, ValidationError.
    """
    invitation = find_usable(token=token)
    if not invitation.is_for(by):
        raise UnusableInvitation
    if invitation.role == access.GUARDIAN:
        _bind_guardian(invitation, by)
    else:
        _take(invitation, by)
        grant_role(user=by, squad=invitation.squad, role=invitation.role)
    if invitation.role == access.ATHLETE:
        _bind_athlete(invitation, by, name, timezone_name, birth_date)
    invitation.refresh_from_db()
    return invitation


def _take(invitation: Invitation, user: User) -> None:
    """Use it up, or a place of it. Whoever runs in the squad already takes none."""
    usable = Invitation.objects.usable().filter(pk=invitation.pk)
    if not invitation.for_many:
        taken = usable.update(used_at=timezone.now(), used_by=user)
    elif user.athletes.filter(squads=invitation.squad, left_at=None).exists():
        return
    else:
        taken = usable.update(times_used=F("times_used") + 1)
    if not taken:
        raise UnusableInvitation


def _bind_guardian(invitation: Invitation, user: User) -> None:
    """Nobody is their own guardian."""
    athlete = invitation.athlete
    assert athlete is not None  # held by the database
    if athlete.user_id == user.pk:
        raise UnusableInvitation
    _take(invitation, user)
    guardians.bind(athlete=athlete, user=user)


def birth_date_is_known(*, invitation: Invitation, user: User | None = None) -> bool:
    """Whether who takes up this link need not tell when they were born. Only athletes are asked."""
    if invitation.role != access.ATHLETE:
        return True
    mine = user.athletes.filter(club=invitation.club).first() if user else None
    athlete = mine or invitation.athlete
    return athlete is not None and athlete.birth_date is not None


def _bind_athlete(
    invitation: Invitation,
    user: User,
    name: str,
    timezone_name: str,
    birth_date: date | None,
) -> None:
    """The record this person has here, else the one the coach entered, else a new one."""
    offered = invitation.athlete
    athlete = user.athletes.filter(club=invitation.club).first()
    if athlete is None and offered is not None and offered.user_id is None:
        athlete = offered
    if athlete is None:
        athlete = Athlete(club=invitation.club, name=(name or str(user))[:NAME_LENGTH])
    has_left, athlete.left_at = athlete.left_at, None
    athlete.user = user
    athlete.timezone = timezone_name or athlete.timezone
    athlete.birth_date = athlete.birth_date or birth_date
    athlete.full_clean()
    athlete.save()
    if has_left:  # the coaches of before do not come back with who comes back
        athlete.squads.clear()
    athlete.squads.add(invitation.squad)


@transaction.atomic
def revoke(*, by: User, invitation: Invitation) -> Invitation:
    """Put a link out of use. One that was used stays used."""
    access.require_leads_squad(by, invitation.squad)
    Invitation.objects.filter(pk=invitation.pk, used_at=None).update(revoked_at=timezone.now())
    invitation.refresh_from_db()
    return invitation
