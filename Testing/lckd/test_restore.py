"""Only the surroundings of a tumour go back to the scan, and no voxel is lost by it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk

from lckd.grid import WorkingGrid, working_grid
from lckd.region import labels_from_regions
from lckd.restore import native_labels
from lckd.segmentation import THRESHOLD, to_native

Array = npt.NDArray[Any]


def some_probabilities(grid: WorkingGrid) -> Array:
    """Three regions of random blobs, larger and larger, the last up to the border of the grid."""
    noise = np.random.default_rng(0).random((3, *grid.size[::-1]), dtype=np.float32)
    k, j, i = np.indices(grid.size[::-1]) / np.array(grid.size[::-1])[:, None, None, None]
    distance = np.sqrt((k - 0.8) ** 2 + (j - 0.4) ** 2 + (i - 0.3) ** 2)
    return np.stack([part * (distance < radius) for part, radius in zip(noise, (0.1, 0.2, 0.4), strict=True)])


def test_labels_are_those_of_the_whole_image(every_geometry: str, make_image: Callable[..., sitk.Image]) -> None:
    image = make_image(every_geometry, lambda points: 10 + np.sin(points).sum(axis=-1))
    grid = working_grid({"t1": image}, reference="t1", spacing_mm=3.0)
    probabilities = some_probabilities(grid)
    told: list[int] = []
    labels = native_labels(probabilities, grid, image, report=told.append)
    whole = [sitk.GetArrayFromImage(to_native(part, grid, image)) > THRESHOLD for part in probabilities]
    assert np.array_equal(sitk.GetArrayFromImage(labels), labels_from_regions(np.stack(whole)))
    assert sitk.GetArrayFromImage(labels).any()
    assert told == [0, 1, 2, 3]


def test_no_tumour_gives_an_empty_label_map(
    make_image: Callable[..., sitk.Image], assert_same_grid: Callable[[sitk.Image, sitk.Image], None]
) -> None:
    image = make_image("oblique", lambda points: points[..., 0])
    grid = working_grid({"t1": image}, reference="t1", spacing_mm=3.0)
    labels = native_labels(np.zeros((3, *grid.size[::-1]), np.float32), grid, image, report=lambda _done: None)
    assert_same_grid(labels, image)
    assert not sitk.GetArrayFromImage(labels).any()
