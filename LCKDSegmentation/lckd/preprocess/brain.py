"""Where the brain is in a raw image: asked of deepbet, whose weights come in its package."""

import warnings
from functools import lru_cache
from typing import Any

import numpy as np
import SimpleITK as sitk

from lckd.errors import InputError, MissingPackageError, is_out_of_memory
from lckd.images.like import like
from lckd.intensity import Voxels
from lckd.modality import DISPLAY_NAMES, Modality
from lckd.preprocess.stripped import MM3_PER_LITRE

EXTRACTOR = "deepbet"
LEVELS = 255
"""Probabilities are kept in this many steps, cached or not, so that both give the same mask."""
SMALLEST_BRAIN_LITRES = 0.2
"""Less is no brain, not even that of a child in a few slices."""
CLOSER_TO_BRAIN = 0.5
CANONICAL = "RAS"

MISSING = (
    "The skull is on and the package deepbet, which removes it, is not installed: install this software with its extra "
    "'clinical' (in 3D Slicer press Apply again, which offers it), or remove the skull yourself."
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
    found = _ask(canonical(image), modality)
    litres = float((found > CLOSER_TO_BRAIN).sum() * np.prod(image.GetSpacing()) / MM3_PER_LITRE)
    if litres < SMALLEST_BRAIN_LITRES:
        raise InputError(_no_brain(modality), (modality,))
    return on_voxels_of(image, np.rint(found * LEVELS).astype(np.uint8))


def canonical(image: sitk.Image) -> Voxels:
    """Give the voxels of an image with indices that grow to the right, to the front and up, as deepbet wants them."""
    return np.ascontiguousarray(sitk.GetArrayFromImage(sitk.DICOMOrient(image, CANONICAL)).transpose(2, 1, 0))


def on_voxels_of(image: sitk.Image, voxels: Voxels) -> sitk.Image:
    """Undo `canonical` for values that belong to the voxels of an image."""
    oriented = like(sitk.DICOMOrient(image, CANONICAL), np.ascontiguousarray(voxels.transpose(2, 1, 0)))
    code = sitk.DICOMOrientImageFilter.GetOrientationFromDirectionCosines(image.GetDirection())
    back: sitk.Image = sitk.DICOMOrient(oriented, code)
    back.CopyInformation(image)
    return back


def _ask(voxels: Voxels, modality: Modality) -> Voxels:
    """Ask deepbet for probabilities; what it dislikes is told in one sentence.

    Raises:
        InputError: deepbet is not installed, or nothing looks like a brain.
        MemoryError: There is too little memory.
    """
    extractor = _extractor()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return np.asarray(extractor.run_model(voxels.astype(np.float32)))
    except (AssertionError, ValueError, RuntimeError) as error:  # an empty mask or an empty box around it
        if is_out_of_memory(error):
            raise MemoryError(str(error)) from error
        raise InputError(_no_brain(modality), (modality,)) from error


def _no_brain(modality: Modality) -> str:
    return (
        f"No brain was found in the {DISPLAY_NAMES[modality]} image: give a scan of a whole head, or remove the skull "
        "yourself and say --skull-stripped yes."
    )


@lru_cache(maxsize=1)
def _extractor() -> Any:  # noqa: ANN401 - deepbet has no types
    """Load the network, once.

    Raises:
        MissingPackageError: deepbet is not installed.
    """
    try:
        from deepbet import BrainExtraction  # noqa: PLC0415 - an extra, and slow to import
    except ModuleNotFoundError as error:
        raise MissingPackageError(MISSING, EXTRACTOR) from error
    return BrainExtraction(no_gpu=True)
