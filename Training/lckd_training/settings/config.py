"""Settings of a training: everything that decides its result, besides the cohorts."""

import dataclasses
import math
import typing
from dataclasses import dataclass
from reprlib import repr as shorten
from typing import Any, Literal

from lckd.errors import TrainingError

LARGEST_SEED = 2**32 - 1
"""Every source of random numbers takes seeds up to this."""

LARGEST_BATCH_VOXELS = 2**27
"""64 crops of 128 voxels along each axis; with the activations of a small network more than any device holds."""
FEWEST_SCALES, MOST_SCALES = 2, 9
MOST_CHANNELS = 2048

_LARGEST = 1e9
_RANGES: dict[str, tuple[float, float]] = {
    "steps": (1, _LARGEST),
    "seed": (0, LARGEST_SEED),
    "spacing_mm": (0.5, 10.0),
    "batch": (1, _LARGEST),
    "elect_every": (1, _LARGEST),
    "ema_decay": (0.0, 0.99999),  # with 1 the average would stay what the seed made it
    "synthetic_share": (0.0, 1.0),
    "tumour_share": (0.0, 1.0),
    "full_set_share": (0.0, 1.0),
    "transplant_share": (0.0, 1.0),
    "contrast_share": (0.0, 1.0),
}
_OTHER_NUMBERS = (0.0, _LARGEST)


