"""Distillation: who is nearer to the truth teaches, gets no gradient for it, and teaches inside one sample only."""

import dataclasses

import pytest
import torch
from torch import Tensor

from lckd.modality import MODALITIES
from lckd.network import PRESETS, Features, build_network
from lckd.region import REGIONS
from lckd_training.method.distillation import (
    Lesson,
    disagreement,
    distillation_loss,
    supervise,
    take_lesson,
    teaching_weights,
)
from lckd_training.method.election import Election
from lckd_training.method.loss import segmentation_loss
from lckd_training.samples.sampling import Sample
from lckd_training.settings.config import DistillationForm, TrainingConfig
from lckd_training.settings.recipes import RECIPES

FLAIR, T1, T1CE, T2 = range(4)
DICE = {
    "flair": dict(zip(REGIONS, (0.2, 0.5, 0.9), strict=True)),
    "t1": dict(zip(REGIONS, (0.1, 0.4, 0.5), strict=True)),
    "t1ce": dict(zip(REGIONS, (0.7, 0.8, 0.6), strict=True)),
    "t2": dict(zip(REGIONS, (0.2, 0.5, 0.9), strict=True)),
}


def elected(**teachers: str) -> Election:
    """Elect teachers by region; those that are not named get FLAIR."""
    names = {region: teachers.get(region, "flair") for region in REGIONS}
    return Election(step=1, teachers=names, dice=DICE, full_set_dice={}, cases=1)  # type: ignore[arg-type]


FLAIR_TEACHES = elected()
BOTH_TEACH = elected(ET="t1ce", TC="t1ce")


def settings(form: DistillationForm = "set", **changes: object) -> TrainingConfig:
    return dataclasses.replace(RECIPES["tiny"], distillation_form=form, **changes)  # type: ignore[arg-type]


def lesson(*pairs: tuple[int, int, float], occupancy: Tensor | None = None) -> Lesson:
    """Make a lesson of pairs (sample, modality, value of every voxel)."""
    ordered = sorted(pairs, key=lambda pair: (pair[1], pair[0]))
    maps = torch.stack([torch.full((2, 2, 1, 1), value) for _, _, value in ordered]).requires_grad_()
    sample = torch.tensor([pair[0] for pair in ordered])
    samples = int(sample.max()) + 1
    features = Features([maps * 2.0, maps], sample, torch.tensor([pair[1] for pair in ordered]), samples)
    return Lesson(features, [], [], torch.ones(samples, 3, 2, 1, 1) if occupancy is None else occupancy)


def loss(of: Lesson, election: Election | None = FLAIR_TEACHES, config: TrainingConfig | None = None) -> Tensor:
    return distillation_loss(of, election, config or settings())


def test_the_loss_is_the_mean_distance_from_student_to_teacher() -> None:
    assert loss(lesson((0, FLAIR, 1.0), (0, T1, 4.0))).item() == pytest.approx(3.0)


def test_distances_are_summed_over_pairs_and_averaged_over_samples() -> None:
    pairs = lesson((0, FLAIR, 0.0), (0, T1, 1.0), (0, T1CE, 3.0), (1, T1, 9.0))
    assert loss(pairs).item() == pytest.approx((1.0 + 3.0) / 2)


@pytest.mark.parametrize("form", ["set", "region", "scales"])
def test_teachers_receive_no_gradient_from_students(form: DistillationForm) -> None:
    pairs = lesson((0, FLAIR, 1.0), (0, T1, 4.0))
    gradient = torch.autograd.grad(loss(pairs, config=settings(form)), pairs.features.maps[-1])[0]
    assert gradient[0].abs().sum() == 0
    assert gradient[1].abs().sum() > 0


def test_teacher_and_student_of_different_patients_do_not_meet() -> None:
    assert loss(lesson((0, FLAIR, 1.0), (1, T1, 4.0))).item() == 0


def test_two_teachers_do_not_teach_each_other() -> None:
    assert loss(lesson((0, FLAIR, 1.0), (0, T1CE, 4.0)), BOTH_TEACH).item() == 0


