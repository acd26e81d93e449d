"""Random numbers of one part of a patient, the same on every device."""

import torch
from torch import Tensor

STREAMS: tuple[str, ...] = (
    "anatomy",
    "tumour",
    "contrast",
    "bait",
    "acquisition",
    "noise",
    "stripping",
    "head",
    "scan",
)
"""Parts of a patient. Each draws from its own stream, so a change in one part leaves the others as they were."""


class Draws:
    """Numbers drawn on the CPU from the stream of one part of one patient."""

    def __init__(self, seed: int, stream: str) -> None:
        """Start the stream named `stream` (one of `STREAMS`) of patient `seed`."""
        self._generator = torch.Generator().manual_seed(seed * 64 + STREAMS.index(stream))

    def uniform(self, low: float, high: float) -> float:
        """Draw one number between `low` and `high`."""
        return low + (high - low) * float(torch.rand((), generator=self._generator))

    def log_normal(self, median: float, sigma: float) -> float:
        """Draw one positive number whose logarithm has the standard deviation `sigma`."""
        return median * float(torch.exp(sigma * torch.randn((), generator=self._generator)))

    def normal(self, sigma: float) -> float:
        """Draw one number of zero mean and the standard deviation `sigma`."""
        return sigma * float(torch.randn((), generator=self._generator))

    def chance(self, probability: float) -> bool:
        """Return True with the given probability."""
        return self.uniform(0.0, 1.0) < probability

    def gaussian(self, shape: tuple[int, ...]) -> Tensor:
        """Draw standard normal numbers of any shape, on the CPU."""
        return torch.randn(shape, generator=self._generator)
