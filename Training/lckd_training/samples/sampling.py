"""Training samples: which patient, where, and which of its modalities.

A sample is a function of the seed and its number alone. A resumed training therefore needs no saved random state, and
the same sample can be looked at again.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from lckd.modality import MODALITIES, SUBSETS
from lckd_training.cohorts.prepared import PreparedCase
from lckd_training.samples.augmentation import Appearance
from lckd_training.samples.contrast import change_contrast
from lckd_training.samples.deformation import random_grid, read_at
from lckd_training.samples.transplant import transplant
from lckd_training.settings.config import TrainingConfig

SUBSET_MASKS = np.array([[modality in subset for modality in MODALITIES] for subset in SUBSETS])
"""Which modalities each of the 15 subsets holds, ``(subset, modality)``."""


class Sample(NamedTuple):
    """One training sample, or a batch of them with a leading axis.

    Attributes:
        volumes: Normalised intensities ``(modality, D, H, W)``; what is not in the subset is 0.
        present: The sampled subset, ``(modality,)``.
        occupancy: Target ``(region, D, H, W)`` in [0, 1].
    """

    volumes: Tensor
    present: Tensor
    occupancy: Tensor


class TrainingSamples:
    """An endless sequence of augmented crops with a random subset of modalities each.

    Args:
        real: Prepared patients.
        synthetic: Prepared synthetic patients.
        config: Settings of the training.
    """

    def __init__(self, real: Sequence[PreparedCase], synthetic: Sequence[PreparedCase], config: TrainingConfig) -> None:
        self._real, self._synthetic, self._config = real, synthetic, config
        self._donors = [case for case in real if len(case.tumour[-1])]

    def __getitem__(self, index: int) -> Sample:
        """Make sample number `index`."""
        rng = np.random.default_rng((self._config.seed, index))
        volumes, occupancy, available = self._choose_crop(rng)
        share = self._config.full_set_share_at(index // self._config.batch)
        chosen = choose_subset(available, rng, full_set_share=share)
        if rng.random() < self._config.contrast_share:
            volumes = change_contrast(volumes, occupancy, modalities=torch.from_numpy(available), rng=rng)
        appearance = Appearance()  # it holds random state, which threads must not share
        for modality, is_shown in enumerate(chosen):
            volumes[modality] = appearance(volumes[modality], rng) if is_shown else 0.0
        return Sample(volumes, torch.from_numpy(chosen), occupancy)

    def _choose_crop(self, rng: np.random.Generator) -> tuple[Tensor, Tensor, np.ndarray]:
        """Cut a deformed crop: intensities, occupancy, and the modalities that it has."""
        case = self._choose_case(rng)
        volumes, occupancy = self._cut(case, self._choose_centre(case, rng), rng)
        if not self._donors or rng.random() >= self._config.transplant_share:
            return volumes, occupancy, case.present.numpy()
        donor = self._donors[int(rng.integers(len(self._donors)))]
        both = case.present & donor.present
        if not bool(both.any()):
            return volumes, occupancy, case.present.numpy()
        tumour = self._cut(donor, self._stray(_any_of(donor.tumour[-1], rng), rng), rng)
        return *transplant((volumes, occupancy), tumour, modalities=both), both.numpy()

    def _cut(self, case: PreparedCase, centre: Tensor, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        points = random_grid(rng, centre, self._config.crop)
        return read_at(case.volumes, points), read_at(case.occupancy, points)

    def _choose_case(self, rng: np.random.Generator) -> PreparedCase:
        share = self._config.synthetic_share if self._real else 1.0
        cohort = self._synthetic if self._synthetic and rng.random() < share else self._real
        weights = np.array([case.weight for case in cohort])
        return cohort[int(rng.choice(len(cohort), p=weights / weights.sum()))]

    def _choose_centre(self, case: PreparedCase, rng: np.random.Generator) -> Tensor:
        """Pick a voxel near one of a random region, or near any voxel of the patient."""
        regions = [voxels for voxels in case.tumour if len(voxels)]
        if regions and rng.random() < self._config.tumour_share:
            return self._stray(_any_of(regions[int(rng.integers(len(regions)))], rng), rng)
        return self._stray(rng.uniform(0.2, 0.8, 3) * np.array(case.volumes.shape[1:]), rng)

    def _stray(self, voxel: np.ndarray, rng: np.random.Generator) -> Tensor:
        """Move away from a voxel by up to a quarter of the crop along each axis."""
        return torch.from_numpy(voxel + rng.uniform(-0.25, 0.25, 3) * np.array(self._config.crop)).float()


def _any_of(voxels: Tensor, rng: np.random.Generator) -> np.ndarray:
    """Draw one of the voxels ``(n, 3)``."""
    return np.asarray(voxels[int(rng.integers(len(voxels)))].numpy())


def choose_subset(present: np.ndarray, rng: np.random.Generator, *, full_set_share: float) -> np.ndarray:
    """Draw one of the subsets that a patient allows.

    Args:
        present: Modalities that the patient has, ``(modality,)``.
        rng: Source of randomness.
        full_set_share: Chance of all of them; the smaller subsets are equally likely.

    Returns:
        Mask ``(modality,)``.
    """
    is_smaller = (present >= SUBSET_MASKS).all(axis=1) & (present != SUBSET_MASKS).any(axis=1)
    if rng.random() < full_set_share or not is_smaller.any():
        return present
    smaller = SUBSET_MASKS[is_smaller]
    return np.asarray(smaller[int(rng.integers(len(smaller)))])
