"""What skull stripping leaves: the brain, with rests of what lies around it, and with bites out of the cortex."""

from dataclasses import dataclass

import torch
from torch import Tensor

from lckd_training.synthetic.anatomy import Tissues
from lckd_training.synthetic.draws import Draws
from lckd_training.synthetic.grid import Grid, Triple
from lckd_training.synthetic.noise import Field, draw_field
from lckd_training.synthetic.shapes import ellipsoid, soft

EYE_MM: Triple = (-42.0, -76.0, 31.0)
EYE_RADII_MM: Triple = (11.5, 12.0, 11.5)
DURA_MM = 1.6
BONE_MM = 5.0


@dataclass(frozen=True)
class Stripped:
    """The result of skull stripping and what lies outside of the brain, each of shape ``(D, H, W)``.

    Attributes:
        brain: What is kept, boolean.
        bone: Occupancy of bone, dark everywhere.
        fat: Occupancy of fat and muscle beyond it, bright in most sequences.
        dura: Occupancy of the dura.
        eye: Occupancy of the eyeballs.
    """

    brain: Tensor
    bone: Tensor
    fat: Tensor
    dura: Tensor
    eye: Tensor


def strip(draws: Draws, tissues: Tissues, grid: Grid) -> Stripped:
    """Strip the skull, with the errors that this has.

    Args:
        draws: The stream of the stripping.
        tissues: The head's brain.
        grid: Its grid.

    Returns:
        What is kept, and what the rests consist of.
    """
    outside = -tissues.depth_mm
    limit = draws.uniform(-3.5, 0.3) + _patches(draws, grid, probability=0.35, largest_mm=5.0)
    limit = limit - _patches(draws, grid, probability=0.3, largest_mm=8.0)
    gap = draws.uniform(0.0, 2.0)
    z, y, x = tissues.place
    eyeball = ellipsoid((z, y, x.abs()), EYE_MM, EYE_RADII_MM)
    keeps_eyes = draws.chance(0.06)
    brain = outside < limit
    if keeps_eyes:
        brain |= eyeball < draws.uniform(-4.0, 1.5)
    eye = soft(-eyeball, grid.width_mm) * (outside > 0)
    width = grid.width_mm
    return Stripped(
        brain=brain,
        bone=soft(outside - gap - DURA_MM, width) * (1.0 - eye),
        fat=soft(outside - gap - DURA_MM - BONE_MM * draws.uniform(0.4, 1.2), width) * (1.0 - eye),
        dura=soft(outside - gap, width) * soft(gap + DURA_MM - outside, width),
        eye=eye,
    )


def _patches(draws: Draws, grid: Grid, *, probability: float, largest_mm: float) -> Tensor:
    """Draw how far the border is off, 0 but for a few patches, ``(D, H, W)``; the fields are drawn in any case."""
    field: Field = draw_field(draws, draws.uniform(10.0, 22.0))
    height, threshold = draws.uniform(0.3, 1.0) * largest_mm, draws.uniform(1.0, 2.2)
    if not draws.chance(probability):
        return torch.zeros((), device=grid.device)
    return (2.0 * (field.at(grid) - threshold)).clamp_(0.0, 1.0).mul_(height)
