"""What identifies an image: its voxels and where they lie."""

import hashlib
from typing import Any

import numpy as np
import SimpleITK as sitk

DIRECTION_DECIMALS = 3
"""NIfTI keeps directions in single precision; a difference beyond this many decimals is one of formats."""


def describe_input(image: sitk.Image, name: str) -> dict[str, Any]:
    """Describe an image for a record.

    Args:
        image: The image as it was given.
        name: What the user calls it: its file or its name in a scene.
    """
    return {
        "name": name,
        "sha256": image_sha256(image),
        "size": list(image.GetSize()),
        "spacing_mm": list(image.GetSpacing()),
    }


def image_sha256(image: sitk.Image) -> str:
    """Hash the voxels and the geometry of a scalar image, whatever file or pixel type they were kept in.

    Voxels, spacing and origin count in single precision, which is what the network gets and what NIfTI keeps,
    directions to `DIRECTION_DECIMALS`.

    Args:
        image: Scalar 3-D image.

    Returns:
        SHA256 in hexadecimal.
    """
    places = np.array([*image.GetSpacing(), *image.GetOrigin()], dtype="<f4")
    directions = np.round(image.GetDirection(), DIRECTION_DECIMALS).astype("<f4")
    digest = hashlib.sha256(np.array(image.GetSize(), dtype="<i8").tobytes())
    digest.update((np.concatenate([places, directions]) + np.float32(0)).tobytes())  # + 0 turns -0 into 0
    digest.update(np.ascontiguousarray(sitk.GetArrayViewFromImage(image), dtype="<f4").tobytes())
    return digest.hexdigest()
