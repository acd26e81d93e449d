"""Random deformation: flip, rotation, scaling, shear and a smooth elastic field, applied in one interpolation.

MONAI's `Rand3DElastic` filters a dense noise field for every sample, 0.6 s for a 64-voxel cube on one core; a field of
a few control points is as smooth, costs 0.03 s, and samples the whole patient without a crop and its borders.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the name that torch's own documentation uses
from torch import Tensor

CONTROL_POINTS = 6


@dataclass(frozen=True)
class DeformationRange:
    """How far a random deformation may go.

    Attributes:
        rotation_rad: Largest rotation about each axis.
        log_scale: Largest logarithm of the scale along each axis.
        shear: Largest shear between two axes.
        elastic_voxels: Standard deviation of the displacement of a control point.
        flip_probability: Probability of exchanging left and right.
    """

    rotation_rad: float = 0.35
    log_scale: float = 0.22
    shear: float = 0.08
    elastic_voxels: float = 1.6
    flip_probability: float = 0.5


def random_grid(
    rng: np.random.Generator, centre: Tensor, crop: tuple[int, int, int], *, limits: DeformationRange | None = None
) -> Tensor:
    """Draw the points at which a deformed crop reads its patient.

    Args:
        rng: Source of randomness.
        centre: Voxel in the middle of the crop, (D, H, W).
        crop: Size of the crop in voxels, (D, H, W).
        limits: How far the deformation may go.

    Returns:
        Voxel coordinates ``(d, h, w, 3)`` for a crop of that size; the last axis holds D, H, W.
    """
    limits = limits or DeformationRange()
    lines = [torch.arange(size, dtype=torch.float32) - (size - 1) / 2 for size in crop]
    offsets = torch.stack(torch.meshgrid(*lines, indexing="ij"), dim=-1)
    matrix = torch.from_numpy(_random_matrix(rng, limits)).float()
    coarse = torch.from_numpy(rng.normal(0.0, limits.elastic_voxels, (1, 3, *[CONTROL_POINTS] * 3))).float()
    elastic = F.interpolate(coarse, size=crop, mode="trilinear", align_corners=True)[0]
    return offsets @ matrix.T + elastic.permute(1, 2, 3, 0) + centre


def read_at(volumes: Tensor, points: Tensor) -> Tensor:
    """Interpolate volumes at points; outside they are 0.

    Args:
        volumes: ``(C, D, H, W)``, of any floating type; only what lies around the points is read.
        points: Voxel coordinates ``(d, h, w, 3)``, last axis (D, H, W).

    Returns:
        ``(C, d, h, w)``, float32.
    """
    box, first = _box_around(points, volumes.shape[1:])
    volumes, points = volumes[(slice(None), *box)].float(), points - first
    sizes = torch.tensor(volumes.shape[1:], dtype=torch.float32)
    unit = (2.0 * points + 1.0) / sizes - 1.0
    return F.grid_sample(
        volumes[None], unit.flip(-1)[None], mode="bilinear", padding_mode="zeros", align_corners=False
    )[0]


def _box_around(points: Tensor, shape: torch.Size) -> tuple[list[slice], Tensor]:
    """Find the voxels that interpolation at points needs, and the first of them; at least one where all lie outside."""
    flat = points.reshape(-1, 3)
    lowest, highest = flat.amin(0).floor().long().tolist(), flat.amax(0).ceil().long().tolist()
    box = []
    for low, high, size in zip(lowest, highest, shape, strict=True):
        start = min(max(low, 0), size - 1)
        box.append(slice(start, max(min(high + 1, size), start + 1)))
    return box, torch.tensor([part.start for part in box])


def _random_matrix(rng: np.random.Generator, limits: DeformationRange) -> np.ndarray:
    matrix = np.diag(np.exp(rng.uniform(-limits.log_scale, limits.log_scale, 3)))
    shear = rng.uniform(-limits.shear, limits.shear, (3, 3))
    matrix = matrix @ (np.eye(3) + np.triu(shear, 1))
    for axis, angle in enumerate(rng.uniform(-limits.rotation_rad, limits.rotation_rad, 3)):
        matrix = matrix @ _rotation(axis, float(angle))
    if rng.random() < limits.flip_probability:
        matrix = np.diag([1.0, 1.0, -1.0]) @ matrix
    return np.asarray(matrix)


def _rotation(axis: int, angle: float) -> np.ndarray:
    first, second = (other for other in range(3) if other != axis)
    matrix = np.eye(3)
    matrix[first, first] = matrix[second, second] = math.cos(angle)
    matrix[first, second], matrix[second, first] = -math.sin(angle), math.sin(angle)
    return matrix
