"""The network that a training teaches: its preset, changed by the settings."""

import dataclasses

import torch

from lckd.errors import TrainingError
from lckd.network.network import PRESETS, LckdNetwork, NetworkConfig
from lckd_training.settings.config import TrainingConfig


def student_of(config: TrainingConfig) -> NetworkConfig:
    """Return the arguments of the network that the settings ask for."""
    preset = PRESETS[config.preset]
    return dataclasses.replace(preset, fusion=config.fusion, channels=config.channels or preset.channels)


def require_trainable(config: TrainingConfig) -> None:
    """Refuse settings whose network does not exist, or cannot take the crops.

    Raises:
        TrainingError: It does not; the sentence says what to change.
    """
    student = student_of(config)
    if student.architecture == "paper" and student.channels:
        message = "The setting 'channels' does not go with the preset 'paper', whose sizes are the paper's: remove it."
        raise TrainingError(message)
    with torch.device("meta"):
        factor = LckdNetwork(student).factor
    if any(size % step or size < 2 * step for size, step in zip(config.crop, factor, strict=True)):
        message = f"The setting 'crop' is {config.crop}: each size must be a multiple of {factor}, at least twice that."
        raise TrainingError(message)
