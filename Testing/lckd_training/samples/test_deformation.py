"""Deformation: reading a patient at the points of a random crop."""

import numpy as np
import torch

from lckd_training.samples.deformation import DeformationRange, random_grid, read_at

NONE = DeformationRange(rotation_rad=0.0, log_scale=0.0, shear=0.0, elastic_voxels=0.0, flip_probability=0.0)


def a_volume() -> torch.Tensor:
    return torch.rand((2, 9, 10, 11), generator=torch.Generator().manual_seed(0))


def test_without_deformation_a_crop_is_the_voxels_around_its_centre() -> None:
    centre = torch.tensor([4.0, 5.0, 6.0])
    points = random_grid(np.random.default_rng(0), centre, (3, 5, 7), limits=NONE)
    assert torch.allclose(read_at(a_volume(), points), a_volume()[:, 3:6, 3:8, 3:10], atol=1e-5)


def test_a_crop_beyond_the_patient_is_zero_there() -> None:
    points = random_grid(np.random.default_rng(0), torch.tensor([0.0, 5.0, 5.0]), (5, 3, 3), limits=NONE)
    crop = read_at(a_volume() + 1.0, points)
    assert crop[:, :2].abs().max() == 0
    assert crop[:, 2:].min() >= 1.0


def test_a_flip_exchanges_left_and_right_only() -> None:
    flip = DeformationRange(rotation_rad=0.0, log_scale=0.0, shear=0.0, elastic_voxels=0.0, flip_probability=1.0)
    points = random_grid(np.random.default_rng(0), torch.tensor([4.0, 4.0, 5.0]), (9, 9, 11), limits=flip)
    assert torch.allclose(read_at(a_volume(), points), a_volume()[:, :, :9].flip(-1), atol=1e-5)


def test_images_and_target_are_deformed_alike() -> None:
    volume = a_volume()
    points = random_grid(np.random.default_rng(3), torch.tensor([4.0, 5.0, 5.0]), (8, 8, 8))
    assert torch.equal(read_at(volume, points)[0], read_at(volume[:1], points)[0])


def test_the_same_random_state_gives_the_same_deformation() -> None:
    grids = [random_grid(np.random.default_rng(7), torch.zeros(3), (4, 4, 4)) for _ in range(2)]
    assert torch.equal(*grids)
