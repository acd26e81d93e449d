"""Tumour transplants: the tumour of one patient, with its edema, in the brain of another.

A tumour is then seen in other surroundings, and a brain with other tumours. Both crops are normalised intensities, so
that nothing but the seam needs care: it is blended over a few voxels outside the whole tumour.
"""

import torch
import torch.nn.functional as F  # noqa: N812 - the name that torch's own documentation uses
from torch import Tensor

MARGIN_VOXELS = 2
"""Surroundings that move with the tumour: what it presses on belongs to its appearance."""
LEAST_OCCUPANCY = 0.05
"""Voxels that hold less tumour than this are not part of it."""


def transplant(
    host: tuple[Tensor, Tensor], donor: tuple[Tensor, Tensor], *, modalities: Tensor
) -> tuple[Tensor, Tensor]:
    """Put the tumour in a donor's crop at the same place of a host's crop.

    Args:
        host: Normalised intensities ``(modality, D, H, W)``, background 0, and occupancy ``(region, D, H, W)``.
        donor: The same of another patient.
        modalities: Mask of the modalities that both have, ``(modality,)``; the others of the host stay as they are,
            so they must not be shown.

    Returns:
        Intensities and occupancy of the host with both tumours, the donor's above the host's. Nothing outside the
        brain of either changes.
    """
    share = _blending(donor[1][-1]) * (host[0][modalities] != 0).all(dim=0) * (donor[0][modalities] != 0).all(dim=0)
    mixed = torch.lerp(host[0], donor[0], share)
    volumes = torch.where(modalities.view(-1, 1, 1, 1), mixed, host[0])
    return volumes, torch.lerp(host[1], donor[1], share)


def _blending(whole_tumour: Tensor) -> Tensor:
    """Return the donor's share of each voxel: 1 in the tumour and close to it, falling to 0."""
    size = 2 * MARGIN_VOXELS + 1
    inside = (whole_tumour > LEAST_OCCUPANCY).float()[None, None]
    grown = F.max_pool3d(inside, size, stride=1, padding=MARGIN_VOXELS)
    return F.avg_pool3d(grown, 3, stride=1, padding=1, count_include_pad=False)[0, 0]
