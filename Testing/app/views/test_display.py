"""What the four views show, read from the nodes that they draw."""

from dataclasses import replace
from typing import get_args

import pytest
import SimpleITK as sitk
from slicer import vtkMRMLSegmentationDisplayNode, vtkMRMLSegmentationNode, vtkMRMLSliceCompositeNode

from lckd.maps import UNCERTAINTY
from lckd_app.patient.results import Results
from lckd_app.patient.scene import of_a_patient, put
from lckd_app.views.display import LEAST_SHOWN, OVERLAY_OPACITY, Display, Style, hex_of
from lckd_app.views.model import NAME
from lckd_app.views.stage import Stage
from LCKDSegmentationLib.job import Job, Reply
from LCKDSegmentationLib.maps import maps_of
from LCKDSegmentationLib.segmentation import own_segments
from Testing.app.standin import PATIENT, images, labels, record, work

pytestmark = pytest.mark.slow


@pytest.fixture
def a_reply(a_stage: Stage) -> Reply:
    """A result with its uncertainty, in the scene of the views."""
    (volume,) = put(a_stage.scene, images("flair"))
    uncertainty = sitk.Cast(labels(), sitk.sitkFloat32) / 4
    return Reply(Job({"flair": volume}, PATIENT, "", "cpu"), labels(), {UNCERTAINTY: uncertainty}, record(1.0, "flair"))


@pytest.fixture
def results(a_stage: Stage) -> Results:
    return Results(a_stage.scene)


@pytest.fixture
def display(a_stage: Stage, results: Results, a_reply: Reply) -> Display:
    """A patient with a result."""
    display = Display(a_stage)
    display.show_patient(a_reply.reference.GetID())
    show(display, results, a_reply)
    return display


def show(display: Display, results: Results, reply: Reply) -> None:
    results.put(reply)
    work(lambda: display.show_segments(the_node(results), reply))


def the_node(results: Results) -> vtkMRMLSegmentationNode:
    assert results.node is not None
    return results.node


def drawn(results: Results) -> vtkMRMLSegmentationDisplayNode:
    return the_node(results).GetDisplayNode()


def surfaces(stage: Stage) -> vtkMRMLSegmentationDisplayNode:
    nodes = [node for node in of_a_patient(stage.scene) if node.GetName().startswith(NAME)]
    assert len(nodes) == 1
    return nodes[0].GetDisplayNode()


def layers(stage: Stage) -> list[vtkMRMLSliceCompositeNode]:
    kind = "vtkMRMLSliceCompositeNode"
    return [stage.scene.GetNthNodeByClass(index, kind) for index in range(stage.scene.GetNumberOfNodesByClass(kind))]


def test_a_patient_is_behind_the_segments_in_every_slice(display: Display, a_stage: Stage, a_reply: Reply) -> None:
    assert [node.GetBackgroundVolumeID() for node in layers(a_stage)] == [a_reply.reference.GetID()] * 3
    assert display.background == a_reply.reference.GetID()


def test_a_volume_that_is_not_there_leaves_nothing_behind(display: Display) -> None:
    display.show_behind("vtkMRMLScalarVolumeNode99")
    assert (display.background, display.window, display.window_limits) == ("", (0.0, 1.0), (0.0, 1.0))


def test_brightness_is_that_of_the_volume_and_comes_back(display: Display, a_reply: Reply) -> None:
    usual = display.window
    display.set_window(1.0, 3.0)
    assert (display.window, a_reply.reference.GetDisplayNode().GetWindowLevelMax()) == ((1.0, 3.0), 3.0)
    display.reset_window()
    assert display.window == usual
    assert display.window_limits == (0.0, 4.0)


def test_the_first_result_moves_the_slices_to_the_tumour_and_off_the_surfaces(
    display: Display, a_stage: Stage, results: Results, a_reply: Reply
) -> None:
    assert not display.shows_slices_in_space
    assert surfaces(a_stage).GetVisibility()
    display.show_slices_in_space(is_shown=True)
    show(display, results, replace(a_reply))
    assert display.shows_slices_in_space  # a later result leaves what somebody chose


@pytest.mark.parametrize("style", get_args(Style))
def test_segments_are_filled_or_outlined_as_opaque_as_is_wished(
    display: Display, results: Results, style: Style
) -> None:
    display.style, display.opacity = style, 0.25
    display.apply()
    assert drawn(results).GetVisibility2DFill() == (style in {"both", "fill"})
    assert drawn(results).GetVisibility2DOutline() == (style in {"both", "outline"})
    assert drawn(results).GetOpacity2DFill() == 0.25


def test_a_segment_that_is_hidden_stays_so_in_the_next_result(
    display: Display, results: Results, a_reply: Reply
) -> None:
    display.show_segment("ED", is_shown=False)
    show(display, results, replace(a_reply))
    assert not drawn(results).GetSegmentVisibility(own_segments(the_node(results))["ED"])
    assert [row["name"] for row in display.segments() if not row["visible"]] == ["ED"]


def test_surfaces_come_and_go(display: Display, a_stage: Stage) -> None:
    for are_shown in (False, True):
        display.has_surfaces = are_shown
        display.apply()
        assert surfaces(a_stage).GetVisibility() == are_shown


def test_the_uncertainty_lies_over_outlines_and_lets_through_what_is_certain(
    display: Display, a_stage: Stage, results: Results
) -> None:
    display.has_overlay = True
    display.apply()
    (overlay,) = maps_of(a_stage.scene, UNCERTAINTY)
    assert {(node.GetForegroundVolumeID(), node.GetForegroundOpacity()) for node in layers(a_stage)} == {
        (overlay.GetID(), OVERLAY_OPACITY)
    }
    assert overlay.GetDisplayNode().GetLowerThreshold() == LEAST_SHOWN
    assert not drawn(results).GetVisibility2DFill()
    display.has_overlay = False
    display.apply()
    assert {node.GetForegroundOpacity() for node in layers(a_stage)} == {0.0}
    assert drawn(results).GetVisibility2DFill()


def test_a_result_without_a_map_shows_none_of_another(
    display: Display, a_stage: Stage, results: Results, a_reply: Reply
) -> None:
    display.has_overlay = True
    show(display, results, replace(a_reply, maps={}))
    assert not display.has_map
    assert {node.GetForegroundOpacity() for node in layers(a_stage)} == {0.0}


def test_a_comparison_takes_the_result_off_the_slices_and_gives_it_back(display: Display, results: Results) -> None:
    display.compare(is_compared=True)
    assert not drawn(results).GetVisibility2D()
    display.compare(is_compared=False)
    assert drawn(results).GetVisibility2D()


def test_a_colour_is_written_as_style_sheets_have_it() -> None:
    assert hex_of((1.0, 0.5, 0.0)) == "#ff8000"
