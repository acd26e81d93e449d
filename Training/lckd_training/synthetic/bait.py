"""What is bright without being tumour: vessels, dura and choroid plexus with contrast agent, white-matter lesions."""

from dataclasses import dataclass

import torch
from torch import Tensor

from lckd_training.synthetic.anatomy import Tissues
from lckd_training.synthetic.draws import Draws
from lckd_training.synthetic.grid import Grid
from lckd_training.synthetic.noise import draw_field
from lckd_training.synthetic.shapes import soft


@dataclass(frozen=True)
class Bait:
    """Bright normal structures, occupancy of shape ``(D, H, W)`` each.

    Attributes:
        enhancing: Takes up contrast agent: bright on T1ce only.
        lesion: Old white-matter lesions: bright on FLAIR and T2.
    """

    enhancing: Tensor
    lesion: Tensor


def draw_bait(draws: Draws, tissues: Tissues, grid: Grid) -> Bait:
    """Draw the bright normal structures of a brain.

    Args:
        draws: The stream of the bait.
        tissues: The brain.
        grid: Its grid.

    Returns:
        Where these structures are.
    """
    vessel = _vessels(draws, tissues, grid)
    dura = _dura(draws, tissues, grid)
    plexus = _choroid_plexus(draws, tissues, grid)
    enhancing = torch.maximum(torch.maximum(vessel, dura), plexus)
    return Bait(enhancing, _lesions(draws, tissues, grid))


def _vessels(draws: Draws, tissues: Tissues, grid: Grid) -> Tensor:
    """Tubes where two fields are zero, thicker at the base of the brain, in or near fluid."""
    step_mm = 9.0
    first, second = draw_field(draws, step_mm).at(grid), draw_field(draws, step_mm).at(grid)
    distance = (first**2 + second**2).sqrt_().mul_(step_mm / 1.8)
    z, _, _ = tissues.place
    calibre = draws.uniform(0.3, 1.3) + 1.2 * torch.sigmoid((-12.0 - z) / 8.0)
    near_fluid = (2.5 * tissues.csf + 0.25).clamp_(0.0, 1.0)
    return soft(calibre - distance, grid.width_mm) * near_fluid


def _dura(draws: Draws, tissues: Tissues, grid: Grid) -> Tensor:
    """Patches on the outline, and the sagittal sinus behind and above."""
    patches = draw_field(draws, 9.0).at(grid)
    thickness = draws.uniform(0.0, 1.6) * (patches - draws.uniform(0.0, 1.0)).clamp_(0.0, 1.5)
    z, y, x = tissues.place
    sinus = draws.uniform(3.0, 7.0) - (x.abs() * 1.2 + 12.0 * torch.sigmoid((-y - z) / 10.0))
    return soft(torch.maximum(thickness, sinus.clamp_(min=0.0)) - 1.0 - tissues.depth_mm, grid.width_mm)


def _choroid_plexus(draws: Draws, tissues: Tissues, grid: Grid) -> Tensor:
    patches = draw_field(draws, 5.0).at(grid)
    _, y, _ = tissues.place
    weight = draws.uniform(0.2, 1.0) * torch.sigmoid((y - 2.0) / 6.0)
    return soft(-tissues.ventricle_mm, grid.width_mm) * (patches - 0.5).clamp_(0.0, 1.0) * weight


def _lesions(draws: Draws, tissues: Tissues, grid: Grid) -> Tensor:
    """Spots in white matter and caps on the ventricles; few in most patients."""
    load = draws.uniform(0.0, 1.0) ** 3
    spots = (draw_field(draws, 4.0).at(grid) - (3.0 - load)).clamp_(0.0, 1.0)
    caps = soft(draws.uniform(-1.0, 3.0) - tissues.ventricle_mm, 3.0) * draws.uniform(0.0, 0.8)
    return torch.maximum(spots, caps) * tissues.white
