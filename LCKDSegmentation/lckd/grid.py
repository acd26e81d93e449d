"""The working grid of the network, and the way there and back.

The network sees an axis-aligned grid of cubic voxels whose lattice is anchored at the origin of patient space (LPS,
mm), whatever the direction cosines, spacings and origins of the images. Each image is interpolated once, from its own
geometry, and probabilities are interpolated once, to the reference image; labels never cross grids.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk

from lckd.errors import InputError
from lckd.intensity import FloatArray, foreground_mask, normalise
from lckd.modality import DISPLAY_NAMES, Modality
from lckd.parallel import in_parallel
from lckd.sampling import sample_cubes

SAME_GRID_TOLERANCE = 0.05
"""Corners of two images that lie closer than this part of a voxel's shortest edge are on the same grid: NIfTI may keep
a rotation as a quaternion of 32 bits, and a slightly tilted scan of 240 slices then comes back up to 0.024 mm off."""

SMALLEST_OVERLAP = 0.25
"""Images whose boxes share less than this part of the smaller box do not show the same thing."""

SLIVER = 1e-6
"""So little of a working voxel is not worth a layer of them: it comes of reckoning, not of a scanner."""

Mask = npt.NDArray[np.bool_]
Box = npt.NDArray[np.float64]
"""Lower and upper corner in LPS mm, shape (2, 3)."""


@dataclass(frozen=True)
class WorkingGrid:
    """An axis-aligned lattice of cubic voxels in patient space.

    Attributes:
        spacing_mm: Edge of a voxel.
        first: Index of the first voxel on the lattice, (L, P, S); its centre lies half a voxel beyond.
        size: Number of voxels (L, P, S).
    """

    spacing_mm: float
    first: tuple[int, int, int]
    size: tuple[int, int, int]

    @property
    def origin_mm(self) -> tuple[float, float, float]:
        """Centre of the first voxel, LPS."""
        left, posterior, superior = ((index + 0.5) * self.spacing_mm for index in self.first)
        return left, posterior, superior

    def sample(self, image: sitk.Image) -> FloatArray:
        """Bring an image to this grid, averaging some linear samples per voxel (`lckd.sampling`).

        Args:
            image: Scalar image of any geometry.

        Returns:
            Intensities ``(D, H, W)``; outside the image its background value.
        """
        corner_mm = [index * self.spacing_mm for index in self.first]
        return sample_cubes(image, corner_mm=corner_mm, spacing_mm=self.spacing_mm, size=self.size)

    def image(self, voxels: FloatArray) -> sitk.Image:
        """Wrap an array ``(D, H, W)`` on this grid as an image."""
        image = sitk.GetImageFromArray(np.ascontiguousarray(voxels))
        image.SetSpacing([self.spacing_mm] * 3)
        image.SetOrigin(self.origin_mm)
        return image


def working_grid(images: Mapping[Modality, sitk.Image], *, reference: Modality, spacing_mm: float) -> WorkingGrid:
    """Lay the smallest working grid over what the images show inside the reference image.

    Args:
        images: The present modalities.
        reference: The modality whose geometry the result will have.
        spacing_mm: Edge of a working voxel.

    Returns:
        The grid.

    Raises:
        InputError: An image does not overlap the reference image in space.
    """
    frame = require_overlap(images, reference=reference)
    boxes = np.stack(list(in_parallel(lambda image: _box(image, whole=False), images.values())))
    lower = np.maximum(boxes[:, 0].min(axis=0), frame[0])
    upper = np.minimum(boxes[:, 1].max(axis=0), frame[1])
    first = np.floor(lower / spacing_mm + SLIVER).astype(int)
    size = np.maximum(np.ceil(upper / spacing_mm - SLIVER).astype(int) - first, 1)
    return WorkingGrid(spacing_mm, _three(first), _three(size))


def prepare(image: sitk.Image, grid: WorkingGrid) -> FloatArray:
    """Bring an image to the working grid and normalise it there.

    Args:
        image: Scalar image of any geometry.
        grid: The working grid.

    Returns:
        Normalised intensities ``(D, H, W)``, background 0.
    """
    voxels = grid.sample(image)
    return normalise(voxels, foreground_mask(voxels))


def bounding_box(mask: Mask) -> tuple[slice, ...]:
    """Find the smallest box around the true voxels of a mask, which must have some.

    Args:
        mask: ``(D, H, W)``.

    Returns:
        Index ranges along D, H and W.
    """
    occupied = [np.flatnonzero(mask.any(axis=others)) for others in ((1, 2), (0, 2), (0, 1))]
    return tuple(slice(int(indices[0]), int(indices[-1]) + 1) for indices in occupied)


def crop_to_content(
    grid: WorkingGrid, prepared: Mapping[Modality, FloatArray]
) -> tuple[WorkingGrid, dict[Modality, FloatArray]]:
    """Cut away empty surroundings, which the network would otherwise normalise by.

    How much of them there is depends on how an image happens to be stored: obliquely, say, or with a wide margin.

    Args:
        grid: A working grid.
        prepared: Normalised intensities ``(D, H, W)`` on it, background 0.

    Returns:
        The part of the grid that holds any foreground, and the intensities there.
    """
    content: Mask = np.any([volume != 0 for volume in prepared.values()], axis=0)
    if not content.any():
        return grid, dict(prepared)
    box = bounding_box(content)
    first = np.array(grid.first) + [part.start for part in reversed(box)]
    size = np.array([part.stop - part.start for part in reversed(box)])
    cropped = {modality: np.ascontiguousarray(volume[box]) for modality, volume in prepared.items()}
    return WorkingGrid(grid.spacing_mm, _three(first), _three(size)), cropped


def resample_to(image: sitk.Image, reference: sitk.Image, *, default: float = 0.0) -> sitk.Image:
    """Interpolate an image linearly to the voxels of another.

    Args:
        image: Scalar image.
        reference: The geometry to take.
        default: Value where `image` does not reach.

    Returns:
        Image of the pixel type of `image` in exactly the geometry of `reference`.
    """
    return sitk.Resample(image, reference, sitk.Transform(), sitk.sitkLinear, default)


def same_grid(image: sitk.Image, other: sitk.Image) -> bool:
    """Tell whether two images have the same voxels, to `SAME_GRID_TOLERANCE` at every corner."""
    if image.GetSize() != other.GetSize():
        return False
    tolerance_mm = SAME_GRID_TOLERANCE * min(*image.GetSpacing(), *other.GetSpacing())
    return bool(np.abs(_corners(image) - _corners(other)).max() <= tolerance_mm)


def _three(values: npt.NDArray[np.int_]) -> tuple[int, int, int]:
    first, second, third = (int(value) for value in values)
    return first, second, third


def _corners(
    image: sitk.Image, lower: tuple[float, ...] | None = None, upper: tuple[float, ...] | None = None
) -> npt.NDArray[np.float64]:
    """Points in LPS mm of the corners of an index box, by default of the outermost voxel centres; shape (8, 3)."""
    low = lower or (0.0, 0.0, 0.0)
    high = upper or tuple(count - 1.0 for count in image.GetSize())
    points = [
        image.TransformContinuousIndexToPhysicalPoint(list(index)) for index in product(*zip(low, high, strict=True))
    ]
    return np.array(points)


def _box(image: sitk.Image, *, whole: bool) -> Box:
    """Box in LPS mm around all voxels of an image, or around those of its foreground."""
    lower = [0] * 3
    upper = [count - 1 for count in image.GetSize()]
    if not whole:
        box = bounding_box(foreground_mask(sitk.GetArrayViewFromImage(image)))
        lower = [part.start for part in reversed(box)]
        upper = [part.stop - 1 for part in reversed(box)]
    corners = _corners(image, tuple(v - 0.5 for v in lower), tuple(v + 0.5 for v in upper))
    return np.stack([corners.min(axis=0), corners.max(axis=0)])


def require_overlap(images: Mapping[Modality, sitk.Image], *, reference: Modality) -> Box:
    """Refuse images that do not show one place; only their geometry is looked at.

    Args:
        images: The present modalities.
        reference: The modality that the others must overlap.

    Returns:
        Box around the reference image, LPS mm.

    Raises:
        InputError: An image does not overlap the reference image in space.
    """
    for modality, image in images.items():
        shared = overlap(image, images[reference])
        if shared < SMALLEST_OVERLAP:
            message = (
                f"The {DISPLAY_NAMES[modality]} image does not overlap the {DISPLAY_NAMES[reference]} image in space "
                f"({shared:.0%} of the smaller one): give scans of one patient in one position, or register them."
            )
            raise InputError(message, (modality, reference))
    return _box(images[reference], whole=True)


def overlap(image: sitk.Image, other: sitk.Image) -> float:
    """Give the part of the smaller of two images, taken as boxes, that lies in the other; see `SMALLEST_OVERLAP`."""
    box, frame = _box(image, whole=True), _box(other, whole=True)
    shared = np.prod(np.clip(np.minimum(box[1], frame[1]) - np.maximum(box[0], frame[0]), 0.0, None))
    return float(shared / min(np.prod(box[1] - box[0]), np.prod(frame[1] - frame[0])))
