"""Disturbances change what they say, by as much as they say, and nothing else."""

import numpy as np
import pytest
import SimpleITK as sitk

from lckd.modality import MODALITIES, Modality
from lckd_training.robustness.catalogue import DISTURBANCES
from lckd_training.robustness.disturbance import Disturbance, brain_of, voxels_of
from lckd_training.robustness.intensities import add_noise, invert, thicken_slices
from lckd_training.robustness.positions import cut_bottom, rotate_others, shift_others
from lckd_training.robustness.stripping import strip_too_little, strip_too_much

Images = dict[Modality, sitk.Image]
SPACING_MM = 1.5


def a_rng() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture
def images() -> Images:
    """Four modalities of a ball of 21 mm radius, brighter along an axis of its own in each."""
    grid = np.indices((40, 40, 40)) - 19.5
    ball = (grid**2).sum(axis=0) < 14**2
    made = {}
    for index, modality in enumerate(MODALITIES):
        image = sitk.GetImageFromArray(np.where(ball, 100 + index + grid[index % 3], 0).astype(np.float32))
        image.SetSpacing([SPACING_MM] * 3)
        image.SetOrigin([5, -7, 11])
        made[modality] = image
    return made


@pytest.mark.parametrize("disturbance", DISTURBANCES, ids=lambda disturbance: disturbance.name)
def test_every_disturbance_changes_the_patient_and_repeats_itself(disturbance: Disturbance, images: Images) -> None:
    for strength in disturbance.strengths:
        once, again = (disturbance.change(images, strength, a_rng()) for _ in range(2))
        assert list(once) == list(images)
        for modality, image in once.items():
            assert np.array_equal(voxels_of(image), voxels_of(again[modality]))
            assert image.GetOrigin() == again[modality].GetOrigin()
            assert np.isfinite(voxels_of(image)).all()
        assert any(
            image.GetOrigin() != images[modality].GetOrigin()
            or not np.array_equal(voxels_of(image), voxels_of(images[modality]))
            for modality, image in once.items()
        )


def test_intensity_disturbances_keep_the_background_and_the_shape_of_the_brain(images: Images) -> None:
    brain = brain_of(voxels_of(images["t1"]))
    for disturbance in DISTURBANCES[:8]:
        changed = disturbance.change(images, disturbance.strengths[-1], a_rng())
        assert np.array_equal(brain_of(voxels_of(changed["t1"])), brain), disturbance.name


def test_noise_has_the_strength_that_is_asked_for(images: Images) -> None:
    voxels, noisy = voxels_of(images["t1"]), voxels_of(add_noise(images["t1"], 0.05, a_rng()))
    brain = brain_of(voxels)
    bright = np.percentile(voxels[brain], 95)
    assert (noisy - voxels)[brain].std() == pytest.approx(0.05 * bright, rel=0.05)


def test_thick_slices_average_along_the_third_axis_only(images: Images) -> None:
    voxels, thick = voxels_of(images["flair"]), voxels_of(thicken_slices(images["flair"], 6.0, a_rng()))
    middle = (slice(15, 25),) * 3
    assert np.allclose(thick[middle], voxels[middle], atol=1.0)  # a ramp stays one
    striped = sitk.GetImageFromArray(np.where(voxels > 0, voxels + 40 * (np.indices(voxels.shape)[0] % 2), 0))
    striped.CopyInformation(images["flair"])
    assert voxels_of(thicken_slices(striped, 6.0, a_rng()))[middle].std() < voxels_of(striped)[middle].std() / 2


def test_inversion_exchanges_dark_and_bright(images: Images) -> None:
    voxels, inverted = voxels_of(images["flair"]), voxels_of(invert(images["flair"]))
    brain = brain_of(voxels)
    assert np.corrcoef(voxels[brain], inverted[brain])[0, 1] < -0.99


def test_movement_leaves_the_first_modality_and_every_voxel_alone(images: Images) -> None:
    for move in (rotate_others, shift_others):
        moved = move(images, 5.0, a_rng())
        assert moved["flair"] is images["flair"]
        assert all(np.array_equal(voxels_of(moved[m]), voxels_of(images[m])) for m in MODALITIES)


def test_shift_and_rotation_have_the_size_that_is_asked_for(images: Images) -> None:
    corner, middle = (0, 0, 0), (19.5, 19.5, 19.5)
    shifted, turned = shift_others(images, 5.0, a_rng())["t2"], rotate_others(images, 4.0, a_rng())["t2"]
    original = images["t2"]
    off = np.subtract(shifted.TransformIndexToPhysicalPoint(corner), original.TransformIndexToPhysicalPoint(corner))
    assert np.linalg.norm(off) == pytest.approx(5.0)
    centres = [image.TransformContinuousIndexToPhysicalPoint(middle) for image in (turned, original)]
    assert centres[0] == pytest.approx(centres[1])
    turn = np.reshape(turned.GetDirection(), (3, 3))
    assert np.rad2deg(np.arccos((np.trace(turn) - 1) / 2)) == pytest.approx(4.0)


def test_the_cut_starts_at_the_lowest_slice_that_shows_something(images: Images) -> None:
    cut = voxels_of(cut_bottom(images, 20.0, a_rng())["t1"])
    shown = np.flatnonzero(voxels_of(images["t1"]).any(axis=(1, 2)))
    assert np.flatnonzero(cut.any(axis=(1, 2)))[0] == shown[0] + 13


def test_stripping_faults_take_from_and_add_to_the_surface(images: Images) -> None:
    brain = brain_of(voxels_of(images["t1"]))
    less = brain_of(voxels_of(strip_too_much(images["t1"], 4.0, a_rng())))
    more = brain_of(voxels_of(strip_too_little(images["t1"], 4.0, a_rng())))
    radius = [(3 * mask.sum() / (4 * np.pi)) ** (1 / 3) * SPACING_MM for mask in (less, brain)]
    assert radius[1] - radius[0] == pytest.approx(4.0, abs=0.7)
    assert not (less & ~brain).any()
    assert (more & brain).sum() == brain.sum()
    assert 1.05 < more.sum() / brain.sum() < 1.45
