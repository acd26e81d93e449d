"""Views that show a patient."""

import pytest

from lckd_app.patient.scene import put
from lckd_app.views.display import Display
from lckd_app.views.stage import Stage
from Testing.app.standin import images


@pytest.fixture
def a_stage_with_a_patient(a_stage: Stage) -> Stage:
    """Three slices through the middle."""
    (volume,) = put(a_stage.scene, images("flair"))
    Display(a_stage).show_patient(volume.GetID())
    for view in a_stage.slices:
        view.get_view_node().SetSliceOffset(0.0)
    return a_stage
