"""Agreement of two label maps, in numbers worked out by hand."""

import numpy as np
import pytest
import SimpleITK as sitk
import torch
from monai.metrics import compute_dice, compute_hausdorff_distance

from lckd.errors import InputError
from lckd.measure import volumes_cm3
from lckd.region import BRATS
from lckd_training.measuring.overlap import compare, dice, hd95_mm

SHAPE = (20, 24, 28)


def a_cube(first: tuple[int, int, int], edge: int = 4) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    mask = np.zeros(SHAPE, dtype=bool)
    mask[tuple(slice(start, start + edge) for start in first)] = True
    return mask


def a_label_map() -> sitk.Image:
    labels = np.zeros(SHAPE, dtype=np.uint8)
    labels[4:16, 4:16, 4:16] = BRATS.edema
    labels[6:14, 6:14, 6:14] = BRATS.necrosis
    labels[8:12, 8:12, 8:12] = BRATS.enhancing
    return sitk.GetImageFromArray(labels)


def test_dice_of_two_cubes_that_share_half_is_one_half() -> None:
    assert dice(a_cube((4, 4, 4)), a_cube((4, 4, 6))) == 0.5


@pytest.mark.parametrize(("is_truth_empty", "is_result_empty", "expected"), [(1, 1, 1.0), (1, 0, 0.0), (0, 1, 0.0)])
def test_a_region_empty_in_both_counts_one_and_in_one_of_them_nothing(
    is_truth_empty: int, is_result_empty: int, expected: float
) -> None:
    nothing, something = np.zeros(SHAPE, dtype=bool), a_cube((4, 4, 4))
    assert dice(nothing if is_truth_empty else something, nothing if is_result_empty else something) == expected


@pytest.mark.parametrize(("axis", "expected_mm"), [(0, 6.0), (1, 4.0), (2, 2.0)])
def test_hd95_of_a_cube_moved_by_two_voxels_is_measured_in_mm_along_the_right_axis(
    axis: int, expected_mm: float
) -> None:
    first = [6, 6, 6]
    first[axis] += 2
    moved = a_cube((first[0], first[1], first[2]))
    assert hd95_mm(a_cube((6, 6, 6)), moved, spacing_mm=(3.0, 2.0, 1.0)) == pytest.approx(expected_mm)


def test_hd95_of_masks_at_the_border_of_the_image_is_that_of_masks_within() -> None:
    at_border = hd95_mm(a_cube((0, 0, 0)), a_cube((0, 0, 3)), spacing_mm=(1.0, 1.0, 1.0))
    within = hd95_mm(a_cube((8, 8, 8)), a_cube((8, 8, 11)), spacing_mm=(1.0, 1.0, 1.0))
    assert at_border == within == 3.0


def test_there_is_no_distance_to_nothing() -> None:
    assert hd95_mm(a_cube((4, 4, 4)), np.zeros(SHAPE, dtype=bool), spacing_mm=(1.0, 1.0, 1.0)) is None


def test_labels_are_compared_as_regions() -> None:
    result = a_label_map()
    voxels = sitk.GetArrayFromImage(result)
    voxels[voxels == BRATS.enhancing] = BRATS.necrosis
    agreement = compare(sitk.GetImageFromArray(voxels), a_label_map())
    assert agreement.dice == {"ET": 0.0, "TC": 1.0, "WT": 1.0}
    assert agreement.hd95_mm == {"ET": None, "TC": 0.0, "WT": 0.0}


def test_label_maps_on_different_grids_are_refused() -> None:
    moved = a_label_map()
    moved.SetOrigin([0.0, 0.0, 0.5])
    with pytest.raises(InputError, match="another grid"):
        compare(a_label_map(), moved)


def test_enhancing_tumour_is_measured_in_cubic_centimetres() -> None:
    labels = a_label_map()
    labels.SetSpacing([5.0, 2.0, 2.0])
    assert volumes_cm3(labels)["ET"] == pytest.approx(4**3 * 20 / 1000)


def a_ball(radius: float) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    away = np.linalg.norm(np.indices(SHAPE).transpose(1, 2, 3, 0) - np.array(SHAPE) / 2, axis=-1)
    return np.asarray(away < radius)


def a_scatter(seed: int, share: float) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.random.default_rng(seed).uniform(size=SHAPE) < share


NOTHING, ALL = np.zeros(SHAPE, dtype=bool), np.ones(SHAPE, dtype=bool)
PAIRS = {
    "random": (a_scatter(0, 0.3), a_scatter(1, 0.3)),
    "random and sparse": (a_scatter(2, 0.001), a_scatter(3, 0.002)),
    "ball with noise": (a_ball(7), a_ball(5) | a_scatter(4, 0.002)),
    "equal": (a_ball(6), a_ball(6)),
    "voxels in opposite corners": (a_cube((0, 0, 0), 1), a_cube((19, 23, 27), 1)),
    "one voxel and everything": (a_cube((3, 4, 5), 1), ALL),
    "everything": (ALL, ALL),
    "nothing": (NOTHING, NOTHING),
    "nothing is true": (NOTHING, a_ball(4)),
    "nothing was found": (a_ball(4), NOTHING),
}


@pytest.mark.filterwarnings("ignore:.*:FutureWarning", "ignore:the (ground truth|prediction) of class:UserWarning")
@pytest.mark.parametrize(("truth", "result"), PAIRS.values(), ids=PAIRS.keys())
def test_both_measures_agree_with_those_of_monai(
    truth: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], result: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> None:
    """For empty masks, Dice is as MONAI's with ``ignore_empty=False``, and its NaN or infinite distance is None."""
    spacing_mm = (3.0, 1.2, 0.7)
    one, other = (torch.from_numpy(mask)[None, None] for mask in (result, truth))
    theirs = float(compute_hausdorff_distance(one, other, include_background=True, percentile=95, spacing=spacing_mm))
    ours = hd95_mm(truth, result, spacing_mm=spacing_mm)
    assert dice(truth, result) == pytest.approx(float(compute_dice(one, other, ignore_empty=False)), abs=1e-6)
    assert ours == (pytest.approx(theirs, abs=1e-6) if np.isfinite(theirs) else None)
