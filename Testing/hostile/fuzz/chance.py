"""Seeded choices: attempt N of a seed is the same everywhere."""

from collections.abc import Sequence
from typing import TypeVar
from zlib import crc32

import numpy as np

Thing = TypeVar("Thing")


class Chance:
    """The choices of one attempt.

    Args:
        seed: Seed of the whole run.
        kind: Which kind of attempt it is.
        number: Number of the attempt among those of its kind.
    """

    def __init__(self, seed: int, kind: str, number: int) -> None:
        self._rng = np.random.default_rng([seed, crc32(kind.encode()), number])

    def pick(self, things: Sequence[Thing]) -> Thing:
        """Pick one of several."""
        return things[self.below(len(things))]

    def below(self, end: int) -> int:
        """Give a whole number from 0 to just below `end`, or 0 where there is none."""
        return int(self._rng.integers(max(end, 1)))

    def happens(self, share: float) -> bool:
        """Tell whether something that happens in this share of all cases happens now."""
        return bool(self._rng.random() < share)

    def bytes(self, count: int) -> bytes:
        """Give bytes without any meaning."""
        return self._rng.bytes(count)
