"""Taking the two files of a weights folder out of whatever somebody sent: a folder, or a zip file of one.

Nothing else is taken, and nothing in the source decides where a file goes: not a name in a zip file, not a link.
"""

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path, PureWindowsPath
from typing import IO

from lckd.errors import WeightsError
from lckd.weights.card import CARD_NAME, LARGEST_BYTES, TENSORS_NAME, read_card
from lckd.weights.folder import require_tensors

CHUNK_BYTES = 1 << 20

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_UNREADABLE = (OSError, EOFError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error)

_Files = Mapping[str, IO[bytes]]
"""Open files by name."""


def copy_weights(source: Path, target: Path) -> None:
    """Copy card and tensors, without a look at what they hold.

    Args:
        source: A weights folder, or a zip file that holds one.
        target: An empty folder.

    Raises:
        WeightsError: The source cannot be read, holds no or several models, or is far too large.
        OSError: The target cannot be written.
    """
    with _opened(source) as files:
        for name, stream in files.items():
            with (target / name).open("xb") as copy:
                for chunk in _chunks(stream, source, at_most=LARGEST_BYTES[name]):
                    copy.write(chunk)


def _chunks(stream: IO[bytes], source: Path, *, at_most: int) -> Iterator[bytes]:
    """Read a file to its end, in pieces.

    Raises:
        WeightsError: It cannot be read, or is longer than allowed.
    """
    while chunk := _read(stream, source):
        at_most -= len(chunk)
        if at_most < 0:
            message = f"'{source}' holds far more than the weights of a network of this software: ask who sent it."
            raise WeightsError(message)
        yield chunk


def _read(stream: IO[bytes], source: Path) -> bytes:
    """Read the next piece.

    Raises:
        WeightsError: It cannot be read.
    """
    try:
        return stream.read(CHUNK_BYTES)
    except _UNREADABLE as error:
        raise WeightsError(_say_unreadable(source, error)) from error


@contextmanager
def _opened(source: Path) -> Iterator[_Files]:
    """Open both files.

    Raises:
        WeightsError: The source cannot be read, or does not hold exactly one model.
    """
    with ExitStack() as stack:
        try:
            files = _open_folder(source, stack) if source.is_dir() else _open_zip(source, stack)
        except _UNREADABLE as error:
            raise WeightsError(_say_unreadable(source, error)) from error
        yield files


def _open_folder(source: Path, stack: ExitStack) -> _Files:
    read_card(source)  # refuses what is no weights folder, with a hint
    paths = (source / CARD_NAME, require_tensors(source))
    return {path.name: stack.enter_context(path.open("rb")) for path in paths}


def _open_zip(source: Path, stack: ExitStack) -> _Files:
    if not source.is_file():
        message = f"There is neither a folder nor a file '{source}': give a weights folder, or a zip file of one."
        raise WeightsError(message)
    archive = stack.enter_context(zipfile.ZipFile(source))
    entries = {CARD_NAME: _only_entry(archive, source, name=CARD_NAME)}
    entries[TENSORS_NAME] = _only_entry(archive, source, name=TENSORS_NAME)
    return {name: stack.enter_context(archive.open(entry)) for name, entry in entries.items()}


def _only_entry(archive: zipfile.ZipFile, source: Path, *, name: str) -> zipfile.ZipInfo:
    """Find the one file of a name, in whichever folder of the archive it lies.

    Raises:
        WeightsError: There is none, or several; a name leads out of the archive; it is compressed in a rare way.
    """
    paths = {entry: PureWindowsPath(entry.filename) for entry in archive.infolist()}  # splits at both slashes
    for path in paths.values():
        if path.anchor or ".." in path.parts:
            message = f"The zip file '{source}' names a file outside of itself ({str(path)!r}): ask who sent it."
            raise WeightsError(message)
    found = [entry for entry, path in paths.items() if path.name == name]
    if len(found) != 1:
        message = f"The zip file '{source}' holds {len(found)} files {name} instead of one: zip one weights folder."
        raise WeightsError(message)
    if found[0].compress_type not in _METHODS:
        message = f"The zip file '{source}' is compressed in an unusual way: zip the weights folder again."
        raise WeightsError(message)
    return found[0]


def _say_unreadable(source: Path, error: Exception) -> str:
    reason = (error.strerror if isinstance(error, OSError) else None) or error
    return f"'{source}' cannot be read ({reason}): give a weights folder, or a whole zip file of one."
