"""Synthetic patients: the same for everyone, and plausible enough to learn from."""

from functools import lru_cache

import pytest
import torch
from torch import Tensor

from lckd.errors import TrainingError
from lckd_training.synthetic import SEED_RANGES, SyntheticPatient, seeds, synthesise

FLAIR, T1, T1CE, T2 = range(4)
NCR, ED, ET = 1, 2, 4
LOOKED_AT = range(12)
CUBIC_CM_PER_VOXEL = 4.0**3 / 1000.0


@lru_cache(maxsize=32)
def a_patient(seed: int) -> SyntheticPatient:
    return synthesise(seed, shape=(39, 60, 60), spacing_mm=(4.0, 4.0, 4.0))


def tumour_cm3(patient: SyntheticPatient, edge_mm: float) -> float:
    return float((patient.labels > 0).sum()) * edge_mm**3 / 1000.0


def healthy(patient: SyntheticPatient) -> Tensor:
    return (patient.images[T1] > 0) & (patient.labels == 0)


def test_the_same_seed_gives_the_same_patient() -> None:
    a_patient.cache_clear()
    first = a_patient(5)
    a_patient.cache_clear()
    second = a_patient(5)
    assert torch.equal(first.images, second.images)
    assert torch.equal(first.labels, second.labels)


def test_the_number_of_threads_does_not_change_the_patient() -> None:
    threads = torch.get_num_threads()
    patients = []
    try:
        for number in (1, 2):
            torch.set_num_threads(number)
            patients.append(synthesise(6, shape=(39, 60, 60), spacing_mm=(4.0, 4.0, 4.0)))
    finally:
        torch.set_num_threads(threads)
    assert torch.equal(patients[0].labels, patients[1].labels)
    assert torch.allclose(patients[0].images, patients[1].images, rtol=1e-5)


def test_different_seeds_give_different_patients() -> None:
    assert not torch.equal(a_patient(1).labels, a_patient(2).labels)
    assert not torch.equal(a_patient(1).images, a_patient(2).images)


def test_the_random_state_of_the_caller_is_left_alone() -> None:
    before = torch.get_rng_state()
    synthesise(3, shape=(39, 60, 60), spacing_mm=(4.0, 4.0, 4.0))
    assert torch.equal(before, torch.get_rng_state())


def test_images_and_labels_have_the_promised_shapes_and_types() -> None:
    patient = a_patient(0)
    assert patient.images.shape == (4, 39, 60, 60)
    assert patient.images.dtype == torch.float32
    assert patient.labels.shape == (39, 60, 60)
    assert patient.labels.dtype == torch.uint8
    assert torch.isfinite(patient.images).all()


def test_no_patient_is_in_two_splits() -> None:
    ranges = list(SEED_RANGES.values())
    for index, one in enumerate(ranges):
        for other in ranges[index + 1 :]:
            assert max(one.start, other.start) >= min(one.stop, other.stop)


def test_a_split_gives_its_first_seeds() -> None:
    assert list(seeds("elect", 3)) == [1_000_000, 1_000_001, 1_000_002]


@pytest.mark.parametrize("count", [0, -1, 1_000_001])
def test_a_count_that_a_split_cannot_give_is_refused(count: int) -> None:
    with pytest.raises(TrainingError, match=f"'test' cannot give {count} patients"):
        seeds("test", count)


def test_an_unknown_split_is_refused_with_the_known_ones() -> None:
    with pytest.raises(TrainingError, match="'validation': use train, elect, test"):
        seeds("validation", 1)


def test_a_grid_that_does_not_cover_the_head_is_refused() -> None:
    with pytest.raises(TrainingError, match="does not fit into"):
        synthesise(0, shape=(64, 64, 64))


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(TrainingError, match="seed -1"):
        synthesise(-1)


