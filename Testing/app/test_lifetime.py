"""How the page's server begins and ends."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from lckd.errors import StoppedError
from lckd_app.lifetime import PREFIX, remove_left_behind, stop_on_signals, stopped_by_signals, temporary_folder

NOBODY = 2**22 + 1
"""More than Linux counts processes to."""

ELSEWHERE = f"""
import os, time
os.getpid = lambda: {NOBODY}
from lckd_app.lifetime import temporary_folder
with temporary_folder() as folder:
    print(folder, flush=True)
    time.sleep(60)
"""
"""A process as another container counts it."""


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


def test_a_second_request_to_stop_does_not_disturb_what_is_cleaned_up() -> None:
    async def nothing() -> None:
        pass

    async def serve() -> None:
        stop_on_signals(nothing)

    former = signal.getsignal(signal.SIGTERM)
    try:
        with temporary_folder() as folder:
            asyncio.run(serve())
            os.kill(os.getpid(), signal.SIGTERM)
        assert not folder.exists()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, former if number == signal.SIGTERM else signal.default_int_handler)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's folder for temporary files, empty."""
    if not Path("/proc/self").exists():
        pytest.skip("only Linux lists its processes there")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def left_behind(place: Path, *, by: object = NOBODY) -> Path:
    folder = place / f"{PREFIX}{by}-abc"
    (folder / "upload-1").mkdir(parents=True)
    (folder / "upload-1" / "0.nii").touch()
    return folder


def test_what_a_killed_process_left_is_removed(place: Path) -> None:
    folder, other = left_behind(place), place / "LCKDSegmentation-somewhere"
    other.mkdir()
    remove_left_behind()
    assert (folder.exists(), other.exists()) == (False, True)


@pytest.mark.parametrize("by", [os.getpid(), 1, "", "x"], ids=["this", "first", "none", "no number"])
def test_what_is_of_a_process_that_lives_or_of_none_stays(place: Path, by: object) -> None:
    folder = left_behind(place, by=by)
    remove_left_behind()
    assert (folder / "upload-1" / "0.nii").exists()


def test_what_is_of_another_user_stays(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, me = left_behind(place), os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: me + 1)
    remove_left_behind()
    assert folder.exists()


def test_no_link_is_followed(place: Path) -> None:
    mine = place / "mine"
    mine.mkdir()
    (mine / "scan.nii").touch()
    (place / f"{PREFIX}{NOBODY}-link").symlink_to(mine)
    (left_behind(place) / "link").symlink_to(mine)
    remove_left_behind()
    assert (mine / "scan.nii").exists()
    assert (place / f"{PREFIX}{NOBODY}-link").is_symlink()


def test_a_process_that_is_listed_elsewhere_keeps_its_folder_as_long_as_it_lives(place: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(place), "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", ELSEWHERE], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        remove_left_behind()
        assert folder.is_dir()
        process.kill()
    remove_left_behind()
    assert not folder.exists()
