"""Settings of a training: everything that decides its result, besides the cohorts."""

import dataclasses
from dataclasses import dataclass
from typing import Any

LARGEST_SEED = 2**32 - 1
"""Every source of random numbers takes seeds up to this."""


@dataclass(frozen=True)
class TrainingConfig:
    """Settings that a checkpoint carries and a resumed training must share.

    Attributes:
        preset: Network preset (`lckd.network.PRESETS`).
        steps: Optimiser steps of the whole training; the learning rate falls to zero over them.
        seed: Seed of the initial weights and of every sample.
        spacing_mm: Edge of a voxel of the working grid.
        crop: Size of a training crop in working voxels, (D, H, W).
        batch: Samples per step.
        learning_rate: Peak learning rate of AdamW.
        weight_decay: Weight decay of AdamW.
        warmup_steps: Steps over which the learning rate rises.
        ema_decay: Decay of the exponential moving average of the weights, which is what is kept.
        elect_every: Steps between two elections.
        election_margin: Dice by which a challenger must beat the sitting teacher.
        distillation: Weight alpha of the distillation term (0.1 in the paper).
        synthetic_share: Share of synthetic samples where there are real cases as well.
        tumour_share: Share of crops centred on a tumour voxel.
    """

    preset: str = "base"
    steps: int = 4000
    seed: int = 0
    spacing_mm: float = 2.0
    crop: tuple[int, int, int] = (64, 64, 64)
    batch: int = 2
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    warmup_steps: int = 100
    ema_decay: float = 0.998
    elect_every: int = 500
    election_margin: float = 0.01
    distillation: float = 0.1
    synthetic_share: float = 0.2
    tumour_share: float = 0.7

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain values."""
        return dataclasses.asdict(self)


RECIPES: dict[str, TrainingConfig] = {
    "tiny": TrainingConfig(
        preset="tiny", spacing_mm=4.0, crop=(32, 32, 32), warmup_steps=5, elect_every=10, ema_decay=0.9
    ),
    "base": TrainingConfig(preset="base"),
    "paper": TrainingConfig(
        preset="paper",
        steps=115_000,
        spacing_mm=1.0,
        crop=(80, 160, 160),
        batch=1,
        learning_rate=1e-3,
        elect_every=5_000,
    ),
}
"""Settings of each preset; the command line replaces steps and seed. ``paper`` is the paper's network and crop with our
optimiser and schedule, not yet its protocol."""
