"""Encoder and decoder of the LCKD paper: a 3-D ResNet-50 with weight-standardised convolutions and atrous pyramid.

Written afresh from the published description. Two differences are deliberate: the pyramid has no global-pooling branch,
which instance norm of a single voxel makes constant; and logits are decoded to full resolution instead of half.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812 - the name that torch's own documentation uses
from torch import Tensor, nn

from lckd.network.encoder import NEGATIVE_SLOPE, Stride

STEM_CHANNELS = 64
STAGES = ((64, 3), (128, 4), (256, 6), (320, 3))
"""Width and number of the bottleneck blocks of each stage of the ResNet."""

EXPANSION = 4
PYRAMID_CHANNELS = 256
SKIP_CHANNELS = (32, 64, 128, 256)
"""Channels of the decoder at each scale above the bottleneck, finest first."""

DILATIONS = (2, 4, 8)


class StandardisedConv3d(nn.Conv3d):
    """Convolution whose weights have zero mean and unit variance per output channel."""

    def forward(self, features: Tensor) -> Tensor:
        """Convolve ``(N, C, d, h, w)``."""
        flat = self.weight.flatten(1)
        scale = (flat.var(dim=1, keepdim=True) + 1e-12).sqrt() + 1e-5
        weight = ((flat - flat.mean(dim=1, keepdim=True)) / scale).view_as(self.weight)
        return F.conv3d(features, weight, self.bias, self.stride, self.padding, self.dilation)


def _unit(inputs: int, outputs: int, *, kernel: int, stride: int | Stride = 1, dilation: int = 1) -> nn.Sequential:
    """Build a standardised convolution with its norm, size-preserving but for the stride."""
    padding = dilation * (kernel // 2)
    return nn.Sequential(
        StandardisedConv3d(inputs, outputs, kernel, stride, padding, dilation, bias=False),
        nn.InstanceNorm3d(outputs, affine=True),
    )


class ResidualBlock(nn.Module):
    """A residual path beside a shortcut, joined and activated.

    Args:
        path: The residual path.
        shortcut: What joins it; the identity where the shapes agree.
    """

    def __init__(self, path: nn.Module, shortcut: nn.Module) -> None:
        super().__init__()
        self.path, self.shortcut = path, shortcut

    def forward(self, features: Tensor) -> Tensor:
        """Map ``(N, C, d, h, w)`` to the shape of the path's output."""
        return F.leaky_relu(self.path(features) + self.shortcut(features), NEGATIVE_SLOPE)


def _bottleneck(inputs: int, width: int, stride: int) -> ResidualBlock:
    outputs = EXPANSION * width
    path = nn.Sequential(
        _unit(inputs, width, kernel=1),
        nn.LeakyReLU(NEGATIVE_SLOPE),
        _unit(width, width, kernel=3, stride=stride),
        nn.LeakyReLU(NEGATIVE_SLOPE),
        _unit(width, outputs, kernel=1),
    )
    same = inputs == outputs and stride == 1
    return ResidualBlock(path, nn.Identity() if same else _unit(inputs, outputs, kernel=1, stride=stride))


def _basic(channels: int) -> ResidualBlock:
    path = nn.Sequential(
        _unit(channels, channels, kernel=3), nn.LeakyReLU(NEGATIVE_SLOPE), _unit(channels, channels, kernel=3)
    )
    return ResidualBlock(path, nn.Identity())


