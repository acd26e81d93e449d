"""Stacks: the slices of a series that make up one volume, and where its voxels lie."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lckd.dicom.slices import Place, Slice, Triple
from lckd.errors import InputError

FEWEST_SLICES = 5
SMALLEST_EXTENT_MM = 80.0
"""A brain is larger in every direction; a stack that shows less is of a part of it, or a localizer."""

LARGEST_EXTENT_MM = 600.0
MOST_VOXELS = 2**29
PLACE_TOLERANCE_MM = 0.1
"""By which a slice may lie off its place: positions are written with few digits, and nobody sees a tenth of a mm."""

MISSING_FACTOR = 1.5
"""Slices that are further apart than this many times the usual distance have others missing between them."""

PLANES = ("sagittal", "coronal", "axial")


@dataclass(frozen=True)
class Geometry:
    """Where the voxels of a volume lie: LPS, mm; axes are columns, rows, slices.

    Attributes:
        size: Number of voxels along each axis.
        origin: Middle of the first voxel.
        spacing_mm: Distance of voxels along each axis.
        direction: Unit vectors of the axes as columns, row by row, as SimpleITK has it.
    """

    size: tuple[int, int, int]
    origin: Triple
    spacing_mm: Triple
    direction: tuple[float, ...]

    @property
    def plane(self) -> str:
        """The plane in which its slices lie most."""
        return PLANES[int(np.abs(np.array(self.direction).reshape(3, 3)[:, 2]).argmax())]


@dataclass(frozen=True)
class Stack:
    """Slices of one series that belong to one volume.

    Attributes:
        name: What to call it in a sentence.
        slices: Its slices; in `Volume` from the first to the last place.
    """

    name: str
    slices: tuple[Slice, ...]

    @property
    def head(self) -> Slice:
        """The slice whose header speaks for all."""
        return self.slices[0]


@dataclass(frozen=True)
class Volume:
    """A stack whose slices lie as those of a volume must.

    Attributes:
        stack: Its slices, in the order of their places.
        geometry: Where its voxels lie.
    """

    stack: Stack
    geometry: Geometry


def volume_of(stack: Stack) -> Volume:
    """Put the slices of a stack into the order of their places, and make sure that they make up a volume.

    Args:
        stack: Slices of one orientation and size.

    Raises:
        InputError: Slices are missing, doubled, unevenly spaced or shifted, or show too little or too much.
    """
    places = _require_places(stack)
    if len(places) < FEWEST_SLICES:
        message = f"it has {len(places)} slices, fewer than {FEWEST_SLICES}: a localizer or a part of a series."
        raise InputError(message)
    normal = np.cross(places[0].row, places[0].column)
    positions = np.array([place.position for place in places])
    order = np.argsort(positions @ normal, kind="stable")
    step_mm = _require_even_steps((positions @ normal)[order])
    _require_straight(positions[order], normal, step_mm)
    ordered = Stack(stack.name, tuple(stack.slices[index] for index in order))
    geometry = _geometry(ordered, normal, step_mm)
    _require_head_size(geometry)
    return Volume(ordered, geometry)


def _require_places(stack: Stack) -> Sequence[Place]:
    """Give the places of all slices.

    Raises:
        InputError: One has none, or is no grey image.
    """
    places = [one.place for one in stack.slices if one.place is not None]
    if len(places) < len(stack.slices):
        message = "its header does not say where its slices lie (position, orientation or pixel spacing is missing)."
        raise InputError(message)
    if stack.head.texts["PhotometricInterpretation"] not in {"", "MONOCHROME2"}:
        message = f"its pixels are no plain grey values ({stack.head.texts['PhotometricInterpretation']})."
        raise InputError(message)
    if min(stack.head.size) < 2:  # noqa: PLR2004 - a line of pixels is no image
        message = "its slices have no pixels."
        raise InputError(message)
    return places


def _require_even_steps(heights_mm: npt.NDArray[np.float64]) -> float:
    """Give the distance of slices whose places along their normal ascend.

    Raises:
        InputError: Slices share a place, one is missing, or the distances vary.
    """
    steps = np.diff(heights_mm)
    doubled = int((steps < PLACE_TOLERANCE_MM).sum())
    if doubled:
        message = f"{doubled} of its {len(heights_mm)} slices share their place with another (several volumes in one?)."
        raise InputError(message)
    usual = float(np.median(steps))
    widest = int(steps.argmax())
    if steps[widest] > MISSING_FACTOR * usual:
        lost = round(float(steps[widest]) / usual) - 1
        message = (
            f"slices are missing: at least {max(lost, 1)} after slice {widest + 1} of {len(heights_mm)}, where the gap "
            f"is {steps[widest]:.1f} mm instead of {usual:.1f} mm."
        )
        raise InputError(message)
    step = float(heights_mm[-1] - heights_mm[0]) / len(steps)
    if np.abs(heights_mm - heights_mm[0] - step * np.arange(len(heights_mm))).max() > PLACE_TOLERANCE_MM:
        message = f"its slices are {steps.min():.2f} to {steps.max():.2f} mm apart, not evenly spaced."
        raise InputError(message)
    return step


def _require_straight(positions: npt.NDArray[np.float64], normal: npt.NDArray[np.float64], step_mm: float) -> None:
    """Refuse slices that do not lie straight above each other.

    Raises:
        InputError: They do not.
    """
    straight = positions[0] + np.outer(np.arange(len(positions)), normal) * step_mm
    if np.linalg.norm(positions - straight, axis=1).max() > PLACE_TOLERANCE_MM:
        message = "its slices are shifted against each other, so that they are no box of voxels."
        raise InputError(message)


def _geometry(stack: Stack, normal: npt.NDArray[np.float64], step_mm: float) -> Geometry:
    place = stack.head.place
    assert place is not None  # noqa: S101 - `_require_places` saw to it
    columns, rows = stack.head.size
    across, down = place.spacing_mm
    direction = np.stack([place.row, place.column, normal], axis=1)
    return Geometry(
        size=(columns, rows, len(stack.slices)),
        origin=place.position,
        spacing_mm=(across, down, step_mm),
        direction=tuple(float(value) for value in direction.ravel()),
    )


def _require_head_size(geometry: Geometry) -> None:
    """Refuse what cannot show a head.

    Raises:
        InputError: It is too small or too large.
    """
    extents = [count * spacing for count, spacing in zip(geometry.size, geometry.spacing_mm, strict=True)]
    shown = " x ".join(f"{extent:.0f}" for extent in extents)
    if min(extents) < SMALLEST_EXTENT_MM:
        message = f"it shows {shown} mm, which is less than a brain."
        raise InputError(message)
    if max(extents) > LARGEST_EXTENT_MM or int(np.prod(geometry.size)) > MOST_VOXELS:
        message = f"it shows {shown} mm in {geometry.size} voxels, which is more than a head."
        raise InputError(message)
