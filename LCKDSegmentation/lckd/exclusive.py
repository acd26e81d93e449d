"""Changing what a folder holds, one process at a time; each change is a rename, so that none is ever half done."""

import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from lckd.errors import OutputError

_PARTIAL = ".partial-"


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    """Let no other process change a folder, and clear away what a killed one left in it.

    Args:
        folder: The folder; made if it is missing.

    Raises:
        OutputError: It cannot be written, or another process is changing it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w", encoding="utf-8") as handle:  # the system lets go of it with the process
            _require_lock(handle, folder)
            for left in folder.glob(f"{_PARTIAL}*"):
                discard(left)
            yield
    except OSError as error:
        message = (
            f"The folder '{folder}' cannot be changed ({error.strerror or error}): check that it may be written and "
            "that its disk has room."
        )
        raise OutputError(message) from error


def temporary_in(folder: Path) -> Path:
    """Name a folder that is to be renamed, or to be removed, before the change is over."""
    return folder / f"{_PARTIAL}{secrets.token_hex(4)}"


def discard(path: Path) -> None:
    """Remove a folder, or a link to one; what cannot be removed now is left to the next change."""
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


def _require_lock(handle: IO[str], folder: Path) -> None:
    """Lock a file until it is closed.

    Raises:
        OutputError: Another process has locked it.
    """
    try:
        _lock(handle)
    except (BlockingIOError, PermissionError) as error:
        message = f"The folder '{folder}' is being changed by another process: wait until that has ended."
        raise OutputError(message) from error
    except OSError:
        return  # a network drive that knows no locks: then a person sees to it


def _lock(handle: IO[str]) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - exists on Windows only

        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 - exists everywhere else

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
