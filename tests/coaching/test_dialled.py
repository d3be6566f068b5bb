"""A link that dials holds a number and nothing else, whatever stands in the club's record."""

import pytest

from coaching.templatetags.niggle import dialled


@pytest.mark.parametrize(
    ("written", "dials"),
    [
        ("112", "112"),
        ("+49 30 5550-199", "+49305550199"),
        (" +1 (202) 555.0199", "+12025550199"),
        ("030/555 0199", "0305550199"),
        ("//elsewhere.test/7?<b>", "7"),
        ("5+5", "55"),
        ("١١٢", ""),
    ],
)
def test_only_digits_and_the_plus_before_a_country_are_dialled(written: str, dials: str) -> None:
    assert dialled(written) == dials
