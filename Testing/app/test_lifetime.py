"""How the page's server begins and ends."""

import os
import signal
import tempfile
from pathlib import Path

import pytest

from lckd.errors import StoppedError
from lckd_app.lifetime import stopped_by_signals, temporary_folder


def test_all_temporary_files_go_into_one_folder_that_is_gone_afterwards() -> None:
    with temporary_folder() as folder:
        made = Path(tempfile.mkdtemp())
        assert made.parent == folder
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()
    assert Path(tempfile.gettempdir()) != folder


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_request_to_stop_before_the_page_is_served_leaves_nothing(number: int) -> None:
    with pytest.raises(StoppedError) as caught, stopped_by_signals(), temporary_folder() as folder:
        os.kill(os.getpid(), number)
    assert caught.value.exit_code == 128 + number
    assert not folder.exists()


def test_the_former_handlers_come_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stopped_by_signals():
        pass
    assert signal.getsignal(signal.SIGTERM) is before
