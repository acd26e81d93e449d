"""One brain from the masks of all modalities, and the removal of all else."""

from collections.abc import Mapping

import numpy as np
import SimpleITK as sitk

from lckd.grid import resample_to, same_grid
from lckd.images.like import like
from lckd.intensity import FloatArray
from lckd.modality import Modality

BRAIN_FROM = 0.5
"""Mean probability, over the modalities that show a place, from which it is brain."""
REMOVED = 0.0
"""Intensity of what is removed."""
FAINTEST = 1e-3
"""Lowest intensity of a brain that was lifted, as a part of its range."""


def common_brain(probabilities: Mapping[Modality, sitk.Image], target: sitk.Image) -> sitk.Image:
    """Let all modalities vote, each where it shows anything, and keep the largest piece without holes.

    Args:
        probabilities: How likely each place is brain, float32 in [0, 1], every one on a grid of its own.
        target: The image whose voxels are asked for.

    Returns:
        1 for brain, uint8, on the voxels of `target`.
    """
    votes: FloatArray = np.zeros(target.GetSize()[::-1], dtype=np.float32)
    voters: FloatArray = np.zeros_like(votes)
    for probability in probabilities.values():
        votes += _on(probability, target)
        voters += _on(probability * 0.0 + 1.0, target)
    return cleaned(like(target, (votes > BRAIN_FROM * np.maximum(voters, 1.0)).astype(np.uint8)))


def remove_all_but(brain: sitk.Image, image: sitk.Image) -> sitk.Image:
    """Set to `REMOVED` what is no brain; a brain that reaches down to it is lifted as a whole.

    Args:
        brain: 1 for brain, on the voxels of the image.
        image: Scalar image.
    """
    voxels: FloatArray = sitk.GetArrayFromImage(image)
    inside = sitk.GetArrayViewFromImage(brain) > 0
    lowest, highest = (float(edge(voxels[inside], initial=1.0)) for edge in (np.min, np.max))
    if lowest <= REMOVED:  # a brain that holds what stands for nothing would have holes: the scale has no zero anyway
        voxels = voxels + np.float32(FAINTEST * (highest - lowest) - lowest)
    return like(image, np.where(inside, voxels, np.float32(REMOVED)))


def _on(probability: sitk.Image, target: sitk.Image) -> FloatArray:
    same = same_grid(probability, target)
    voxels: FloatArray = sitk.GetArrayFromImage(probability if same else resample_to(probability, target))
    return voxels


def cleaned(mask: sitk.Image) -> sitk.Image:
    """Keep the largest piece of a mask (uint8), and fill the holes in it."""
    pieces = sitk.RelabelComponent(sitk.ConnectedComponent(mask), sortByObjectSize=True)
    whole: sitk.Image = sitk.BinaryFillhole(pieces == 1)
    return whole
