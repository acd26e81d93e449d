"""What ITK's NIfTI reader keeps to itself: a file that ends too early, and voxels that are not numbers.

ITK fills both with zeros, so they are looked for in the bytes of the file.
"""

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from lckd.errors import InputError
from lckd.images.claims import require_possible

GZIP_MAGIC = b"\x1f\x8b"
FLOATS = {16: "f4", 64: "f8"}
"""NIfTI codes of floating-point voxels, the only ones that can be NaN or infinite, as numpy types."""

LONGEST_HEADER = 540
CHUNK_BYTES = 1 << 24
SPARE_BYTES = 1 << 20
"""What may follow behind the voxels; a file with more is damaged, or made to be unpacked without end."""


class _Header(NamedTuple):
    order: str
    shape: tuple[int, ...]
    datatype: int
    bits: int
    offset: int

    @property
    def voxels(self) -> int:
        return math.prod(self.shape)

    @property
    def voxel_bytes(self) -> int:
        return np.dtype(FLOATS[self.datatype]).itemsize if self.datatype in FLOATS else max(self.bits, 0) // 8


def require_sound_nifti(path: Path) -> None:
    """Refuse a NIfTI file that ends too early or holds voxels that are not numbers.

    Args:
        path: A file whose name ends in `.nii` or `.nii.gz`.

    Raises:
        InputError: The file is cut off, damaged or not NIfTI, claims more than a scan has, or has voxels that are NaN
            or infinite.
    """
    try:
        _require_right_name(path)
        with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as stream:
            bad = _count_bad(stream, path)
    except PermissionError as error:
        message = f"The file '{path}' may not be read: change its permissions."
        raise InputError(message) from error
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(_cut_off(path)) from error
    if bad:
        message = f"The file '{path}' has {bad} voxels that are NaN or infinite: repair it or export it again."
        raise InputError(message)


def _cut_off(path: Path) -> str:
    return f"The file '{path}' is cut off or damaged: copy it again from its source."


def _require_right_name(path: Path) -> None:
    """Refuse a compressed file under the name of another, or the other way round.

    Raises:
        InputError: It is so.
    """
    with path.open("rb") as file:
        content = file.read(LONGEST_HEADER)
    is_named_so = path.name.lower().endswith(".gz")
    is_so = content.startswith(GZIP_MAGIC)
    if is_so != is_named_so and (is_so or _header(content)):
        right = ".nii" if is_named_so else ".nii.gz"
        message = f"The file '{path}' is {'not ' * is_named_so}compressed, unlike its name: let it end in {right}."
        raise InputError(message)


def _count_bad(stream: BinaryIO | gzip.GzipFile, path: Path) -> int:
    """Read a file to its end, in pieces, and count the voxels that are not numbers.

    Raises:
        EOFError: It ends before its voxels do, or long after.
        InputError: It is not NIfTI, or claims more than a scan has.
    """
    header = _header(stream.read(LONGEST_HEADER))
    if header is None:
        message = f"The file '{path}' is not an image that can be read: give an undamaged .nii or .nii.gz file."
        raise InputError(message)
    stored = path.stat().st_size
    require_possible(header.shape, path, voxel_bytes=header.voxel_bytes, stored=stored)
    end = header.offset + header.voxels * header.voxel_bytes
    if not 0 <= header.offset <= stored + SPARE_BYTES:
        raise EOFError
    stream.seek(header.offset)
    bad = 0
    while stream.tell() < end:
        piece = stream.read(min(CHUNK_BYTES, end - stream.tell()))
        if not piece:
            raise EOFError
        bad += _bad_in(piece, header)
    if len(stream.read(SPARE_BYTES + 1)) > SPARE_BYTES:
        raise EOFError
    return bad


def _bad_in(piece: bytes, header: _Header) -> int:
    if header.datatype not in FLOATS:
        return 0
    values = np.frombuffer(piece, header.order + FLOATS[header.datatype], count=len(piece) // header.voxel_bytes)
    return int(values.size - np.isfinite(values).sum())


def _header(content: bytes) -> _Header | None:
    """Read what is needed of a NIfTI-1 or NIfTI-2 header; None when it is neither."""
    for order in "<>":
        size = struct.unpack_from(order + "i", content)[0] if len(content) >= struct.calcsize("i") else 0
        if size == 348 and len(content) >= size:  # noqa: PLR2004 - size and offsets are those of the NIfTI-1 standard
            dimensions = struct.unpack_from(order + "8h", content, 40)
            datatype, bits = struct.unpack_from(order + "2h", content, 70)
            (offset,) = struct.unpack_from(order + "f", content, 108)
        elif size == 540 and len(content) >= size:  # noqa: PLR2004 - and those of NIfTI-2
            dimensions = struct.unpack_from(order + "8q", content, 16)
            datatype, bits = struct.unpack_from(order + "2h", content, 12)
            (offset,) = struct.unpack_from(order + "q", content, 168)
        else:
            continue
        shape = tuple(max(count, 1) for count in dimensions[1 : 1 + max(0, min(dimensions[0], 7))])
        return _Header(order, shape, datatype, bits, int(offset) if math.isfinite(offset) else -1)
    return None
