"""Which passwords are turned down, in a plain sentence beside the field."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from athletes.models import User
from athletes.passwords import HardToGuess
from tests.factories import make_club

MIA = User(email="mia.lind@example.test", name="Mia Lindqvist")


@pytest.mark.parametrize(
    "good",
    [
        "four rivers beneath paper",
        "全部都是我的小狗的名字和月亮和星星",
        "correct horse battery staple",
        "kT9#vb2!LxQz",
        "blue teapot 17 gravel moth " * 5,
    ],
)
def test_what_is_long_and_odd_is_taken_whatever_signs_it_has(good: str) -> None:
    validate_password(good, MIA)


@pytest.mark.parametrize(
    "bad",
    [
        "short",
        "password1234",
        "iloveyou1234",
        "qwertyuiop12",
        "123456789101112",
        "aaaaaaaaaaaaaaaa",
        "liverpool2024!",
        "P@ssw0rd2026!",
        "Mia Lindqvist 99",
        "lindqvistlindqvist",
        "niggleniggle1",
        "mia.lind@example.test",
        "y" * 257,
    ],
)
def test_what_is_leaked_common_or_near_is_turned_down(bad: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(bad, MIA)


@pytest.mark.django_db
def test_the_name_of_ones_club_is_near() -> None:
    coach = make_club("Rotterdam Zephyrs").coach  # type: ignore[attr-defined]
    with pytest.raises(ValidationError, match="easy to guess"):
        validate_password("rotterdam zephyrs 7", coach)
    validate_password("rotterdam zephyrs 7", MIA)


def test_the_club_that_is_being_made_is_near() -> None:
    with pytest.raises(ValidationError):
        HardToGuess(also=["Rotterdam Zephyrs"]).validate("rotterdam zephyrs 7")


def test_a_very_long_one_is_judged_in_no_time() -> None:
    with pytest.raises(ValidationError, match="At most 256"):
        validate_password("ab1 " * 250_000, MIA)
