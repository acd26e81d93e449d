"""One brain from several opinions."""

import numpy as np
import SimpleITK as sitk

from lckd.intensity import foreground_mask
from lckd.preprocess.strip import common_brain, remove_all_but


def opinion(frame: sitk.Image, part: tuple[slice, slice, slice], probability: float = 1.0) -> sitk.Image:
    voxels = np.zeros(frame.GetSize()[::-1], dtype=np.float32)
    voxels[part] = probability
    image = sitk.GetImageFromArray(voxels)
    image.CopyInformation(frame)
    return image


def voxels_of(image: sitk.Image) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    return np.asarray(sitk.GetArrayFromImage(image) > 0)


SMALL = (slice(10, 30), slice(10, 30), slice(10, 30))
LARGE = (slice(10, 30), slice(10, 30), slice(10, 40))


def test_most_of_the_modalities_decide(a_frame: sitk.Image) -> None:
    small, large = opinion(a_frame, SMALL), opinion(a_frame, LARGE)
    assert voxels_of(common_brain({"flair": small, "t1": large, "t2": large}, a_frame))[LARGE].all()
    assert voxels_of(common_brain({"flair": small, "t1": small, "t2": large}, a_frame)).sum() == 20**3


def test_holes_are_filled_and_islands_dropped(a_frame: sitk.Image) -> None:
    holed = sitk.GetArrayFromImage(opinion(a_frame, SMALL))
    holed[18:22, 18:22, 18:22] = 0
    holed[40:43, 50:53, 50:53] = 1
    image = sitk.GetImageFromArray(holed)
    image.CopyInformation(a_frame)
    brain = voxels_of(common_brain({"t1": image}, a_frame))
    assert brain[SMALL].all()
    assert brain.sum() == 20**3


def test_a_modality_says_nothing_of_places_that_it_does_not_show(a_frame: sitk.Image) -> None:
    half = opinion(a_frame, SMALL)[:, :, :20]
    brain = voxels_of(common_brain({"flair": half, "t1": opinion(a_frame, SMALL)}, a_frame))
    assert brain.sum() == 20**3


def test_the_brain_keeps_its_intensities_and_all_else_is_0(a_whole_head: sitk.Image) -> None:
    brain = common_brain({"t1": opinion(a_whole_head, SMALL)}, a_whole_head)
    kept, given = (sitk.GetArrayFromImage(image) for image in (remove_all_but(brain, a_whole_head), a_whole_head))
    assert np.array_equal(kept[SMALL], given[SMALL])
    assert np.count_nonzero(kept) == 20**3


def test_dark_places_of_the_brain_do_not_become_background(a_whole_head: sitk.Image) -> None:
    voxels = sitk.GetArrayFromImage(a_whole_head)
    voxels[15:18, 15:18, 15:18] = 0
    image = sitk.GetImageFromArray(voxels)
    image.CopyInformation(a_whole_head)
    kept = remove_all_but(common_brain({"t1": opinion(image, SMALL)}, image), image)
    assert foreground_mask(sitk.GetArrayFromImage(kept)).sum() == 20**3


def test_a_brain_around_zero_is_lifted_as_a_whole(a_whole_head: sitk.Image) -> None:
    image = sitk.Cast(a_whole_head - 150.0, sitk.sitkFloat32)
    kept = sitk.GetArrayFromImage(remove_all_but(common_brain({"t1": opinion(image, SMALL)}, image), image))
    differences = kept[SMALL] - sitk.GetArrayFromImage(a_whole_head)[SMALL]
    assert kept[SMALL].min() > 0
    assert np.ptp(differences) < 1e-3
