"""Two results of one patient against each other: what only one of them takes for tumour."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from slicer import vtkMRMLScene, vtkMRMLSegmentationNode

from lckd.region import BRATS, REGIONS, Region, regions_from_labels
from lckd.segments import REGION_SEGMENTS, Colour, SegmentStyle
from LCKDSegmentationLib.job import Reply
from LCKDSegmentationLib.segmentation import put_masks

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ONLY_FIRST: Colour = (0.36, 0.78, 0.98)
ONLY_SECOND: Colour = (0.95, 0.45, 0.85)
SHARED: Colour = (0.92, 0.92, 0.92)
"""Colours that no tissue and no region has."""

IN_BOTH = "in both"
NAMES = ("only in the first", "only in the second", IN_BOTH)


def put_difference(
    scene: vtkMRMLScene, pair: tuple[Reply, Reply], region: Region, *, output: vtkMRMLSegmentationNode | None
) -> vtkMRMLSegmentationNode:
    """Put a segmentation into the scene that holds what only one of two results takes for a region, and what both do.

    Args:
        scene: Scene that gets it.
        pair: The results, of one patient; the second is laid onto the voxels of the first.
        region: The region.
        output: Segmentation of an earlier comparison, or None for a new one.

    Raises:
        OutputError: See `LCKDSegmentationLib.segmentation.put_segmentation`.
    """
    first, second = (_mask(labels, region) for labels in _onOneGrid(pair))
    masks = dict(zip(_styles(region), (first & ~second, second & ~first, first & second), strict=True))
    return put_masks(scene, masks, reference=pair[0].reference, output=output, name="Differences")


def agreement(pair: tuple[Reply, Reply]) -> Mapping[Region, float | None]:
    """Give the Dice between two results, in [0, 1], for each region; None where neither holds any of it."""
    first, second = _onOneGrid(pair)
    return {region: _dice(_mask(first, region), _mask(second, region)) for region in REGIONS}


def _styles(region: Region) -> list[SegmentStyle]:
    like = next(style for style in REGION_SEGMENTS if style.name == region)
    colours = (ONLY_FIRST, ONLY_SECOND, SHARED)
    return [
        replace(like, name=f"{region} {name}", label=1, colour=colour)
        for name, colour in zip(NAMES, colours, strict=True)
    ]


def _onOneGrid(pair: tuple[Reply, Reply]) -> "list[npt.NDArray[np.uint8]]":
    """Give both label maps ``(D, H, W)`` on the voxels of the first; labels only cross grids to be looked at."""
    import SimpleITK as sitk

    from lckd.grid import same_grid

    first, second = (reply.labels for reply in pair)
    if not same_grid(first, second):
        second = sitk.Resample(second, first, sitk.Transform(), sitk.sitkNearestNeighbor)
    return [sitk.GetArrayFromImage(first), sitk.GetArrayFromImage(second)]


def _mask(labels: "npt.NDArray[np.uint8]", region: Region) -> "npt.NDArray[np.bool_]":
    mask: npt.NDArray[np.bool_] = regions_from_labels(labels, BRATS)[REGIONS.index(region)]
    return mask


def _dice(first: "npt.NDArray[np.bool_]", second: "npt.NDArray[np.bool_]") -> float | None:
    total = int(first.sum()) + int(second.sum())
    return 2 * int((first & second).sum()) / total if total else None
