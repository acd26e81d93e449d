"""How long the server lives: until it is asked to stop; and what it leaves, which is nothing."""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from lckd.errors import StoppedError
from lckd_app.folders import private_folder

SIGNALS = (signal.SIGINT, signal.SIGTERM)
PREFIX = "LCKDSegmentation-app-"
"""Of the folders, before the number of the process that each is of."""


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Hold a folder that only this user may enter, in which all temporary files of this process go.

    Raises:
        OutputError: It cannot be made.
    """
    former = tempfile.tempdir
    remove_left_behind()
    with private_folder(f"{PREFIX}{os.getpid()}-") as folder, _held(folder):
        tempfile.tempdir = str(folder)
        try:
            yield folder
        finally:
            tempfile.tempdir = former


def remove_left_behind() -> None:
    """Remove what processes left that were killed before they could: images that somebody sent may be among it."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        number = folder.name.removeprefix(PREFIX).partition("-")[0]
        if number.isdigit() and _is_ours(folder) and not Path("/proc", number).exists() and not _is_held(folder):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Lock a folder while its process lives: another container or computer may share it, but lists other processes."""
    descriptor = os.open(folder, os.O_RDONLY) if sys.platform != "win32" else -1
    try:
        _lock(descriptor)
        yield
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _is_held(folder: Path) -> bool:
    """Tell whether a folder may be of a process that lives."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return True
    try:
        return not _lock(descriptor)
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    """Lock an open folder until it is closed; tell whether that could be done."""
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_ours(folder: Path) -> bool:
    """Tell whether a folder is of this user, on a system that says so and lists its processes."""
    try:
        return Path("/proc/self").exists() and folder.lstat().st_uid == os.getuid() and not folder.is_symlink()
    except OSError:
        return False


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """End the process cleanly when it is asked to stop before it serves.

    Raises:
        StoppedError: It was.
    """

    def stop(number: int, _frame: FrameType | None) -> None:
        message = "Stopped."
        raise StoppedError(message, exit_code=128 + number)

    former = {number: signal.signal(number, stop) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def stop_on_signals(stop: Callable[[], Awaitable[None]]) -> None:
    """Call `stop` on the running loop when the process is asked to stop; a second request changes nothing."""
    loop = asyncio.get_running_loop()
    asked: list[asyncio.Future[None]] = []

    def begin() -> None:
        if not asked:
            asked.append(asyncio.ensure_future(stop()))

    for number in SIGNALS:
        signal.signal(number, lambda *_: _call_on(loop, begin))


def _call_on(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """Call something on a loop; where that is closed, all is being cleaned up, which nothing may interrupt."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(call)
