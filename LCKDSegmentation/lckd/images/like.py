"""Other voxels in the geometry of an image."""

from typing import Any

import numpy.typing as npt
import SimpleITK as sitk


def like(image: sitk.Image, voxels: npt.NDArray[Any]) -> sitk.Image:
    """Make an image of voxels ``(D, H, W)`` that lies where another one does."""
    made = sitk.GetImageFromArray(voxels)
    made.CopyInformation(image)
    return made
