"""How well a label map agrees with the truth: Dice and surface distance of ET, TC and WT."""

import warnings
from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk
import torch
from monai.metrics import compute_hausdorff_distance

from lckd.errors import InputError
from lckd.grid import Mask, bounding_box, same_grid
from lckd.region import BRATS, REGIONS, Region, regions_from_labels


@dataclass(frozen=True)
class Agreement:
    """Agreement of one label map with the truth.

    Attributes:
        dice: Dice per region in [0, 1]; 1 where truth and result are both empty, 0 where one of them is.
        hd95_mm: 95th percentile of the Hausdorff distance in mm per region; None where truth or result is empty.
    """

    dice: dict[Region, float]
    hd95_mm: dict[Region, float | None]


def dice(truth: Mask, result: Mask) -> float:
    """Measure the Dice of two masks of one shape.

    Returns:
        Dice in [0, 1]; 1 when both are empty, 0 when only one is.
    """
    total = int(truth.sum()) + int(result.sum())
    if total == 0:
        return 1.0
    return 2.0 * int((truth & result).sum()) / total


def hd95_mm(truth: Mask, result: Mask, *, spacing_mm: tuple[float, float, float]) -> float | None:
    """Measure the 95th percentile of the symmetric Hausdorff distance of two masks.

    Args:
        truth: Mask of shape ``(D, H, W)``.
        result: Mask of the same shape.
        spacing_mm: Edges of a voxel in the order ``D, H, W``.

    Returns:
        Distance in mm, or None when a mask is empty, because a distance to nothing does not exist.
    """
    if not truth.any() or not result.any():
        return None
    box = _box_with_margin(truth | result)
    one, other = (torch.from_numpy(np.ascontiguousarray(mask[box]))[None, None] for mask in (result, truth))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # MONAI 1.6 warns of an argument that it passes to itself
        distance = compute_hausdorff_distance(
            one, other, include_background=True, percentile=95, spacing=list(spacing_mm)
        )
    return float(distance)


def compare(result: sitk.Image, truth: sitk.Image) -> Agreement:
    """Compare two label maps with the values of `lckd.region.BRATS` on one grid.

    Returns:
        Dice and HD95 of ET, TC and WT.

    Raises:
        InputError: The two lie on different grids.
    """
    width, height, depth = truth.GetSpacing()
    pairs = _region_pairs(result, truth)
    return Agreement(
        dice={region: dice(*masks) for region, masks in pairs.items()},
        hd95_mm={region: hd95_mm(*masks, spacing_mm=(depth, height, width)) for region, masks in pairs.items()},
    )


def compare_dice(result: sitk.Image, truth: sitk.Image) -> dict[Region, float]:
    """Compare as `compare` does, without the distances, which take most of its time.

    Raises:
        InputError: The two lie on different grids.
    """
    return {region: dice(*masks) for region, masks in _region_pairs(result, truth).items()}


def _region_pairs(result: sitk.Image, truth: sitk.Image) -> dict[Region, tuple[Mask, Mask]]:
    if not same_grid(result, truth):
        message = (
            f"A result of {result.GetSize()} voxels lies on another grid than the label map of {truth.GetSize()} "
            "voxels: give a label map that was drawn on the images."
        )
        raise InputError(message)
    experts, ours = (regions_from_labels(sitk.GetArrayViewFromImage(image), BRATS) for image in (truth, result))
    return {region: (expert, our) for region, expert, our in zip(REGIONS, experts, ours, strict=True)}


def _box_with_margin(mask: Mask) -> tuple[slice, ...]:
    """Box around a mask with one voxel of margin, so that its surface stays a surface."""
    return tuple(slice(max(part.start - 1, 0), part.stop + 1) for part in bounding_box(mask))
