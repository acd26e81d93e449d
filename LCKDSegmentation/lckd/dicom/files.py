"""Files that may be DICOM, below a folder: whatever they are called, and nothing that would block or run away."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from lckd.errors import InputError

MOST_FILES = 200_000
"""A study has thousands; a whole archive is not looked through by mistake."""

PREAMBLE, MAGIC = 128, b"DICM"
BARE_STARTS = (b"\x08\x00", b"\x02\x00")
"""Groups, little-endian, that a DICOM file without preamble begins with."""


def files_below(root: Path) -> Iterator[Path]:
    """Give the regular files below a folder, in order; links to folders are not followed.

    Args:
        root: The folder.

    Raises:
        InputError: It is no folder, or holds too many files.
    """
    if not root.is_dir():
        what = "is a file" if root.exists() else "does not exist"
        message = f"The folder '{root}' {what}: give the folder that holds the DICOM files."
        raise InputError(message)
    count = 0
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            count += 1
            if count > MOST_FILES:
                message = f"The folder '{root}' holds more than {MOST_FILES} files: give the folder of one patient."
                raise InputError(message)
            if is_regular(Path(folder, name)):
                yield Path(folder, name)


def is_regular(path: Path) -> bool:
    """Tell whether a path is a file with content: a pipe or a device would block."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size > 0


def looks_like_dicom(path: Path) -> bool:
    """Tell from its first bytes whether a file may be DICOM, with or without preamble."""
    try:
        with path.open("rb") as file:
            start = file.read(PREAMBLE + len(MAGIC))
    except OSError:
        return False
    return start[PREAMBLE:] == MAGIC or (len(start) > PREAMBLE and start.startswith(BARE_STARTS))
