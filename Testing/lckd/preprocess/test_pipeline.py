"""What needs nothing stays as it is, and what was done is told."""

import json
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from lckd.errors import InputError
from lckd.preprocess import PreprocessOptions, preprocess
from lckd.preprocess.rigid import RigidMotion, motion_from


def test_images_like_those_of_brats_come_back_untouched(a_brain: sitk.Image, the_same_on_t2: sitk.Image) -> None:
    done = preprocess({"t2": the_same_on_t2, "flair": a_brain})
    assert done.images["flair"] is a_brain
    assert done.images["t2"] is the_same_on_t2
    assert done.notes == ()
    assert not any(step.was_done for step in done.steps)


def test_a_head_is_taken_as_it_is_when_the_user_says_that_it_is_stripped(a_whole_head: sitk.Image) -> None:
    done = preprocess({"t1": a_whole_head}, options=PreprocessOptions(skull_stripped="yes"))
    assert done.images["t1"] is a_whole_head


def test_a_reference_that_is_not_there_is_refused(a_brain: sitk.Image) -> None:
    with pytest.raises(InputError, match="The reference T1ce is not among the images: choose"):
        preprocess({"t1": a_brain}, reference="t1ce")


def test_an_image_that_cannot_be_used_is_refused_by_its_name(a_brain: sitk.Image) -> None:
    with pytest.raises(InputError, match="The T2 image shows nothing") as told:
        preprocess({"t1": a_brain, "t2": a_brain * 0})
    assert told.value.modalities == ("t2",)


@pytest.mark.slow
def test_what_was_done_is_recorded_so_that_it_can_be_undone(
    a_brain: sitk.Image, the_same_on_t2: sitk.Image, a_motion: RigidMotion, tmp_path: Path
) -> None:
    away = a_motion.image(the_same_on_t2)
    done = preprocess({"t1": a_brain, "t2": away}, reference="t1", cache=tmp_path)
    steps = json.loads(json.dumps(done.as_dicts()))
    motion = motion_from(next(step for step in steps if step["step"] == "register")["details"]["motion"])
    assert motion.inverse().image(done.images["t2"]).GetOrigin() == pytest.approx(away.GetOrigin())
    again = preprocess({"t1": a_brain, "t2": away}, reference="t1", cache=tmp_path)
    assert again.images["t2"].GetOrigin() == done.images["t2"].GetOrigin()


@pytest.mark.slow
def test_progress_ends_at_its_total_for_every_stage(a_brain: sitk.Image, the_same_on_t2: sitk.Image) -> None:
    told: list[tuple[str, int, int]] = []
    options = PreprocessOptions(register="yes", correct_bias=True)
    preprocess({"t1": a_brain, "t2": the_same_on_t2}, options=options, progress=lambda *values: told.append(values))
    assert told == [("register", 0, 1), ("register", 1, 1), ("bias", 0, 2), ("bias", 1, 2), ("bias", 2, 2)]


@pytest.mark.slow
def test_a_slope_of_brightness_is_evened_out_and_the_background_stays(a_brain: sitk.Image) -> None:
    voxels = sitk.GetArrayFromImage(a_brain)
    slope = np.exp(np.linspace(-0.4, 0.4, voxels.shape[2]))
    image = sitk.GetImageFromArray((voxels * slope).astype(np.float32))
    image.CopyInformation(a_brain)
    options = PreprocessOptions(correct_bias=True)
    even = sitk.GetArrayFromImage(preprocess({"t1": image}, options=options).images["t1"])
    inside = voxels > 0
    assert np.array_equal(even > 0, inside)
    before, after = (np.std(np.log(sitk_voxels[inside] / voxels[inside])) for sitk_voxels in (voxels * slope, even))
    assert after < 0.6 * before
