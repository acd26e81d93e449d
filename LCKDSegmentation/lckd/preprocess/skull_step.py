"""The step that finds heads with their skulls on and leaves their brains."""

import time
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from lckd.images.like import like
from lckd.intensity import foreground_mask
from lckd.modality import DISPLAY_NAMES, Modality, Subset, in_order
from lckd.preprocess.brain import EXTRACTOR, LEVELS, brain_probability
from lckd.preprocess.cache import kept_image, key_of
from lckd.preprocess.options import PreprocessOptions
from lckd.preprocess.steps import Work
from lckd.preprocess.strip import common_brain, remove_all_but
from lckd.preprocess.stripped import MM3_PER_LITRE, look_at


def judge_skulls(images: Mapping[Modality, sitk.Image], options: PreprocessOptions, work: Work) -> Subset:
    """Tell which images have their skull on.

    Args:
        images: The images, float32.
        options: What the user says about it.
        work: Where the verdicts are written down.

    Returns:
        The modalities with a skull.
    """
    if options.skull_stripped != "auto":
        return in_order(images) if options.skull_stripped == "no" else ()
    heads: list[Modality] = []
    for modality, image in images.items():
        begin, look = time.perf_counter(), look_at(image)
        if look.is_stripped:
            work.tell("strip", modality, {"looked": look.as_dict()}, was_done=False, begin=begin)
        else:
            heads.append(modality)
    return tuple(heads)


def remove_skulls(work: Work, heads: Subset, *, cache: Path | None) -> None:
    """Remove the skulls of some images, by a brain that all images agree on.

    Args:
        work: The patient, its images in one position.
        heads: The modalities with a skull.
        cache: Where masks are kept.

    Raises:
        InputError: deepbet is not installed, or finds no brain in an image.
    """
    if not heads:
        return
    probabilities: dict[Modality, sitk.Image] = {}
    for done, modality in enumerate(work.images):
        work.report("strip", done, len(work.images))
        image = sitk.Cast(work.images[modality], sitk.sitkFloat32)
        probabilities[modality] = _asked(image, modality, cache) if modality in heads else _shown(image)
    litres = [_strip(work, probabilities, modality) for modality in heads]
    work.report("strip", len(work.images), len(work.images))
    names = ", ".join(DISPLAY_NAMES[modality] for modality in heads)
    work.remark(f"The skull was removed from {names}: a brain of {max(litres):.2f} litres is left.", *heads)


def _strip(work: Work, probabilities: Mapping[Modality, sitk.Image], modality: Modality) -> float:
    """Remove one skull, and give the litres that are left."""
    begin, image = time.perf_counter(), sitk.Cast(work.images[modality], sitk.sitkFloat32)
    brain = common_brain(probabilities, image)
    work.images[modality] = remove_all_but(brain, image)
    voxels = np.count_nonzero(sitk.GetArrayViewFromImage(brain))
    litres = float(voxels * np.prod(image.GetSpacing()) / MM3_PER_LITRE)
    details = {"by": EXTRACTOR, "version": _version(), "brain_litres": litres, "asked": list(probabilities)}
    work.tell("strip", modality, details, was_done=True, begin=begin)
    return litres


def _asked(image: sitk.Image, modality: Modality, cache: Path | None) -> sitk.Image:
    """Ask deepbet, or recall what it said; where the image lies does not matter to it."""
    placeless = sitk.Image(image)
    placeless.SetOrigin((0.0, 0.0, 0.0))
    key = key_of(cache, "brain", [placeless], version=f"{EXTRACTOR} {_version()}")
    levels = kept_image(cache, key, lambda: brain_probability(image, modality))
    probability: sitk.Image = sitk.Cast(levels, sitk.sitkFloat32) / LEVELS
    probability.CopyInformation(image)
    return probability


def _shown(image: sitk.Image) -> sitk.Image:
    """What a stripped image shows is brain."""
    return like(image, foreground_mask(sitk.GetArrayViewFromImage(image)).astype(np.float32))


def _version() -> str:
    try:
        return version(EXTRACTOR)
    except PackageNotFoundError:
        return "none"
