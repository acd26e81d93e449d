"""Distillation: students move towards detached teachers, within one sample only."""

import pytest
import torch

from lckd.network import Features
from lckd_training.distillation import distillation_loss

FLAIR, T1, T1CE = 0, 1, 2


def features(*pairs: tuple[int, int, float]) -> Features:
    """Make features of pairs (sample, modality, value of every voxel)."""
    ordered = sorted(pairs, key=lambda pair: (pair[1], pair[0]))
    bottleneck = torch.stack([torch.full((2, 1, 1, 1), value) for _, _, value in ordered]).requires_grad_()
    sample = torch.tensor([pair[0] for pair in ordered])
    modality = torch.tensor([pair[1] for pair in ordered])
    return Features([bottleneck], sample, modality, samples=int(sample.max()) + 1)


def test_the_loss_is_the_mean_distance_from_student_to_teacher() -> None:
    assert distillation_loss(features((0, FLAIR, 1.0), (0, T1, 4.0)), {FLAIR}).item() == pytest.approx(3.0)


def test_distances_are_summed_over_pairs_and_averaged_over_samples() -> None:
    pairs = features((0, FLAIR, 0.0), (0, T1, 1.0), (0, T1CE, 3.0), (1, T1, 9.0))
    assert distillation_loss(pairs, {FLAIR}).item() == pytest.approx((1.0 + 3.0) / 2)


def test_teachers_receive_no_gradient_from_students() -> None:
    pairs = features((0, FLAIR, 1.0), (0, T1, 4.0))
    distillation_loss(pairs, {FLAIR}).backward()
    gradient = pairs.maps[-1].grad
    assert gradient is not None
    assert gradient[0].abs().sum() == 0
    assert gradient[1].abs().sum() > 0


def test_teacher_and_student_of_different_patients_do_not_meet() -> None:
    assert distillation_loss(features((0, FLAIR, 1.0), (1, T1, 4.0)), {FLAIR}).item() == 0


def test_two_teachers_do_not_teach_each_other() -> None:
    assert distillation_loss(features((0, FLAIR, 1.0), (0, T1CE, 4.0)), {FLAIR, T1CE}).item() == 0


def test_nothing_is_distilled_before_the_first_election() -> None:
    assert distillation_loss(features((0, FLAIR, 1.0), (0, T1, 4.0)), frozenset()).item() == 0
