"""Distillation: in every sample, elected modalities pull the features of the others towards their own."""

import torch
from torch import Tensor

from lckd.modality import MODALITIES
from lckd.network.network import Features
from lckd_training.method.election import Election
from lckd_training.settings.config import TrainingConfig


def distillation_loss(features: Features, election: Election | None, config: TrainingConfig) -> Tensor:
    """Measure how far the others are from the elected modalities at the bottleneck.

    Args:
        features: Of the drawn subset of every sample.
        election: The last election; without one, no modality teaches.
        config: Which teachers, and the weight of the term.

    Returns:
        L1 distance, mean over channels and voxels, summed over the pairs of teacher and student of a sample, mean over
        the samples. Teachers receive no gradient from it.

    Source:
        LCKD (arXiv 2310.01035), cross-modal knowledge distillation.
    """
    maps = features.maps[-1]
    if election is None or config.distillation == 0.0:
        return maps.new_zeros((), dtype=torch.float32)
    pairs = teaching_pairs(election, config).to(maps.device)
    together = features.sample[:, None] == features.sample[None, :]
    teachers, students = (together & pairs[features.modality[:, None], features.modality[None, :]]).nonzero(
        as_tuple=True
    )
    gaps = (maps[students].float() - maps[teachers].float().detach()).abs()
    return gaps.flatten(1).mean(dim=1).sum() / features.samples


def teaching_pairs(election: Election, config: TrainingConfig) -> Tensor:
    """Say who teaches whom: every elected modality every other that is not elected.

    Args:
        election: Teachers of the regions.
        config: Whether every region has its own teacher, or all one.

    Returns:
        Mask ``(teacher, student)``.
    """
    elected = set(election.teachers_as(config.election).values())
    is_teacher = torch.tensor([modality in elected for modality in MODALITIES])
    return is_teacher[:, None] & ~is_teacher[None, :]
