"""Random appearance: what another scanner, protocol or day does to the intensities of one modality."""

from dataclasses import dataclass

import numpy as np
import torch
from monai.transforms import (
    Compose,
    RandAdjustContrast,
    RandBiasField,
    RandGaussianNoise,
    RandGaussianSmooth,
    RandHistogramShift,
    RandScaleIntensity,
    RandShiftIntensity,
    RandSimulateLowResolution,
)
from torch import Tensor

BRAIN_OFFSET_SD = 4.0
"""Normalised brain is mostly above -4 standard deviations; multiplicative effects act on values moved up by this."""


@dataclass(frozen=True)
class AppearanceRange:
    """How far the appearance may go.

    Attributes:
        bias: Chance of a bias field, and its largest coefficient.
        histogram: Chance of a bent grey scale.
        gamma: Chance of another contrast, and the range of its gamma.
        blur: Chance of blur, and its largest standard deviation in voxels, in the plane and across it.
        coarse: Chance of a lower resolution.
        noise: Chance of noise, and its largest standard deviation.
        scale: Chance of another scale and another level, and how far they go.
    """

    bias: tuple[float, float]
    histogram: float
    gamma: tuple[float, tuple[float, float]]
    blur: tuple[float, tuple[float, float]]
    coarse: float
    noise: tuple[float, float]
    scale: tuple[float, float, float]


RANGES: dict[str, AppearanceRange] = {
    "usual": AppearanceRange(
        bias=(0.4, 0.12),
        histogram=0.2,
        gamma=(0.3, (0.7, 1.5)),
        blur=(0.2, (0.9, 1.2)),
        coarse=0.15,
        noise=(0.3, 0.25),
        scale=(0.7, 0.25, 0.3),
    ),
    "strong": AppearanceRange(
        bias=(0.6, 0.2),
        histogram=0.4,
        gamma=(0.5, (0.55, 1.9)),
        blur=(0.3, (1.2, 1.5)),
        coarse=0.25,
        noise=(0.4, 0.35),
        scale=(0.8, 0.4, 0.5),
    ),
}
"""``usual`` to learn from nothing, ``strong`` to go on from weights that know what they look for: see
`Training/RESULTS.md`, Across hospitals."""


class Appearance:
    """Random intensity changes of one normalised modality; the background stays exactly 0.

    Args:
        limits: How far they go.
    """

    def __init__(self, limits: AppearanceRange = RANGES["usual"]) -> None:
        (blur, (in_plane, across)), (scale, factors, offsets) = limits.blur, limits.scale
        plane = (0.3, in_plane)
        self._transform = Compose(
            [
                RandBiasField(prob=limits.bias[0], degree=3, coeff_range=(0.0, limits.bias[1])),
                RandHistogramShift(prob=limits.histogram, num_control_points=(5, 9)),
                RandAdjustContrast(prob=limits.gamma[0], gamma=limits.gamma[1], retain_stats=True),
                RandGaussianSmooth(prob=blur, sigma_x=plane, sigma_y=plane, sigma_z=(0.3, across)),
                RandSimulateLowResolution(prob=limits.coarse, zoom_range=(0.5, 1.0)),
                RandGaussianNoise(prob=limits.noise[0], std=limits.noise[1]),
            ]
        )
        self._scale = Compose(
            [RandScaleIntensity(factors=factors, prob=scale), RandShiftIntensity(offsets=offsets, prob=scale)]
        )

    def __call__(self, volume: Tensor, rng: np.random.Generator) -> Tensor:
        """Change the appearance of one modality.

        Args:
            volume: Normalised intensities ``(D, H, W)``, background 0.
            rng: Source of randomness.

        Returns:
            Changed intensities ``(D, H, W)``.
        """
        for transform in (self._transform, self._scale):
            transform.set_random_state(seed=int(rng.integers(2**31)))
        raised = self._transform((volume + BRAIN_OFFSET_SD)[None]) - BRAIN_OFFSET_SD
        changed = torch.as_tensor(self._scale(raised))[0]
        return torch.where(volume != 0, changed, 0.0)