def test_a_single_teacher_teaches_the_winner_of_another_region_too() -> None:
    pairs = lesson((0, FLAIR, 1.0), (0, T1CE, 4.0))
    assert loss(pairs, BOTH_TEACH, settings(election="single")).item() == pytest.approx(3.0)


@pytest.mark.parametrize("form", ["set", "region", "scales"])
def test_no_modality_teaches_before_the_first_election(form: DistillationForm) -> None:
    assert loss(lesson((0, FLAIR, 1.0), (0, T1, 4.0)), None, settings(form)).item() == 0


def test_the_form_none_distils_nothing() -> None:
    assert loss(lesson((0, FLAIR, 1.0), (0, T1, 4.0)), config=settings("none")).item() == 0


def test_all_scales_count_alike() -> None:
    pairs = lesson((0, FLAIR, 1.0), (0, T1, 4.0))
    assert loss(pairs, config=settings("scales")).item() == pytest.approx((6.0 + 3.0) / 2)


def test_a_region_is_taught_by_its_own_teacher_and_only_inside_it() -> None:
    pairs = lesson((0, T1, 4.0), (0, T1CE, 1.0), occupancy=torch.zeros(1, 3, 2, 1, 1))
    assert loss(pairs, BOTH_TEACH, settings("region")).item() == 0
    pairs.occupancy[0, REGIONS.index("ET"), 0] = 1.0
    both = loss(pairs, BOTH_TEACH, settings("region"))
    gradient = torch.autograd.grad(both, pairs.features.maps[-1])[0]
    assert both.item() == pytest.approx(3.0 / 3)
    assert gradient[0, :, 0].abs().sum() > 0
    assert gradient[:, :, 1].abs().sum() == 0


def test_a_lead_in_dice_weighs_a_teacher_and_leaves_the_mean_as_it_was() -> None:
    weights = teaching_weights(BOTH_TEACH, settings(teacher_weights="performance"))
    assert weights[REGIONS.index("ET"), T1CE, T1] > weights[REGIONS.index("TC"), T1CE, T1]
    assert weights[REGIONS.index("WT"), FLAIR, T2] == 0
    assert weights.sum().item() == pytest.approx(len(REGIONS) * (len(MODALITIES) - 1))


def test_a_subset_that_says_what_the_fuller_set_says_has_nothing_to_learn() -> None:
    logits = torch.randn(2, 3, 4, 4, 4, generator=torch.Generator().manual_seed(0))
    assert disagreement(logits, logits).item() == pytest.approx(0.0, abs=1e-6)
    assert disagreement(logits + 1.0, logits).item() > 0.1


@pytest.fixture
def a_batch() -> Sample:
    """Two samples of which one modality is drawn; the first patient lacks T1."""
    generator = torch.Generator().manual_seed(0)
    available = torch.tensor([[True, False, True, True], [True, True, True, True]])
    drawn = torch.tensor([[True, False, False, False], [False, False, False, True]])
    volumes = torch.randn(2, 4, 16, 16, 16, generator=generator)
    return Sample(volumes, drawn, torch.rand(2, 3, 16, 16, 16, generator=generator), available)


@pytest.mark.parametrize("form", ["logits", "nested"])
def test_both_sets_are_decoded_as_if_each_were_alone(a_batch: Sample, form: DistillationForm) -> None:
    network = build_network(PRESETS["tiny"]).train()
    taught = take_lesson(network, a_batch, form)
    for logits, mask in ((taught.logits, a_batch.present), (taught.fuller, a_batch.available)):
        alone = network(a_batch.volumes, mask)
        assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(logits, alone, strict=True))


def test_a_fuller_set_learns_from_the_target_and_not_from_the_subset(a_batch: Sample) -> None:
    taught = take_lesson(build_network(PRESETS["tiny"]).train(), a_batch, "logits")
    supervised = torch.autograd.grad(supervise(taught, segmentation_loss), taught.fuller[0], retain_graph=True)[0]
    assert supervised.abs().sum() > 0
    assert taught.fuller[0].requires_grad
    taught_only = torch.autograd.grad(
        loss(taught, None, settings("logits")), [taught.fuller[0], taught.logits[0]], allow_unused=True
    )
    assert taught_only[0] is None
    assert taught_only[1].abs().sum() > 0
