"""What comes over the socket is looked at before it is believed."""

from collections.abc import Callable
from unittest.mock import MagicMock

import pytest

from lckd_app.actions import Actions


@pytest.fixture
def a_desk() -> MagicMock:
    """Notes whatever is done to it."""
    return MagicMock(spec=["runner", "comparison", "display", "slots", "show_as"])


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
    assert says in a_desk.runner.problem
    assert a_desk.mock_calls == []
