"""Reading, checking and writing images."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from lckd.errors import InputError
from lckd.files import replace_file
from lckd.nifti import require_sound_nifti

DIMENSIONS = 3
NIFTI_ENDINGS = (".nii", ".nii.gz")
PAIR_ENDINGS = (".hdr", ".img", ".hdr.gz", ".img.gz")
SPACING_RANGE_MM = (0.05, 50.0)
FARTHEST_MM = 1e5
"""A scanner is smaller than this; an origin beyond is a broken header."""

STDERR = 2
_STDERR_LOCK = threading.Lock()  # the descriptor belongs to the whole process


def read_image(path: str | Path, *, may_be_empty: bool = False) -> sitk.Image:
    """Read a scalar 3-D image and make sure that it can be used.

    Args:
        path: A file in any format that SimpleITK reads.
        may_be_empty: Whether an image of zeros is allowed, as a label map is.

    Returns:
        The image as 32-bit floating point.

    Raises:
        InputError: The file is missing, empty, cut off or not an image, or its content fails `check_image`.
    """
    path = Path(path)
    _require_usable_name(path)
    _require_content(path)
    if path.name.lower().endswith(NIFTI_ENDINGS):
        require_sound_nifti(path)
    try:
        with _quiet_c_libraries():
            image = sitk.ReadImage(str(path))
    except RuntimeError as error:
        message = f"The file '{path}' is not an image that can be read: give NIfTI, NRRD, MHA or the like, undamaged."
        raise InputError(message) from error
    return check_image(image, f"file '{path}'", may_be_empty=may_be_empty)


def _require_usable_name(path: Path) -> None:
    """Refuse names that SimpleITK cannot open, or formats whose damage it does not notice.

    Raises:
        InputError: The name is no UTF-8, or that of a pair of files.
    """
    try:
        str(path).encode()
    except UnicodeError as error:
        message = f"The name of the file '{str(path).encode(errors='replace').decode()}' is no UTF-8: rename it."
        raise InputError(message) from error
    if path.name.lower().endswith(PAIR_ENDINGS):
        message = f"The file '{path}' is half of a pair (.hdr and .img): convert it to .nii.gz."
        raise InputError(message)


def _require_content(path: Path) -> None:
    """Refuse a path that is no file or an empty one.

    Raises:
        InputError: There is no file, or nothing in it.
    """
    if not os.path.isfile(path):  # noqa: PTH113 - unlike Path.is_file, it bears a name that no file can have
        what = "is a folder, not an image" if os.path.isdir(path) else "does not exist"  # noqa: PTH112 - the same
        message = f"The file '{path}' {what}: give the path of an image such as scan.nii.gz."
        raise InputError(message)
    if path.stat().st_size == 0:
        message = f"The file '{path}' is empty: copy it again from its source."
        raise InputError(message)


def check_image(image: sitk.Image, name: str, *, may_be_empty: bool = False) -> sitk.Image:
    """Make sure that an image can be used.

    Args:
        image: An image from anywhere.
        name: What to call it in a sentence, e.g. ``FLAIR image``.
        may_be_empty: Whether an image of zeros is allowed.

    Returns:
        The image as 32-bit floating point.

    Raises:
        InputError: It is not 3-D, has several values per voxel, NaN or infinite values, or nothing but one value.
    """
    if image.GetDimension() != DIMENSIONS or min(image.GetSize()) < 2:  # noqa: PLR2004 - one slice has no depth
        size = " x ".join(map(str, image.GetSize()))
        message = f"The {name} is not a 3-D volume (its size is {size}): give one volume of one modality."
        raise InputError(message)
    values = 2 if "complex" in image.GetPixelIDTypeAsString() else image.GetNumberOfComponentsPerPixel()
    if values != 1:
        message = f"The {name} has {values} values per voxel instead of one: give a scalar MR volume."
        raise InputError(message)
    _require_place(image, name)
    image = sitk.Cast(image, sitk.sitkFloat32)
    voxels = sitk.GetArrayViewFromImage(image)
    bad = int(voxels.size - np.isfinite(voxels).sum())
    if bad:
        message = f"The {name} has {bad} voxels that are NaN or infinite: repair or export it again."
        raise InputError(message)
    if voxels.min() == voxels.max() and not may_be_empty:
        message = f"The {name} shows nothing, all its voxels are {voxels.min():g}: choose another file."
        raise InputError(message)
    return image


def _require_place(image: sitk.Image, name: str) -> None:
    """Refuse a geometry that no scanner makes.

    Raises:
        InputError: Spacing, origin or direction is not finite, or far out of range.
    """
    low, high = SPACING_RANGE_MM
    numbers = np.array([*image.GetOrigin(), *image.GetDirection()])
    is_placed = bool(np.isfinite(numbers).all()) and float(np.abs(numbers).max()) < FARTHEST_MM
    if not is_placed or not all(low <= spacing <= high for spacing in image.GetSpacing()):
        message = f"The {name} has a header that cannot be right (spacing {image.GetSpacing()} mm): export it again."
        raise InputError(message)


def write_atomically(image: sitk.Image, path: Path) -> None:
    """Write an image beside its place and rename it, so that no half-written file is ever seen.

    Args:
        image: The image.
        path: Where it goes; the ending decides the format. Missing folders are made.

    Raises:
        OutputError: It cannot be written there.
    """

    def write(temporary: Path) -> None:
        with _quiet_c_libraries():
            sitk.WriteImage(image, str(temporary), useCompression=True)
        _require_written(temporary, image)

    replace_file(path, write)


def _require_written(path: Path, image: sitk.Image) -> None:
    """Make sure that a file holds what was written; ITK's writers say nothing when the disk is full.

    Raises:
        OSError: It does not.
    """
    try:
        if path.name.lower().endswith(NIFTI_ENDINGS):
            require_sound_nifti(path)
        with _quiet_c_libraries():
            written = sitk.ReadImage(str(path))
    except (InputError, RuntimeError) as error:
        raise OSError(str(error)) from error
    if not np.array_equal(sitk.GetArrayViewFromImage(written), sitk.GetArrayViewFromImage(image)):
        message = f"{path} does not hold what was written"
        raise OSError(message)


@contextmanager
def _quiet_c_libraries() -> Iterator[None]:
    """Keep C libraries, which print before they fail, from adding lines to the one sentence that is raised."""
    with _STDERR_LOCK:
        try:
            kept = os.dup(STDERR)
        except OSError:  # a window program without a console has no stderr that could be heard
            yield
            return
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, STDERR)
        os.close(nothing)
        try:
            yield
        finally:
            os.dup2(kept, STDERR)
            os.close(kept)
