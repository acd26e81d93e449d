"""Heads with their skulls on, and what a scanner sends of them."""

import numpy as np
import pytest
import SimpleITK as sitk
import torch

from lckd.errors import TrainingError
from lckd_training.synthetic.head import SyntheticHead, synthesise_head
from lckd_training.synthetic.scan import Series, motion, scan

T1, T2 = 1, 3
COARSE = Series(voxel_mm=(2.0, 2.0, 5.0), noise=0.0)


@pytest.fixture(scope="module")
def a_head() -> SyntheticHead:
    return synthesise_head(2_000_002)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(TrainingError, match="cannot have the seed -1"):
        synthesise_head(-1)


@pytest.mark.slow
def test_the_brain_lies_in_a_head_that_is_larger(a_head: SyntheticHead) -> None:
    litres = float(a_head.brain.sum()) / 1e6
    shown = (a_head.signal[T1] > 0.05).sum() / 1e6
    assert 1.0 < litres < 1.9
    assert shown > 2.0 * litres
    assert a_head.labels[a_head.brain].any()
    assert not a_head.labels[~a_head.brain].any()


@pytest.mark.slow
def test_bone_is_dark_and_fat_is_bright_around_the_brain(a_head: SyntheticHead) -> None:
    middle = a_head.signal[T1, 130, a_head.brain.shape[1] // 2]
    brain = a_head.brain[130, a_head.brain.shape[1] // 2]
    left = int(brain.nonzero()[0])
    beyond = middle[max(left - 30, 0) : left]
    assert beyond.min() < 0.5
    assert beyond.max() > 1.3 * float(middle[brain].median())


@pytest.mark.slow
def test_labels_are_on_the_voxels_of_the_reference(a_head: SyntheticHead) -> None:
    scans = scan(a_head, {"t1": COARSE, "t2": Series(voxel_mm=(3.0, 3.0, 3.0))}, reference="t2")
    assert set(scans.images) == {"t1", "t2"}
    assert scans.labels.GetSize() == scans.images["t2"].GetSize()
    assert scans.labels.GetSpacing() == (3.0, 3.0, 3.0)
    volume = np.count_nonzero(sitk.GetArrayViewFromImage(scans.labels)) * 27
    assert volume == pytest.approx(int((a_head.labels > 0).sum()), rel=0.05)


@pytest.mark.slow
def test_a_moved_head_is_elsewhere_and_its_header_does_not_say_so(a_head: SyntheticHead) -> None:
    still, moved = COARSE, Series(voxel_mm=(2.0, 2.0, 5.0), noise=0.0, shift_mm=(10.0, 0.0, 0.0))
    brains = [scan(a_head, {"t1": series}, reference="t1").brains["t1"] for series in (still, moved)]
    assert brains[0].GetOrigin() == brains[1].GetOrigin()
    first, second = (np.argwhere(sitk.GetArrayFromImage(brain))[:, 2].mean() * 2.0 for brain in brains)
    assert first - second == pytest.approx(10.0, abs=0.2)
    assert motion(moved).TransformPoint((0.0, 0.0, 0.0)) == pytest.approx((10.0, 0.0, 0.0))


@pytest.mark.slow
def test_a_seed_gives_the_same_scan_again(a_head: SyntheticHead) -> None:
    noisy = Series(voxel_mm=(3.0, 3.0, 5.0), noise=0.05, bias=0.2)
    once, again = (sitk.GetArrayFromImage(scan(a_head, {"t2": noisy}, reference="t2").images["t2"]) for _ in range(2))
    assert np.array_equal(once, again)
    assert torch.isfinite(torch.from_numpy(once)).all()
