"""From signal to image: misregistration, blur, thick slices, bias, Rician noise with outliers, gamma, scale."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from lckd_training.synthetic.draws import Draws
from lckd_training.synthetic.grid import Grid, Triple
from lckd_training.synthetic.noise import Field, draw_field

FAINTEST = 1.0
"""Smallest intensity inside the brain: above zero, so that the brain stays recognisable."""
SHARPEST = 0.3
"""Smallest standard deviation of the blur in voxels: below it, a shift would pick the nearest voxel."""
MOST_SLICES = 128
TAIL_FROM = 3.2
"""Standard deviations from which noise is an outlier."""


@dataclass(frozen=True)
class Acquisition:
    """How one modality was acquired.

    Attributes:
        shift_mm: How far the image is off the others along z, y, x, as after an imperfect registration.
        blur_mm: Standard deviation of the blur along z, y, x.
        slice_axis: Axis across the slices: 0 axial, 1 coronal, 2 sagittal.
        slice_mm: Distance of the slices, 0 for a volume without thick slices.
        stripes: Standard deviation of the gain from slice to slice.
        stripe_gains: One number of unit variance per slice, as many as there ever are.
        noise: Standard deviation of the noise, white matter being 1.
        outliers: Weight of the noise's heavy tail.
        ceiling: Where the signal saturates, white matter being 1.
        bias: Strength of the bias field.
        bias_field: Its shape.
        gamma: Exponent on the intensities.
        scale: Intensity of white matter.
    """

    shift_mm: Triple
    blur_mm: Triple
    slice_axis: int
    slice_mm: float
    stripes: float
    stripe_gains: Tensor
    noise: float
    outliers: float
    ceiling: float
    bias: float
    bias_field: Field
    gamma: float
    scale: float


def draw_acquisition(draws: Draws) -> Acquisition:
    """Draw how one modality was acquired."""
    is_thick = draws.chance(0.35)
    axis = 0 if draws.chance(0.8) else 1 + draws.chance(0.5)
    off_mm = 0.7 if draws.chance(0.6) else 0.0
    has_stripes, has_outliers, saturates = draws.chance(0.2), draws.chance(0.15), draws.chance(0.15)
    return Acquisition(
        shift_mm=(draws.normal(off_mm), draws.normal(off_mm), draws.normal(off_mm)),
        blur_mm=(draws.uniform(0.2, 0.8), draws.uniform(0.2, 0.6), draws.uniform(0.2, 0.6)),
        slice_axis=axis,
        slice_mm=draws.uniform(2.0, 5.5) if is_thick else 0.0,
        stripes=draws.uniform(0.01, 0.05) if has_stripes else 0.0,
        stripe_gains=draws.gaussian((MOST_SLICES,)),
        noise=0.005 + 0.055 * draws.uniform(0.0, 1.0) ** 2,
        outliers=draws.uniform(0.5, 4.0) if has_outliers else 0.0,
        ceiling=draws.uniform(2.5, 6.0) if saturates else math.inf,
        bias=draws.uniform(0.0, 0.12),
        bias_field=draw_field(draws, 55.0),
        gamma=draws.uniform(0.85, 1.15),
        scale=draws.uniform(120.0, 900.0),
    )


def acquire(signal: Tensor, acquisition: Acquisition, noise: Draws, grid: Grid) -> Tensor:
    """Turn the signal of one modality into an image.

    Args:
        signal: Noiseless signal, white matter about 1, shape ``(D, H, W)``.
        acquisition: How it is acquired.
        noise: The stream of the noise in voxels.
        grid: Where.

    Returns:
        Intensities, at least `FAINTEST`, same shape.
    """
    operators = [_along(acquisition, axis, grid) for axis in range(3)]
    biased = signal * torch.exp(acquisition.bias * acquisition.bias_field.at(grid))
    clean = _apply(biased, operators) * _gains(acquisition, grid)
    # Averaging over a thicker voxel lowers the noise; the softer power keeps some of it on coarse grids.
    strength = acquisition.noise / grid.width_mm**0.75 / _noise_gain(operators)
    real, imaginary = (
        _apply(_with_tail(noise.gaussian(grid.shape).to(grid.device), acquisition.outliers), operators).mul_(strength)
        for _ in range(2)
    )
    measured = ((clean + real) ** 2 + imaginary**2).sqrt_().clamp_(max=acquisition.ceiling)
    return (measured**acquisition.gamma * acquisition.scale).clamp_(min=FAINTEST)


def _with_tail(noise: Tensor, weight: float) -> Tensor:
    """Let the rare large values of white noise be larger still."""
    return noise + weight * 30.0 * noise.sign() * (noise.abs() - TAIL_FROM).relu_() if weight else noise


def _gains(acquisition: Acquisition, grid: Grid) -> Tensor:
    """Gain of each slice, of a shape that multiplies a volume."""
    axis = acquisition.slice_axis
    slices = grid.axis_mm(axis) / max(acquisition.slice_mm, 2.0)
    gains = 1.0 + acquisition.stripes * acquisition.stripe_gains[slices.long() % MOST_SLICES]
    shape = [1, 1, 1]
    shape[axis] = -1
    return gains.view(shape).to(grid.device)


def _along(acquisition: Acquisition, axis: int, grid: Grid) -> Tensor:
    """Shift, blur and slice along one axis as a matrix ``(n, n)``."""
    places = grid.axis_mm(axis)
    sigma_mm = max(acquisition.blur_mm[axis], SHARPEST * grid.spacing_mm[axis])
    operator = _blur_matrix(places, acquisition.shift_mm[axis], sigma_mm)
    if axis == acquisition.slice_axis and acquisition.slice_mm > grid.spacing_mm[axis]:
        operator = slice_matrix(places, acquisition.slice_mm) @ operator
    return operator.to(grid.device)


def _blur_matrix(places: Tensor, shift_mm: float, sigma_mm: float) -> Tensor:
    weights = torch.exp(-0.5 * ((places[:, None] + shift_mm - places[None]) / sigma_mm) ** 2)
    return weights / weights.sum(1, keepdim=True)


def slice_matrix(places: Tensor, slice_mm: float) -> Tensor:
    """Average over slices, then interpolate linearly between their centres.

    Args:
        places: Where the voxels lie along the axis across the slices, in mm, ``(n,)``.
        slice_mm: Distance of the slices.

    Returns:
        What does so to a line of voxels, ``(n, n)``.
    """
    slices = torch.arange(float(places[0]), float(places[-1]) + slice_mm, slice_mm)
    average = (1.0 - (slices[:, None] - places[None]).abs() / slice_mm).clamp(min=0.0).sqrt()
    average /= average.sum(1, keepdim=True).clamp(min=1e-6)
    between = (1.0 - (places[:, None] - slices[None]).abs() / slice_mm).clamp(min=0.0)
    return (between / between.sum(1, keepdim=True)) @ average


def _apply(volume: Tensor, operators: list[Tensor]) -> Tensor:
    """Apply one matrix along each axis of a volume ``(D, H, W)``."""
    depth, height, width = volume.shape
    volume = (operators[0] @ volume.reshape(depth, -1)).reshape(depth, height, width)
    volume = torch.matmul(operators[1], volume)
    return torch.matmul(volume.reshape(-1, width), operators[2].T).reshape(depth, height, width)


def _noise_gain(operators: list[Tensor]) -> float:
    """Factor by which the operators reduce the standard deviation of white noise."""
    return math.prod(float((operator**2).sum(1).mean().sqrt()) for operator in operators)
