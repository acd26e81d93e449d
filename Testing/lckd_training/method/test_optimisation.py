"""Optimisation: which optimiser, and how its learning rate runs."""

import dataclasses

import pytest
import torch

from lckd_training.method.optimisation import learning_rate_at, make_optimiser
from lckd_training.settings.recipes import RECIPES

BASE, PAPER = RECIPES["base"], RECIPES["paper"]


def test_the_learning_rate_rises_then_falls_to_zero() -> None:
    config = dataclasses.replace(BASE, steps=100, warmup_steps=10)
    rates = [learning_rate_at(step, config) for step in range(101)]
    assert max(rates) <= config.learning_rate
    assert rates[0] < rates[5] < rates[10]
    assert rates[20] > rates[60] > rates[100] == pytest.approx(0.0, abs=1e-9)


def test_the_papers_second_phase_takes_the_rate_of_a_line_over_all_steps() -> None:
    assert learning_rate_at(0, PAPER) == pytest.approx(1e-2)
    assert learning_rate_at(40_000, PAPER) == pytest.approx(1e-2 * 0.5**0.9)
    assert learning_rate_at(79_999, PAPER) < 1e-6
    assert learning_rate_at(80_000, PAPER) == pytest.approx(1e-2 * (35 / 115) ** 0.9)
    assert learning_rate_at(115_000, PAPER) == 0.0


def test_the_papers_optimiser_is_sgd_with_nesterov_momentum() -> None:
    optimiser = make_optimiser(torch.nn.Linear(1, 1), PAPER)
    assert isinstance(optimiser, torch.optim.SGD)
    assert (optimiser.defaults["momentum"], optimiser.defaults["nesterov"]) == (0.99, True)
    assert isinstance(make_optimiser(torch.nn.Linear(1, 1), BASE), torch.optim.AdamW)
