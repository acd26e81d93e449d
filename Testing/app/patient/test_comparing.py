"""Two results against each other: what is outlined, and when it comes and goes."""

from dataclasses import replace
from unittest.mock import MagicMock

import pytest
import SimpleITK as sitk
from slicer import vtkMRMLScene, vtkMRMLSegmentationNode

from lckd.errors import InputError
from lckd.region import BRATS
from lckd_app.patient.comparing import Comparison
from lckd_app.patient.results import Results
from LCKDSegmentationLib.job import Reply
from LCKDSegmentationLib.segmentation import own_segments

BOTH, FLAIR = "FLAIR + T1ce", "FLAIR"


@pytest.fixture
def results(a_scene: vtkMRMLScene, a_reply: Reply, another_reply: Reply) -> Results:
    """Two results, of which the second found the core only."""
    results = Results(a_scene)
    results.put(a_reply)
    results.put(replace(another_reply, labels=core_of(another_reply.labels)))
    return results


@pytest.fixture
def a_display() -> MagicMock:
    """Notes whether results are compared."""
    return MagicMock(spec=["compare"])


@pytest.fixture
def comparison(a_scene: vtkMRMLScene, results: Results, a_display: MagicMock) -> Comparison:
    return Comparison(a_scene, results, a_display)


def core_of(labels: sitk.Image) -> sitk.Image:
    core: sitk.Image = sitk.Cast(labels == BRATS.enhancing, sitk.sitkUInt8) * BRATS.enhancing
    return core


def differences(scene: vtkMRMLScene) -> vtkMRMLSegmentationNode:
    return scene.GetFirstNodeByName("Differences")


def test_two_results_are_compared_in_every_region_and_one_is_outlined(
    comparison: Comparison, a_scene: vtkMRMLScene, a_display: MagicMock
) -> None:
    comparison.choose(BOTH, FLAIR, "WT")
    assert comparison.agreement == {"ET": 1.0, "TC": 1.0, "WT": pytest.approx(2 * 8 / (64 + 8))}
    assert all(name.startswith("WT ") for name in own_segments(differences(a_scene)))
    assert differences(a_scene).GetDisplayNode().GetVisibility()
    a_display.compare.assert_called_with(is_compared=True)


def test_another_region_takes_the_place_of_the_first(comparison: Comparison, a_scene: vtkMRMLScene) -> None:
    comparison.choose(BOTH, FLAIR, "WT")
    before = differences(a_scene)
    comparison.choose(BOTH, FLAIR, "ET")
    assert differences(a_scene) is before
    assert all(name.startswith("ET ") for name in own_segments(before))


@pytest.mark.parametrize(("first", "second"), [("", ""), (BOTH, ""), (BOTH, BOTH)])
def test_one_result_is_compared_with_nothing(
    comparison: Comparison, a_scene: vtkMRMLScene, a_display: MagicMock, first: str, second: str
) -> None:
    comparison.choose(BOTH, FLAIR, "WT")
    comparison.choose(first, second, "WT")
    assert comparison.agreement is None
    assert not differences(a_scene).GetDisplayNode().GetVisibility()
    a_display.compare.assert_called_with(is_compared=False)


def test_a_result_that_is_computed_again_is_compared_again(
    comparison: Comparison, results: Results, a_reply: Reply
) -> None:
    comparison.choose(BOTH, FLAIR, "WT")
    results.put(replace(a_reply, labels=core_of(a_reply.labels)))
    comparison.meet(BOTH, is_other=False)
    assert comparison.agreement is not None
    assert comparison.agreement["WT"] == 1.0


def test_a_result_of_other_modalities_ends_the_comparison(comparison: Comparison) -> None:
    comparison.choose(BOTH, FLAIR, "WT")
    comparison.meet("T2", is_other=True)
    assert (comparison.first, comparison.second, comparison.agreement) == ("", "", None)


def test_a_map_of_a_third_result_that_was_shown_before_does_not(comparison: Comparison) -> None:
    comparison.choose(BOTH, FLAIR, "WT")
    comparison.meet("T2", is_other=False)
    assert (comparison.first, comparison.second) == (BOTH, FLAIR)


@pytest.mark.parametrize(("first", "second"), [(BOTH, "T2"), ("T2", ""), (BOTH, 7), (["x"], FLAIR)])
def test_what_was_not_run_is_refused_and_changes_nothing(comparison: Comparison, first: str, second: str) -> None:
    comparison.choose(BOTH, FLAIR, "WT")
    with pytest.raises(InputError, match="was not segmented yet"):
        comparison.choose(first, second, "ET")
    assert (comparison.first, comparison.second, comparison.region) == (BOTH, FLAIR, "WT")
    comparison.meet(BOTH, is_other=False)
    assert comparison.agreement is not None


def test_the_next_patient_is_compared_in_the_region_that_the_page_begins_with(comparison: Comparison) -> None:
    comparison.choose(BOTH, FLAIR, "ET")
    comparison.clear()
    assert (comparison.first, comparison.second, comparison.region) == ("", "", "WT")
