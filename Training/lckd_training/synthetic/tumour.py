"""A glioma: core with necrosis, enhancing rim and non-enhancing part, and the edema around it."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from lckd_training.synthetic.anatomy import Anatomy, Tissues
from lckd_training.synthetic.grid import BOX_LOW_MM, Grid, Triple, coarse_box
from lckd_training.synthetic.noise import Field
from lckd_training.synthetic.shapes import Place, soft
from lckd_training.synthetic.spread import arrival_mm
from lckd_training.synthetic.tumour_plan import TumourPlan

COARSE_MM = 4.0
MOSTLY = 0.5
"""Occupancy from which a voxel counts as the tissue."""


@dataclass(frozen=True)
class Tumour:
    """A tumour on one grid; every tensor has the shape ``(D, H, W)``.

    Attributes:
        labels: 0, 1 NCR, 2 ED or 4 ET, uint8.
        core: Occupancy of the core.
        enhancing: Share of the core that enhances.
        centrality: 0 at the border of the core, 1 in its middle.
        edema: Occupancy of the edema where there is no core.
        edema_strength: 1 at the core, falling to about 0.65 at the border of the edema.
    """

    labels: Tensor
    core: Tensor
    enhancing: Tensor
    centrality: Tensor
    edema: Tensor
    edema_strength: Tensor


def grow(plan: TumourPlan, anatomy: Anatomy, tissues: Tissues, grid: Grid) -> Tumour:
    """Grow a tumour in a brain.

    Args:
        plan: What to grow.
        anatomy: The brain, for the spread of edema on its own coarse grid.
        tissues: The brain's tissues on `grid`.
        grid: Where.

    Returns:
        The tumour.
    """
    inside = (tissues.depth_mm > 1.0) & (tissues.ventricle_mm > 0.0)
    radius = _radius_field(plan, tissues, grid)
    core_radius = _threshold(radius, inside, grid.voxels(plan.core_cm3))
    is_core = inside & (radius <= core_radius)
    core_depth = core_radius - radius
    rim_depth = (core_depth - plan.rim_depth_mm).abs() + plan.patchiness_mm * plan.rim.at(grid)
    for value, centre, lean in zip(tissues.place, plan.foci[0].centre_mm, plan.lean, strict=True):
        rim_depth = rim_depth + lean * (value - centre)
    rim_limit = _threshold(rim_depth, is_core, grid.voxels(plan.enhancing_cm3))
    is_enhancing = is_core & (rim_depth <= rim_limit)
    arrival = _arrival(plan, anatomy, core_radius, grid)
    free = inside & ~is_core & (tissues.csf < MOSTLY)
    reach = _threshold(arrival, free, grid.voxels(plan.edema_cm3))
    is_edema = free & (arrival <= reach)
    labels = torch.zeros(grid.shape, dtype=torch.uint8, device=grid.device)
    labels = labels.masked_fill_(is_edema, 2).masked_fill_(is_core, 1).masked_fill_(is_enhancing, 4)
    blur = grid.width_mm + 0.5
    return Tumour(
        labels=labels,
        core=soft(core_depth, blur).mul_(inside),
        enhancing=soft(rim_limit - rim_depth, blur),
        centrality=(core_depth / max(core_radius, 1.0)).clamp(0.0, 1.0),
        edema=soft(reach - arrival, blur + 1.5) * (1.0 - tissues.csf),
        edema_strength=1.0 - 0.35 * (arrival / max(reach, 1.0)).clamp_(0.0, 1.0),
    )


def _radius_field(plan: TumourPlan, tissues: Tissues, grid: Grid) -> Tensor:
    """Radius that the core must have to reach a voxel, in mm."""
    variation = plan.shape[0].at(grid).mul_(plan.irregularity) + plan.shape[1].at(grid).mul_(0.4 * plan.irregularity)
    reach = (1.0 + variation).clamp_(0.4, 1.8)
    distance: Tensor | None = None
    for focus in plan.foci:
        found = _distance(tissues.place, focus.centre_mm, plan.stretch) / focus.weight
        distance = found if distance is None else torch.minimum(distance, found)
    assert distance is not None  # noqa: S101 - a plan has at least one focus
    side = math.copysign(1.0, plan.foci[0].centre_mm[2])
    beyond_midline = (2.0 - side * tissues.side_mm).relu_()
    return distance / reach + beyond_midline


def _distance(place: Place, centre: Triple, stretch: Triple) -> Tensor:
    parts = [((value - c) * s) ** 2 for value, c, s in zip(place, centre, stretch, strict=True)]
    return (parts[0] + parts[1] + parts[2]).sqrt_()


def _threshold(values: Tensor, candidates: Tensor, count: int) -> float:
    """Value below which `count` of the candidates lie (all of them where there are fewer)."""
    found = values[candidates]
    count = min(count, found.numel())
    if count == 0:
        return -math.inf
    return float(torch.kthvalue(found.cpu(), count).values)


def _arrival(plan: TumourPlan, anatomy: Anatomy, core_radius: float, grid: Grid) -> Tensor:
    coarse = coarse_box(COARSE_MM, torch.device("cpu"))
    tissues = anatomy.tissues(coarse, plan.mass_effect())
    slowness = 1.0 * tissues.white + 4.0 * tissues.grey + 8.0 * tissues.csf
    slowness = (slowness * torch.exp(0.6 * plan.fingers.at(coarse))).masked_fill_(tissues.depth_mm < 0.0, 20.0)
    radius = _radius_field(plan, tissues, coarse)
    start = radius <= max(core_radius, float(radius.min()))
    time = arrival_mm(start, slowness, COARSE_MM)
    origin = tuple(low_edge + 0.5 * COARSE_MM for low_edge in _coarse_corner())
    front = Field(time, COARSE_MM, (origin[0], origin[1], origin[2])).at(grid)
    return front + 1.2 * plan.fringe.at(grid)


def _coarse_corner() -> Triple:
    corner = [math.floor(low / COARSE_MM) * COARSE_MM for low in BOX_LOW_MM]
    return corner[0], corner[1], corner[2]
