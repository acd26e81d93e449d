"""Looking at the patient again as at first."""

import pytest

from lckd_app.views.stage import Stage, show_all_of

pytestmark = pytest.mark.slow


def test_all_of_a_slice_is_shown_without_leaving_it(a_stage_with_a_patient: Stage) -> None:
    axial = a_stage_with_a_patient.slices[0]
    whole = axial.get_view_node().GetFieldOfView()[0]
    axial.set_slice_value(1.0)
    axial.get_view_node().SetFieldOfView(whole / 3, whole / 3, 1.0)
    show_all_of(axial)
    assert axial.get_slice_value() == 1.0
    assert axial.get_view_node().GetFieldOfView()[0] == pytest.approx(whole)
