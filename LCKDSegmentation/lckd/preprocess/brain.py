"""Where the brain is in a raw image: asked of deepbet, whose weights come in its package."""

import warnings
from functools import lru_cache
from typing import Any

import numpy as np
import SimpleITK as sitk

from lckd.errors import InputError
from lckd.modality import DISPLAY_NAMES, Modality

EXTRACTOR = "deepbet"
LEVELS = 255
"""Probabilities are kept in this many steps, cached or not, so that both give the same mask."""
SMALLEST_BRAIN_LITRES = 0.2
"""Less is no brain, not even that of a child in a few slices."""
CLOSER_TO_BRAIN = 0.5

MISSING = (
    "The skull is on and the package deepbet, which removes it, is not installed: install this software with its extra "
    "'clinical', or remove the skull yourself."
)


def brain_probability(image: sitk.Image, modality: Modality) -> sitk.Image:
    """Ask for every voxel of a raw image how likely it is brain.

    Args:
        image: Scalar image of a head with its skull, any geometry.
        modality: What it is, for the sentence that refuses it.

    Returns:
        Probability times `LEVELS`, uint8, on the voxels of the image.

    Raises:
        InputError: deepbet is not installed, or finds no brain.

    Source:
        deepbet (Fisch et al., Computers in Biology and Medicine 179, 2024), trained on T1 of healthy adults.
    """
    extractor = _extractor()
    oriented = sitk.DICOMOrient(image, "RAS")
    voxels = np.ascontiguousarray(sitk.GetArrayFromImage(oriented).transpose(2, 1, 0), dtype=np.float32)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = extractor.run_model(voxels)
    except (AssertionError, ValueError, RuntimeError) as error:  # how it says that nothing looks like a brain
        raise InputError(_no_brain(modality), (modality,)) from error
    litres = float((found > CLOSER_TO_BRAIN).sum() * np.prod(image.GetSpacing()) / 1e6)
    if litres < SMALLEST_BRAIN_LITRES:
        raise InputError(_no_brain(modality), (modality,))
    levels = sitk.GetImageFromArray(np.ascontiguousarray(np.rint(found * LEVELS).astype(np.uint8).transpose(2, 1, 0)))
    levels.CopyInformation(oriented)
    code = sitk.DICOMOrientImageFilter.GetOrientationFromDirectionCosines(image.GetDirection())
    back: sitk.Image = sitk.DICOMOrient(levels, code)
    back.CopyInformation(image)
    return back


def _no_brain(modality: Modality) -> str:
    return (
        f"No brain was found in the {DISPLAY_NAMES[modality]} image: give a scan of a whole head, or remove the skull "
        "yourself and say --skull-stripped yes."
    )


@lru_cache(maxsize=1)
def _extractor() -> Any:  # noqa: ANN401 - deepbet has no types
    """Load the network, once.

    Raises:
        InputError: deepbet is not installed.
    """
    try:
        from deepbet import BrainExtraction  # noqa: PLC0415 - an extra, and slow to import
    except ModuleNotFoundError as error:
        raise InputError(MISSING) from error
    return BrainExtraction(no_gpu=True)
