"""The step that brings the images of all modalities into the position of the reference."""

import time
from collections.abc import Collection
from pathlib import Path

import SimpleITK as sitk

from lckd.errors import InputError
from lckd.grid import SMALLEST_OVERLAP, overlap, same_grid
from lckd.modality import DISPLAY_NAMES, Modality, Subset
from lckd.preprocess.cache import kept_values, key_of
from lckd.preprocess.options import Choice
from lckd.preprocess.registration import Registration, register, registration_from
from lckd.preprocess.steps import Work

SMALLEST_MOTION_MM = 0.5
"""Smaller motions are no better than none: a quarter of a working voxel, and what the method finds by chance."""
LARGEST_TURN_DEG = 45.0
"""Nobody's head turns so far between two series: a larger angle was found by mistake."""
SMALLEST_COMMON_HEAD = 0.5
"""Share of the smaller head that must lie on the other."""
SMALLEST_SIMILARITY = 1.05
"""Normalised mutual information below which two images do not show the same thing."""
DOUBTFUL_SIMILARITY = 1.16
"""Below it they may be of two patients. T1 on the FLAIR of somebody else: 1.14; pairs of one patient: 1.24 and more."""


def bring_into_one_position(
    work: Work, *, reference: Modality, heads: Subset, choice: Choice, cache: Path | None
) -> None:
    """Move every image but the reference, where it needs to be.

    Args:
        work: The patient.
        reference: Modality that stays.
        heads: Modalities with their skull on.
        choice: ``auto`` takes stripped images on the voxels of the stripped reference to be in position.
        cache: Where motions are kept.

    Raises:
        InputError: An image fits the reference in no position.
    """
    moving = [modality for modality in work.images if modality != reference]
    if choice == "no" or not moving:
        return
    still = work.images[reference]
    for done, modality in enumerate(moving):
        work.report("register", done, len(moving))
        pair = (modality, reference)
        if choice == "auto" and not set(pair) & set(heads) and same_grid(work.images[modality], still):
            work.tell("register", modality, {"shares": reference}, was_done=False, begin=time.perf_counter())
        else:
            _register(work, pair, cache)
    work.report("register", len(moving), len(moving))


def _register(work: Work, pair: tuple[Modality, Modality], cache: Path | None) -> None:
    modality, reference = pair
    begin = time.perf_counter()
    images = [sitk.Cast(work.images[name], sitk.sitkFloat32) for name in pair]
    key = key_of(cache, "register", images, version=sitk.Version_VersionString())
    values = kept_values(cache, key, lambda: register(images[0], images[1]).as_dict())
    found = registration_from(values)
    _require_fit(found, pair)
    if found.similarity < DOUBTFUL_SIMILARITY:
        work.remark(_doubt(pair), modality)
    is_moved = found.moved_mm >= SMALLEST_MOTION_MM
    if is_moved:
        if overlap(*images) < SMALLEST_OVERLAP:
            work.remark(_warning(pair), modality)
        work.images[modality] = found.motion.image(work.images[modality])
        work.remark(_sentence(found, pair), modality)
    work.tell("register", modality, {"to": reference, **values}, was_done=is_moved, begin=begin)


def _doubt(pair: tuple[Modality, Modality]) -> str:
    name, other = (DISPLAY_NAMES[modality] for modality in pair)
    return f"{name} and {other} have little in common: make sure that both are of one patient."


def _warning(pair: tuple[Modality, Modality]) -> str:
    name, other = (DISPLAY_NAMES[modality] for modality in pair)
    return f"{name} and {other} did not overlap in space before one was moved: make sure that both are of one patient."


def _sentence(found: Registration, pair: tuple[Modality, Modality]) -> str:
    name, other = (DISPLAY_NAMES[modality] for modality in pair)
    return f"{name} was brought into the position of {other}: it moved by up to {found.moved_mm:.1f} mm."


def _require_fit(found: Registration, pair: tuple[Modality, Modality]) -> None:
    """Refuse images that fit in no position.

    Raises:
        InputError: They do not.
    """
    problems: Collection[str] = [
        problem
        for problem, is_there in (
            (f"only {found.overlap:.0%} of the head overlap", found.overlap < SMALLEST_COMMON_HEAD),
            (f"it would turn by {found.motion.angle_deg:.0f} degrees", found.motion.angle_deg > LARGEST_TURN_DEG),
            (f"their likeness is {found.similarity:.3f}", found.similarity < SMALLEST_SIMILARITY),
        )
        if is_there
    ]
    if problems:
        name, other = (DISPLAY_NAMES[modality] for modality in pair)
        message = (
            f"The {name} image cannot be brought into the position of {other} ({', '.join(problems)}): give scans of "
            "one patient, or register them yourself and say --register no."
        )
        raise InputError(message, pair)
