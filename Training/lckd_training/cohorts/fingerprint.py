"""Recognising a patient by content, under whatever name, data set or orientation."""

import hashlib

import numpy as np
import SimpleITK as sitk

from lckd.grid import bounding_box
from lckd.patients.folder_case import FolderCase
from lckd.region import BRATS

AXES = (0, 1, 2)


def fingerprint(case: FolderCase) -> str:
    """Digest the label map of a case, or an image of one without tumour.

    The digest of a label map is that of the voxels of each tissue in slices along each axis. It stays the same when
    the map is flipped, turned by right angles, cropped or shifted, or written with other values, as happens between
    data sets.

    Args:
        case: A case with a label map.

    Raises:
        InputError: A file cannot be used.
    """
    labels = sitk.GetArrayFromImage(case.read_labels())
    if not labels.any():
        images, _ = case.load()
        return hashlib.sha256(sitk.GetArrayViewFromImage(next(iter(images.values()))).tobytes()).hexdigest()
    labels = labels[bounding_box(labels > 0)]
    profiles = [[_profile(labels == value, axis) for axis in AXES] for value in BRATS.values[1:]]
    by_axis = sorted(zip(*profiles, strict=True))
    return hashlib.sha256(repr(by_axis).encode()).hexdigest()


def _profile(mask: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]", axis: int) -> tuple[int, ...]:
    """Count the voxels of each slice along an axis, from the end that makes the smaller tuple."""
    counts = np.count_nonzero(mask, axis=tuple(other for other in AXES if other != axis)).tolist()
    return min(tuple(counts), tuple(reversed(counts)))
