"""Headers in text, those of NRRD and MetaImage, looked at before ITK does.

ITK's readers end the whole process, or never come back, over lines that are longer than they expect, and take voxels
from whatever file a header names.
"""

import os
import re
from pathlib import Path

from lckd.errors import InputError

NRRD_ENDINGS, META_ENDINGS = (".nrrd", ".nhdr"), (".mha", ".mhd")

LARGEST_HEADER_BYTES = 1 << 20
LONGEST_NRRD_FIELD = 400
"""ITK's buffer for what it says of a bad field takes some 900 bytes, path included. Texts of any length are exempt."""

LONGEST_META_TEXT = 200
"""ITK's buffer for a text of MetaImage takes 255 bytes. Lines of numbers are exempt."""

LONGEST_PATH_BYTES = 400
NRRD_END = re.compile(rb"\n\r?\n")
META_END = re.compile(rb"^[ \t]*ElementDataFile[^\n]*", re.MULTILINE)
NRRD_TEXT = re.compile(rb"#|content:|[^:]*:=", re.IGNORECASE)
META_NUMBERS = re.compile(rb"\w+\s*[=:][-+.\deE\s]*")
META_DIMENSIONS = re.compile(rb"\s*NDims\s*[=:]\s*[234]\s*")
POINTERS = re.compile(rb"\s*(?:data ?file\s*:(?!=)|ElementDataFile\s*[=:])\s*(.*?)\s*", re.IGNORECASE)
LONG_FIELD = re.compile(rb"[ \t]*([A-Za-z][\w ]{0,40}?)[ \t]*[:=][^\x00-\x08\x0a-\x0c\x0e-\x1f\x7f]*")
"""A name and a text without the bytes that only voxels or damage have; of a line that is known to be unbearable."""


def file_of_voxels(path: Path) -> Path | None:
    """Tell where a header in text says that the voxels lie.

    Args:
        path: An image of any format.

    Returns:
        A file beside it, or None where the voxels lie in the same file.

    Raises:
        InputError: ITK would not bear the header, or the voxels would be taken from elsewhere.
    """
    name = path.name.lower()
    if not name.endswith((*NRRD_ENDINGS, *META_ENDINGS)):
        return None
    if len(os.fsencode(path)) > LONGEST_PATH_BYTES:
        message = f"The path '{path}' is too long for this format: move the file, or convert it to .nii.gz."
        raise InputError(message)
    is_nrrd = name.endswith(NRRD_ENDINGS)
    lines = _lines(path, NRRD_END if is_nrrd else META_END)
    is_bearable = _is_bearable_nrrd if is_nrrd else _is_bearable_meta
    for line in lines:
        if not is_bearable(line):
            raise InputError(_refusal_of(line, path))
    return _beside(path, lines)


def _refusal_of(line: bytes, path: Path) -> str:
    """Say what is wrong with a line that ITK would not bear; a sound one that is too long stays so in every copy."""
    field = LONG_FIELD.fullmatch(line)
    if field and field[1] != b"NDims":
        return (
            f"The file '{path}' has a header whose line '{field[1].decode()}' takes {len(line)} bytes, too long for "
            "the reader of this format: convert it to .nii.gz where it was made."
        )
    return f"The file '{path}' has a header that is damaged: copy it again from its source."


def _beside(path: Path, lines: list[bytes]) -> Path | None:
    """Give the one file that a header names, if it lies beside it.

    Raises:
        InputError: It names several, or one elsewhere.
    """
    named = [match[1].decode(errors="replace") for line in lines if (match := POINTERS.fullmatch(line))]
    if not named or named == ["LOCAL"]:
        return None
    other = path.parent / named[0]
    if len(named) > 1 or Path(named[0]).name != named[0] or not os.path.isfile(other):  # noqa: PTH113 - bears any name
        message = (
            f"The file '{path}' takes its voxels from '{named[0]}', which is no single file beside it: convert it to "
            ".nii.gz where it was made."
        )
        raise InputError(message)
    return other


def _lines(path: Path, end: re.Pattern[bytes]) -> list[bytes]:
    """Split a header, of which `end` is the last; one that is endless comes as a single line."""
    with path.open("rb") as file:
        beginning = file.read(LARGEST_HEADER_BYTES)
    last = end.search(beginning)
    if last is None and len(beginning) == LARGEST_HEADER_BYTES:
        return [beginning]
    return (beginning[: last.end()] if last else beginning).split(b"\n")


def _is_bearable_nrrd(line: bytes) -> bool:
    return len(line) <= LONGEST_NRRD_FIELD or NRRD_TEXT.match(line) is not None


def _is_bearable_meta(line: bytes) -> bool:
    if line.lstrip().startswith(b"NDims"):
        return META_DIMENSIONS.fullmatch(line) is not None
    return len(line) <= LONGEST_META_TEXT or META_NUMBERS.fullmatch(line) is not None
