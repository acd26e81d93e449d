"""How the weights are changed: the optimiser, and its learning rate over the steps."""

import math

import torch
from torch import nn

from lckd_training.settings.config import TrainingConfig

SGD_MOMENTUM = 0.99
POLY_POWER = 0.9


def make_optimiser(network: nn.Module, config: TrainingConfig) -> torch.optim.Optimizer:
    """Make the optimiser that the settings name.

    Args:
        network: Whose parameters it changes.
        config: Settings of the training.
    """
    if config.optimiser == "sgd":
        return torch.optim.SGD(
            network.parameters(),
            lr=config.learning_rate,
            momentum=SGD_MOMENTUM,
            nesterov=True,
            weight_decay=config.weight_decay,
        )
    return torch.optim.AdamW(network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)


def learning_rate_at(step: int, config: TrainingConfig) -> float:
    """Compute the learning rate of a step: a linear rise, then a fall to zero over all steps.

    Args:
        step: Steps done.
        config: Settings of the training.
    """
    rise = min(1.0, (step + 1) / max(config.warmup_steps, 1))
    return config.learning_rate * rise * (_poly(step, config) if config.schedule == "poly" else _cosine(step, config))


def _cosine(step: int, config: TrainingConfig) -> float:
    return 0.5 * (1.0 + math.cos(math.pi * step / config.steps))


def _poly(step: int, config: TrainingConfig) -> float:
    """Fall over the steps of the phase: in the paper's two runs, the second counts all steps from its start on."""
    end = config.full_set_steps if step < config.full_set_steps else config.steps
    return float((1.0 - min(step / end, 1.0)) ** POLY_POWER)
