"""Random appearance: what another scanner, protocol or day does to the intensities of one modality."""

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


class Appearance:
    """Random intensity changes of one normalised modality; the background stays exactly 0."""

    def __init__(self) -> None:
        self._transform = Compose(
            [
                RandBiasField(prob=0.4, degree=3, coeff_range=(0.0, 0.25)),
                RandHistogramShift(prob=0.2, num_control_points=(5, 9)),
                RandAdjustContrast(prob=0.3, gamma=(0.7, 1.5), retain_stats=True),
                RandGaussianSmooth(prob=0.2, sigma_x=(0.3, 0.9), sigma_y=(0.3, 0.9), sigma_z=(0.3, 1.2)),
                RandSimulateLowResolution(prob=0.15, zoom_range=(0.5, 1.0)),
                RandGaussianNoise(prob=0.3, std=0.25),
            ]
        )
        self._scale = Compose([RandScaleIntensity(factors=0.25, prob=0.7), RandShiftIntensity(offsets=0.3, prob=0.7)])

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
