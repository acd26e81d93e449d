"""Smooth random fields that are the same in millimetres on every grid."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from lckd_training.synthetic.draws import Draws
from lckd_training.synthetic.grid import BOX_HIGH_MM, BOX_LOW_MM, Grid, Triple

UNIT_VARIANCE = 3.0
"""A cubic B-spline of independent standard normal knots has a standard deviation of about 1/3."""
GRADIENT_PER_STEP = 1.8
"""Mean gradient of a field of unit variance, per distance of knots."""


@dataclass(frozen=True)
class Field:
    """A smooth function of space, held as the knots of a cubic B-spline.

    Attributes:
        knots: Values of shape ``(d, h, w)``.
        step_mm: Distance of the knots.
        origin_mm: Place of the first knot, (z, y, x).
    """

    knots: Tensor
    step_mm: float
    origin_mm: Triple

    def at(self, grid: Grid) -> Tensor:
        """Evaluate on a grid, shape ``(D, H, W)``."""
        values = self.knots.to(grid.device)
        for axis in (2, 1, 0):  # the largest pass comes last and then reads whole slices
            values = self._along(values, grid, axis)
        return values

    def _along(self, values: Tensor, grid: Grid, axis: int) -> Tensor:
        place = (grid.axis_mm(axis) - self.origin_mm[axis]) / self.step_mm
        below = torch.floor(place)
        last = values.shape[axis] - 1
        shape = [1, 1, 1]
        shape[axis] = -1
        result: Tensor | None = None
        for offset, weight in zip(range(-1, 3), _spline_weights(place - below), strict=True):
            index = (below.long() + offset).clamp(0, last).to(grid.device)
            term = values.index_select(axis, index).mul_(weight.to(grid.device).view(shape))
            result = term if result is None else result.add_(term)
        assert result is not None  # noqa: S101 - four weights, so the loop has run
        return result


def _spline_weights(t: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    first = (1 - t) ** 3 / 6
    second = (3 * t**3 - 6 * t**2 + 4) / 6
    fourth = t**3 / 6
    return first, second, 1 - first - second - fourth, fourth


def draw_field(draws: Draws, step_mm: float) -> Field:
    """Draw a field of zero mean and unit variance.

    Args:
        draws: Where the knots come from.
        step_mm: Distance of the knots: structures are about twice as wide.

    Returns:
        The field, defined over the whole box.
    """
    low = [edge - 1.5 * step_mm for edge in BOX_LOW_MM]
    shape = [math.ceil((high - edge) / step_mm) + 3 for high, edge in zip(BOX_HIGH_MM, low, strict=True)]
    knots = draws.gaussian((shape[0], shape[1], shape[2])) * UNIT_VARIANCE
    return Field(knots, step_mm, (low[0], low[1], low[2]))


def distance_to_sheets_mm(field: Tensor, step_mm: float) -> Tensor:
    """Turn the values of a field into the approximate distance to the sheets on which it is zero.

    Args:
        field: Values of a field of unit variance, any shape.
        step_mm: Distance of its knots.

    Returns:
        Distances in mm, same shape.
    """
    return field.abs().mul_(step_mm / GRADIENT_PER_STEP)
