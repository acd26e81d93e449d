"""What a user should know of the images before trusting a result."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

from lckd.appearance import doubtful_slots, figures_of, strange_images
from lckd.grid import same_grid
from lckd.intensity import FloatArray
from lckd.modality import DISPLAY_NAMES, Modality

MOST_LABELS = 8
"""A scan has hundreds of values, a label map a few."""
EVERY = 2
"""Of so many voxels along each axis one is looked at: a label that is missed makes no scan of a map."""
GLANCE = 8
"""Of so many, a multiple, one is looked at first: these show already that a scan is none."""
LARGEST_BRAIN_LITRES = 2.0
"""Brains have 0.9 to 1.8 litres; what shows more has its skull on, and the networks have seen none."""


@dataclass(frozen=True)
class Notes:
    """What is to be said of one image.

    Attributes:
        sentences: For the user.
        is_doubted: Whether it does not look like what it is given as, so that figures measured on others do not hold.
    """

    sentences: tuple[str, ...] = ()
    is_doubted: bool = False


def collect_notes(
    images: Mapping[Modality, sitk.Image],
    prepared: Mapping[Modality, FloatArray],
    *,
    reference: Modality,
    spacing_mm: float,
) -> dict[Modality, Notes]:
    """Collect what each modality gives rise to.

    Args:
        images: The present modalities, each in its own geometry.
        prepared: The same on the working grid, background 0.
        reference: The modality whose geometry the result has.
        spacing_mm: Edge of a working voxel.

    Returns:
        The notes of each modality; most have none.
    """
    figures = figures_of(prepared, spacing_mm=spacing_mm)
    looks_like, strange = doubtful_slots(figures), strange_images(figures)
    notes: dict[Modality, Notes] = {}
    for modality, image in images.items():
        doubts = (
            *(_about_look(modality) for _ in range(modality in strange)),
            *(_about_slot(modality, looks_like[modality]) for _ in range(modality in looks_like)),
            *_about_values(modality, image),
        )
        on_grid = _about_grid(modality, image, reference=reference, reference_image=images[reference])
        skull = _about_skull(modality, litres=np.count_nonzero(prepared[modality]) * spacing_mm**3 / 1e6)
        notes[modality] = Notes((*doubts, *on_grid, *skull), is_doubted=bool(doubts or skull))
    return notes


def _about_grid(
    modality: Modality, image: sitk.Image, *, reference: Modality, reference_image: sitk.Image
) -> tuple[str, ...]:
    if same_grid(image, reference_image):
        return ()
    name, other = DISPLAY_NAMES[modality], DISPLAY_NAMES[reference]
    return (f"{name} lies on another grid than {other}: it was resampled by where both lie in space.",)


def _about_look(modality: Modality) -> str:
    return f"{DISPLAY_NAMES[modality]} looks like no brain that was learnt from: do not trust the result."


def _about_slot(modality: Modality, other: Modality) -> str:
    name, likely = DISPLAY_NAMES[modality], DISPLAY_NAMES[other]
    return f"What is given as {name} looks like {likely}: check that every image is given as what it is."


def _about_values(modality: Modality, image: sitk.Image) -> tuple[str, ...]:
    voxels = sitk.GetArrayViewFromImage(image)
    if len(np.unique(voxels[::GLANCE, ::GLANCE, ::GLANCE])) > MOST_LABELS:  # almost always, and far faster
        return ()
    values = np.unique(voxels[::EVERY, ::EVERY, ::EVERY])
    if not 1 < len(values) <= MOST_LABELS:
        return ()
    name = DISPLAY_NAMES[modality]
    return (f"{name} has only {len(values)} different values, like a label map: check that it is the scan itself.",)


def _about_skull(modality: Modality, *, litres: float) -> tuple[str, ...]:
    if litres <= LARGEST_BRAIN_LITRES:
        return ()
    name = DISPLAY_NAMES[modality]
    return (
        f"{name} shows {litres:.1f} litres, more than a brain: remove the skull first, or do not trust the result.",
    )
