"""Appearance: intensities change, the background does not."""

import numpy as np
import torch

from lckd_training.samples.augmentation import Appearance


def a_brain() -> torch.Tensor:
    brain = torch.randn((12, 12, 12), generator=torch.Generator().manual_seed(0))
    brain[:4] = 0.0
    return brain


def test_the_background_stays_exactly_zero() -> None:
    appearance = Appearance()
    for seed in range(30):
        assert appearance(a_brain(), np.random.default_rng(seed))[:4].abs().max() == 0


def test_intensities_change_but_stay_finite_and_in_reach() -> None:
    appearance = Appearance()
    changed = torch.stack([appearance(a_brain(), np.random.default_rng(seed)) for seed in range(30)])
    assert bool(torch.isfinite(changed).all())
    assert float(changed.abs().max()) < 200.0  # a strong bias field brightens a corner of the crop many times over
    assert float(changed.abs().median()) < 3.0
    assert not torch.equal(changed[0], changed[1])


def test_the_same_random_state_gives_the_same_appearance() -> None:
    first, again = (Appearance()(a_brain(), np.random.default_rng(3)) for _ in range(2))
    assert torch.equal(first, again)
