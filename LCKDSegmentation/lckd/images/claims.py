"""What the header of an image claims, held against the file: a damaged or hostile one claims what cannot be.

A reader would take gigabytes for voxels that are not there.
"""

import math
from collections.abc import Sequence
from pathlib import Path

from lckd.errors import InputError
from lckd.images.text_headers import file_of_voxels

LARGEST_VOXELS = 1 << 28
"""645 along each side; the finest scans of a head have half of it."""

LARGEST_VOXEL_BYTES = 16
LARGEST_FILE_BYTES = 4 * LARGEST_VOXELS * LARGEST_VOXEL_BYTES
"""Four volumes of the largest voxels, as they are held in a 4-D file."""

DEFLATE_RATIO = 1032
"""What NIfTI, NRRD and MetaImage are compressed with packs at most so many bytes into one."""

SMALL_BYTES = 1 << 20
"""Claims of less are let pass: they cost nothing, whatever they are."""


def stored_bytes(path: Path) -> int:
    """Return how many bytes hold an image, those of a second file with its voxels included.

    Raises:
        InputError: There are far too many, or `lckd.images.text_headers.file_of_voxels` refuses the header.
    """
    other = file_of_voxels(path)
    total = path.stat().st_size + (other.stat().st_size if other else 0)
    if total > LARGEST_FILE_BYTES:
        message = f"The file '{path}' has {total / 2**30:.0f} GB, far more than a scan of a head: give another file."
        raise InputError(message)
    return total


def require_possible(size: Sequence[int], path: Path, *, voxel_bytes: int, stored: int) -> None:
    """Refuse an image that claims more voxels than a scan has, or than its file can hold.

    Args:
        size: Voxels along each axis, of 3-D or 4-D.
        path: Its file.
        voxel_bytes: Bytes of a voxel.
        stored: What `stored_bytes` says.

    Raises:
        InputError: It does.
    """
    voxels = math.prod(size[:3])
    if voxels > LARGEST_VOXELS:
        shown = " x ".join(map(str, size))
        message = f"The file '{path}' claims {shown} voxels, far more than a scan of a head: give another file."
        raise InputError(message)
    claimed = math.prod(size) * voxel_bytes
    if claimed > max(SMALL_BYTES, DEFLATE_RATIO * stored) or claimed > LARGEST_FILE_BYTES:
        message = f"The file '{path}' is cut off or damaged: copy it again from its source."
        raise InputError(message)
