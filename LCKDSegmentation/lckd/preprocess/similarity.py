"""How much one image tells about another."""

import numpy as np
import numpy.typing as npt

FEWEST_VOXELS = 1000
"""Fewer voxels in common tell nothing."""


def normalised_mutual_information(
    first: npt.NDArray[np.float32], second: npt.NDArray[np.float32], *, bins: int
) -> float:
    """Measure how much the intensities of two images tell of each other.

    Args:
        first: Intensities of one image, any shape.
        second: Those of the other at the same places.
        bins: Number of bins along each axis of the joint histogram.

    Returns:
        Sum of the entropies divided by the joint one: 1 for images that have nothing in common, 2 for equal ones.

    Source:
        Studholme, Hill and Hawkes, Pattern Recognition 32 (1999).
    """
    if first.size < FEWEST_VOXELS:
        return 1.0
    joint, _, _ = np.histogram2d(first.ravel(), second.ravel(), bins=bins)
    together = _entropy(joint)
    return float((_entropy(joint.sum(0)) + _entropy(joint.sum(1))) / together) if together else 1.0


def _entropy(counts: npt.NDArray[np.float64]) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log(shares)).sum())
