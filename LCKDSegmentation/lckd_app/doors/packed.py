"""A folder that was sent as one file: unpacked in a private place, bounded in size and number."""

import errno
import io
import lzma
import signal
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from lckd.errors import InputError, OutputError, StoppedError
from lckd_app.doors.received import GIB, Limits, Upload, no_room_for

ENDING = ".zip"
MOST_FILES = 20_000
"""A study has thousands."""

DEEPEST = 64
"""Folders in folders: what removes them has a file open for each."""

DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, ValueError)
"""What `zipfile` raises for archives that are none, are cut, or packed in a way of their own."""


def is_packed(upload: Upload) -> bool:
    """Tell whether a file is a packed folder."""
    return upload.path.name.endswith(ENDING)


class _ReadUntilStopped(io.FileIO):
    """A file that is read, by whatever reads archives, until somebody wants that to end."""

    def __init__(self, path: Path, stop: Event) -> None:
        super().__init__(path)
        self._stop = stop

    def read(self, size: int | None = -1, /) -> bytes:
        """Read a piece.

        Raises:
            StoppedError: It is to end.
        """
        if self._stop.is_set():
            message = "The server was asked to stop."
            raise StoppedError(message, exit_code=128 + signal.SIGTERM)
        return super().read(size)


def unpack(upload: Upload, *, limits: Limits, stop: Event) -> Path:
    """Unpack a folder beside its file, which is removed: no name leads out of its folder.

    Args:
        upload: The packed folder.
        limits: What it may hold.
        stop: Ends it when it is set, from another thread.

    Raises:
        InputError: It is damaged, encrypted, or holds too much; the sentence names it.
        OutputError: The disk is full.
        StoppedError: Somebody wanted it to end.
    """
    folder = upload.path.with_suffix("")
    with _telling(upload), _ReadUntilStopped(upload.path, stop) as file, zipfile.ZipFile(file) as archive:
        files = [entry for entry in archive.infolist() if _is_file(entry) and not _is_hidden(entry)]
        _require_little(files, upload, limits)
        for entry in files:
            archive.extract(entry, folder)
    upload.path.unlink()
    return folder


def _is_file(entry: zipfile.ZipInfo) -> bool:
    """Tell a file from a folder, and from what has no name."""
    return entry.filename != "" and not entry.is_dir()


def _is_hidden(entry: zipfile.ZipInfo) -> bool:
    """Tell whether an entry is something that only its system needs, such as what macOS adds to every archive."""
    return any(part.startswith((".", "__MACOSX")) for part in Path(entry.filename).parts)


def _require_little(files: list[zipfile.ZipInfo], upload: Upload, limits: Limits) -> None:
    """Refuse what would fill the disk; of an entry no more is unpacked than it claims.

    Raises:
        InputError: It would, or is encrypted, or there is nothing in it.
    """
    what = ""
    if not files:
        what = "is empty"
    elif len(files) > MOST_FILES:
        what = f"holds more than {MOST_FILES} files"
    elif sum(entry.file_size for entry in files) > limits.total_bytes:
        what = f"holds more than {limits.total_bytes / GIB:g} GB"
    elif any(len(Path(entry.filename).parts) > DEEPEST for entry in files):
        what = f"holds more than {DEEPEST} folders in each other"
    elif any(entry.flag_bits & 1 for entry in files):
        what = "is encrypted"
    if what:
        message = f"The archive '{upload.name}' {what}: send the images of one patient."
        raise InputError(message)


@contextmanager
def _telling(upload: Upload) -> Iterator[None]:
    """Say in a sentence why a folder cannot be unpacked.

    Raises:
        InputError: It is damaged.
        OutputError: The disk is full.
    """
    try:
        yield
    except DAMAGED as error:
        raise InputError(_cannot_be_unpacked(upload, error)) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
            raise OutputError(no_room_for(upload)) from error
        if error.errno is None:  # of bz2, about what it unpacks
            raise InputError(_cannot_be_unpacked(upload, error)) from error
        message = f"The archive '{upload.name}' holds names that cannot be files here: pack the folder again."
        raise InputError(message) from error


def _cannot_be_unpacked(upload: Upload, error: Exception) -> str:
    return f"The archive '{upload.name}' cannot be unpacked ({error}): pack the folder again."
