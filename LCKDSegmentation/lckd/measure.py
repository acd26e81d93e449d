"""Measurements of a label map: volumes, and the diameters that radiology reads from it.

Diameters are those of the largest connected part of a region (neighbours across edges and corners included): the
largest lesion, as a reader measures it, and never the distance between two lesions. They run between the middles of
the outer faces of voxels, where a surface through the labels would lie: between centres every lesion would be measured
a voxel too short, between corners up to a voxel's diagonal too long. All is in mm, whatever the spacing and direction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk

from lckd.grid import Mask, bounding_box
from lckd.region import BRATS, REGIONS, Region, regions_from_labels

MM3_PER_CM3 = 1000.0
SAME_LENGTH_MM = 1e-6
"""Diameters that differ by less are equally long; the one with the larger perpendicular diameter counts."""

Index: TypeAlias = tuple[int, ...]
Points: TypeAlias = npt.NDArray[np.float64]
"""Places in mm along the axes of the image, shape ``(point, axis)``."""


@dataclass(frozen=True)
class RegionMeasures:
    """What was measured of one region; diameters are None where there is none of it.

    RANO calls a lesion measurable when both axial diameters are at least 10 mm, and reads enhancing tumour (ET) only;
    the other regions are measured in the same way.

    Attributes:
        volume_cm3: Volume of all its parts.
        diameter_mm: Largest distance between two points of the surface of its largest part.
        axial_diameters_mm: Largest diameter of that part in any axial slice, and the largest one perpendicular to it
            in the same slice, both across the convex outline of the largest part that is connected there. An axial
            slice lies across the axis of the image that is closest to superior-inferior.
    """

    volume_cm3: float
    diameter_mm: float | None
    axial_diameters_mm: tuple[float, float] | None

    @property
    def bidimensional_mm2(self) -> float | None:
        """Product of the two axial diameters, as RANO has it."""
        return self.axial_diameters_mm and self.axial_diameters_mm[0] * self.axial_diameters_mm[1]

    def as_dict(self) -> dict[str, Any]:
        """Give all measurements as plain values that JSON can hold."""
        return {
            "volume_cm3": self.volume_cm3,
            "diameter_mm": self.diameter_mm,
            "axial_diameters_mm": self.axial_diameters_mm and list(self.axial_diameters_mm),
            "bidimensional_mm2": self.bidimensional_mm2,
        }


def measure_regions(labels: sitk.Image) -> dict[Region, RegionMeasures]:
    """Measure volume and diameters of each region.

    Args:
        labels: Label map with the values of `lckd.region.BRATS`.
    """
    masks = regions_from_labels(_labelled(labels), BRATS)
    return dict(zip(REGIONS, _measure_masks(masks, labels), strict=True))


def measure_values(labels: sitk.Image, values: Sequence[int]) -> dict[int, RegionMeasures]:
    """Measure each tissue by itself, in the same way as `measure_regions`.

    Args:
        labels: Label map.
        values: Values of the tissues.
    """
    voxels = _labelled(labels)
    return dict(zip(values, _measure_masks([voxels == value for value in values], labels), strict=True))


def _labelled(labels: sitk.Image) -> npt.NDArray[np.integer]:
    """Cut the part ``(D, H, W)`` of a label map that holds any label: a tumour is a twentieth of its image."""
    voxels = sitk.GetArrayFromImage(labels)
    occupied = voxels != 0
    return voxels[bounding_box(occupied)] if occupied.any() else voxels


def _measure_masks(masks: Iterable[Mask], labels: sitk.Image) -> list[RegionMeasures]:
    """Measure masks ``(D, H, W)`` on the voxels of a label map."""
    spacing_mm = np.array(labels.GetSpacing())[::-1]
    axial_axis = 2 - int(np.abs(np.array(labels.GetDirection()).reshape(3, 3)[2]).argmax())
    order = [axial_axis, *(axis for axis in range(3) if axis != axial_axis)]
    return [_measure(mask.transpose(order), spacing_mm[order]) for mask in masks]


def volumes_cm3(labels: sitk.Image) -> dict[Region, float]:
    """Measure the volume of each region.

    Args:
        labels: Label map with the values of `lckd.region.BRATS`.

    Returns:
        Volumes in cm3.
    """
    masks = regions_from_labels(_labelled(labels), BRATS)
    spacing_mm = np.array(labels.GetSpacing())
    return {region: _volume_cm3(mask, spacing_mm) for region, mask in zip(REGIONS, masks, strict=True)}


def describe_volumes(volumes: Mapping[Region, float]) -> str:
    """Say in one sentence what was found.

    Args:
        volumes: Volume of each region in cm3.
    """
    if not any(volumes.values()):
        return "No tumour was found."
    return "Found: " + ", ".join(f"{region} {volume:.1f} cm³" for region, volume in volumes.items()) + "."


def _volume_cm3(mask: Mask, spacing_mm: Points) -> float:
    return float(mask.sum() * spacing_mm.prod()) / MM3_PER_CM3


def _measure(mask: Mask, spacing_mm: Points) -> RegionMeasures:
    """Measure a mask ``(axial slice, row, column)`` whose voxels have that spacing along the same axes."""
    volume_cm3 = _volume_cm3(mask, spacing_mm)
    if not mask.any():
        return RegionMeasures(volume_cm3, None, None)
    lesion = _largest_part(mask[bounding_box(mask)])
    return RegionMeasures(volume_cm3, _diameter(lesion, spacing_mm), _axial_diameters(lesion, spacing_mm[1:]))


def _largest_part(mask: Mask) -> Mask:
    """Keep the largest connected part of a mask, in a plane or in space."""
    components = sitk.ConnectedComponent(sitk.GetImageFromArray(mask.astype(np.uint8)), True)  # noqa: FBT003 - ITK's
    largest: Mask = np.equal(sitk.GetArrayFromImage(sitk.RelabelComponent(components)), 1)
    return largest


def _diameter(mask: Mask, spacing_mm: Points) -> float:
    """Measure the largest distance between two outer faces of a mask, shape ``(D, H, W)``.

    The ends of it are corners of the convex hull, and so of the hull of whatever lies in a plane with them. From one
    centre to another it is one voxel longer than the centres are apart, along the axis where that adds most.
    """
    points = _line_ends(mask)
    for axis in range(3):
        points = _corners_in_planes(points, axis)
    places = np.array(points) * spacing_mm
    longest = 0.0
    for number, place in enumerate(places):
        apart = np.abs(places[number:] - place)
        squares = (apart**2).sum(axis=1) + (2 * apart * spacing_mm + spacing_mm**2).max(axis=1)
        longest = max(longest, float(squares.max()))
    return float(np.sqrt(longest))


def _corners_in_planes(points: Iterable[Index], axis: int) -> list[Index]:
    """Keep the points that are corners of the convex hull of those in their plane across an axis."""
    planes: dict[int, list[Index]] = {}
    for point in points:
        planes.setdefault(point[axis], []).append(point[:axis] + point[axis + 1 :])
    return [(*c[:axis], place, *c[axis:]) for place, plane in planes.items() for c in _convex_hull(plane)]


def _axial_diameters(mask: Mask, spacing_mm: Points) -> tuple[float, float]:
    """Find the diameters of the slice ``(row, column)`` of a mask whose largest part has the largest one.

    A slice that is shorter, taken as a whole, than what was found in another one need not be looked at.
    """
    planes = [plane for plane in mask if plane.any()]
    bounds_mm = [float(_distances(_outline(plane, spacing_mm)).max()) for plane in planes]
    best = (0.0, 0.0)
    for index in np.argsort(bounds_mm)[::-1]:
        if bounds_mm[index] < best[0] - SAME_LENGTH_MM:
            break
        found = _diameters_of(_outline(_largest_part(planes[index]), spacing_mm))
        best = max(best, found, key=lambda pair: (round(pair[0] / SAME_LENGTH_MM), pair[1]))
    return best


def _outline(mask: Mask, spacing_mm: Points) -> Points:
    """Draw the convex outline of a mask ``(row, column)`` around the middles of its outer faces."""
    corners = _convex_hull(_line_ends(mask))
    faces = [(2 * row + up, 2 * column + right) for row, column in corners for up, right in _FACES]
    outline: Points = np.array(_convex_hull(faces)) * spacing_mm / 2
    return outline


_FACES = ((1, 0), (-1, 0), (0, 1), (0, -1))
"""From the centre of a pixel to the middles of its faces, in halves of a pixel."""


def _distances(points: Points) -> Points:
    apart = points[:, None] - points
    distances: Points = np.hypot(apart[..., 0], apart[..., 1])
    return distances


def _diameters_of(outline: Points) -> tuple[float, float]:
    """Measure the largest diameter of a convex outline, and the largest one perpendicular to it."""
    lengths = _distances(outline)
    longest = float(lengths.max())
    ends = np.argwhere(np.triu(lengths > longest - SAME_LENGTH_MM))
    return longest, max(_width_across(outline, (outline[one] - outline[other]) / longest) for one, other in ends)


def _width_across(outline: Points, along: Points) -> float:
    """Measure the longest line perpendicular to a direction inside a convex outline; it begins or ends in a corner.

    Args:
        outline: Corners in order, shape ``(corner, 2)``.
        along: The direction, a unit vector.
    """
    begin, across = outline @ along, outline @ np.array([-along[1], along[0]])
    end, across_end = np.roll(begin, -1), np.roll(across, -1)
    at = begin[:, None]
    is_crossed = (np.minimum(begin, end) <= at) & (at <= np.maximum(begin, end))
    share = np.divide(at - begin, end - begin, out=np.zeros_like(is_crossed, dtype=float), where=begin != end)
    crossing = across + share * (across_end - across)
    highest = np.where(is_crossed, crossing, -np.inf).max(axis=1)
    return float((highest - np.where(is_crossed, crossing, np.inf).min(axis=1)).max())


def _line_ends(mask: Mask) -> list[Index]:
    """Give the voxels that are first or last in their line along every axis; all others lie inside their hull."""
    ends = mask.copy()
    for axis, count in enumerate(mask.shape):
        is_end = np.zeros_like(mask)
        last = count - 1 - np.flip(mask, axis).argmax(axis, keepdims=True)
        for place in (mask.argmax(axis, keepdims=True), last):
            np.put_along_axis(is_end, place, values=True, axis=axis)
        ends &= is_end
    return [tuple(index) for index in np.argwhere(ends).tolist()]


def _convex_hull(points: Iterable[Index]) -> list[Index]:
    """Give the corners of the convex hull of points in a plane, in order; whole numbers, so that it is exact."""
    ordered = sorted(set(points))
    if len(ordered) < 3:  # noqa: PLR2004 - two points are corners
        return ordered
    return [*_half_hull(ordered), *_half_hull(ordered[::-1])]


def _half_hull(ordered: Iterable[Index]) -> list[Index]:
    """Walk along one side of the hull of ordered points; its last corner begins the other side."""
    corners: list[Index] = []
    for point in ordered:
        while len(corners) > 1 and _turn(corners[-2], corners[-1], point) <= 0:
            corners.pop()
        corners.append(point)
    return corners[:-1]


def _turn(first: Index, second: Index, third: Index) -> int:
    """Tell which way a path turns in its middle: positive to the left, 0 straight on."""
    return (second[0] - first[0]) * (third[1] - first[1]) - (second[1] - first[1]) * (third[0] - first[0])
