"""Contrast made from labels: what tissues and parts of a tumour look like against each other, in another hospital.

Each tissue, and each part of the tumour, becomes brighter or darker by an amount of its own in every modality: texture
and shape stay, contrast changes. (Billot et al., SynthSeg, Medical Image Analysis 2023, draw intensities wholly anew.)
"""

import numpy as np
import torch
from torch import Tensor

TISSUES = 4
"""Clusters of a patient's own intensities: about white matter, grey matter, fluid, and the rest."""
TISSUE_SD, TUMOUR_SD = 0.4, 0.2
"""Of the shift, in standard deviations of the brain. Enhancement is what ET is told by: it must not be lost."""

_SAMPLE, _ROUNDS = 2000, 8
_SHARPNESS = 3.0


def change_contrast(volumes: Tensor, occupancy: Tensor, *, modalities: Tensor, rng: np.random.Generator) -> Tensor:
    """Shift the intensities of every tissue and every part of the tumour.

    Args:
        volumes: Normalised intensities ``(modality, D, H, W)``, background 0.
        occupancy: Share of each region in each voxel, ``(region, D, H, W)``.
        modalities: Mask of those that the patient has, ``(modality,)``: tissues are told apart by them.
        rng: Source of randomness.

    Returns:
        Intensities like `volumes`; the background stays exactly 0.
    """
    brain = (volumes[modalities] != 0).all(dim=0)
    if not bool(brain.any()):
        return volumes
    et, tc, wt = occupancy[:, brain]
    parts = torch.stack([tc - et, wt - tc, et]).clamp(min=0)
    tissues = _tissues(volumes[modalities][:, brain].T, rng) * (1 - parts.sum(dim=0))
    sd = np.array([TUMOUR_SD] * len(parts) + [TISSUE_SD] * TISSUES)
    shifts = torch.from_numpy(rng.normal(0.0, sd, (len(volumes), len(sd)))).float()
    changed = volumes.clone()
    changed[:, brain] += shifts @ torch.cat([parts, tissues])
    return torch.where(volumes != 0, changed, 0.0)


def _tissues(points: Tensor, rng: np.random.Generator) -> Tensor:
    """Return how much each voxel ``(n, modality)`` belongs to each tissue, ``(tissue, n)``; sums to 1 (k-means)."""
    sample = points[torch.from_numpy(rng.integers(len(points), size=_SAMPLE))]
    centres = sample[:TISSUES].clone()
    for _ in range(_ROUNDS):
        nearest = torch.cdist(sample, centres).argmin(dim=1)
        for tissue in range(TISSUES):
            if bool((nearest == tissue).any()):
                centres[tissue] = sample[nearest == tissue].mean(dim=0)
    return torch.softmax(-_SHARPNESS * torch.cdist(points, centres) ** 2, dim=1).T
