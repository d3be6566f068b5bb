"""The few fixed words that the knowledge is written in: levels, kinds, weights."""

from __future__ import annotations

from enum import Enum, StrEnum
from functools import total_ordering

UNSURE = "unsure"
YES = "yes"
NO = "no"


@total_ordering
class Disposition(Enum):
    """What to do and how soon, lowest first."""

    SELF_CARE = "self_care"
    COACH_REVIEW = "coach_review"
    WITHIN_DAYS = "within_days"
    SAME_DAY = "same_day"
    EMERGENCY_NOW = "emergency_now"

    rank: int

    def __init__(self, _value: str) -> None:
        self.rank = len(type(self).__members__)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Disposition):
            return NotImplemented
        return self.rank < other.rank

    def __str__(self) -> str:
        return str(self.value)

    @property
    def one_lower(self) -> Disposition:
        """The level at which a rule counts when it is only possible."""
        return _ORDERED[max(self.rank - 1, 0)]


_ORDERED = tuple(Disposition)


class Kind(StrEnum):
    """How a finding is answered."""

    YES_NO = "yes_no"
    ONE_OF = "one_of"
    SEVERAL_OF = "several_of"
    NUMBER = "number"
    CODES = "codes"


class ScreenKind(StrEnum):
    """Why a screen is asked, which also says when."""

    CORE = "core"
    DANGER = "danger"
    DETAIL = "detail"


class Weight(StrEnum):
    """How much one sign says for or against a cause; the points stand in scale.toml."""

    TYPICAL = "typical"
    STRONGLY_FITS = "strongly_fits"
    FITS = "fits"
    AGAINST = "against"
    RULES_OUT = "rules_out"


class Prior(StrEnum):
    """How often a sore runner's calf is this."""

    COMMON = "common"
    OCCASIONAL = "occasional"
    UNCOMMON = "uncommon"
    RARE = "rare"


class Fit(StrEnum):
    """How well a cause fits, in words; never a percentage that nobody measured."""

    STRONG = "strong"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"


class Evidence(StrEnum):
    """How well the evidence carries a piece of advice."""

    AGREE = "agree"
    WEAK = "weak"
    CONTESTED = "contested"
    OUTDATED = "outdated"
