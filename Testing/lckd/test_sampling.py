"""Matrices for straight axes give what ITK gives point by point."""

from collections.abc import Callable

import numpy as np
import pytest
import SimpleITK as sitk

import lckd.sampling
from lckd.grid import WorkingGrid
from lckd.sampling import axes_along

DIRECTIONS = {
    "as LPS": (1, 0, 0, 0, 1, 0, 0, 0, 1),
    "as RAS": (-1, 0, 0, 0, -1, 0, 0, 0, 1),
    "sagittal": (0, 0, 1, 1, 0, 0, 0, -1, 0),
    "turned": (0, 1, 0, 0, 0, -1, -1, 0, 0),
}


@pytest.fixture(params=list(DIRECTIONS.values()), ids=list(DIRECTIONS))
def a_straight_image(request: pytest.FixtureRequest) -> sitk.Image:
    voxels = np.pad(np.random.default_rng(0).uniform(1, 2, (13, 17, 19)), 2).astype(np.float32)
    image = sitk.GetImageFromArray(voxels + 3)
    image.SetSpacing((1.3, 2.1, 0.7))
    image.SetOrigin((3.3, -11.2, 7.9))
    image.SetDirection(request.param)
    return image


def test_straight_images_are_sampled_as_itk_does(a_straight_image: sitk.Image, monkeypatch: pytest.MonkeyPatch) -> None:
    grid = WorkingGrid(2.0, first=(-20, -25, -15), size=(40, 41, 42))  # wider than the image
    by_matrices = grid.sample(a_straight_image)
    monkeypatch.setattr(lckd.sampling, "axes_along", lambda _image: None)
    by_points = grid.sample(a_straight_image)
    assert by_matrices == pytest.approx(by_points, abs=2e-6)
    assert np.array_equal(by_matrices == 3, by_points == 3)


def test_axes_are_straight_up_to_errors_of_reckoning_only(make_image: Callable[..., sitk.Image]) -> None:
    image = make_image("sagittal", lambda points: points[..., 0])
    assert axes_along(image) == [2, 0, 1]
    assert axes_along(make_image("oblique", lambda points: points[..., 0])) is None
