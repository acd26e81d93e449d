"""Each disturbance of an acquisition changes what it should, and nothing else."""

import dataclasses
import math
from typing import Any

import pytest
import torch
from torch import Tensor

from lckd_training.synthetic import SyntheticPatient, patient, synthesise
from lckd_training.synthetic.acquisition import FAINTEST, MOST_SLICES, Acquisition, acquire, draw_acquisition
from lckd_training.synthetic.draws import Draws
from lckd_training.synthetic.grid import Grid
from lckd_training.synthetic.noise import draw_field

SCALE = 500.0
CALM = Acquisition(
    shift_mm=(0.0, 0.0, 0.0),
    blur_mm=(0.0, 0.0, 0.0),
    slice_axis=0,
    slice_mm=0.0,
    stripes=0.0,
    stripe_gains=Draws(7, "acquisition").gaussian((MOST_SLICES,)),
    noise=0.0,
    outliers=0.0,
    ceiling=math.inf,
    bias=0.0,
    bias_field=draw_field(Draws(8, "acquisition"), 55.0),
    gamma=1.0,
    scale=SCALE,
)
"""An acquisition without any disturbance."""
DISTURBANCES: dict[str, dict[str, Any]] = {
    "misregistration": {"shift_mm": (3.0, -2.0, 1.0)},
    "blur": {"blur_mm": (5.0, 5.0, 5.0)},
    "thick slices": {"slice_mm": 12.0},
    "stripes": {"stripes": 0.05},
    "noise": {"noise": 0.05},
    "outliers": {"noise": 0.05, "outliers": 4.0},
    "saturation": {"ceiling": 1.1},
    "bias field": {"bias": 0.1},
    "gamma": {"gamma": 1.15},
    "scale": {"scale": 100.0},
}


@pytest.fixture(scope="module")
def a_signal(a_grid: Grid) -> Tensor:
    """A smooth signal around 1, about as tissue gives it."""
    return 1.0 + 0.1 * draw_field(Draws(9, "contrast"), 20.0).at(a_grid)


def acquired(signal: Tensor, grid: Grid, **changes: Any) -> Tensor:  # noqa: ANN401 - values of fields
    """Acquire with some disturbances, relative to the intensity of white matter."""
    return acquire(signal, dataclasses.replace(CALM, **changes), Draws(3, "noise"), grid) / SCALE


def centre_mm(volume: Tensor, grid: Grid) -> list[float]:
    return [float((place * volume).sum() / volume.sum()) for place in grid.coordinates_mm()]


def test_a_calm_acquisition_shows_the_signal(a_signal: Tensor, a_grid: Grid) -> None:
    inner = (slice(1, -1),) * 3  # at the rim of the box a part of the blur is missing
    assert torch.allclose(acquired(a_signal, a_grid)[inner], a_signal[inner], atol=0.01)


@pytest.mark.parametrize("name", DISTURBANCES)
def test_every_disturbance_is_the_same_again_and_keeps_voxels_and_signal(
    name: str, a_signal: Tensor, a_grid: Grid
) -> None:
    before = a_signal.clone()
    once, again = (acquired(a_signal, a_grid, **DISTURBANCES[name]) for _ in range(2))
    assert torch.equal(once, again)
    assert torch.equal(a_signal, before)
    assert once.shape == a_signal.shape
    assert once.min() > 0
    assert not torch.allclose(once, acquired(a_signal, a_grid), rtol=1e-3)


@pytest.mark.slow
def test_all_disturbances_together_touch_neither_labels_nor_background(monkeypatch: pytest.MonkeyPatch) -> None:
    def a_patient(**changes: Any) -> SyntheticPatient:  # noqa: ANN401 - values of fields
        monkeypatch.setattr(patient, "draw_acquisition", lambda _: dataclasses.replace(CALM, **changes))
        return synthesise(4, shape=(26, 40, 40), spacing_mm=(6.0, 6.0, 6.0))

    every = {field: value for changes in DISTURBANCES.values() for field, value in changes.items()}
    calm, disturbed = a_patient(), a_patient(**every)
    assert torch.equal(disturbed.labels, calm.labels)
    assert torch.equal(disturbed.images > 0, calm.images > 0)
    assert not torch.equal(disturbed.images, calm.images)


def test_misregistration_moves_the_image_by_as_many_millimetres(a_grid: Grid) -> None:
    z, y, x = a_grid.coordinates_mm()
    blob = torch.exp(-((z - 75.0) ** 2 + (y - 130.0) ** 2 + (x - 120.0) ** 2) / 15.0**2)
    moved = acquired(blob, a_grid, shift_mm=(3.0, -2.0, 1.0), blur_mm=(3.0, 3.0, 3.0)) - FAINTEST / SCALE
    assert centre_mm(moved, a_grid) == pytest.approx([72.0, 132.0, 119.0], abs=0.1)
    assert float(moved.sum()) == pytest.approx(float(blob.sum()), rel=0.05)


def test_blur_takes_detail_away_and_keeps_the_mean(a_grid: Grid) -> None:
    signal = 1.0 + 0.2 * Draws(1, "contrast").gaussian(a_grid.shape)
    sharp, blurred = acquired(signal, a_grid), acquired(signal, a_grid, blur_mm=(5.0, 5.0, 5.0))
    assert blurred.std() < 0.3 * sharp.std()
    assert float(blurred.mean()) == pytest.approx(float(sharp.mean()), rel=0.01)


