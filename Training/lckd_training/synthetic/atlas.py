"""The average brain that synthetic patients are bent from: the ICBM152 tissue maps (see `ICBM152-NOTICE.txt`).

Places are in mm from the centre of the average brain: z grows upwards, y to the back, x to the left.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from scipy import ndimage
from torch import Tensor
from torch.nn import functional

from lckd_training.synthetic.shapes import Place

ATLAS_FILE = Path(__file__).with_name("icbm152.npz")
EDGE_MM = 2.0
FULL = 255.0
DEEP_MM = 22.0
"""Fluid below this depth belongs to the ventricles or to the gaps next to them."""
PUSH_REACH_MM = 12.0
"""Distance from the ventricles at which what they push has moved a third as far."""

Volume = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Atlas:
    """Maps of the average brain on cubes of `EDGE_MM`.

    Attributes:
        tissue: Share of grey matter, white matter and brain in a voxel, ``(3, D, H, W)``.
        distance_mm: Depth below the outline, and signed distance to the ventricles (negative inside), ``(2, D, H, W)``.
        push: Direction (z, y, x) away from the ventricles, shorter the farther they are, ``(3, D, H, W)``.
        centre: Voxel coordinates (z, y, x) of the centre of the brain.
    """

    tissue: Tensor
    distance_mm: Tensor
    push: Tensor
    centre: tuple[float, float, float]

    def read(self, maps: Tensor, place: Place) -> Tensor:
        """Interpolate maps of this atlas.

        Args:
            maps: One of its tensors, ``(C, d, h, w)``.
            place: Coordinates z, y, x in mm, all of the shape ``(D, H, W)``.

        Returns:
            Values, beyond the maps those of their border, ``(C, D, H, W)``.
        """
        sizes = maps.shape[1:]
        unit = [(p / EDGE_MM + c) * (2.0 / (s - 1)) - 1.0 for p, c, s in zip(place, self.centre, sizes, strict=True)]
        points = torch.stack(unit[::-1], dim=-1)[None]
        return functional.grid_sample(maps[None], points, padding_mode="border", align_corners=True)[0]


@lru_cache(maxsize=2)
def load_atlas(device: torch.device) -> Atlas:
    """Read the maps that come with this package, and measure distances in them.

    Args:
        device: Where the maps are wanted.
    """
    with np.load(ATLAS_FILE) as stored:
        grey, white, brain = ((stored[name] / FULL).astype(np.float32) for name in ("grey", "white", "brain"))
    depth = _signed_distance(brain > 0.5)  # noqa: PLR2004 - half full
    ventricle = -_signed_distance(_ventricles(brain - grey - white, depth))
    push = [gradient * np.exp(-np.abs(ventricle) / PUSH_REACH_MM) for gradient in np.gradient(ventricle, EDGE_MM)]
    middle = ndimage.center_of_mass(brain)
    return Atlas(
        tissue=_tensor([grey, white, brain], device),
        distance_mm=_tensor([depth, ventricle], device),
        push=_tensor(push, device),
        centre=(float(middle[0]), float(middle[1]), (brain.shape[2] - 1) / 2),
    )


def _tensor(maps: list[Volume], device: torch.device) -> Tensor:
    return torch.from_numpy(np.stack(maps).astype(np.float32)).to(device)


def _ventricles(fluid: Volume, depth_mm: Volume) -> npt.NDArray[np.bool_]:
    """Find the largest body of fluid deep in the brain."""
    bodies, count = ndimage.label((fluid > 0.4) & (depth_mm > DEEP_MM))  # noqa: PLR2004 - average borders are blurred
    sizes = ndimage.sum_labels(fluid, bodies, range(1, count + 1))
    return np.asarray(bodies == 1 + int(np.argmax(sizes)))


def _signed_distance(mask: npt.NDArray[np.bool_]) -> Volume:
    """Distance in mm to the border of a mask, positive inside, smooth enough for gradients."""
    inside, outside = (ndimage.distance_transform_edt(part, sampling=EDGE_MM) for part in (mask, ~mask))
    smooth: Volume = ndimage.gaussian_filter((inside - outside).astype(np.float32), 0.8)
    return smooth