class AtrousPyramid(nn.Module):
    """Parallel dilated convolutions, joined by a 1x1x1 convolution.

    Args:
        channels: Channels in and out.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        branches = [_unit(channels, channels, kernel=1)]
        branches += [_unit(channels, channels, kernel=3, dilation=dilation) for dilation in DILATIONS]
        self.branches = nn.ModuleList(branches)
        self.join = _unit(channels * len(branches), channels, kernel=1)

    def forward(self, features: Tensor) -> Tensor:
        """Map ``(N, C, d, h, w)`` to the same shape."""
        parts = [F.leaky_relu(branch(features), NEGATIVE_SLOPE) for branch in self.branches]
        return F.leaky_relu(self.join(torch.cat(parts, dim=1)), NEGATIVE_SLOPE)


class PaperEncoder(nn.Module):
    """ResNet-50 stages, then 1x1x1 reduction and atrous pyramid at the bottleneck."""

    channels: tuple[int, ...] = (STEM_CHANNELS, *(EXPANSION * width for width, _ in STAGES[:-1]), PYRAMID_CHANNELS)
    strides: tuple[Stride, ...] = ((1, 2, 2), *[(2, 2, 2)] * len(STAGES))

    def __init__(self) -> None:
        super().__init__()
        self.stem = _unit(1, STEM_CHANNELS, kernel=7, stride=(1, 2, 2))
        self.pool = nn.MaxPool3d(kernel_size=3, stride=2, padding=1)
        self.stages = nn.ModuleList()
        inputs = STEM_CHANNELS
        for index, (width, count) in enumerate(STAGES):
            blocks = [_bottleneck(inputs, width, stride=1 if index == 0 else 2)]
            blocks += [_bottleneck(EXPANSION * width, width, stride=1) for _ in range(count - 1)]
            self.stages.append(nn.Sequential(*blocks))
            inputs = EXPANSION * width
        self.reduce = _unit(inputs, PYRAMID_CHANNELS, kernel=1)
        self.pyramid = AtrousPyramid(PYRAMID_CHANNELS)

    def forward(self, volumes: Tensor) -> list[Tensor]:
        """Encode single-modality volumes ``(P, 1, D, H, W)``; one map per scale, finest first."""
        maps = [F.leaky_relu(self.stem(volumes), NEGATIVE_SLOPE)]
        features = self.pool(maps[0])
        for stage in self.stages:
            features = stage(features)
            maps.append(features)
        maps[-1] = self.pyramid(F.leaky_relu(self.reduce(features), NEGATIVE_SLOPE))
        return maps


class PaperDecoder(nn.Module):
    """Transposed convolutions with added skips and a residual block each; logits at full resolution.

    Args:
        regions: Number of region logits.
        modalities: Number of modalities whose bottlenecks come joined.
    """

    def __init__(self, regions: int, *, modalities: int) -> None:
        super().__init__()
        self.channels = (*SKIP_CHANNELS, modalities * PYRAMID_CHANNELS)
        finer, coarser = self.channels[:-1], self.channels[1:]
        self.ups = nn.ModuleList(
            nn.ConvTranspose3d(b, a, 2, 2, bias=False) for b, a in zip(coarser, finer, strict=True)
        )
        self.blocks = nn.ModuleList(_basic(channels) for channels in finer)
        self.last_up = nn.ConvTranspose3d(finer[0], finer[0], (1, 2, 2), (1, 2, 2))
        self.head = nn.Conv3d(finer[0], regions, kernel_size=1)

    def forward(self, fused: Sequence[Tensor]) -> list[Tensor]:
        """Decode fused maps, finest first, to logits ``(N, region, D, H, W)``."""
        features = fused[-1]
        for scale in reversed(range(len(self.blocks))):
            features = self.blocks[scale](self.ups[scale](features) + fused[scale])
        return [self.head(F.leaky_relu(self.last_up(features), NEGATIVE_SLOPE))]


def paper_joins(modalities: int) -> list[nn.Module]:
    """Build what joins the filled maps of all modalities, finest scale first; bottlenecks stay side by side.

    Args:
        modalities: Number of modalities.
    """
    skips = [
        nn.Sequential(_unit(modalities * inputs, outputs, kernel=1), nn.LeakyReLU(NEGATIVE_SLOPE))
        for inputs, outputs in zip(PaperEncoder.channels, SKIP_CHANNELS, strict=False)
    ]
    return [*skips, nn.Identity()]