@pytest.mark.parametrize("seed", LOOKED_AT)
def test_background_is_exactly_zero_in_all_modalities_alike(seed: int) -> None:
    present = a_patient(seed).images > 0
    assert torch.equal(present.all(dim=0), present.any(dim=0))
    assert (a_patient(seed).images[~present] == 0).all()
    assert not present[:, :, 0].any()
    assert not present[:, :, :, 0].any()


@pytest.mark.parametrize("seed", LOOKED_AT)
def test_the_brain_has_the_size_of_a_brain(seed: int) -> None:
    brain_cm3 = float((a_patient(seed).images[T1] > 0).sum()) * CUBIC_CM_PER_VOXEL
    assert 1000 < brain_cm3 < 2000


@pytest.mark.parametrize("seed", LOOKED_AT)
def test_the_tumour_lies_in_the_brain_and_has_known_labels_only(seed: int) -> None:
    patient = a_patient(seed)
    assert set(patient.labels.unique().tolist()) <= {0, NCR, ED, ET}
    assert (patient.images[FLAIR][patient.labels > 0] > 0).all()
    assert 5 < tumour_cm3(patient, 4.0) < 350


@pytest.mark.parametrize("seed", LOOKED_AT)
def test_edema_touches_the_core(seed: int) -> None:
    labels = a_patient(seed).labels
    core = ((labels == NCR) | (labels == ET)).float()[None, None]
    around = torch.nn.functional.max_pool3d(core, 3, 1, 1)[0, 0] > 0
    assert ((labels == ED) & around).any()


@pytest.mark.parametrize("seed", LOOKED_AT)
def test_the_rim_is_bright_on_t1ce_and_not_on_t1(seed: int) -> None:
    patient = a_patient(seed)
    rim, rest = patient.labels == ET, healthy(patient)
    if rim.sum() < 20:
        pytest.skip("This patient hardly enhances.")
    t1, t1ce = patient.images[T1], patient.images[T1CE]
    assert t1ce[rim].mean() / t1ce[rest].median() > 1.1 * t1[rim].mean() / t1[rest].median()
    necrosis = patient.labels == NCR
    if necrosis.sum() >= 20:
        assert t1ce[rim].mean() > t1ce[necrosis].mean()


@pytest.mark.parametrize("seed", LOOKED_AT)
def test_edema_is_bright_and_fluid_is_dark_on_flair(seed: int) -> None:
    patient = a_patient(seed)
    flair, t2, rest = patient.images[FLAIR], patient.images[T2], healthy(patient)
    fluid = rest & (t2 >= t2[rest].quantile(0.97))
    assert flair[patient.labels == ED].mean() > 1.15 * flair[rest].median()
    assert flair[fluid].mean() < flair[rest].median()


def test_some_patients_do_not_enhance_and_most_do() -> None:
    enhancing = [bool((a_patient(seed).labels == ET).any()) for seed in range(20)]
    assert 1 <= enhancing.count(False) <= 8


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 3])
def test_a_seed_is_about_the_same_patient_at_one_and_at_two_millimetres(seed: int) -> None:
    fine = synthesise(seed)
    coarse = synthesise(seed, shape=(78, 120, 120), spacing_mm=(2.0, 2.0, 2.0))
    assert tumour_cm3(coarse, 2.0) == pytest.approx(tumour_cm3(fine, 1.0), rel=0.05)
    pooled = torch.nn.functional.avg_pool3d((fine.labels[:154] > 0).float()[None, None], 2)[0, 0] > 0.5
    same = coarse.labels[:77] > 0
    assert 2 * (pooled & same).sum() / (pooled.sum() + same.sum()) > 0.9


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="No CUDA device here.")
def test_the_device_changes_only_rounding() -> None:
    cuda = synthesise(5, device="cuda", shape=(39, 60, 60), spacing_mm=(4.0, 4.0, 4.0))
    assert (cuda.labels.cpu() != a_patient(5).labels).float().mean() < 1e-3
    assert torch.allclose(cuda.images.cpu().mean((1, 2, 3)), a_patient(5).images.mean((1, 2, 3)), rtol=1e-2)
