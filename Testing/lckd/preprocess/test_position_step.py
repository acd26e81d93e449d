"""Which images are moved, and which are refused."""

import numpy as np
import pytest
import SimpleITK as sitk

from lckd.errors import InputError
from lckd.modality import Modality
from lckd.preprocess.options import Choice
from lckd.preprocess.position_step import bring_into_one_position
from lckd.preprocess.rigid import RigidMotion
from lckd.preprocess.steps import Work


def work_on(images: dict[Modality, sitk.Image]) -> Work:
    return Work(images, lambda *_progress: None)


def positioned(work: Work, choice: Choice, heads: tuple[Modality, ...] = ()) -> Work:
    bring_into_one_position(work, reference="flair", heads=heads, choice=choice, cache=None)
    return work


def test_stripped_images_on_one_grid_are_left_alone(a_brain: sitk.Image, the_same_on_t2: sitk.Image) -> None:
    done = positioned(work_on({"flair": a_brain, "t2": the_same_on_t2}), "auto")
    assert done.images["t2"] is the_same_on_t2
    assert [step.was_done for step in done.steps] == [False]
    assert done.remarks == []


def test_nothing_is_moved_when_nobody_wants_it(a_brain: sitk.Image, a_motion: RigidMotion) -> None:
    moved = a_motion.image(a_brain)
    assert positioned(work_on({"flair": a_brain, "t2": moved}), "no").images["t2"] is moved


@pytest.mark.slow
def test_an_image_on_another_grid_is_moved_and_the_user_is_told(a_brain: sitk.Image, a_motion: RigidMotion) -> None:
    done = positioned(work_on({"flair": a_brain, "t2": a_motion.image(a_brain)}), "auto")
    assert done.images["flair"] is a_brain
    assert done.remarks[0].sentence.startswith("T2 was brought into the position of FLAIR: it moved by up to ")
    assert done.steps[0].was_done
    assert done.steps[0].details["similarity"] > done.steps[0].details["similarity_before"]


@pytest.mark.slow
@pytest.mark.parametrize("away_mm", [60.0, 3000.0])
def test_images_that_did_not_overlap_are_registered_with_a_warning(a_brain: sitk.Image, away_mm: float) -> None:
    away = RigidMotion(translation_mm=(0.0, 0.0, away_mm)).image(a_brain)
    done = positioned(work_on({"flair": a_brain, "t1": sitk.Image(a_brain), "t2": away}), "yes")
    told = [one.sentence for one in done.remarks if "did not overlap in space" in one.sentence]
    assert told == [
        "T2 and FLAIR did not overlap in space before one was moved: make sure that both are of one patient."
    ] * (away_mm > 150.0)
    assert [one.modalities for one in done.remarks] == [("t2",)] * len(done.remarks)
    assert done.images["t2"].GetOrigin() == pytest.approx(a_brain.GetOrigin(), abs=2.0)


@pytest.mark.slow
def test_heads_on_one_grid_are_looked_at_and_left_alone_when_they_agree(a_whole_head: sitk.Image) -> None:
    twin = sitk.Image(a_whole_head)
    done = positioned(work_on({"flair": a_whole_head, "t2": twin}), "auto", ("flair", "t2"))
    assert done.images["t2"] is twin
    assert done.steps[0].details["moved_mm"] < 0.5


@pytest.mark.slow
def test_what_shows_no_head_is_refused_in_one_sentence(a_brain: sitk.Image) -> None:
    voxels = np.random.default_rng(5).normal(100.0, 20.0, a_brain.GetSize()[::-1]).astype(np.float32)
    noise = sitk.GetImageFromArray(voxels)
    noise.CopyInformation(a_brain)
    with pytest.raises(
        InputError, match=r"T2 image cannot be brought into the position of FLAIR .*--register no"
    ) as told:
        positioned(work_on({"flair": a_brain, "t2": noise}), "yes")
    assert told.value.modalities == ("t2", "flair")
