"""A club with somebody new at each step of the chain, and what its tests ask of an escalation."""

from datetime import timedelta

from django.utils import timezone

from athletes import access, chain
from athletes.models import Escalation, OnCall
from athletes.services import escalations
from tests import factories

OWN, REST, OWNERS, CONTACT = range(4)


def make_full_club():
    """A club whose owner does not coach: Olga owns, Carla and Chris coach, Dora is the clinician."""
    squad = factories.make_club(owner=factories.make_user("Olga"))
    squad.club.memberships.get(role=access.COACH).squads.clear()
    squad.olga = squad.coach
    squad.carla = factories.make_coach(squad, name="Carla")
    squad.chris = factories.make_coach(squad, name="Chris")
    squad.dora = factories.make_coach(squad, role=access.CLINICIAN, name="Dora")
    return squad


def names(athlete, step):
    return [user.name for user in people_at(athlete, step)]


def people_at(athlete, step):
    return chain.of_athlete(athlete, timezone.now()).people(step)


def call(athlete, answers=factories.CLOT):
    return factories.make_report(athlete, answers).escalations.get()


def let_it_run_out(escalation):
    past = timezone.now() - timedelta(seconds=1)
    Escalation.objects.filter(pk=escalation.pk).update(acknowledge_by=past)
    assert escalations.pass_on(escalation_id=escalation.pk)
    escalation.refresh_from_db()


def kinds(escalation):
    return list(escalation.events.values_list("kind", flat=True))


def told(escalation, step=None):
    """Who was written to at `step` by e-mail."""
    mails = escalation.notifications.filter(channel="email")
    at_step = [n for n in mails if step is None or n.dedupe_key.split(":")[3] == str(step)]
    return sorted(n.recipient.name if n.recipient else n.address for n in at_step)


def put_on_call(squad, user, *squads, starts=-60, ends: int | None = 60):
    now = timezone.now()
    duty = OnCall.objects.create(
        club=squad.club,
        user=user,
        starts_at=now + timedelta(minutes=starts),
        ends_at=None if ends is None else now + timedelta(minutes=ends),
    )
    duty.squads.set(squads)
    return duty
