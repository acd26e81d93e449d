"""A click in a slice moves the other slices to that place."""

import pytest

from lckd_app.patient.scene import put
from lckd_app.views.display import Display
from lckd_app.views.stage import Stage
from Testing.app.standin import images

pytestmark = pytest.mark.slow


@pytest.fixture
def a_stage_with_a_patient(a_stage: Stage) -> Stage:
    (volume,) = put(a_stage.scene, images("flair"))
    Display(a_stage).show_patient(volume.GetID())
    for view in a_stage.slices:
        view.get_view_node().SetSliceOffset(0.0)
    return a_stage


def offsets(stage: Stage) -> list[float]:
    return [view.get_view_node().GetSliceOffset() for view in stage.slices]


def click(stage: Stage, *, control: int = 0, shift: int = 0) -> None:
    """Press the mouse in the axial slice, off its middle."""
    interactor = stage.slices[0].interactor()
    wide, high, _ = stage.slices[0].get_view_node().GetDimensions()
    interactor.SetEventInformation(wide // 2 + wide // 8, high // 2 + high // 8, control, shift, "\0", 0)
    interactor.InvokeEvent("LeftButtonPressEvent")
    interactor.InvokeEvent("LeftButtonReleaseEvent")


def test_the_others_move_and_the_one_that_was_clicked_stays(a_stage_with_a_patient: Stage) -> None:
    axial, coronal, sagittal = offsets(a_stage_with_a_patient)
    click(a_stage_with_a_patient)
    now = offsets(a_stage_with_a_patient)
    assert now[0] == axial
    assert (now[1] != coronal, now[2] != sagittal) == (True, True)


@pytest.mark.parametrize("key", ["control", "shift"])
def test_with_a_key_a_click_is_left_to_slicer(a_stage_with_a_patient: Stage, key: str) -> None:
    before = offsets(a_stage_with_a_patient)
    click(a_stage_with_a_patient, **{key: 1})
    assert offsets(a_stage_with_a_patient) == before
