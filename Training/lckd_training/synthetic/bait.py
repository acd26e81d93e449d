"""What is bright without being tumour: vessels and sinus with contrast agent, old lesions and infarcts."""

from dataclasses import dataclass

import torch
from torch import Tensor

from lckd_training.synthetic.anatomy import Tissues
from lckd_training.synthetic.draws import Draws
from lckd_training.synthetic.grid import Grid
from lckd_training.synthetic.noise import draw_field
from lckd_training.synthetic.shapes import ellipsoid, soft


@dataclass(frozen=True)
class Bait:
    """Conspicuous structures that are no tumour, occupancy of shape ``(D, H, W)`` each.

    Attributes:
        enhancing: Takes up contrast agent: bright on T1ce only.
        lesion: Old white-matter lesions and scars: bright on FLAIR and T2.
        cavity: Old infarcts, filled with fluid.
    """

    enhancing: Tensor
    lesion: Tensor
    cavity: Tensor


def draw_bait(draws: Draws, tissues: Tissues, grid: Grid) -> Bait:
    """Draw the conspicuous structures of a brain that are no tumour.

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
    lesion = _lesions(draws, tissues, grid)
    cavity, scar = _infarct(draws, tissues, grid)
    return Bait(torch.maximum(torch.maximum(vessel, dura), plexus), torch.maximum(lesion, scar), cavity)


def _vessels(draws: Draws, tissues: Tissues, grid: Grid) -> Tensor:
    """Tubes where two fields are zero, thicker at the base of the brain, in or near fluid."""
    step_mm = 9.0
    first, second = draw_field(draws, step_mm).at(grid), draw_field(draws, step_mm).at(grid)
    distance = (first**2 + second**2).sqrt_().mul_(step_mm / 1.8)
    z, _, _ = tissues.place
    calibre = draws.uniform(0.4, 1.5) + 1.4 * torch.sigmoid((-12.0 - z) / 8.0)
    near_fluid = (2.5 * tissues.csf + 0.2 + 0.5 * torch.exp(tissues.depth_mm / -6.0)).clamp_(0.0, 1.0)
    return soft(calibre - distance, grid.width_mm) * near_fluid


def _dura(draws: Draws, tissues: Tissues, grid: Grid) -> Tensor:
    """Patches on the outline, and the sagittal sinus behind and above."""
    patches = draw_field(draws, 9.0).at(grid)
    thickness = draws.uniform(0.0, 2.2) * (patches - draws.uniform(-0.5, 1.0)).clamp_(0.0, 1.5)
    z, y, x = tissues.place
    sinus = draws.uniform(3.0, 7.0) - (x.abs() * 1.2 + 12.0 * torch.sigmoid((-y - z) / 10.0))
    return soft(torch.maximum(thickness, sinus.clamp_(min=0.0)) - 1.0 - tissues.depth_mm, grid.width_mm)


def _choroid_plexus(draws: Draws, tissues: Tissues, grid: Grid) -> Tensor:
    patches = draw_field(draws, 5.0).at(grid)
    _, y, _ = tissues.place
    weight = draws.uniform(0.2, 1.0) * torch.sigmoid((y - 2.0) / 6.0)
    return soft(-tissues.ventricle_mm, grid.width_mm) * (patches - 0.5).clamp_(0.0, 1.0) * weight


def _lesions(draws: Draws, tissues: Tissues, grid: Grid) -> Tensor:
    """Spots in white matter and caps on the ventricles; few in most patients, many in some."""
    load = draws.uniform(0.0, 1.0) ** 3
    spots = 1.5 * (draw_field(draws, draws.uniform(3.0, 6.0)).at(grid) - (2.7 - 1.2 * load)).clamp_(0.0, 1.0)
    frayed = draws.uniform(-2.0, 4.0) + 1.5 * draw_field(draws, 6.0).at(grid)
    caps = soft(frayed - tissues.ventricle_mm, 3.0) * draws.uniform(0.0, 0.9)
    return torch.maximum(spots.clamp_(max=1.0), caps) * tissues.white


def _infarct(draws: Draws, tissues: Tissues, grid: Grid) -> tuple[Tensor, Tensor]:
    """A hole with a scar around it, in one of eight patients: fluid, and bright tissue."""
    centre = (draws.uniform(-30.0, 45.0), draws.uniform(-60.0, 60.0), draws.uniform(-50.0, 50.0))
    radius, scar_mm = draws.log_normal(8.0, 0.5), draws.uniform(1.0, 6.0)
    ragged, is_there = draw_field(draws, 8.0), draws.chance(0.12)
    if not is_there:
        none = torch.zeros_like(tissues.csf)
        return none, none
    depth = -ellipsoid(tissues.place, centre, (radius, 1.3 * radius, radius)) + 0.25 * radius * ragged.at(grid)
    scar = soft(depth + scar_mm, grid.width_mm + 1.0) * (1.0 - tissues.csf)
    return soft(depth, grid.width_mm), scar
