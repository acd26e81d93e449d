"""What lies around a brain: fluid, dura, bone with marrow, scalp, eyes, sinuses, face and neck.

Places are in mm from the centre of the brain: z grows upwards, y to the back, x to the patient's left.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from scipy import ndimage
from torch import Tensor
from torch.nn import functional

from lckd_training.synthetic.draws import Draws
from lckd_training.synthetic.grid import Grid, Triple
from lckd_training.synthetic.shapes import Place, ellipsoid, soft
from lckd_training.synthetic.stripping import DURA_MM, EYE_MM, EYE_RADII_MM

COARSE = 2
"""Distances are measured on voxels this many times larger: the skull is smooth."""
BRIDGED_MM = 14.0
"""The skull does not follow the brain into gaps narrower than twice this."""
SKIN_MM = 2.0
MARROW = (0.3, 0.75)
"""Part of the bone's thickness that holds marrow."""
CORD_MM, CANAL_MM, VERTEBRA_MM = 6.0, 10.0, 19.0
FACE: tuple[Triple, Triple] = ((-62.0, -48.0, 0.0), (58.0, 50.0, 56.0))
SINUSES: tuple[tuple[Triple, Triple], ...] = (
    ((-50.0, -72.0, 0.0), (13.0, 14.0, 11.0)),
    ((-72.0, -66.0, 24.0), (13.0, 13.0, 12.0)),
    ((-72.0, -66.0, -24.0), (13.0, 13.0, 12.0)),
    ((-96.0, -42.0, 0.0), (22.0, 30.0, 7.0)),
    ((-52.0, 18.0, 58.0), (9.0, 9.0, 8.0)),
    ((-52.0, 18.0, -58.0), (9.0, 9.0, 8.0)),
)
"""Cavities filled with air: nose, both jaws, throat, behind both ears; centre and semi-axes."""

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Build:
    """How one head is built.

    Attributes:
        gap_mm: Thickness of the fluid around the brain.
        bone_mm: Thickness of the skull.
        fat_mm: Thickness of the fat below the skin.
        neck_mm: Semi-axes of the neck along y and x.
    """

    gap_mm: float
    bone_mm: float
    fat_mm: float
    neck_mm: tuple[float, float]


def draw_build(draws: Draws) -> Build:
    """Draw how a head is built."""
    return Build(
        gap_mm=draws.uniform(1.5, 4.0),
        bone_mm=draws.uniform(5.0, 9.0),
        fat_mm=draws.uniform(2.5, 6.0),
        neck_mm=(draws.uniform(55.0, 68.0), draws.uniform(50.0, 62.0)),
    )


def surroundings(build: Build, brain: Tensor, place: Place, grid: Grid) -> dict[str, Tensor]:
    """Build a head around a brain.

    Args:
        build: How.
        brain: The brain, boolean, ``(D, H, W)``.
        place: Coordinates z, y, x in mm that broadcast to ``(D, H, W)``.
        grid: The grid of both, with an even number of cubic voxels along each axis.

    Returns:
        Occupancy of each tissue, ``(D, H, W)``, in the order in which they are laid over each other.
    """
    beyond = _distance_to_hull(brain, grid)
    cord = _distance_to_cord(brain, place)
    shell = build.gap_mm + DURA_MM + build.bone_mm
    depth = -_outline(build, beyond - (shell + build.fat_mm + SKIN_MM), place)
    return _layers(build, (beyond, cord, depth), brain, place, width=grid.width_mm)


def _layers(
    build: Build, distances: tuple[Tensor, Tensor, Tensor], brain: Tensor, place: Place, *, width: float
) -> dict[str, Tensor]:
    beyond, cord, depth = distances
    inner = build.gap_mm + DURA_MM
    eyes, orbits = _eyes(place)
    outside = soft(beyond - inner, width)
    air = torch.stack([soft(-ellipsoid(place, *sinus), width) for sinus in SINUSES]).amax(0)
    marrow = soft(beyond - inner - MARROW[0] * build.bone_mm, width) * soft(
        inner + MARROW[1] * build.bone_mm - beyond, width
    )
    return {
        "muscle": outside,
        "fat": outside * soft(depth - SKIN_MM, width) * soft(SKIN_MM + build.fat_mm - depth, width),
        "skin": outside * soft(SKIN_MM - depth, width),
        "orbit": outside * soft(-orbits, width),
        "air": outside * air,
        "bone": outside * torch.maximum(soft(inner + build.bone_mm - beyond, width), soft(VERTEBRA_MM - cord, width)),
        "marrow": marrow,
        "eye": outside * soft(-eyes, width),
        "dura": soft(beyond - build.gap_mm, width) * soft(inner - beyond, width),
        "csf": torch.maximum(soft(build.gap_mm - beyond, width), soft(CANAL_MM - cord, width)) * ~brain,
        "cord": soft(CORD_MM - cord, width) * ~brain,
        "nothing": soft(-depth, width),
    }


def _eyes(place: Place) -> tuple[Tensor, Tensor]:
    """Signed distances to the eyeballs, and to the fat around and behind them."""
    z, y, x = place
    behind = (EYE_MM[0], EYE_MM[1] + 12.0, EYE_MM[2] - 3.0)
    return ellipsoid((z, y, x.abs()), EYE_MM, EYE_RADII_MM), ellipsoid((z, y, x.abs()), behind, (16.0, 26.0, 16.0))


def _outline(build: Build, around_skull: Tensor, place: Place) -> Tensor:
    """Signed distance to the skin, negative inside: what surrounds the skull, the face and the neck."""
    z, y, x = place
    face = ellipsoid(place, *FACE)
    neck = ((y - 5.0) / build.neck_mm[0]) ** 2 + (x / build.neck_mm[1]) ** 2
    below = torch.maximum((neck.sqrt() - 1.0) * min(build.neck_mm), z + 40.0)
    return torch.minimum(torch.minimum(around_skull, face), below)


def _distance_to_cord(brain: Tensor, place: Place) -> Tensor:
    """Distance in the axial plane to the spinal cord, which leaves the brain at its lowest point; above, far away."""
    lowest = int(brain.any(dim=2).any(dim=1).nonzero()[0])
    z, y, x = place
    rows, columns = brain[lowest : lowest + 4].any(dim=0).nonzero(as_tuple=True)
    start = y[0, rows, 0].mean(), x[0, 0, columns].mean()
    bottom = float(z[lowest, 0, 0]) + CORD_MM
    return ((y - start[0]) ** 2 + (x - start[1]) ** 2).sqrt() + (z - bottom).relu() * 10.0


def _distance_to_hull(brain: Tensor, grid: Grid) -> Tensor:
    """Signed distance to the brain without its clefts, negative inside, ``(D, H, W)`` in mm."""
    pooled = functional.avg_pool3d(brain[None].float(), COARSE)[0] > 0.5  # noqa: PLR2004 - half full
    mask: Bools = pooled.cpu().numpy()
    edge = COARSE * grid.width_mm
    reach = ndimage.distance_transform_edt(~mask, sampling=edge) <= BRIDGED_MM
    hull = ndimage.distance_transform_edt(reach, sampling=edge) > BRIDGED_MM
    outside, inside = (ndimage.distance_transform_edt(part, sampling=edge) for part in (~hull, hull))
    smooth = ndimage.gaussian_filter((outside - inside).astype(np.float32), 1.0)
    fine = functional.interpolate(torch.from_numpy(smooth)[None, None], size=brain.shape, mode="trilinear")
    return fine[0, 0].to(brain.device)
