"""Two clicks measure a distance."""

from collections.abc import Iterator

import pytest

from lckd_app.patient.scene import of_a_patient
from lckd_app.views.link import is_placing
from lckd_app.views.rulers import Rulers, rulers_of
from lckd_app.views.stage import Stage
from Testing.app.views.mouse import click, move

pytestmark = pytest.mark.slow

LEFT, RIGHT = (0.4, 0.5), (0.6, 0.5)


@pytest.fixture
def told() -> list[bool]:
    return []


@pytest.fixture
def rulers(a_stage_with_a_patient: Stage, told: list[bool]) -> Iterator[Rulers]:
    scene = a_stage_with_a_patient.scene
    rulers = Rulers(a_stage_with_a_patient.app, changed=lambda: told.append(is_placing(scene)))
    yield rulers
    rulers.clear()
    rulers.close()


def test_the_distance_between_two_clicks_is_measured(
    a_stage_with_a_patient: Stage, rulers: Rulers, told: list[bool]
) -> None:
    stage = a_stage_with_a_patient
    rulers.measure()
    assert rulers.is_measuring
    for place in (LEFT, RIGHT):
        move(stage, place)
        click(stage, place)
    wide, _, _ = stage.slices[0].get_view_node().GetFieldOfView()
    assert rulers.lengths_mm == [pytest.approx(0.2 * wide, rel=0.02)]
    assert told == [True, False]
    (ruler,) = rulers_of(stage.scene)
    assert ruler.GetPropertiesLabelText().strip() == f"{rulers.lengths_mm[0]:.1f} mm"  # and no name over the tumour
    assert len(of_a_patient(stage.scene)) == 2  # it leaves with the image


def test_nothing_of_a_ruler_that_was_removed_stays_in_the_scene(a_stage_with_a_patient: Stage, rulers: Rulers) -> None:
    rulers.measure()
    rulers.clear()
    scene = a_stage_with_a_patient.scene
    assert [node.GetClassName() for node in scene.GetNodes() if "Markups" in node.GetClassName()] == []


def test_a_click_that_measures_moves_no_slice(a_stage_with_a_patient: Stage, rulers: Rulers) -> None:
    rulers.measure()
    move(a_stage_with_a_patient)
    click(a_stage_with_a_patient)
    assert [view.get_view_node().GetSliceOffset() for view in a_stage_with_a_patient.slices] == [0.0, 0.0, 0.0]


def test_a_ruler_with_one_end_is_given_up(a_stage_with_a_patient: Stage, rulers: Rulers) -> None:
    rulers.measure()
    move(a_stage_with_a_patient)
    click(a_stage_with_a_patient)
    rulers.stop()
    assert (rulers.is_measuring, rulers.lengths_mm) == (False, [])
    assert len(of_a_patient(a_stage_with_a_patient.scene)) == 1


def test_who_has_gone_hears_nothing_more(rulers: Rulers, told: list[bool]) -> None:
    rulers.close()
    rulers.measure()
    assert told == []


def test_two_clicks_on_one_place_measure_nothing(a_stage_with_a_patient: Stage, rulers: Rulers) -> None:
    rulers.measure()
    for _ in range(2):
        move(a_stage_with_a_patient)
        click(a_stage_with_a_patient)
    assert (rulers.is_measuring, rulers_of(a_stage_with_a_patient.scene)) == (False, [])
