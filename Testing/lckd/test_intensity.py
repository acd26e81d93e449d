from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from lckd.intensity import background_value, foreground_mask, normalise

Array = npt.NDArray[Any]
SHAPE = (20, 24, 22)


@pytest.fixture
def a_brain() -> Array:
    """Where the brain is: an ellipsoid, D, H, W."""
    k, j, i = np.indices(SHAPE)
    mask: Array = ((k - 9.5) / 8) ** 2 + ((j - 11.5) / 9) ** 2 + ((i - 10.5) / 8) ** 2 < 1
    return mask


@pytest.fixture
def stripped(a_brain: Array) -> Array:
    """A skull-stripped image on 0."""
    return np.where(a_brain, np.random.default_rng(1).normal(300.0, 40.0, SHAPE), 0.0).astype(np.float32)


@pytest.fixture
def raw(a_brain: Array) -> Array:
    """An image with the noise of air around the head."""
    random = np.random.default_rng(2)
    return np.where(a_brain, random.normal(300.0, 40.0, SHAPE), random.uniform(0.0, 20.0, SHAPE)).astype(np.float32)


def prepared(voxels: Array) -> Array:
    return normalise(voxels, foreground_mask(voxels))


def test_foreground_of_a_stripped_image_is_all_but_its_background(stripped: Array, a_brain: Array) -> None:
    assert np.array_equal(foreground_mask(stripped), a_brain)


def test_foreground_of_a_raw_image_leaves_out_the_air(raw: Array, a_brain: Array) -> None:
    assert (foreground_mask(raw) == a_brain).mean() > 0.99


def test_foreground_is_normalised_to_zero_mean_and_unit_deviation(stripped: Array, a_brain: Array) -> None:
    values = prepared(stripped)[a_brain]
    typical = np.sort(values)[len(values) // 100 : -len(values) // 100]
    assert typical.mean() == pytest.approx(0.0, abs=5e-3)
    assert typical.std() == pytest.approx(1.0, abs=2e-2)


def test_background_becomes_exactly_zero(stripped: Array, raw: Array, a_brain: Array) -> None:
    assert not prepared(stripped)[~a_brain].any()
    assert not prepared(raw)[~foreground_mask(raw)].any()


@pytest.mark.parametrize(("scale", "offset"), [(0.001, 0.0), (7.0, 0.0), (1.0, -1024.0), (-2.0, 50.0), (3.0, 500.0)])
def test_scale_and_offset_of_a_scanner_do_not_matter(stripped: Array, scale: float, offset: float) -> None:
    other = (stripped * scale + offset).astype(np.float32)
    assert prepared(other) == pytest.approx(np.sign(scale) * prepared(stripped), abs=1e-3)


def test_few_extreme_voxels_do_not_set_the_scale(stripped: Array, a_brain: Array) -> None:
    spoilt = stripped.copy()
    spoilt[10, 12, 8:12] = 1e6
    untouched = a_brain & (spoilt == stripped)
    assert prepared(spoilt)[untouched] == pytest.approx(prepared(stripped)[untouched], abs=0.05)
    assert prepared(spoilt).max() == 12.0


def test_cut_off_part_of_a_scan_counts_as_background(stripped: Array, a_brain: Array) -> None:
    cut = stripped.copy()
    cut[14:] = 0.0
    assert np.array_equal(foreground_mask(cut), a_brain & (np.arange(SHAPE[0]) < 14)[:, None, None])
    assert prepared(cut)[:14] == pytest.approx(prepared(stripped)[:14], abs=0.1)
    assert not prepared(cut)[14:].any()


def test_scan_that_was_normalised_before_keeps_its_negative_values(stripped: Array, a_brain: Array) -> None:
    scores = np.where(a_brain, (stripped - 300.0) / 40.0, 0.0).astype(np.float32)
    assert np.array_equal(foreground_mask(scores), a_brain)
    assert prepared(scores) == pytest.approx(prepared(stripped), abs=1e-3)


def test_background_value_is_that_of_the_corners(stripped: Array) -> None:
    stripped[0, 0, 0] = 900.0  # one corner, say a mark, does not decide
    assert background_value(stripped) == 0.0
    assert background_value(stripped - 5.0) == -5.0


def test_scan_that_fills_its_image_with_negative_values_has_a_foreground() -> None:
    voxels = np.random.default_rng(3).uniform(-10.0, -9.0, SHAPE).astype(np.float32)
    assert foreground_mask(voxels).any()


def test_foreground_of_a_single_value_is_finite(a_brain: Array) -> None:
    values = prepared(np.where(a_brain, 5.0, 0.0).astype(np.float32))
    assert np.isfinite(values).all()


def test_nothing_is_normalised_to_nothing() -> None:
    voxels = np.full(SHAPE, 3.0, np.float32)
    assert not normalise(voxels, np.zeros(SHAPE, bool)).any()
