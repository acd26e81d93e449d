"""A brain: the average one of `atlas`, bent, with its own folds, ventricles, atrophy and outline.

Places are in mm from the centre of the brain: z grows upwards, y to the back, x to the patient's left.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from lckd_training.synthetic.atlas import Atlas, load_atlas
from lckd_training.synthetic.draws import Draws
from lckd_training.synthetic.grid import Grid, Triple
from lckd_training.synthetic.noise import Field, distance_to_sheets_mm, draw_field
from lckd_training.synthetic.shapes import Place

CENTRE_MM: Triple = (75.0, 132.0, 119.5)
BEND_STEPS_MM = (45.0, 20.0, 9.0)
SULCI_STEP_MM = 9.0
SULCI_DEPTH_MM = 9.0
"""Depth below the outline to which folds are cut; deeper ones the atlas has."""
VARIETY = 0.8
"""Standard deviation of the logarithm by which a tissue's share differs from the average brain."""
MASS_FADES_MM = 12.0
"""Depth below the outline over which tissue gives way to a tumour: the skull holds the outline."""


@dataclass(frozen=True)
class MassEffect:
    """Tissue pushed away from a growing tumour.

    Attributes:
        centre_mm: Centre of the push, (z, y, x) from the centre of the brain.
        push_mm: Displacement next to the centre.
        reach_mm: Distance at which the push has fallen to a third.
    """

    centre_mm: Triple
    push_mm: float
    reach_mm: float

    def undo(self, place: Place, freedom: Tensor) -> Place:
        """Find where the tissue that is now at `place` came from; `freedom` in [0, 1] says how far it could move."""
        away = [value - centre for value, centre in zip(place, self.centre_mm, strict=True)]
        distance = (away[0] ** 2 + away[1] ** 2 + away[2] ** 2 + 1.0).sqrt_()
        push = torch.exp(distance / -self.reach_mm).mul_(freedom * self.push_mm)
        share = torch.minimum(push / distance, torch.full_like(push, 0.6))
        z, y, x = (value - share * part for value, part in zip(place, away, strict=True))
        return z, y, x


@dataclass(frozen=True)
class Tissues:
    """Tissue maps on one grid, each of shape ``(D, H, W)``.

    Attributes:
        depth_mm: Depth below the outline of the brain.
        white: Occupancy of white matter.
        grey: Occupancy of grey matter.
        csf: Occupancy of cerebrospinal fluid, ventricles included; the three sum to one.
        ventricle_mm: Signed distance to the ventricles, negative inside.
        side_mm: Distance from the midline after deformation, positive on the patient's left.
        place: Undeformed coordinates z, y, x in mm that broadcast to ``(D, H, W)``.
    """

    depth_mm: Tensor
    white: Tensor
    grey: Tensor
    csf: Tensor
    ventricle_mm: Tensor
    side_mm: Tensor
    place: Place


