"""Samples: a function of seed and number, with every subset of what the patient has."""

import dataclasses

import numpy as np
import torch

from lckd_training.cohorts.prepared import PreparedCase
from lckd_training.samples.sampling import TrainingSamples, choose_subset
from lckd_training.settings.recipes import RECIPES

TINY = dataclasses.replace(RECIPES["tiny"], crop=(16, 16, 16))


def test_a_sample_depends_on_its_number_and_the_seed_alone(a_prepared_case: PreparedCase) -> None:
    samples = TrainingSamples([a_prepared_case], [], TINY)
    first = samples[5]
    _ = samples[1]
    again = TrainingSamples([a_prepared_case], [], TINY)[5]
    other = TrainingSamples([a_prepared_case], [], dataclasses.replace(TINY, seed=1))[5]
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first.occupancy, other.occupancy)


def test_all_15_subsets_are_drawn_about_equally_often() -> None:
    rng = np.random.default_rng(0)
    drawn = [tuple(choose_subset(np.ones(4, dtype=bool), rng, full_set_share=1 / 15)) for _ in range(1500)]
    counts = [drawn.count(subset) for subset in set(drawn)]
    assert len(counts) == 15
    assert min(counts) > 60


def test_a_modality_that_a_patient_lacks_is_never_drawn() -> None:
    rng = np.random.default_rng(0)
    lacks_t1ce = np.array([True, True, False, True])
    drawn = np.stack([choose_subset(lacks_t1ce, rng, full_set_share=1 / 15) for _ in range(200)])
    assert not drawn[:, 2].any()
    assert drawn.any(axis=1).all()


def without_t1ce(case: PreparedCase) -> PreparedCase:
    present = torch.tensor([True, True, False, True])
    return dataclasses.replace(case, present=present, volumes=case.volumes * present.view(-1, 1, 1, 1))


def test_what_is_not_in_the_subset_holds_nothing(a_prepared_case: PreparedCase) -> None:
    for number in range(20):
        sample = TrainingSamples([without_t1ce(a_prepared_case)], [], TINY)[number]
        assert sample.volumes[~sample.present].abs().sum() == 0
        assert not bool(sample.present[2])


def test_a_curriculum_begins_with_full_sets(a_prepared_case: PreparedCase) -> None:
    config = dataclasses.replace(TINY, full_set_steps=5, curriculum_steps=10, full_set_share=0.0)
    samples = TrainingSamples([a_prepared_case], [], config)
    assert all(bool(samples[number].present.all()) for number in range(5 * TINY.batch))
    assert not any(bool(samples[number].present.all()) for number in range(15 * TINY.batch, 20 * TINY.batch))


def test_transplanted_tumours_come_with_their_labels(a_prepared_case: PreparedCase) -> None:
    healthy = dataclasses.replace(
        a_prepared_case, occupancy=torch.zeros_like(a_prepared_case.occupancy), tumour=(torch.zeros(0, 3).long(),) * 3
    )
    config = dataclasses.replace(TINY, crop=(24, 24, 24), transplant_share=0.5, tumour_share=0.0)
    samples = TrainingSamples([healthy, healthy, healthy, a_prepared_case], [], config)
    with_tumour = sum(float(samples[number].occupancy[2].max()) > 0.5 for number in range(40))
    assert 15 <= with_tumour <= 35


def test_targets_stay_fractions_and_nested(a_prepared_case: PreparedCase) -> None:
    occupancy = torch.stack([TrainingSamples([a_prepared_case], [], TINY)[n].occupancy for n in range(10)])
    assert 0.0 <= float(occupancy.min()) <= float(occupancy.max()) <= 1.0 + 1e-5
    assert bool((occupancy[:, 0] <= occupancy[:, 1] + 1e-5).all())
    assert bool((occupancy[:, 1] <= occupancy[:, 2] + 1e-5).all())


def test_synthetic_patients_get_their_share(a_prepared_case: PreparedCase) -> None:
    synthetic = dataclasses.replace(a_prepared_case, occupancy=torch.zeros_like(a_prepared_case.occupancy))
    samples = TrainingSamples([a_prepared_case], [synthetic], dataclasses.replace(TINY, tumour_share=1.0))
    empty = sum(float(samples[number].occupancy.sum()) == 0 for number in range(100))
    assert 8 <= empty <= 35


def test_crops_that_are_asked_to_hold_tumour_hold_it(a_prepared_case: PreparedCase) -> None:
    samples = TrainingSamples([a_prepared_case], [], dataclasses.replace(TINY, crop=(24, 24, 24), tumour_share=1.0))
    assert all(float(samples[number].occupancy[2].max()) > 0.5 for number in range(20))


def test_contrast_is_changed_where_it_is_asked_for(a_prepared_case: PreparedCase) -> None:
    asked = dataclasses.replace(TINY, contrast_share=1.0)
    samples, plain = (TrainingSamples([without_t1ce(a_prepared_case)], [], config) for config in (asked, TINY))
    assert any(not torch.equal(samples[number].volumes, plain[number].volumes) for number in range(5))
    assert all(torch.equal(samples[number].occupancy, plain[number].occupancy) for number in range(5))
