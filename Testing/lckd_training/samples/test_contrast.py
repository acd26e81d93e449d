"""Contrast made from labels: tissues change against each other, texture and background do not."""

import numpy as np
import torch
from torch import Tensor

from lckd_training.samples.contrast import change_contrast

SIZE = 16
ET = (slice(None), slice(5, 9), slice(5, 9), slice(5, 9))


def a_patient() -> tuple[Tensor, Tensor]:
    """A cube of brain, half of it bright, in a background of 0, with an enhancing cube inside."""
    volumes, occupancy = torch.zeros(4, SIZE, SIZE, SIZE), torch.zeros(3, SIZE, SIZE, SIZE)
    brain = torch.from_numpy(np.random.default_rng(0).normal(0.0, 0.2, (4, 12, 12, 12))).float()
    brain[..., 6:] += 2.0
    volumes[:, 2:-2, 2:-2, 2:-2] = brain
    occupancy[ET] = 1.0
    return volumes, occupancy


def changed(seed: int = 0) -> Tensor:
    volumes, occupancy = a_patient()
    everything = torch.ones(4, dtype=torch.bool)
    return change_contrast(volumes, occupancy, modalities=everything, rng=np.random.default_rng(seed))


def shift(seed: int = 0) -> Tensor:
    return changed(seed) - a_patient()[0]


def test_the_background_stays_empty() -> None:
    volumes = changed()
    assert bool((volumes[a_patient()[0] == 0] == 0).all())
    assert bool(torch.isfinite(volumes).all())


def test_nothing_that_was_given_is_written_to() -> None:
    volumes, occupancy = a_patient()
    change_contrast(volumes, occupancy, modalities=torch.ones(4, dtype=torch.bool), rng=np.random.default_rng(0))
    assert torch.equal(volumes, a_patient()[0])


def test_it_is_the_seeds_alone() -> None:
    assert torch.equal(changed(3), changed(3))
    assert not torch.equal(changed(3), changed(4))


def test_a_part_of_the_tumour_is_shifted_as_one_in_each_modality_by_its_own_amount() -> None:
    inside = shift()[ET].flatten(1)
    assert float(inside.std(dim=1).max()) < 1e-4
    assert float(inside.mean(dim=1).std()) > 0.01


def test_tissues_move_against_each_other_and_keep_their_texture() -> None:
    for seed in range(3):
        dark, bright = (shift(seed)[:, 2:4, 2:14, half].flatten(1) for half in (slice(2, 8), slice(8, 14)))
        assert float((dark.mean(dim=1) - bright.mean(dim=1)).abs().max()) > 0.1
        assert float(dark.mean(dim=1).abs().max()) > float(dark.std(dim=1).min())


def test_without_a_brain_nothing_happens() -> None:
    empty = torch.zeros(4, 4, 4, 4)
    got = change_contrast(
        empty, torch.zeros(3, 4, 4, 4), modalities=torch.ones(4, dtype=torch.bool), rng=np.random.default_rng(0)
    )
    assert torch.equal(got, empty)
