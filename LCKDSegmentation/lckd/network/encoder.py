"""Shared encoder: one set of weights, applied to each present modality on its own (LCKD, section 2.1)."""

from collections.abc import Sequence
from typing import TypeAlias

import torch
import torch.nn.functional as F  # noqa: N812 - the name that torch's own documentation uses
from torch import Tensor, nn

NEGATIVE_SLOPE = 0.01

Stride: TypeAlias = tuple[int, int, int]
"""Ratio of one grid to a coarser one, (D, H, W)."""


class ConvBlock(nn.Sequential):
    """Two 3x3x3 convolutions, each with instance norm and LeakyReLU; the first may stride.

    Args:
        inputs: Channels in.
        outputs: Channels out.
        stride: Stride of the first convolution.
    """

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__(*_convolution(inputs, outputs, stride), *_convolution(outputs, outputs, 1))


def _convolution(inputs: int, outputs: int, stride: int) -> list[nn.Module]:
    return [
        nn.Conv3d(inputs, outputs, kernel_size=3, stride=stride, padding=1, bias=False),
        InstanceNorm(outputs, affine=True),
        nn.LeakyReLU(NEGATIVE_SLOPE, inplace=True),  # nothing else needs what the norm gave
    ]


class InstanceNorm(nn.InstanceNorm3d):
    """Instance norm that leaves features in the memory format that they are in.

    torch's would first copy channels-last features to channels-first ones, which takes longer than the convolution
    before it. Of one sample, batch norm computes the same.
    """

    def forward(self, features: Tensor) -> Tensor:
        """Normalise ``(N, C, d, h, w)``, each sample on its own."""
        is_last = features.is_contiguous(memory_format=torch.channels_last_3d)
        if len(features) > 1 and not (is_last and features.device.type == "cpu"):  # GPUs have kernels of their own
            return super().forward(features)
        normalised = [self._normalise(sample) for sample in features.split(1)]
        return torch.cat(normalised) if len(normalised) > 1 else normalised[0]

    def _normalise(self, sample: Tensor) -> Tensor:
        return F.batch_norm(sample, None, None, self.weight, self.bias, training=True, eps=self.eps)


class PlainEncoder(nn.Module):
    """Stack of convolution blocks, halving the grid between them.

    Attributes:
        channels: Channels of each scale, finest first.
        strides: Ratio between each scale and the one before it, the input before the finest.
    """

    def __init__(self, channels: Sequence[int]) -> None:
        super().__init__()
        self.channels = tuple(channels)
        self.strides: tuple[Stride, ...] = ((1, 1, 1), *[(2, 2, 2)] * (len(channels) - 1))
        inputs = [1, *channels[:-1]]
        self.blocks = nn.ModuleList(
            ConvBlock(before, after, stride=1 if index == 0 else 2)
            for index, (before, after) in enumerate(zip(inputs, channels, strict=True))
        )

    def forward(self, volumes: Tensor) -> list[Tensor]:
        """Encode single-modality volumes.

        Args:
            volumes: Normalised intensities ``(P, 1, D, H, W)``.

        Returns:
            One map per scale, finest first: ``(P, C, D / s, H / s, W / s)``.
        """
        maps: list[Tensor] = []
        features = volumes
        for block in self.blocks:
            features = block(features)
            maps.append(features)
        return maps


def require_divisible(volumes: Tensor, factor: Sequence[int]) -> None:
    """Refuse volumes that the network would return in another size.

    Raises:
        ValueError: A spatial size is not a multiple of its factor.
    """
    sizes = torch.tensor(volumes.shape[-3:])
    if bool((sizes % torch.tensor(list(factor))).any()):
        message = f"Volume of {tuple(sizes.tolist())} voxels: each size must be a multiple of {tuple(factor)}."
        raise ValueError(message)
