"""How a Dice is written."""

import pytest

from lckd.dice import as_change, with_spread


@pytest.mark.parametrize(
    ("mean", "spread", "words"),
    [(0.905, None, "0.91"), (0.9049, 0.055, "0.90 ± 0.06"), (1.0, 0.0, "1.00 ± 0.00")],
)
def test_a_mean_has_two_digits_and_its_spread_where_it_is_known(mean: float, spread: float | None, words: str) -> None:
    assert with_spread(mean, spread) == words


@pytest.mark.parametrize(("difference", "words"), [(0.051, "+0.05"), (-0.349, "-0.35"), (-0.004, "+0.00")])
def test_a_difference_has_its_sign_and_nothing_has_no_minus(difference: float, words: str) -> None:
    assert as_change(difference) == words
