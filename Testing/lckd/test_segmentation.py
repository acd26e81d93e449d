"""What comes out of a segmentation besides its labels."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk

from lckd.segmentation import Segmentation, entropy_bits


@pytest.fixture
def with_probabilities(make_segmentation: Callable[..., Segmentation]) -> Callable[..., Segmentation]:
    """A maker of results on a named geometry whose regions have these probabilities everywhere."""

    def make(geometry: str, *probabilities: float) -> Segmentation:
        result = make_segmentation(geometry)
        shape = result._grid.size[::-1]
        return replace(result, _probabilities=np.stack([np.full(shape, p, np.float32) for p in probabilities]))

    return make


def test_uncertainty_lies_on_the_voxels_of_the_result(
    every_geometry: str,
    make_segmentation: Callable[..., Segmentation],
    assert_same_grid: Callable[[sitk.Image, sitk.Image], None],
) -> None:
    result = make_segmentation(every_geometry)
    assert_same_grid(result.uncertainty(), result.labels)
    voxels = sitk.GetArrayFromImage(result.uncertainty())
    assert voxels.dtype == np.float32
    assert voxels.min() == 0.0
    assert 0.1 < voxels.max() <= 1.0


@pytest.mark.parametrize(
    ("probabilities", "bits"),
    [((0, 0, 0), 0.0), ((0, 0, 1), 0.0), ((1, 0.5, 1), 1.0), ((0, 0.99, 0.25), 0.8112781), ((0.75, 0.9, 1), 0.8112781)],
    ids=["surely nothing", "surely edema", "core or not", "whole or not", "enhancing or not"],
)
def test_uncertainty_is_that_of_the_least_certain_region(
    with_probabilities: Callable[..., Segmentation], probabilities: tuple[float, float, float], bits: float
) -> None:
    voxels = sitk.GetArrayFromImage(with_probabilities("axis-aligned", *probabilities).uncertainty())
    assert voxels.max() == pytest.approx(bits)
    assert bits or not voxels.any()


def test_entropy_is_symmetric_and_never_beyond_a_bit() -> None:
    probabilities = np.linspace(0, 1, 100_001, dtype=np.float32)
    entropy = entropy_bits(probabilities)
    assert entropy.dtype == np.float32
    assert (entropy.min(), entropy.max(), entropy[50_000]) == (0.0, 1.0, 1.0)
    assert entropy == pytest.approx(entropy_bits(1 - probabilities), abs=1e-6)
