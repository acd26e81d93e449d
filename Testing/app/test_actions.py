"""What comes over the socket is looked at before it is believed."""

from collections.abc import Callable
from typing import Any
from unittest.mock import MagicMock

import pytest

from lckd_app.actions import Actions


@pytest.fixture
def a_desk() -> MagicMock:
    """Notes whatever is done to it."""
    return MagicMock(spec=["runner", "comparison", "display", "slots", "show_as", "volumes", "follow", "refuse"])


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda actions: actions.scans("raw"), "There is no choice 'raw'"),
        (lambda actions: actions.kind(None), "There is no choice 'None'"),
        (lambda actions: actions.opacity("half"), "'half' is no number"),
        (lambda actions: actions.opacity(float("nan")), "'nan' is no number"),
        (lambda actions: actions.window(0, "white"), "'white' is no number"),
        (lambda actions: actions.use("dwi", is_used=True), "'dwi'"),
        (lambda actions: actions.compare("region", "brain"), "There is no region 'brain'"),
    ],
)
def test_what_no_page_of_ours_sends_is_answered_in_a_sentence(
    a_desk: MagicMock, act: Callable[[Actions], None], says: str
) -> None:
    act(Actions(a_desk, show=lambda: None))
    assert [name for name, *_ in a_desk.mock_calls] == ["refuse"]
    assert says in a_desk.refuse.call_args.args[0]


@pytest.mark.parametrize("volume", ["vtkMRMLSliceNodeRed", "vtkMRMLScalarVolumeNode9", {"a": 1}, ["x"], 7])
def test_what_is_no_image_of_the_patient_is_neither_shown_nor_assigned(a_desk: MagicMock, volume: Any) -> None:  # noqa: ANN401 - of a socket
    a_desk.volumes.return_value = [{"id": "vtkMRMLScalarVolumeNode1", "name": "FLAIR"}]
    actions = Actions(a_desk, show=lambda: None)
    actions.behind(volume)
    actions.assign("flair", volume)
    a_desk.display.show_behind.assert_not_called()
    a_desk.slots.assign.assert_not_called()
    actions.behind("vtkMRMLScalarVolumeNode1")
    a_desk.display.show_behind.assert_called_once_with("vtkMRMLScalarVolumeNode1")


@pytest.mark.parametrize("name", ["WT", {}, ["ET"]])
def test_only_a_segment_that_is_there_is_hidden(a_desk: MagicMock, name: Any) -> None:  # noqa: ANN401 - of a socket
    a_desk.display.segments.return_value = [{"name": "ET"}]
    actions = Actions(a_desk, show=lambda: None)
    actions.segment_shown(name, is_shown=False)
    a_desk.display.show_segment.assert_not_called()
    actions.segment_shown("ET", is_shown=False)
    a_desk.display.show_segment.assert_called_once_with("ET", is_shown=False)
