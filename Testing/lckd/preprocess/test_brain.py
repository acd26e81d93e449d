"""deepbet is asked, and what it cannot do is one sentence."""

import sys
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import SimpleITK as sitk

from lckd.errors import InputError
from lckd.preprocess import brain, preprocess
from lckd.preprocess.brain import brain_probability, canonical, on_voxels_of


@pytest.fixture
def without_deepbet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installation without the extra `clinical`."""
    brain._extractor.cache_clear()
    monkeypatch.setitem(sys.modules, "deepbet", None)
    yield
    brain._extractor.cache_clear()


@pytest.mark.usefixtures("without_deepbet")
def test_a_head_without_deepbet_is_refused_in_one_sentence(
    a_whole_head: sitk.Image, assert_one_sentence: Callable[[str], None]
) -> None:
    with pytest.raises(InputError, match=r"deepbet.*extra 'clinical'") as told:
        preprocess({"t1": a_whole_head})
    assert_one_sentence(str(told.value))


@pytest.mark.usefixtures("without_deepbet")
def test_a_stripped_image_needs_no_deepbet(a_brain: sitk.Image) -> None:
    assert preprocess({"t1": a_brain}).images["t1"] is a_brain


@pytest.mark.parametrize("code", ["RAS", "LPS", "PIR", "ASL", "SRP"])
def test_deepbet_sees_the_same_head_in_every_orientation(a_whole_head: sitk.Image, code: str) -> None:
    turned = sitk.DICOMOrient(a_whole_head, code)
    assert np.array_equal(canonical(turned), canonical(a_whole_head))
    back = on_voxels_of(turned, canonical(turned))
    assert np.array_equal(sitk.GetArrayFromImage(back), sitk.GetArrayFromImage(turned))
    assert back.GetDirection() == turned.GetDirection()


def test_deepbet_sees_a_head_from_the_left_the_back_and_below_first(a_whole_head: sitk.Image) -> None:
    voxels, given = canonical(a_whole_head), sitk.GetArrayFromImage(a_whole_head)  # which is LPS
    assert np.array_equal(voxels, given[:, ::-1, ::-1].transpose(2, 1, 0))


@pytest.mark.slow
def test_what_shows_too_little_for_a_brain_is_refused_in_one_sentence(
    assert_one_sentence: Callable[[str], None],
) -> None:
    noise = np.random.default_rng(2).normal(100.0, 30.0, (60, 60, 60)).astype(np.float32)  # 0.2 litres in all
    with pytest.raises(InputError, match="No brain was found in the T1 image") as told:
        brain_probability(sitk.GetImageFromArray(noise), "t1")
    assert_one_sentence(str(told.value))
