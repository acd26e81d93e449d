"""What ITK's NIfTI reader keeps to itself: a file that ends too early, and voxels that are not numbers.

ITK fills both with zeros, so they are looked for in the bytes of the file.
"""

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lckd.errors import InputError

GZIP_MAGIC = b"\x1f\x8b"
FLOATS = {16: "f4", 64: "f8"}
"""NIfTI codes of floating-point voxels, the only ones that can be NaN or infinite, as numpy types."""


class _Header(NamedTuple):
    order: str
    shape: tuple[int, ...]
    datatype: int
    bits: int
    offset: int


def require_sound_nifti(path: Path) -> None:
    """Refuse a NIfTI file that ends too early or holds voxels that are not numbers.

    Args:
        path: A file whose name ends in `.nii` or `.nii.gz`.

    Raises:
        InputError: The file is cut off, damaged or not NIfTI, or has voxels that are NaN or infinite.
    """
    content = _read(path)
    header = _header(content)
    if header is None:
        message = f"The file '{path}' is not an image that can be read: give an undamaged .nii or .nii.gz file."
        raise InputError(message)
    voxels = math.prod(header.shape)
    size = np.dtype(FLOATS[header.datatype]).itemsize if header.datatype in FLOATS else header.bits // 8
    if header.offset < 0 or len(content) < header.offset + voxels * size:
        raise InputError(_cut_off(path))
    if header.datatype in FLOATS:
        values = np.frombuffer(content, header.order + FLOATS[header.datatype], count=voxels, offset=header.offset)
        bad = voxels - int(np.isfinite(values).sum())
        if bad:
            message = f"The file '{path}' has {bad} voxels that are NaN or infinite: repair it or export it again."
            raise InputError(message)


def _cut_off(path: Path) -> str:
    return f"The file '{path}' is cut off or damaged: copy it again from its source."


def _read(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        is_named_so = path.name.lower().endswith(".gz")
        is_so = content.startswith(GZIP_MAGIC)
        if is_so != is_named_so and (is_so or _header(content)):
            right = ".nii" if is_named_so else ".nii.gz"
            message = f"The file '{path}' is {'not ' * is_named_so}compressed, unlike its name: let it end in {right}."
            raise InputError(message)
        return gzip.decompress(content) if is_named_so else content
    except PermissionError as error:
        message = f"The file '{path}' may not be read: change its permissions."
        raise InputError(message) from error
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(_cut_off(path)) from error


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
