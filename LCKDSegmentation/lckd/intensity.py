"""Foreground and normalisation of intensities.

MR intensities have no unit: two scanners, or two days, give different numbers to the same tissue. Every image is
therefore brought to zero mean and unit standard deviation over its own foreground, on the working grid, by the one
function that training and segmentation share.
"""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float32]
Voxels: TypeAlias = npt.NDArray[np.number[Any]]

UNIFORM_BACKGROUND_SHARE = 0.02
"""From this share of voxels at the corners' value on, an image counts as one with a uniform background."""

TRIM_PERCENT = 1.0
"""Share of the darkest and of the brightest foreground that does not count, so that artefacts do not set the scale."""

SMALLEST_DEVIATION = 1e-6
"""Keeps a foreground of a single value from dividing by zero."""

RANGE_SD = (-6.0, 12.0)
"""Normalised values are cut off here; wide enough for the brightest enhancing rim."""


def background_value(voxels: Voxels) -> float:
    """Find the value that stands for "nothing" in an image: the median of its eight corners.

    Args:
        voxels: Intensities ``(D, H, W)``.
    """
    depth, height, width = (max(size - 1, 1) for size in voxels.shape)
    return float(np.median(voxels[::depth, ::height, ::width].astype(np.float64)))


def foreground_mask(voxels: Voxels) -> npt.NDArray[np.bool_]:
    """Tell the imaged object from the background.

    A skull-stripped image has one background value; a raw one has noise, and its object is what is brighter than
    half way from its darkest voxel to its mean.

    Args:
        voxels: Intensities ``(D, H, W)``.

    Returns:
        Mask ``(D, H, W)``.
    """
    differs: npt.NDArray[np.bool_] = np.not_equal(voxels, background_value(voxels))
    if 1.0 - differs.mean() >= UNIFORM_BACKGROUND_SHARE:
        return differs
    darkest = float(voxels.min())
    return np.greater(voxels, darkest + (float(voxels.mean()) - darkest) / 2.0)


def normalise(voxels: FloatArray, foreground: npt.NDArray[np.bool_]) -> FloatArray:
    """Bring an image to zero mean and unit standard deviation over its foreground; the background becomes 0.

    Args:
        voxels: Intensities ``(D, H, W)``.
        foreground: Mask ``(D, H, W)``.

    Returns:
        Normalised intensities ``(D, H, W)``, in standard deviations.
    """
    values = voxels[foreground]
    if values.size == 0:
        return np.zeros_like(voxels)
    low, high = np.percentile(values, [TRIM_PERCENT, 100.0 - TRIM_PERCENT])
    typical = values[(values >= low) & (values <= high)]
    mean, deviation = float(typical.mean()), max(float(typical.std()), SMALLEST_DEVIATION)
    scaled = np.clip((voxels - mean) / deviation, *RANGE_SD)
    return np.where(foreground, scaled, 0.0).astype(np.float32)
