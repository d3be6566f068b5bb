"""A plain checklist, as one might hang it on a wall: the floor that the guidance must stand far above.

It is judged beside us on the same cases and is never used to answer anybody. Where one of its words can mean two of our
findings it gets both, so that it is not made to look worse than it is.
"""

from __future__ import annotations

from guidance.answers import Answers
from guidance.schema import NO, YES, Disposition

EMERGENCY = (
    *("chest_pain", "pain_worse_breathing"),
    *("shortness_of_breath", "breathless_on_exertion_only"),
    *("confusion_or_collapse", "dark_urine"),
)
SAME_DAY = (
    *("swelling", "whole_leg_swollen"),
    *("redness", "warmth", "hot_skin", "fever"),
    *("cannot_take_four_steps", "pop_felt"),
)
SAME_DAY_IF_NOT = ("can_walk", "can_bear_weight")
DAYS_FOR_A_CLINICIAN = 7


def checklist(answers: Answers) -> Disposition:
    """What the checklist says. It knows only what was answered with a plain yes or no."""
    if _any(answers, EMERGENCY, YES):
        return Disposition.EMERGENCY_NOW
    if _any(answers, SAME_DAY, YES) or _any(answers, SAME_DAY_IF_NOT, NO):
        return Disposition.SAME_DAY
    days = answers.get("days_since_onset")
    if isinstance(days, (int, float)) and days > DAYS_FOR_A_CLINICIAN:
        return Disposition.WITHIN_DAYS
    return Disposition.SELF_CARE


def _any(answers: Answers, findings: tuple[str, ...], answer: str) -> bool:
    return any(answers.get(name) == answer for name in findings)
