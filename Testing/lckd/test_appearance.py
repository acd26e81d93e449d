"""Images in wrong slots are noticed, and those in their own are left in peace."""

from itertools import combinations

import numpy as np
import pytest

from lckd.appearance import describe, doubtful_slots, figures_of, looks, strange_images
from lckd.intensity import FloatArray, normalise
from lckd.modality import MODALITIES, Modality
from lckd_training.cohorts.case import SyntheticCase
from lckd_training.fit_appearance import brains_of, check, fit

SPACING_MM = 2.0
Brains = dict[Modality, FloatArray]


@pytest.fixture(scope="module")
def brains() -> Brains:
    return brains_of(SyntheticCase(2_000_001, spacing_mm=SPACING_MM))


def test_a_patient_whose_images_are_in_their_slots_is_not_doubted(brains: Brains) -> None:
    assert doubtful_slots(figures_of(brains, spacing_mm=SPACING_MM)) == {}


@pytest.mark.parametrize(("one", "other"), list(combinations(MODALITIES, 2)))
def test_two_exchanged_images_are_noticed_by_name(brains: Brains, one: Modality, other: Modality) -> None:
    wrong = {**brains, one: brains[other], other: brains[one]}
    assert doubtful_slots(figures_of(wrong, spacing_mm=SPACING_MM)) == {one: other, other: one}


def test_a_single_t2_given_as_t1_is_noticed(brains: Brains) -> None:
    assert doubtful_slots(figures_of({"t1": brains["t2"]}, spacing_mm=SPACING_MM)) == {"t1": "t2"}


def test_the_figures_do_not_depend_on_where_the_brain_lies(brains: Brains) -> None:
    padded = np.pad(brains["t1"], 5)
    assert describe(padded, spacing_mm=SPACING_MM) == pytest.approx(
        describe(brains["t1"], spacing_mm=SPACING_MM), abs=1e-3
    )


def test_a_finer_grid_is_judged_like_the_usual_one(brains: Brains) -> None:
    fine = {modality: brain.repeat(2, 0).repeat(2, 1).repeat(2, 2) for modality, brain in brains.items()}
    assert doubtful_slots(figures_of(fine, spacing_mm=SPACING_MM / 2)) == {}
    wrong = {**fine, "flair": fine["t1"], "t1": fine["flair"]}
    assert doubtful_slots(figures_of(wrong, spacing_mm=SPACING_MM / 2)) == {"flair": "t1", "t1": "flair"}


def test_grids_that_show_too_little_and_empty_images_are_not_judged(brains: Brains) -> None:
    assert doubtful_slots(figures_of(brains, spacing_mm=4.0)) == {}
    assert doubtful_slots(figures_of({"t1": np.zeros_like(brains["t1"])}, spacing_mm=SPACING_MM)) == {}


def test_the_brains_of_a_patient_are_not_strange(brains: Brains) -> None:
    assert strange_images(figures_of(brains, spacing_mm=SPACING_MM)) == ()
    assert strange_images(figures_of(brains, spacing_mm=4.0)) == ()


@pytest.mark.parametrize("what", ["noise", "ramp", "two values"])
def test_what_is_no_brain_is_strange(brains: Brains, what: str) -> None:
    inside = brains["t1"] != 0
    pictures = {
        "noise": np.random.default_rng(0).normal(100.0, 30.0, inside.shape),
        "ramp": np.indices(inside.shape)[0].astype(float),
        "two values": (brains["t1"] > 0).astype(float),
    }
    brain = normalise(pictures[what].astype(np.float32), inside)
    assert strange_images(figures_of({"t1": brain, "t2": brains["t2"]}, spacing_mm=SPACING_MM)) == ("t1",)


def test_chances_sum_to_one_however_far_the_figures_are() -> None:
    chances = np.exp(looks().log_chances(np.full((3, len(looks().mean)), 1e9)))
    assert chances.sum(axis=1) == pytest.approx(1.0)


@pytest.mark.slow
def test_a_fit_learns_to_tell_its_own_patients_apart(brains: Brains) -> None:
    cases = [SyntheticCase(seed, spacing_mm=SPACING_MM) for seed in range(3)]
    learnt = fit(cases[:2], cases[2:])
    assert learnt["fitted"] == {"real": 2, "synthetic": 1, "images": 12}
    mean, deviation, weights, offsets = (np.array(learnt[name]) for name in ("mean", "deviation", "weights", "offsets"))
    scores = [((describe(b, spacing_mm=SPACING_MM) - mean) / deviation) @ weights + offsets for b in brains.values()]
    assert sum(np.argmax(score) == index for index, score in enumerate(scores)) >= 3


def test_a_check_counts_patients_pairs_and_single_images(brains: Brains) -> None:
    counted = check([brains])
    assert (counted.right[0], counted.exchanged[0], counted.alone[0], counted.right_alone[0]) == (1, 6, 12, 4)
    assert counted.right[1] == 0
    assert counted.exchanged[1] == 6
    assert "patients with two images exchanged: 6 of 6 noticed" in str(counted)
    assert counted.strange == (4, 0)
