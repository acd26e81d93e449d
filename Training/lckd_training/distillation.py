"""Cross-modal knowledge distillation: elected teachers pull the features of the other modalities towards theirs."""

from collections.abc import Collection

import torch
from torch import Tensor

from lckd.network import Features


def distillation_loss(features: Features, teachers: Collection[int]) -> Tensor:
    """Measure how far students are from teachers at the bottleneck, where both are in one sample.

    Args:
        features: Adapted features of the present modalities.
        teachers: Indices of the elected modalities (the set of the winners of all regions, LCKD-m).

    Returns:
        L1 distance to the detached teacher, mean over channels and voxels, summed over the pairs of a sample, mean
        over the samples; 0 where no sample holds a pair.

    Source:
        LCKD (arXiv 2310.01035), cross-modal knowledge distillation.
    """
    bottleneck = features.maps[-1].float()
    is_teacher = torch.isin(features.modality, features.modality.new_tensor(sorted(teachers)))
    total = bottleneck.new_zeros(())
    for teacher in is_teacher.nonzero().flatten().tolist():
        students = (~is_teacher) & (features.sample == features.sample[teacher])
        if bool(students.any()):
            gaps = (bottleneck[students] - bottleneck[teacher].detach()).abs()
            total = total + gaps.flatten(1).mean(dim=1).sum()
    return total / features.samples
