"""Distillation: who is elected teaches, gets no gradient for it, and teaches inside one sample only."""

import dataclasses

import pytest
import torch
from torch import Tensor

from lckd.network.network import Features
from lckd.region import REGIONS
from lckd_training.method.distillation import distillation_loss
from lckd_training.method.election import Election
from lckd_training.settings.config import TrainingConfig
from lckd_training.settings.recipes import RECIPES

FLAIR, T1, T1CE, T2 = range(4)


def elected(**teachers: str) -> Election:
    """Elect teachers by region; those that are not named get FLAIR."""
    names = {region: teachers.get(region, "flair") for region in REGIONS}
    return Election(step=1, teachers=names, dice={}, full_set_dice={}, cases=1)  # type: ignore[arg-type]


FLAIR_TEACHES = elected()
BOTH_TEACH = elected(ET="t1ce", TC="t1ce")


def settings(**changes: object) -> TrainingConfig:
    return dataclasses.replace(RECIPES["tiny"], **changes)  # type: ignore[arg-type]


def features(*pairs: tuple[int, int, float]) -> Features:
    """Make features of pairs (sample, modality, value of every voxel)."""
    ordered = sorted(pairs, key=lambda pair: (pair[1], pair[0]))
    maps = torch.stack([torch.full((2, 2, 1, 1), value) for _, _, value in ordered]).requires_grad_()
    sample = torch.tensor([pair[0] for pair in ordered])
    modality = torch.tensor([pair[1] for pair in ordered])
    return Features([maps * 2.0, maps], sample, modality, int(sample.max()) + 1)


def loss(of: Features, election: Election | None = FLAIR_TEACHES, config: TrainingConfig | None = None) -> Tensor:
    return distillation_loss(of, election, config or settings())


def test_the_loss_is_the_mean_distance_from_student_to_teacher() -> None:
    assert loss(features((0, FLAIR, 1.0), (0, T1, 4.0))).item() == pytest.approx(3.0)


def test_distances_are_summed_over_pairs_and_averaged_over_samples() -> None:
    pairs = features((0, FLAIR, 0.0), (0, T1, 1.0), (0, T1CE, 3.0), (1, T1, 9.0))
    assert loss(pairs).item() == pytest.approx((1.0 + 3.0) / 2)


def test_every_teacher_teaches_every_student() -> None:
    pairs = features((0, FLAIR, 0.0), (0, T1, 2.0), (0, T1CE, 3.0), (0, T2, 5.0))
    assert loss(pairs, BOTH_TEACH).item() == pytest.approx(2.0 + 1.0 + 5.0 + 2.0)


def test_teachers_receive_no_gradient_from_students() -> None:
    pairs = features((0, FLAIR, 1.0), (0, T1, 4.0))
    gradient = torch.autograd.grad(loss(pairs), pairs.maps[-1])[0]
    assert gradient[0].abs().sum() == 0
    assert gradient[1].abs().sum() > 0


def test_teacher_and_student_of_different_patients_do_not_meet() -> None:
    assert loss(features((0, FLAIR, 1.0), (1, T1, 4.0))).item() == 0


def test_two_teachers_do_not_teach_each_other() -> None:
    assert loss(features((0, FLAIR, 1.0), (0, T1CE, 4.0)), BOTH_TEACH).item() == 0


def test_a_single_teacher_teaches_the_winner_of_another_region_too() -> None:
    pairs = features((0, FLAIR, 1.0), (0, T1CE, 4.0))
    assert loss(pairs, BOTH_TEACH, settings(election="single")).item() == pytest.approx(3.0)


def test_no_modality_teaches_before_the_first_election() -> None:
    assert loss(features((0, FLAIR, 1.0), (0, T1, 4.0)), None).item() == 0


def test_a_weight_of_zero_distils_nothing() -> None:
    assert loss(features((0, FLAIR, 1.0), (0, T1, 4.0)), config=settings(distillation=0.0)).item() == 0
