"""What an image must be like to be used: one volume of finite numbers, where a scanner may have put it."""

from collections.abc import Sequence

import numpy as np
import SimpleITK as sitk

from lckd.errors import InputError

DIMENSIONS = 3
SPACING_RANGE_MM = (0.05, 50.0)
FARTHEST_MM = 1e5
"""A scanner is smaller than this; an origin beyond is a broken header."""

LARGEST_INTENSITY = 1e12
"""No scanner gives more, and the square of far more is no number in single precision."""

LARGEST_SLANT = 0.02
"""Cosine between two axes of an image, at most: one degree. No scanner of heads shears, and NIfTI cannot say it."""


def check_image(image: sitk.Image, name: str, *, may_be_empty: bool = False) -> sitk.Image:
    """Make sure that an image can be used.

    Args:
        image: An image from anywhere.
        name: What to call it in a sentence, e.g. ``FLAIR image``.
        may_be_empty: Whether an image of zeros is allowed.

    Returns:
        The image as 32-bit floating point.

    Raises:
        InputError: It is not 3-D, has several values per voxel, NaN or absurd values, or nothing but one value.
    """
    require_scalar_volume(image.GetSize(), image.GetPixelIDTypeAsString(), image.GetNumberOfComponentsPerPixel(), name)
    require_place(image, name)
    if image.GetPixelID() != sitk.sitkFloat32:
        image = sitk.Cast(image, sitk.sitkFloat32)
    voxels = sitk.GetArrayViewFromImage(image)
    darkest, brightest = float(voxels.min()), float(voxels.max())  # NaN if any voxel is
    if not np.isfinite([darkest, brightest]).all():
        bad = int(voxels.size - np.isfinite(voxels).sum())
        message = f"The {name} has {bad} voxels that are NaN or infinite: repair or export it again."
        raise InputError(message)
    if max(-darkest, brightest) > LARGEST_INTENSITY:
        message = f"The {name} has intensities from {darkest:g} to {brightest:g}: repair or export it again."
        raise InputError(message)
    if darkest == brightest and not may_be_empty:
        message = f"The {name} shows nothing, all its voxels are {darkest:g}: choose another file."
        raise InputError(message)
    return image


def require_scalar_volume(size: Sequence[int], kind: str, components: int, name: str) -> None:
    """Refuse anything but one value per voxel of a volume.

    Raises:
        InputError: It is not 3-D, or has several values per voxel.
    """
    if len(size) != DIMENSIONS or min(size) < 2:  # noqa: PLR2004 - one slice has no depth
        shown = " x ".join(map(str, size))
        message = f"The {name} is not a 3-D volume (its size is {shown}): give one volume of one modality."
        raise InputError(message)
    values = 2 if "complex" in kind else components
    if values != 1:
        message = f"The {name} has {values} values per voxel instead of one: give a scalar MR volume."
        raise InputError(message)


def require_place(image: sitk.Image, name: str) -> None:
    """Refuse a geometry that no scanner makes.

    Raises:
        InputError: Spacing, origin or direction is not finite or far out of range, or axes are not at right angles.
    """
    low, high = SPACING_RANGE_MM
    numbers = np.array([*image.GetOrigin(), *image.GetDirection()])
    is_placed = bool(np.isfinite(numbers).all()) and float(np.abs(numbers).max()) < FARTHEST_MM
    axes = np.array(image.GetDirection()).reshape(DIMENSIONS, DIMENSIONS)
    is_placed = is_placed and bool(np.abs(axes.T @ axes - np.eye(DIMENSIONS)).max() < LARGEST_SLANT)
    if not is_placed or not all(low <= spacing <= high for spacing in image.GetSpacing()):
        message = f"The {name} has a header that cannot be right (spacing {image.GetSpacing()} mm): export it again."
        raise InputError(message)
