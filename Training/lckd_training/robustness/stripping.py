"""Disturbances of skull stripping: brain that was cut away, tissue that was left."""

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from lckd.images.like import like
from lckd.intensity import background_value
from lckd_training.robustness.disturbance import brain_of, voxels_of

LEFT_TISSUE = (0.3, 2.0)
"""Intensity of skull and scalp that was left, relative to the brain beside it."""
PATCH_MM = 12.0
"""Size of the patches that what was left consists of."""


def strip_too_much(image: sitk.Image, strength: float, rng: np.random.Generator) -> sitk.Image:
    """Cut the outermost `strength` mm of the brain away."""
    del rng
    voxels = voxels_of(image)
    depth_mm = ndimage.distance_transform_edt(brain_of(voxels), sampling=_spacing(image))
    voxels[depth_mm <= strength] = background_value(voxels)
    return like(image, voxels)


def strip_too_little(image: sitk.Image, strength: float, rng: np.random.Generator) -> sitk.Image:
    """Leave `strength` mm of other tissue around half of the brain's surface, in patches, dark or bright."""
    voxels = voxels_of(image)
    brain = brain_of(voxels)
    distance_mm, nearest = ndimage.distance_transform_edt(~brain, sampling=_spacing(image), return_indices=True)
    patches = ndimage.gaussian_filter(rng.normal(size=voxels.shape), [PATCH_MM / step for step in _spacing(image)])
    patches /= patches.std()
    left = (distance_mm > 0) & (distance_mm <= strength) & (patches > 0)
    low, high = LEFT_TISSUE
    gain = low + (high - low) * np.clip(patches / 2, 0, 1)
    return like(image, np.where(left, voxels[tuple(nearest)] * gain, voxels).astype(np.float32))


def _spacing(image: sitk.Image) -> list[float]:
    """Edges of a voxel in mm, ``(D, H, W)``."""
    return list(image.GetSpacing())[::-1]
