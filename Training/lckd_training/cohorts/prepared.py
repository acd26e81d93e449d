"""Cases on the working grid, ready to be sampled: normalised intensities and fractional occupancy."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import SimpleITK as sitk
import torch
from torch import Tensor

from lckd.grid import crop_to_content, prepare, working_grid
from lckd.images.like import like
from lckd.modality import MODALITIES
from lckd.patients.case import Case, load_labelled
from lckd.patients.problems import Problems
from lckd.region import BRATS, regions_from_labels

HALF_FULL = 0.5


@dataclass(frozen=True)
class PreparedCase:
    """One patient on the working grid.

    Attributes:
        name: Name of the patient.
        volumes: Normalised intensities ``(modality, D, H, W)``, float16; absent modalities are 0.
        present: Which modalities exist, ``(modality,)``.
        occupancy: Part of each voxel that a region fills, ``(region, D, H, W)`` in [0, 1], float16.
        tumour: Indices of voxels in each region, for sampling: per region ``(n, 3)``, D, H, W, int32.
        weight: How often the patient is drawn in training, relative to others.
    """

    name: str
    volumes: Tensor
    present: Tensor
    occupancy: Tensor
    tumour: tuple[Tensor, ...]
    weight: float = 1.0


def prepare_case(case: Case, *, spacing_mm: float) -> PreparedCase:
    """Bring a labelled patient to the working grid.

    Args:
        case: The patient.
        spacing_mm: Edge of a working voxel.

    Returns:
        The patient on its working grid.

    Raises:
        InputError: A file cannot be used, or there is no label map on the grid of the images.
    """
    images, labels = load_labelled(case)
    reference = next(iter(images))
    grid = working_grid(images, reference=reference, spacing_mm=spacing_mm)
    grid, prepared = crop_to_content(grid, {modality: prepare(image, grid) for modality, image in images.items()})
    volumes = np.zeros((len(MODALITIES), *reversed(grid.size)), dtype=np.float32)
    for modality, volume in prepared.items():
        volumes[MODALITIES.index(modality)] = volume
    occupancy = np.stack([grid.sample(mask) for mask in _region_images(labels)])
    return PreparedCase(
        name=case.name,
        volumes=torch.from_numpy(volumes).half(),
        present=torch.tensor([modality in images for modality in MODALITIES]),
        occupancy=torch.from_numpy(occupancy).half(),
        tumour=tuple(torch.from_numpy(np.argwhere(region > HALF_FULL).astype(np.int32)) for region in occupancy),
    )


class Prepare(Protocol):
    """What brings one patient to the working grid: `prepare_case`, or a cache in front of it."""

    def __call__(self, case: Case, *, spacing_mm: float) -> PreparedCase:
        """See `prepare_case`."""


def prepare_cohort(
    cases: Sequence[Case],
    *,
    spacing_mm: float,
    report: Callable[[int, int], None] | None = None,
    prepare_one: Prepare = prepare_case,
) -> list[PreparedCase]:
    """Bring every patient of a cohort to its working grid.

    Args:
        cases: The patients.
        spacing_mm: Edge of a working voxel.
        report: Called with the number done and the total.
        prepare_one: What prepares a patient.

    Returns:
        The patients, in order.

    Raises:
        InputError: Patients cannot be used; all of them are named.
    """
    prepared: list[PreparedCase] = []
    problems = Problems()
    for done, case in enumerate(cases, start=1):
        with problems.noted(case.name):
            prepared.append(prepare_one(case, spacing_mm=spacing_mm))
        if report:
            report(done, len(cases))
    problems.require_none("cannot be used")
    return prepared


def _region_images(labels: sitk.Image) -> list[sitk.Image]:
    masks = regions_from_labels(sitk.GetArrayViewFromImage(labels), BRATS)
    return [like(labels, mask.astype(np.float32)) for mask in masks]
