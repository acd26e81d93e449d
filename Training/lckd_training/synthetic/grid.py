"""The voxels on which a patient is computed, in millimetres."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from lckd.errors import TrainingError

Triple = tuple[float, float, float]
Shape = tuple[int, int, int]

BOX_LOW_MM: Triple = (0.0, 30.0, 40.0)
BOX_HIGH_MM: Triple = (150.0, 230.0, 200.0)
"""Part of the BraTS field of view (z, y, x from the corner of the first voxel) that can hold brain."""


@dataclass(frozen=True)
class Grid:
    """Voxels inside the box that can hold brain, and where they lie in the whole image.

    Attributes:
        full_shape: Voxels of the whole image, (D, H, W).
        spacing_mm: Edges of a voxel, in the same order.
        start: Index of the first voxel of the box.
        shape: Voxels of the box.
        device: Where tensors on this grid live.
    """

    full_shape: Shape
    spacing_mm: Triple
    start: Shape
    shape: Shape
    device: torch.device

    @property
    def width_mm(self) -> float:
        """Edge of the cube with the volume of a voxel."""
        return math.prod(self.spacing_mm) ** (1 / 3)

    def axis_mm(self, axis: int) -> Tensor:
        """Voxel centres along one axis, from the corner of the image, shape ``(n,)``, on the CPU."""
        index = torch.arange(self.shape[axis], dtype=torch.float32) + (self.start[axis] + 0.5)
        return index * self.spacing_mm[axis]

    def coordinates_mm(self) -> tuple[Tensor, Tensor, Tensor]:
        """Voxel centres z, y, x of shapes ``(D, 1, 1)``, ``(1, H, 1)`` and ``(1, 1, W)``."""
        z, y, x = (self.axis_mm(axis).to(self.device) for axis in range(3))
        return z[:, None, None], y[None, :, None], x[None, None, :]

    def voxels(self, volume_cm3: float) -> int:
        """Count the voxels that make up a volume."""
        return round(volume_cm3 * 1000.0 / math.prod(self.spacing_mm))

    def embed(self, volume: Tensor) -> Tensor:
        """Put a volume ``(..., d, h, w)`` of the box into the whole image, zero around it."""
        padding: list[int] = []
        for axis in (2, 1, 0):
            before = self.start[axis]
            padding += [before, self.full_shape[axis] - before - self.shape[axis]]
        return functional.pad(volume, padding)


def brain_box(shape: Shape, spacing_mm: Triple, device: torch.device) -> Grid:
    """Choose the voxels of an image that lie in the box that can hold brain.

    Args:
        shape: Voxels of the image, (D, H, W).
        spacing_mm: Edges of a voxel in mm, in the same order.
        device: Where to compute.

    Returns:
        The grid of the box.

    Raises:
        TrainingError: The image does not cover the box.
    """
    for size, edge, high in zip(shape, spacing_mm, BOX_HIGH_MM, strict=True):
        if edge <= 0 or size * edge < high:
            message = (
                f"A synthetic patient does not fit into {shape} voxels of {spacing_mm} mm: use at least "
                f"{BOX_HIGH_MM} mm, for example 155 x 240 x 240 voxels of 1 mm or 78 x 120 x 120 of 2 mm."
            )
            raise TrainingError(message)
    start = tuple(math.floor(low / edge) for low, edge in zip(BOX_LOW_MM, spacing_mm, strict=True))
    stop = tuple(
        min(math.ceil(high / edge), size) for high, edge, size in zip(BOX_HIGH_MM, spacing_mm, shape, strict=True)
    )
    inside = (stop[0] - start[0], stop[1] - start[1], stop[2] - start[2])
    return Grid(shape, spacing_mm, (start[0], start[1], start[2]), inside, device)


def coarse_box(edge_mm: float, device: torch.device) -> Grid:
    """Lay cubes of one edge over the box, whatever the image's own spacing is."""
    shape = (math.ceil(160 / edge_mm), math.ceil(240 / edge_mm), math.ceil(240 / edge_mm))
    return brain_box(shape, (edge_mm, edge_mm, edge_mm), device)
