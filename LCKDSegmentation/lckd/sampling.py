"""How an image comes onto cubic voxels, by averages of linear samples, and how cubic voxels come onto an image.

Where the axes of an image lie along those of patient space, as in most research data, the samples of all voxels are
three small matrices, one for each axis: a fifth of the time that ITK takes point by point, and equal but for rounding.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk

from lckd.intensity import FloatArray, background_value

SAMPLES_PER_VOXEL = 2
"""A cubic voxel averages this many samples along each axis, which keeps fine detail from aliasing."""

GEOMETRY_DECIMALS = 9
"""Places and directions are taken to so many decimals: what is beyond comes of reckoning, not of a scanner, and would
choose between two working grids where an image ends on the border of a working voxel."""

REACH = 0.5
"""Part of a voxel by which an image goes on beyond its outermost centres."""

Places = npt.NDArray[np.floating[Any]]
Size = tuple[int, int, int]


def sample_cubes(image: sitk.Image, *, corner_mm: Sequence[float], spacing_mm: float, size: Size) -> FloatArray:
    """Bring an image to cubic voxels, averaging `SAMPLES_PER_VOXEL`**3 linear samples in each.

    Args:
        image: Scalar image of any geometry.
        corner_mm: Lower corner of the first voxel, LPS.
        spacing_mm: Edge of a voxel.
        size: Number of voxels along L, P and S.

    Returns:
        Intensities ``(D, H, W)``; outside the image its background value.
    """
    background = background_value(sitk.GetArrayViewFromImage(image))
    fine_mm = spacing_mm / SAMPLES_PER_VOXEL
    first_mm = [corner + fine_mm / 2 for corner in corner_mm]
    fine_size = [count * SAMPLES_PER_VOXEL for count in size]
    along = axes_along(image)
    if along is None:
        return _average(_sample_points(image, first_mm, step_mm=fine_mm, size=fine_size, outside=background))
    weights = {}
    for patient_axis, axis in enumerate(along):
        points_mm = first_mm[patient_axis] + fine_mm * np.arange(fine_size[patient_axis])
        indices = (points_mm - _settled(image.GetOrigin())[patient_axis]) / _step_mm(image, axis, patient_axis)
        weights[axis] = _weights(indices, image.GetSize()[axis], samples=SAMPLES_PER_VOXEL)
    sampled = _weigh(sitk.GetArrayViewFromImage(image), [weights[axis] for axis in (2, 1, 0)], outside=background)
    return np.ascontiguousarray(sampled.transpose([2 - axis for axis in reversed(along)]))


def sample_box(
    voxels: FloatArray, image: sitk.Image, box: Sequence[slice], *, origin_mm: Sequence[float], spacing_mm: float
) -> FloatArray:
    """Interpolate cubic voxels linearly at some voxels of an image, one of whose axes lies along each of space.

    Args:
        voxels: ``(D, H, W)``.
        image: An image for which `axes_along` gives axes.
        box: Index ranges ``(D, H, W)`` of the image.
        origin_mm: Centre of the first cubic voxel, LPS.
        spacing_mm: Edge of a cubic voxel.

    Returns:
        Values in that box, 0 where the cubic voxels do not reach.
    """
    along = axes_along(image) or [0, 1, 2]
    weights = []
    for patient_axis, axis in enumerate(along):
        part = box[2 - axis]
        step_mm, first_mm = _step_mm(image, axis, patient_axis), _settled(image.GetOrigin())[patient_axis]
        indices = (first_mm + step_mm * np.arange(part.start, part.stop) - origin_mm[patient_axis]) / spacing_mm
        weights.append(_weights(indices, voxels.shape[2 - patient_axis], samples=1))
    sampled = _weigh(voxels, weights[::-1], outside=0.0)
    return sampled.transpose([2 - along.index(axis) for axis in (2, 1, 0)])


def axes_along(image: sitk.Image) -> list[int] | None:
    """Give the axis of an image that lies along L, P and S; None where one lies along none of them."""
    steps = np.abs(_settled(image.GetDirection()).reshape(3, 3))
    along = steps.argmax(axis=1)
    return [int(axis) for axis in along] if np.array_equal(steps, np.eye(3)[along]) else None


def _step_mm(image: sitk.Image, axis: int, patient_axis: int) -> float:
    """Give how far a step along an axis of the image leads along the axis of patient space on which it lies."""
    return float(_settled(image.GetSpacing())[axis] * _settled(image.GetDirection()).reshape(3, 3)[patient_axis, axis])


def _weights(indices: Places, count: int, *, samples: int) -> FloatArray:
    """Build what each voxel along an axis takes, by some samples, of those at the indices: ``(voxel, count)``.

    As in ITK, an image reaches half a voxel beyond its outermost centres, whose values go on there; a sample outside
    takes nothing.
    """
    rows, inside = np.arange(len(indices)), (indices >= -REACH) & (indices < count - 1 + REACH)
    clipped = np.clip(indices, 0, count - 1)
    lower = clipped.astype(int)
    share = clipped - lower
    weights = np.zeros((len(indices), count))
    np.add.at(weights, (rows, lower), (1 - share) * inside)
    np.add.at(weights, (rows, np.minimum(lower + 1, count - 1)), share * inside)
    averaged = weights.reshape(-1, samples, count).mean(axis=1)
    return np.asarray(averaged, dtype=np.float32)


def _weigh(voxels: FloatArray, weights: Sequence[FloatArray], *, outside: float) -> FloatArray:
    """Weigh the voxels of an image ``(k, j, i)`` along its three axes; what takes nothing becomes `outside`."""
    used = [np.flatnonzero(matrix.any(axis=0)) for matrix in weights]
    if not all(len(columns) for columns in used):
        return np.full([len(matrix) for matrix in weights], outside, np.float32)
    box = tuple(slice(columns[0], columns[-1] + 1) for columns in used)
    along_k, along_j, along_i = (matrix[:, part] for matrix, part in zip(weights, box, strict=True))
    differences = voxels[box].astype(np.float32) - np.float32(outside)
    planes = along_j @ (differences @ along_i.T)
    return np.asarray(np.tensordot(along_k, planes, axes=1) + np.float32(outside))


def _sample_points(
    image: sitk.Image, first_mm: Sequence[float], *, step_mm: float, size: Sequence[int], outside: float
) -> FloatArray:
    """Sample an image of any direction at the points of a lattice."""
    settled = sitk.Image(image)  # where it lies but for errors of reckoning
    settled.SetOrigin(_settled(image.GetOrigin()).tolist())
    settled.SetSpacing(_settled(image.GetSpacing()).tolist())
    settled.SetDirection(_settled(image.GetDirection()).tolist())
    resampler = sitk.ResampleImageFilter()
    resampler.SetInterpolator(sitk.sitkLinear)
    resampler.SetOutputSpacing([step_mm] * 3)
    resampler.SetOutputOrigin(list(first_mm))
    resampler.SetSize(list(size))
    resampler.SetOutputPixelType(sitk.sitkFloat32)
    resampler.SetDefaultPixelValue(outside)
    return np.asarray(sitk.GetArrayFromImage(resampler.Execute(settled)))


def _average(fine: FloatArray) -> FloatArray:
    """Average blocks of `SAMPLES_PER_VOXEL` samples along each axis."""
    depth, height, width = (count // SAMPLES_PER_VOXEL for count in fine.shape)
    blocks = fine.reshape(depth, SAMPLES_PER_VOXEL, height, SAMPLES_PER_VOXEL, width, SAMPLES_PER_VOXEL)
    return np.asarray(blocks.mean(axis=(1, 3, 5), dtype=np.float32))


def _settled(values: Sequence[float]) -> Places:
    return np.round(np.array(values), GEOMETRY_DECIMALS)
