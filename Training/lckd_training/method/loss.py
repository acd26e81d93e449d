"""Segmentation loss: Dice and binary cross-entropy on overlapping regions, at every supervised scale.

The Dice is MONAI's for soft labels, which a fractional target meets best by itself. The usual soft Dice asks for
certainty wherever a target exceeds half the Dice that is reached, and so draws small enhancing parts too wide.
"""

from collections.abc import Sequence

import torch.nn.functional as F  # noqa: N812 - the name that torch's own documentation uses
from monai.losses import DiceLoss
from torch import Tensor

COARSER_SCALE_WEIGHT = 0.5
"""Each coarser scale counts half as much as the one above it."""

_dice = DiceLoss(sigmoid=True, batch=True, smooth_nr=1e-3, smooth_dr=1e-3, soft_label=True)


def segmentation_loss(logits: Sequence[Tensor], occupancy: Tensor, *, cross_entropy: float = 1.0) -> Tensor:
    """Compare logits of every supervised scale with the target of that scale.

    Args:
        logits: ``(N, region, d, h, w)`` per scale, finest first.
        occupancy: Part of each voxel that a region fills, ``(N, region, D, H, W)`` in [0, 1].
        cross_entropy: Weight of the cross-entropy, a mean over the regions.

    Returns:
        Mean over the scales of Dice loss + cross-entropy, weighted by `COARSER_SCALE_WEIGHT`.
    """
    total, weights = occupancy.new_zeros(()), 0.0
    for scale, prediction in enumerate(logits):
        depth, height, width = prediction.shape[-3:]
        target = F.adaptive_avg_pool3d(occupancy, (depth, height, width))
        weight, exact = COARSER_SCALE_WEIGHT**scale, prediction.float()
        entropy = F.binary_cross_entropy_with_logits(exact, target)
        total = total + weight * (_dice(exact, target) + cross_entropy * entropy)
        weights += weight
    return total / weights
