"""Measurements of a label map."""

from collections.abc import Mapping

import numpy as np
import SimpleITK as sitk

from lckd.region import BRATS, REGIONS, Region, regions_from_labels

MM3_PER_CM3 = 1000.0


def volumes_cm3(labels: sitk.Image) -> dict[Region, float]:
    """Measure the volume of each region.

    Args:
        labels: Label map with the values of `lckd.region.BRATS`.

    Returns:
        Volumes in cm3.
    """
    masks = regions_from_labels(sitk.GetArrayViewFromImage(labels), BRATS)
    voxel_cm3 = float(np.prod(labels.GetSpacing())) / MM3_PER_CM3
    return {region: float(mask.sum()) * voxel_cm3 for region, mask in zip(REGIONS, masks, strict=True)}


def describe_volumes(volumes: Mapping[Region, float]) -> str:
    """Say in one sentence what was found.

    Args:
        volumes: Volume of each region in cm3.
    """
    if not any(volumes.values()):
        return "No tumour was found."
    return "Found: " + ", ".join(f"{region} {volume:.1f} cm³" for region, volume in volumes.items()) + "."