def test_blur_along_one_axis_leaves_the_others_sharp(a_grid: Grid) -> None:
    across = 1.0 + 0.2 * (torch.arange(a_grid.shape[2]) % 2).expand(a_grid.shape)
    assert torch.allclose(acquired(across, a_grid, blur_mm=(9.0, 9.0, 0.0)), acquired(across, a_grid), atol=1e-5)


@pytest.mark.parametrize("axis", range(3))
def test_thick_slices_average_across_them_and_never_within(axis: int, a_grid: Grid) -> None:
    for other in range(3):
        shape = [1, 1, 1]
        shape[other] = -1
        signal = (1.0 + 0.2 * (torch.arange(a_grid.shape[other]) % 2)).view(shape).expand(a_grid.shape)
        thick = acquired(signal, a_grid, slice_axis=axis, slice_mm=12.0)
        if other == axis:
            assert thick.std() < 0.3 * signal.std()
        else:
            assert torch.allclose(thick, acquired(signal, a_grid), atol=1e-5)


@pytest.mark.parametrize("axis", range(3))
def test_stripes_are_a_gain_of_whole_slices(axis: int, a_signal: Tensor, a_grid: Grid) -> None:
    gain = acquired(a_signal, a_grid, slice_axis=axis, stripes=0.05) / acquired(a_signal, a_grid)
    by_slice = gain.movedim(axis, 0).flatten(1)
    assert torch.allclose(by_slice, by_slice[:, :1].expand_as(by_slice), rtol=1e-4)
    assert 0.03 < float(by_slice[:, 0].std()) < 0.07


def test_noise_is_gaussian_on_tissue_and_of_rician_bias_where_there_is_no_signal(a_grid: Grid) -> None:
    sigma = 0.05 / a_grid.width_mm**0.75
    bright, dark = (acquired(torch.full(a_grid.shape, level), a_grid, noise=0.05) for level in (1.0, 0.0))
    assert float(bright.std()) == pytest.approx(sigma, rel=0.05)
    assert float(bright.mean()) == pytest.approx(1.0 + sigma**2 / 2, abs=1e-3)
    assert float(dark.mean()) == pytest.approx(sigma * math.sqrt(math.pi / 2), rel=0.05)
    assert float(dark.std()) == pytest.approx(sigma * math.sqrt(2 - math.pi / 2), rel=0.05)


def test_outliers_are_a_few_voxels_that_stand_out(a_grid: Grid) -> None:
    signal = torch.ones(a_grid.shape)
    plain = acquired(signal, a_grid, noise=0.05)
    tailed = acquired(signal, a_grid, noise=0.05, outliers=4.0)
    touched = (tailed - plain).abs() > 0.5 * plain.std()
    assert 1e-4 < float(touched.float().mean()) < 0.01
    assert (tailed - 1.0).abs().max() > 3 * (plain - 1.0).abs().max()
    assert float(tailed[~touched].std()) == pytest.approx(float(plain.std()), rel=0.05)


def test_saturation_cuts_only_what_is_too_bright(a_signal: Tensor, a_grid: Grid) -> None:
    plain, cut = acquired(a_signal, a_grid), acquired(a_signal, a_grid, ceiling=1.1)
    assert torch.allclose(cut, plain.clamp(max=1.1))
    assert (cut < plain).any()


def test_the_bias_field_is_a_smooth_gain(a_signal: Tensor, a_grid: Grid) -> None:
    gain = acquired(a_signal, a_grid, bias=0.1) / acquired(a_signal, a_grid)
    assert torch.allclose(gain.log(), 0.1 * CALM.bias_field.at(a_grid), atol=0.01)
    assert max(float(gain.diff(dim=axis).abs().max()) for axis in range(3)) < 0.05


def test_gamma_and_scale_keep_the_order_of_intensities(a_signal: Tensor, a_grid: Grid) -> None:
    plain = acquired(a_signal, a_grid)
    assert torch.allclose(acquired(a_signal, a_grid, gamma=1.15), plain**1.15)
    assert torch.allclose(acquired(a_signal, a_grid, scale=100.0) * SCALE / 100.0, plain)


def test_every_disturbance_is_drawn_sometimes_and_the_same_for_a_seed() -> None:
    drawn = [draw_acquisition(Draws(seed, "acquisition")) for seed in range(60)]
    assert 0 < sum(one.slice_mm > 0 for one in drawn) < 60
    assert 0 < sum(one.stripes > 0 for one in drawn) < 60
    assert 0 < sum(one.outliers > 0 for one in drawn) < 60
    assert 0 < sum(math.isfinite(one.ceiling) for one in drawn) < 60
    assert 0 < sum(one.shift_mm != (0.0, 0.0, 0.0) for one in drawn) < 60
    again = draw_acquisition(Draws(5, "acquisition"))
    for field in dataclasses.fields(Acquisition):
        one, other = getattr(drawn[5], field.name), getattr(again, field.name)
        if field.name == "bias_field":
            one, other = one.knots, other.knots
        assert torch.equal(one, other) if isinstance(one, Tensor) else one == other
