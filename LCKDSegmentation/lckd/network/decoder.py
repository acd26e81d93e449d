"""Decoder: fused maps of every scale to logits of the regions at full resolution."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from lckd.network.encoder import ConvBlock


class Decoder(nn.Module):
    """Transposed convolutions upwards, each joined with the fused map of its scale.

    Args:
        channels: Channels of each scale, finest first; each is half as fine as the one before.
        regions: Number of region logits.
        supervised: Number of scales, finest first, that have a head of their own.
    """

    def __init__(self, channels: Sequence[int], *, regions: int, supervised: int) -> None:
        super().__init__()
        self.channels = tuple(channels)
        finer, coarser = channels[:-1], channels[1:]
        self.ups = nn.ModuleList(
            nn.ConvTranspose3d(below, above, kernel_size=2, stride=2)
            for below, above in zip(coarser, finer, strict=True)
        )
        self.blocks = nn.ModuleList(ConvBlock(2 * above, above) for above in finer)
        self.heads = nn.ModuleList(nn.Conv3d(above, regions, kernel_size=1) for above in finer[:supervised])

    def forward(self, fused: Sequence[Tensor]) -> list[Tensor]:
        """Decode fused maps.

        Args:
            fused: Maps ``(N, C, d, h, w)``, finest first.

        Returns:
            Logits ``(N, region, d, h, w)`` of the supervised scales, finest first; in evaluation the finest only.
        """
        logits: list[Tensor] = []
        features = fused[-1]
        for scale in reversed(range(len(self.blocks))):
            features = self.blocks[scale](torch.cat([self.ups[scale](features), fused[scale]], dim=1))
            if scale == 0 or (self.training and scale < len(self.heads)):
                logits.insert(0, self.heads[scale](features))
        return logits
