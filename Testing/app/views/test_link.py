"""A click in a slice moves the other slices to that place."""

import pytest
from slicer import vtkMRMLCrosshairNode

from lckd_app.views.stage import Stage
from Testing.app.views.mouse import click, move

pytestmark = pytest.mark.slow

HIDDEN, SHOWN = vtkMRMLCrosshairNode.NoCrosshair, vtkMRMLCrosshairNode.ShowIntersection


def offsets(stage: Stage) -> list[float]:
    return [view.get_view_node().GetSliceOffset() for view in stage.slices]


def crosshair(stage: Stage) -> vtkMRMLCrosshairNode:
    return stage.scene.GetFirstNodeByClass("vtkMRMLCrosshairNode")


def test_the_others_move_and_the_one_that_was_clicked_stays(a_stage_with_a_patient: Stage) -> None:
    axial, coronal, sagittal = offsets(a_stage_with_a_patient)
    click(a_stage_with_a_patient)
    now = offsets(a_stage_with_a_patient)
    assert now[0] == axial
    assert (now[1] != coronal, now[2] != sagittal) == (True, True)


@pytest.mark.parametrize("key", ["Control", "Shift"])
def test_with_a_key_a_click_is_left_to_slicer(a_stage_with_a_patient: Stage, key: str) -> None:
    before = offsets(a_stage_with_a_patient)
    click(a_stage_with_a_patient, key=key)
    assert offsets(a_stage_with_a_patient) == before


def test_a_click_marks_its_place_where_the_other_slices_now_are(a_stage_with_a_patient: Stage) -> None:
    node = crosshair(a_stage_with_a_patient)
    assert node.GetCrosshairMode() == HIDDEN
    click(a_stage_with_a_patient)
    assert node.GetCrosshairMode() == SHOWN
    axial, coronal, sagittal = offsets(a_stage_with_a_patient)
    assert node.GetCrosshairRAS() == pytest.approx((-sagittal, coronal, axial))  # that slice is looked at from the left


def test_the_mouse_with_the_shift_key_marks_its_place_too(a_stage_with_a_patient: Stage) -> None:
    move(a_stage_with_a_patient, (0.5, 0.5))
    move(a_stage_with_a_patient, (0.3, 0.4), key="Shift")
    assert crosshair(a_stage_with_a_patient).GetCrosshairMode() == SHOWN


def test_a_place_is_marked_only_if_that_is_wished_and_not_in_the_next_patient(a_stage_with_a_patient: Stage) -> None:
    stage = a_stage_with_a_patient
    stage.crosshair.show(is_wished=False)
    click(stage)
    assert crosshair(stage).GetCrosshairMode() == HIDDEN
    stage.crosshair.show(is_wished=True)
    assert crosshair(stage).GetCrosshairMode() == SHOWN
    stage.crosshair.clear()
    assert crosshair(stage).GetCrosshairMode() == HIDDEN
    click(stage)  # at the place of before
    assert crosshair(stage).GetCrosshairMode() == SHOWN
