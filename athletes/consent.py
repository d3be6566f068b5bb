"""On which ground an athlete's reports are kept: who must have agreed, and whether they have.

Whoever is of age in the club agrees for themself; for a minor a guardian does. Of whom nobody knows the age, the
same: unknown is not grown up. For who has no log-in, it is enough that a coach was told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from athletes.access import years_before
from athletes.consent_text import CONSENT
from athletes.models import Athlete, Consent, Guardianship
from athletes.models.consent import GUARDIAN, THEMSELVES


class Ground(StrEnum):
    """Whether reports may be kept; if not, what is missing."""

    GIVEN = "given"
    NEEDS_OWN = "needs_own"  # the athlete's own word
    NEEDS_AGE = "needs_age"  # the birth date, to know whose word
    NEEDS_GUARDIAN = "needs_guardian"
    NEEDS_TOLD = "needs_told"  # a coach must hear it from who has no log-in


@dataclass(frozen=True)
class Standing:
    """How it stands with an athlete's consent at `now`. Asks the database once, when it is asked."""

    athlete: Athlete
    now: datetime

    @property
    def is_given(self) -> bool:
        return self.ground is Ground.GIVEN

    @cached_property
    def ground(self) -> Ground:
        athlete = self.athlete
        if athlete.is_drill or self.consent is not None:  # nobody, in a drill, need not be asked
            return Ground.GIVEN
        if athlete.user_id is None:
            return Ground.NEEDS_TOLD
        if self.is_of_age:
            return Ground.NEEDS_OWN
        return Ground.NEEDS_AGE if self.is_of_age is None else Ground.NEEDS_GUARDIAN

    @cached_property
    def consent(self) -> Consent | None:
        """The one that counts: to the words of today, by somebody who may give it still."""
        standing = (one for one in self._all if one.withdrawn_at is None)
        of_today = (one for one in standing if one.version == CONSENT.version)
        return next((one for one in of_today if self._counts(one)), None)

    @property
    def is_of_age(self) -> bool | None:
        """Whether the athlete may agree alone; None where nobody knows the birth date."""
        return was_of_age(self.athlete, self.now)

    @property
    def was_withdrawn(self) -> bool:
        """Whether the last word was to take it back."""
        return bool(self._all) and self._all[0].withdrawn_at is not None

    @property
    def has_changed(self) -> bool:
        """Whether somebody agreed, to other words than those of today."""
        return any(one.withdrawn_at is None and one.version != CONSENT.version for one in self._all)

    @cached_property
    def _all(self) -> list[Consent]:
        return list(self.athlete.consents.select_related("given_by").order_by("-created_at"))

    @cached_property
    def _guardians(self) -> set[int]:
        rows = guardianships_of(self.athlete, self.now)
        return {row.user_id for row in rows}

    def _counts(self, consent: Consent) -> bool:
        if consent.given_as == THEMSELVES:
            themself = self.athlete.user_id  # of a log-in that is gone nobody's word is left
            return bool(self.is_of_age) and themself is not None and consent.given_by_id == themself
        if consent.given_as == GUARDIAN:
            return not self.is_of_age and consent.given_by_id in self._guardians
        # A guardian's word that a coach was told ends with majority, like a guardian's own.
        was_then = was_of_age(self.athlete, consent.created_at)
        return self.athlete.user_id is None and bool(was_then) == bool(self.is_of_age)


def was_of_age(athlete: Athlete, at: datetime) -> bool | None:
    """Whether the athlete was of age in the club at `at`; None where nobody knows the birth date."""
    if athlete.birth_date is None:
        return None
    return athlete.birth_date <= years_before(at.date(), athlete.club.consent_age)


def guardianships_of(athlete: Athlete, now: datetime) -> list[Guardianship]:
    """Who answers for the athlete at `now`, with the people: nobody any more for who is of age."""
    if was_of_age(athlete, now):
        return []
    return list(athlete.guardianships.standing().select_related("user"))