@dataclass(frozen=True)
class Anatomy:
    """Everything drawn about one brain; independent of any grid.

    Attributes:
        size: Factors on the size of the average brain along z, y, x.
        tilt_rad: Rotations about the axes z, y, x.
        bends: Three fields for each of `BEND_STEPS_MM`, which deform the brain along z, y, x.
        bend_mm: Amplitudes of these deformations.
        ventricles_mm: How far the walls of the ventricles are pushed out.
        sharpness: Exponent on the shares of the tissues: the average brain is blurred, one brain is not.
        atrophy: How much fluid there is in sulci: a factor's logarithm.
        cortex: How thick the cortex is: a factor's logarithm.
        variety: Fields that vary shares of grey matter, white matter and fluid.
        sulci: Field whose zero sheets are folds near the outline.
        sulci_depth: How much of them there is.
        outline: Fields that roughen the outline.
    """

    size: Triple
    tilt_rad: Triple
    bends: tuple[tuple[Field, Field, Field], ...]
    bend_mm: Triple
    ventricles_mm: float
    sharpness: float
    atrophy: float
    cortex: float
    variety: tuple[Field, Field, Field]
    sulci: Field
    sulci_depth: float
    outline: tuple[Field, Field]

    def tissues(self, grid: Grid, mass: MassEffect) -> Tissues:
        """Compute the tissue maps on a grid.

        Args:
            grid: Where.
            mass: The push of the tumour; the outline stays, as the skull holds it.

        Returns:
            The maps.
        """
        atlas = load_atlas(grid.device)
        z, y, x = grid.coordinates_mm()
        place = (z - CENTRE_MM[0], y - CENTRE_MM[1], x - CENTRE_MM[2])
        bend = self._bend(grid)
        roughness = self.outline[0].at(grid).mul_(0.8) + self.outline[1].at(grid).mul_(0.6)
        depth = atlas.read(atlas.distance_mm[:1], self._average_place(place, bend))[0] - roughness
        freedom = (depth / MASS_FADES_MM).clamp_(0.0, 1.0)
        inner = self._average_place(mass.undo(place, freedom), bend)
        push = atlas.read(atlas.push, inner)
        inner = (
            inner[0] - self.ventricles_mm * push[0],
            inner[1] - self.ventricles_mm * push[1],
            inner[2] - self.ventricles_mm * push[2],
        )
        white, grey, csf = self._mix(atlas, inner, depth, grid)
        return Tissues(depth, white, grey, csf, atlas.read(atlas.distance_mm[1:], inner)[0], inner[2], place)

    def _bend(self, grid: Grid) -> list[Tensor]:
        axes: list[Tensor] = []
        for fields in zip(*self.bends, strict=True):
            parts = [field.at(grid).mul_(amount) for field, amount in zip(fields, self.bend_mm, strict=True)]
            axes.append(torch.stack(parts).sum(0))
        return axes

    def _average_place(self, place: Place, bend: list[Tensor]) -> Place:
        """Find the place in the average brain that is now at `place`."""
        z, y, x = (value + b for value, b in zip(place, bend, strict=True))
        for axis, angle in enumerate(self.tilt_rad):
            z, y, x = _turned((z, y, x), axis, angle)
        return z / self.size[0], y / self.size[1], x / self.size[2]

    def _mix(self, atlas: Atlas, inner: Place, depth_mm: Tensor, grid: Grid) -> tuple[Tensor, Tensor, Tensor]:
        """Sharpen the shares of the average brain into those of one brain, each voxel leaning its own way."""
        grey, white, _ = atlas.read(atlas.tissue, inner)
        csf = (1.0 - grey - white).clamp_(min=0.0)
        sulcus = self._sulci(depth_mm, grid)
        leaning = [field.at(grid).mul_(VARIETY) for field in self.variety]
        leaning[0] += self.cortex + 1.2 * torch.exp(-((sulcus / 4.0) ** 2))
        leaning[2] += self.atrophy + self.sulci_depth * torch.exp(-((sulcus / 1.6) ** 2))
        odds = [
            (share + 2e-3).pow_(self.sharpness).mul_(lean.exp_())
            for share, lean in zip((grey, white, csf), leaning, strict=True)
        ]
        total = odds[0] + odds[1] + odds[2]
        return odds[1] / total, odds[0] / total, odds[2] / total

    def _sulci(self, depth_mm: Tensor, grid: Grid) -> Tensor:
        wide = self.sulci.at(grid)
        return distance_to_sheets_mm(wide, SULCI_STEP_MM) + (depth_mm - SULCI_DEPTH_MM).relu_()


def _turned(place: Place, axis: int, angle: float) -> Place:
    first, second = (other for other in range(3) if other != axis)
    turned = list(place)
    turned[first] = math.cos(angle) * place[first] - math.sin(angle) * place[second]
    turned[second] = math.sin(angle) * place[first] + math.cos(angle) * place[second]
    return turned[0], turned[1], turned[2]


def draw_anatomy(draws: Draws) -> Anatomy:
    """Draw a brain.

    Args:
        draws: The stream of the anatomy.

    Returns:
        The brain, about 135 x 165 x 135 mm wide, long and high.
    """
    overall = draws.uniform(0.87, 0.99)
    height, length, width = draws.uniform(0.95, 1.05), draws.uniform(0.95, 1.04), draws.uniform(0.95, 1.05)
    return Anatomy(
        size=(overall * height, overall * length, overall * width),
        tilt_rad=(draws.uniform(-0.08, 0.08), draws.uniform(-0.06, 0.06), draws.uniform(-0.2, 0.2)),
        bends=tuple((draw_field(draws, s), draw_field(draws, s), draw_field(draws, s)) for s in BEND_STEPS_MM),
        bend_mm=(draws.uniform(1.0, 3.5), draws.uniform(0.5, 1.6), draws.uniform(0.5, 1.5)),
        ventricles_mm=draws.uniform(-2.5, 4.5),
        sharpness=draws.uniform(2.0, 4.0),
        atrophy=draws.uniform(-0.8, 1.6),
        cortex=draws.uniform(-0.5, 0.5),
        variety=(draw_field(draws, 4.0), draw_field(draws, 4.0), draw_field(draws, 4.0)),
        sulci=draw_field(draws, SULCI_STEP_MM),
        sulci_depth=draws.uniform(0.0, 2.5),
        outline=(draw_field(draws, 20.0), draw_field(draws, 6.0)),
    )
