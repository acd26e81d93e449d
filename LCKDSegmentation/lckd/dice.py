"""How a Dice is written wherever somebody reads it: from 0 to 1, with two digits, as in the tables of weights."""


def with_spread(mean: float, spread: float | None) -> str:
    """Write a mean, and its standard deviation where it is known: ``0.74 ± 0.21``."""
    return f"{mean:.2f}" + ("" if spread is None else f" ± {spread:.2f}")


def as_change(difference: float, *, digits: int = 2) -> str:
    """Write a difference with its sign, such as ``+0.05``; what rounds to nothing is ``+0.00``, never ``-0.00``."""
    return f"{round(difference, digits) + 0.0:+.{digits}f}"