@dataclass(frozen=True)
class TrainingConfig:
    """Settings that a checkpoint carries and a resumed training must share.

    Attributes:
        recipe: Recipe that these settings started from (`lckd_training.settings.recipes`).
        preset: Network preset (`lckd.network.network.PRESETS`).
        fusion: How the present modalities become one map (`lckd.network.fusion`).
        channels: Channels of each scale of the network, finest first; empty: those of the preset.
        steps: Optimiser steps of the whole training; the learning rate falls to zero over them.
        seed: Seed of the initial weights and of every sample.
        spacing_mm: Edge of a voxel of the working grid.
        crop: Size of a training crop in working voxels, (D, H, W).
        batch: Samples per step.
        optimiser: ``adamw``, or ``sgd`` with Nesterov momentum 0.99.
        schedule: How the learning rate falls: half a ``cosine``, or the power 0.9 of a line (``poly``), which begins
            anew over all steps when `full_set_steps` are over.
        learning_rate: Peak learning rate.
        weight_decay: Weight decay.
        warmup_steps: Steps over which the learning rate rises.
        ema_decay: Decay of the exponential moving average of the weights, which is what is kept; 0 keeps the last.
        cross_entropy: Weight of the cross-entropy (mean over the regions) beside the Dice loss.
        elect_every: Steps between two elections.
        elect_from: Step before which no election is held.
        election_margin: Dice by which a challenger must beat the sitting teacher.
        election: Whether every region has its own winner as teacher (``multi``, LCKD-m) or all have the most frequent
            winner (``single``, LCKD-s).
        distillation: Weight alpha of the distillation term (0.1 in the paper); with 0 nothing is distilled.
        full_set_steps: Steps at the start in which every sample shows all its modalities.
        curriculum_steps: Steps after those over which the share of such samples falls to `full_set_share`.
        full_set_share: Final share of samples that show all modalities of their patient; the others show a smaller
            subset, each equally likely.
        synthetic_share: Share of synthetic samples where there are real cases as well.
        tumour_share: Share of crops centred on a tumour voxel.
        transplant_share: Share of samples that get the tumour of a real patient besides their own.
        contrast_share: Share of samples whose tissues are given another contrast.
    """

    recipe: str = "base"
    preset: Literal["tiny", "base", "paper"] = "base"
    fusion: Literal["mean", "fill"] = "mean"
    channels: tuple[int, ...] = ()
    steps: int = 4000
    seed: int = 0
    spacing_mm: float = 2.0
    crop: tuple[int, int, int] = (64, 64, 64)
    batch: int = 2
    optimiser: Literal["adamw", "sgd"] = "adamw"
    schedule: Literal["cosine", "poly"] = "cosine"
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    warmup_steps: int = 100
    ema_decay: float = 0.998
    cross_entropy: float = 1.0
    elect_every: int = 500
    elect_from: int = 0
    election_margin: float = 0.01
    election: Literal["multi", "single"] = "multi"
    distillation: float = 0.1
    full_set_steps: int = 0
    curriculum_steps: int = 0
    full_set_share: float = 1 / 15
    synthetic_share: float = 0.2
    tumour_share: float = 0.7
    transplant_share: float = 0.0
    contrast_share: float = 0.0

    def __post_init__(self) -> None:
        """Refuse settings that no training can have.

        Raises:
            TrainingError: A value is out of range or unknown, or two do not go together; the sentence names them.
        """
        for name, kind in typing.get_type_hints(TrainingConfig).items():
            _require_choice(name, getattr(self, name), kind)
            _require_range(name, getattr(self, name))
        _require_crop(self.crop, self.batch)
        _require_channels(self.channels)

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain values."""
        return dataclasses.asdict(self)

    def election_due(self, step: int) -> bool:
        """Whether an election is held after a step: on schedule, and at the end."""
        return step >= self.steps or (step % self.elect_every == 0 and step >= self.elect_from)

    def full_set_share_at(self, step: int) -> float:
        """Chance that a sample of a step shows all modalities of its patient, in [0, 1]."""
        late = step - self.full_set_steps
        if late < 0:
            return 1.0
        done = min(1.0, late / self.curriculum_steps) if self.curriculum_steps else 1.0
        return 1.0 + done * (self.full_set_share - 1.0)


def _require_crop(crop: tuple[int, int, int], batch: int) -> None:
    """Refuse crops without voxels, or batches of them that no memory holds.

    Raises:
        TrainingError: They are such.
    """
    if min(crop) < 1:
        message = f"The setting 'crop' is {shorten(crop)}: use three numbers of voxels."
        raise TrainingError(message)
    if batch * math.prod(crop) > LARGEST_BATCH_VOXELS:
        sizes = f"'batch' is {shorten(batch)} and 'crop' {shorten(crop)}"
        message = f"The setting {sizes}: make one smaller, to have at most {LARGEST_BATCH_VOXELS} voxels a step."
        raise TrainingError(message)


def _require_channels(channels: tuple[int, ...]) -> None:
    """Refuse channels of no network, or of one that no memory holds.

    Raises:
        TrainingError: They are such.
    """
    has_scales = not channels or FEWEST_SCALES <= len(channels) <= MOST_SCALES
    if not has_scales or not all(1 <= count <= MOST_CHANNELS for count in channels):
        rule = f"use {FEWEST_SCALES} to {MOST_SCALES} numbers from 1 to {MOST_CHANNELS}"
        message = f"The setting 'channels' is {shorten(channels)}: {rule}."
        raise TrainingError(message)


def _require_choice(name: str, value: Any, kind: Any) -> None:  # noqa: ANN401 - settings and types of any kind
    """Refuse a word that is none of the words of its setting.

    Raises:
        TrainingError: It is none.
    """
    choices = typing.get_args(kind) if typing.get_origin(kind) is Literal else (value,)
    if value not in choices:
        message = f"The setting '{name}' is {shorten(value)}: use one of {', '.join(choices)}."
        raise TrainingError(message)


def _require_range(name: str, value: Any) -> None:  # noqa: ANN401 - settings of any kind
    """Refuse a number that is out of its range, or none.

    Raises:
        TrainingError: It is.
    """
    low, high = _RANGES.get(name, _OTHER_NUMBERS)
    if isinstance(value, int | float) and not low <= value <= high:
        message = f"The setting '{name}' is {shorten(value)}: use a number from {low:g} to {high:g}."
        raise TrainingError(message)
