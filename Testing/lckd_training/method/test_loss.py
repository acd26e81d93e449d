"""The segmentation loss."""

import pytest
import torch

from lckd_training.method.loss import segmentation_loss

SURE = 20.0


def a_target() -> torch.Tensor:
    target = torch.zeros(1, 3, 4, 4, 4)
    target[:, :, :2] = 1.0
    return target


def test_a_perfect_prediction_costs_nothing_and_a_wrong_one_much() -> None:
    logits = (a_target() * 2 - 1) * SURE
    assert segmentation_loss([logits], a_target()).item() == pytest.approx(0.0, abs=1e-3)
    assert segmentation_loss([-logits], a_target()).item() > SURE / 2


def test_a_coarser_scale_is_compared_with_the_averaged_target() -> None:
    fine = (a_target() * 2 - 1) * SURE
    coarse = torch.nn.functional.avg_pool3d(fine, 2)
    assert segmentation_loss([fine, coarse], a_target()).item() == pytest.approx(0.0, abs=1e-3)


def test_fractional_targets_are_met_best_by_their_own_probability() -> None:
    target = torch.full((1, 3, 2, 2, 2), 0.3)
    costs = {p: segmentation_loss([torch.full_like(target, p).logit()], target).item() for p in (0.05, 0.3, 0.95)}
    assert costs[0.3] < costs[0.95]
    assert costs[0.3] < costs[0.05]


def test_dice_of_a_fractional_target_is_perfect_at_the_fractions_themselves() -> None:
    target = torch.full((1, 3, 3, 3, 3), 0.25)
    target[..., 1, 1, 1] = 0.75
    logits = target.logit()
    cross_entropy = torch.nn.functional.binary_cross_entropy_with_logits(logits, target)
    assert segmentation_loss([logits], target).item() == pytest.approx(cross_entropy.item(), abs=1e-4)
