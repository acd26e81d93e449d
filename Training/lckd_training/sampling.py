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
from lckd_training.augmentation import Appearance
from lckd_training.config import TrainingConfig
from lckd_training.deformation import random_grid, read_at
from lckd_training.prepared import PreparedCase

SUBSET_MASKS = np.array([[modality in subset for modality in MODALITIES] for subset in SUBSETS])
"""Which modalities each of the 15 subsets holds, ``(subset, modality)``."""


class Sample(NamedTuple):
    """One training sample, or a batch of them with a leading axis.

    Attributes:
        volumes: Normalised intensities ``(modality, D, H, W)``; what the patient lacks is 0.
        present: The sampled subset, ``(modality,)``.
        occupancy: Target ``(region, D, H, W)`` in [0, 1].
        available: A superset of `present`, ``(modality,)``: what the patient has, or, for nested distillation, a random
            set in between.
    """

    volumes: Tensor
    present: Tensor
    occupancy: Tensor
    available: Tensor


class TrainingSamples:
    """An endless sequence of augmented crops with a random subset of modalities each.

    Args:
        real: Prepared patients.
        synthetic: Prepared synthetic patients.
        config: Settings of the training.
    """

    def __init__(self, real: Sequence[PreparedCase], synthetic: Sequence[PreparedCase], config: TrainingConfig) -> None:
        self._real, self._synthetic, self._config = real, synthetic, config

    def __getitem__(self, index: int) -> Sample:
        """Make sample number `index`."""
        rng = np.random.default_rng((self._config.seed, index))
        case = self._choose_case(rng)
        points = random_grid(rng, self._choose_centre(case, rng), self._config.crop)
        available = case.present.numpy()
        appearance = Appearance()  # it holds random state, which threads must not share
        chosen = choose_subset(available, rng)
        volumes = read_at(case.volumes, points)
        for modality in np.flatnonzero(available):
            volumes[modality] = appearance(volumes[modality], rng)
        if self._config.distillation_form == "nested":
            available = choose_superset(chosen, available, rng)
        return Sample(volumes, torch.from_numpy(chosen), read_at(case.occupancy, points), torch.from_numpy(available))

    def _choose_case(self, rng: np.random.Generator) -> PreparedCase:
        share = self._config.synthetic_share if self._real else 1.0
        cohort = self._synthetic if self._synthetic and rng.random() < share else self._real
        return cohort[int(rng.integers(len(cohort)))]

    def _choose_centre(self, case: PreparedCase, rng: np.random.Generator) -> Tensor:
        """Pick a voxel of a random region, or any voxel of the patient, and stray from it by up to a quarter crop."""
        regions = [voxels for voxels in case.tumour if len(voxels)]
        if regions and rng.random() < self._config.tumour_share:
            voxels = regions[int(rng.integers(len(regions)))]
            centre = voxels[int(rng.integers(len(voxels)))].numpy()
        else:
            centre = rng.uniform(0.2, 0.8, 3) * np.array(case.volumes.shape[1:])
        stray = rng.uniform(-0.25, 0.25, 3) * np.array(self._config.crop)
        return torch.from_numpy(centre + stray).float()


def choose_subset(present: "np.ndarray[tuple[int], np.dtype[np.bool_]]", rng: np.random.Generator) -> np.ndarray:
    """Draw one of the subsets that a patient allows, each equally likely.

    Args:
        present: Modalities that the patient has, ``(modality,)``.
        rng: Source of randomness.

    Returns:
        Mask ``(modality,)``.
    """
    possible = SUBSET_MASKS[(present >= SUBSET_MASKS).all(axis=1)]
    return np.asarray(possible[int(rng.integers(len(possible)))])


def choose_superset(chosen: np.ndarray, present: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw a set between a drawn subset and what a patient has, larger than the subset where that is possible.

    Args:
        chosen: The drawn subset, ``(modality,)``.
        present: Modalities that the patient has, ``(modality,)``.
        rng: Source of randomness.

    Returns:
        Mask ``(modality,)``.
    """
    between = (present >= SUBSET_MASKS).all(axis=1) & (chosen <= SUBSET_MASKS).all(axis=1)
    larger = SUBSET_MASKS[between & (chosen != SUBSET_MASKS).any(axis=1)]
    return np.asarray(larger[int(rng.integers(len(larger)))]) if len(larger) else chosen
