"""Is the skull off? Looked at in a fraction of a second, without a network."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import SimpleITK as sitk

from lckd.images.like import like
from lckd.intensity import UNIFORM_BACKGROUND_SHARE, background_value, foreground_mask
from lckd.notes import LARGEST_BRAIN_LITRES

LOOK_MM = 4.0
"""Edge of the voxels that are looked at, at least."""
SHELL_MM = (3.0, 14.0)
"""Depth below the outline at which a head has bone, and a brain has cortex."""
DEEP_MM = 25.0
DARK = 0.35
"""Bone is darker than this part of what lies deep inside."""
LARGEST_DARK_SHARE = 0.08
"""Share of the shell that may be as dark as bone. 40 stripped images: at most 0.033; 3 raw ones: at least 0.14."""
MM3_PER_LITRE = 1e6


@dataclass(frozen=True)
class Look:
    """What an image looks like from outside.

    Attributes:
        background: Share of voxels that have the value of the corners.
        litres: Volume of what the image shows.
        dark_shell: Share of the layer below the outline that is as dark as bone.
    """

    background: float
    litres: float
    dark_shell: float

    @property
    def is_stripped(self) -> bool:
        """Whether it looks like a brain without a skull."""
        is_cut_out = self.background >= UNIFORM_BACKGROUND_SHARE
        return is_cut_out and self.litres <= LARGEST_BRAIN_LITRES and self.dark_shell <= LARGEST_DARK_SHARE

    def as_dict(self) -> dict[str, Any]:
        """Give it in values that JSON can hold."""
        return asdict(self)


def look_at(image: sitk.Image) -> Look:
    """Measure what tells a brain from a head.

    Args:
        image: Scalar image of any geometry.

    Returns:
        The measures and the verdict.
    """
    voxels = sitk.GetArrayViewFromImage(image)
    background = float(np.mean(voxels == background_value(voxels)))
    mask = foreground_mask(voxels)
    litres = float(np.count_nonzero(mask) * np.prod(image.GetSpacing()) / MM3_PER_LITRE)
    is_brain_sized = background >= UNIFORM_BACKGROUND_SHARE and litres <= LARGEST_BRAIN_LITRES
    return Look(background, litres, _dark_shell(image, mask.astype(np.uint8)) if is_brain_sized else 0.0)


def _dark_shell(image: sitk.Image, mask: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> float:
    shown = like(image, mask)
    factors = [max(round(LOOK_MM / spacing), 1) for spacing in image.GetSpacing()]
    inside = sitk.BinShrink(sitk.Cast(shown, sitk.sitkFloat32), factors) > 0.5  # noqa: PLR2004 - half full
    depth = sitk.GetArrayFromImage(
        sitk.SignedMaurerDistanceMap(inside, insideIsPositive=True, squaredDistance=False, useImageSpacing=True)
    )
    voxels = sitk.GetArrayFromImage(sitk.BinShrink(image, factors))
    deep, shell = voxels[depth > DEEP_MM], voxels[(depth > SHELL_MM[0]) & (depth < SHELL_MM[1])]
    if not deep.size or not shell.size:
        return 0.0
    return float((shell < DARK * np.median(deep)).mean())
