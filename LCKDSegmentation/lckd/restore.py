"""The way back: probabilities of regions on the working grid become labels on the voxels of the reference image."""

from collections.abc import Callable, Sequence
from itertools import product
from typing import TypeAlias

import numpy as np
import SimpleITK as sitk

from lckd.grid import WorkingGrid, bounding_box
from lckd.images.like import like
from lckd.intensity import FloatArray
from lckd.region import labels_from_regions
from lckd.sampling import axes_along, sample_box
from lckd.segmentation import THRESHOLD, to_native

Box: TypeAlias = tuple[slice, ...]


def native_labels(
    probabilities: FloatArray, grid: WorkingGrid, reference_image: sitk.Image, *, report: Callable[[int], None]
) -> sitk.Image:
    """Interpolate probabilities to the voxels of the reference image and label those above `THRESHOLD`.

    Only where a tumour can be: what is interpolated between voxels below the threshold is below it too.

    Args:
        probabilities: ``(region, D, H, W)`` on the working grid.
        grid: The working grid.
        reference_image: The geometry to take.
        report: Told how many regions are done.

    Returns:
        Tissue labels, uint8, in exactly the geometry of the reference image.
    """
    masks = np.zeros((len(probabilities), *reference_image.GetSize()[::-1]), dtype=np.bool_)
    marked = []
    for done, probability in enumerate(probabilities):
        report(done)
        box = _box_of_tumour(probability, grid, reference_image)
        if box is not None:
            masks[done][box] = _interpolate(probability, grid, reference_image, box) > THRESHOLD
            marked.append(box)
    labels = np.zeros(masks.shape[1:], dtype=np.uint8)
    if marked:
        whole = _around(marked)
        labels[whole] = labels_from_regions(masks[(slice(None), *whole)])
    report(len(probabilities))
    return like(reference_image, labels)


def _around(boxes: Sequence[Box]) -> Box:
    return tuple(slice(min(p.start for p in parts), max(p.stop for p in parts)) for parts in zip(*boxes, strict=True))


def _interpolate(probability: FloatArray, grid: WorkingGrid, reference_image: sitk.Image, box: Box) -> FloatArray:
    if axes_along(reference_image) is None:
        part = reference_image[box[::-1]]
        return np.asarray(sitk.GetArrayFromImage(to_native(probability, grid, part)))
    return sample_box(probability, reference_image, box, origin_mm=grid.origin_mm, spacing_mm=grid.spacing_mm)


def _box_of_tumour(probability: FloatArray, grid: WorkingGrid, reference_image: sitk.Image) -> Box | None:
    """Find the index ranges ``(D, H, W)`` of the reference image beyond which nothing exceeds the threshold."""
    marked = probability > THRESHOLD
    if not marked.any():
        return None
    ranges = [(part.start - 1, part.stop) for part in reversed(bounding_box(marked))]  # the voxels around have a share
    corners_mm = product(
        *([origin + grid.spacing_mm * end for end in ends] for origin, ends in zip(grid.origin_mm, ranges, strict=True))
    )
    indices = np.array([reference_image.TransformPhysicalPointToContinuousIndex(corner) for corner in corners_mm])
    first = np.maximum(np.floor(indices.min(axis=0)).astype(int), 0)
    last = np.minimum(np.ceil(indices.max(axis=0)).astype(int) + 1, reference_image.GetSize())
    if (first >= last).any():
        return None
    return tuple(slice(int(start), int(stop)) for start, stop in zip(first[::-1], last[::-1], strict=True))
