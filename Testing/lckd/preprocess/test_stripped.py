"""Telling a brain from a head."""

import numpy as np
import SimpleITK as sitk

from lckd.preprocess.stripped import look_at


def test_a_brain_on_nothing_is_stripped(a_brain: sitk.Image, the_same_on_t2: sitk.Image) -> None:
    assert look_at(a_brain).is_stripped
    assert look_at(the_same_on_t2).is_stripped


def test_a_head_in_noise_has_its_skull_on(a_whole_head: sitk.Image) -> None:
    assert not look_at(a_whole_head).is_stripped


def test_bone_under_the_outline_tells_a_head_even_when_the_air_was_cut_away(a_whole_head: sitk.Image) -> None:
    voxels = sitk.GetArrayFromImage(a_whole_head)
    voxels[voxels < 0.5 * np.median(voxels[voxels > 50])] *= 0.1
    without_air = sitk.GetImageFromArray(np.where(voxels > 0.6, voxels, 0.0).astype(np.float32))
    without_air.CopyInformation(a_whole_head)
    look = look_at(without_air)
    assert look.dark_shell > 0.2
    assert not look.is_stripped


def test_what_is_larger_than_a_brain_has_its_skull_on(a_brain: sitk.Image) -> None:
    large = sitk.Image(a_brain)
    large.SetSpacing([5.0] * 3)
    assert look_at(large).litres > 2.0
    assert not look_at(large).is_stripped
