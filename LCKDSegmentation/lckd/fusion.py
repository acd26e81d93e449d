"""Fusion of the present modalities at one scale.

Each modality has a 1x1x1 adaptor of its own, which tells the shared encoder's output apart by where it came from; the
fused map is the mean over the present modalities. A missing modality is thereby filled with that mean (LCKD, section
2.2) and costs nothing.
"""

import torch
from torch import Tensor, nn


class Fusion(nn.Module):
    """Adapt per modality, then average over the present ones.

    Args:
        inputs: Channels of the encoder at this scale.
        outputs: Channels that the decoder takes.
        modalities: Number of modalities.
    """

    def __init__(self, inputs: int, outputs: int, *, modalities: int) -> None:
        super().__init__()
        self.adaptors = nn.ModuleList(nn.Conv3d(inputs, outputs, kernel_size=1) for _ in range(modalities))

    def adapt(self, features: Tensor, counts: list[int]) -> Tensor:
        """Apply to each map the adaptor of its modality.

        Args:
            features: Maps ``(P, C, d, h, w)``, grouped by modality in order.
            counts: Number of maps of each modality; they sum to P.

        Returns:
            Adapted maps, in the same order.
        """
        groups = features.split(counts)
        return torch.cat([adaptor(group) for adaptor, group in zip(self.adaptors, groups, strict=True) if len(group)])


def mean_over_present(features: Tensor, sample: Tensor, samples: int) -> Tensor:
    """Average the maps of each sample.

    Args:
        features: Adapted maps ``(P, C, d, h, w)``.
        sample: For each map the sample it belongs to, ``(P,)``; every sample owns at least one map.
        samples: Number of samples N.

    Returns:
        Fused maps ``(N, C, d, h, w)``.
    """
    if samples == 1:
        return features.mean(dim=0, keepdim=True)
    total = features.new_zeros((samples, *features.shape[1:])).index_add(0, sample, features)
    share = torch.bincount(sample, minlength=samples).to(total.dtype).reciprocal()
    return total * share.view(-1, 1, 1, 1, 1)
