"""Fusion of the present modalities at one scale; nothing is ever computed for an absent one.

There are two forms, which `lckd.network.network.NetworkConfig` names: ``mean`` (ours) and ``fill`` (the paper's: an
absent modality is replaced by the mean of the present ones, and the maps of all modalities are joined).
"""

from collections.abc import Sequence
from typing import TypeAlias

import torch
from torch import Tensor, nn


class Fusion(nn.Module):
    """Adapt per modality, then average over the present ones.

    Each modality has a 1x1x1 adaptor of its own, which tells the shared encoder's output apart by where it came from.

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
        adapted = [adaptor(group) for adaptor, group in zip(self.adaptors, groups, strict=True) if len(group)]
        return torch.cat(adapted) if len(adapted) > 1 else adapted[0]  # joining one would copy it

    def fuse(self, maps: Tensor, sample: Tensor, modality: Tensor, *, samples: int) -> Tensor:
        """Join the maps of each sample.

        Args:
            maps: Adapted maps ``(P, C, d, h, w)``.
            sample: For each map the sample it belongs to, ``(P,)``; every sample owns at least one map.
            modality: For each map its modality, ``(P,)``.
            samples: Number of samples N.

        Returns:
            Fused maps ``(N, C, d, h, w)``.
        """
        del modality  # the adaptors have told the modalities apart
        return mean_over_present(maps, sample, samples)


class FilledFusion(nn.Module):
    """Replace each absent modality by the mean of the present ones, then join the maps of all modalities.

    Args:
        join: Takes the maps of all modalities in order, concatenated: ``(N, modality * C, d, h, w)``.
        modalities: Number of modalities.
    """

    def __init__(self, join: nn.Module, *, modalities: int) -> None:
        super().__init__()
        self.join, self._modalities = join, modalities

    def adapt(self, features: Tensor, counts: list[int]) -> Tensor:
        """Return the maps as they are: the join tells modalities apart by their place."""
        del counts
        return features

    def fuse(self, maps: Tensor, sample: Tensor, modality: Tensor, *, samples: int) -> Tensor:
        """Fill and join the maps of each sample; see `Fusion.fuse`."""
        mean = mean_over_present(maps, sample, samples)
        filled = mean.unsqueeze(1).repeat(1, self._modalities, 1, 1, 1, 1)
        joined: Tensor = self.join(filled.index_put((sample, modality), maps).flatten(1, 2))
        return joined


AnyFusion: TypeAlias = Fusion | FilledFusion


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
        return _mean_of_one(features.split(1))
    total = features.new_zeros((samples, *features.shape[1:])).index_add(0, sample, features)
    share = torch.bincount(sample, minlength=samples).to(total.dtype).reciprocal()
    return total * share.view(-1, 1, 1, 1, 1)


def _mean_of_one(maps: Sequence[Tensor]) -> Tensor:
    """Average maps ``(1, C, d, h, w)``; adding them up is several times as fast as `torch.mean` over their axis."""
    if len(maps) == 1:
        return maps[0]
    total = maps[0] + maps[1]
    for other in maps[2:]:
        total += other
    return total.div_(len(maps))
