"""Which slices of a head are shown, and how they are turned, cropped and windowed.

Slices are shown as radiologists are used to: the patient's right on the left of the picture, the head upright, the
face to the left in a sagittal slice. Images are turned to the axes of LPS first; an oblique image keeps its own planes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk

from lckd.intensity import foreground_mask

Array: TypeAlias = npt.NDArray[np.float32]
Masks: TypeAlias = npt.NDArray[np.bool_]
Point: TypeAlias = tuple[int, int, int]
Value = TypeVar("Value", bound=np.generic)

MARGIN_MM = 6.0
"""Rim left around the head."""


@dataclass(frozen=True)
class View:
    """One of the three planes of an array in LPS order ``(D, H, W)`` = (up, back, left).

    Attributes:
        axis: Array axis that the plane is cut at.
        marks: Letters at the left, right, top and bottom edge.
        is_upright: The first row of the cut array is at the bottom.
    """

    axis: int
    marks: tuple[str, str, str, str]
    is_upright: bool

    def cut(self, array: npt.NDArray[Value], point: Point) -> npt.NDArray[Value]:
        """Take the plane through a point ``(k, j, i)``, its first row on top."""
        plane: npt.NDArray[Value] = np.take(array, point[self.axis], axis=self.axis)
        return plane[::-1] if self.is_upright else plane

    def spacing(self, spacing_mm: Sequence[float]) -> tuple[float, float]:
        """Give the height and width in mm of a pixel, from the spacing in the order ``D, H, W``."""
        rows, columns = (edge for axis, edge in enumerate(spacing_mm) if axis != self.axis)
        return rows, columns


AXIAL = View(axis=0, marks=("R", "L", "A", "P"), is_upright=False)
CORONAL = View(axis=1, marks=("R", "L", "S", "I"), is_upright=True)
SAGITTAL = View(axis=2, marks=("A", "P", "S", "I"), is_upright=True)
VIEWS = (AXIAL, CORONAL, SAGITTAL)


def largest_extent(regions: Masks) -> Point | None:
    """Find the slices in which a tumour is largest.

    Args:
        regions: Masks of shape ``(region, D, H, W)``; being nested, they give the core more weight than the edema.

    Returns:
        Index along ``D``, ``H`` and ``W`` of the largest cut, the middle one of equals; None when nothing is there.
    """
    if not regions.any():
        return None
    areas = [regions.sum(axis=axes) for axes in ((0, 2, 3), (0, 1, 3), (0, 1, 2))]
    largest = [np.flatnonzero(area == area.max()) for area in areas]
    down, back, left = (int(index[len(index) // 2]) for index in largest)
    return down, back, left


def to_lps(image: sitk.Image) -> sitk.Image:
    """Turn an image to the axes nearest to LPS; its values stay as they are."""
    turned: sitk.Image = sitk.DICOMOrient(image, "LPS")
    return turned


def head_box(
    greys: Sequence[Array], masks: Sequence[Masks], *, spacing_mm: Sequence[float]
) -> tuple[slice, slice, slice]:
    """Find the box around all that is not background.

    Args:
        greys: Grey values of shape ``(D, H, W)``, background 0.
        masks: Region masks of shape ``(region, D, H, W)``; the box holds them, too.
        spacing_mm: Edges of a voxel in the order ``D, H, W``.

    Returns:
        Slices along ``D, H, W`` with a margin; the whole array when all is background.
    """
    content = np.any([grey > 0 for grey in greys], axis=0) | np.any([mask.any(axis=0) for mask in masks], axis=0)
    if not content.any():
        content = np.ones_like(content)
    slices = []
    for axis, spacing in enumerate(spacing_mm):
        found = np.flatnonzero(content.any(axis=tuple(other for other in range(3) if other != axis)))
        margin = round(MARGIN_MM / spacing)
        slices.append(slice(max(int(found[0]) - margin, 0), int(found[-1]) + margin + 1))
    return slices[0], slices[1], slices[2]


def windowed(voxels: Array) -> Array:
    """Map intensities to [0, 1] so that neither noise nor a few bright voxels decide the contrast.

    Args:
        voxels: Intensities of shape ``(D, H, W)``.

    Returns:
        Grey values of the same shape, background 0.
    """
    foreground = foreground_mask(voxels)
    if not foreground.any():
        return np.zeros_like(voxels)
    low, high = np.quantile(voxels[foreground], [0.005, 0.998])
    scaled = np.clip((voxels - low) / max(float(high - low), 1e-6), 0.0, 1.0)
    return np.where(foreground, scaled, 0.0).astype(np.float32)
