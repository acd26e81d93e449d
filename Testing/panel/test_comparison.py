"""Two results of one patient against each other."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from slicer import vtkMRMLScalarVolumeNode as Volume
from slicer import vtkMRMLScene as Scene

from LCKDSegmentationLib.comparison import agreement, put_difference
from LCKDSegmentationLib.job import Job, Reply
from LCKDSegmentationLib.volumes import image_from_volume
from Testing.panel.test_segmentation import Array


@pytest.fixture
def a_reply(an_oblique_volume: Volume, tumour_labels: Array) -> Reply:
    labels = sitk.GetImageFromArray(tumour_labels)
    labels.CopyInformation(image_from_volume(an_oblique_volume))
    return Reply(Job({"flair": an_oblique_volume}, Path("weights"), "", "cpu"), labels, {}, {})


@pytest.fixture
def a_smaller_reply(a_reply: Reply) -> Reply:
    """The same without what lies in the lowest slice, and with a voxel beside it."""
    labels = sitk.Image(a_reply.labels)
    labels[:, :, 0] = 0
    labels[0, 0, 4] = 2
    return replace(a_reply, labels=labels)


def test_a_difference_holds_what_only_one_result_has(
    a_scene: Scene, a_reply: Reply, a_smaller_reply: Reply, mask_of: Callable[..., Array]
) -> None:
    node = put_difference(a_scene, (a_reply, a_smaller_reply), "WT", output=None)
    first, second = (sitk.GetArrayFromImage(reply.labels) > 0 for reply in (a_reply, a_smaller_reply))
    only_first, only_second, both = (
        mask_of(node, f"WT {name}", a_reply.reference)
        for name in ("only in the first", "only in the second", "in both")
    )
    assert np.array_equal(only_first, first & ~second)
    assert np.array_equal(only_second, second & ~first)
    assert np.array_equal(both, first & second)


def test_another_comparison_takes_the_place_of_the_first(
    a_scene: Scene, a_reply: Reply, a_smaller_reply: Reply
) -> None:
    node = put_difference(a_scene, (a_reply, a_smaller_reply), "WT", output=None)
    again = put_difference(a_scene, (a_smaller_reply, a_reply), "ET", output=node)
    assert again is node
    assert list(node.GetSegmentation().GetSegmentIDs()) == [
        "ET only in the first",
        "ET only in the second",
        "ET in both",
    ]


def test_a_result_agrees_with_itself(a_reply: Reply) -> None:
    assert agreement((a_reply, a_reply)) == {"ET": 1.0, "TC": 1.0, "WT": 1.0}


def test_agreement_is_the_dice_between_two_results(a_reply: Reply, a_smaller_reply: Reply) -> None:
    first, second = (sitk.GetArrayFromImage(reply.labels) > 0 for reply in (a_reply, a_smaller_reply))
    expected = 2 * (first & second).sum() / (first.sum() + second.sum())
    assert agreement((a_reply, a_smaller_reply))["WT"] == pytest.approx(expected)


def test_nothing_agrees_with_nothing_in_no_figure(a_reply: Reply) -> None:
    empty = replace(a_reply, labels=a_reply.labels * 0)
    assert agreement((empty, empty)) == {"ET": None, "TC": None, "WT": None}


def test_a_result_on_another_grid_is_laid_onto_the_first(a_reply: Reply) -> None:
    shifted = sitk.Image(a_reply.labels)[1:, :, :]
    assert agreement((a_reply, replace(a_reply, labels=shifted)))["ET"] == pytest.approx(1.0)
