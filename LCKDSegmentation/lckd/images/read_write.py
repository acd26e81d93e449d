"""Reading and writing images."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import numpy as np
import SimpleITK as sitk

from lckd.errors import InputError, OutputError, is_out_of_memory
from lckd.files import replace_file
from lckd.images.claims import require_possible, stored_bytes
from lckd.images.nifti import require_sound_nifti
from lckd.images.soundness import DIMENSIONS, check_image, require_place, require_scalar_volume
from lckd.quiet import quiet_c_libraries

Answer = TypeVar("Answer")

NIFTI_ENDINGS = (".nii", ".nii.gz")
PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".jp2", ".j2k")
PAIR_ENDINGS = (".hdr", ".img", ".hdr.gz", ".img.gz")


def read_image(path: str | Path, *, may_be_empty: bool = False) -> sitk.Image:
    """Read a scalar 3-D image and make sure that it can be used.

    Args:
        path: A file in any format that SimpleITK reads.
        may_be_empty: Whether an image of zeros is allowed, as a label map is.

    Returns:
        The image as 32-bit floating point.

    Raises:
        InputError: The file is missing, empty, cut off or not an image, or fails `lckd.images.soundness.check_image`.
    """
    return check_image(_read(Path(path)), f"file '{path}'", may_be_empty=may_be_empty)


def read_channels(path: Path, count: int) -> list[sitk.Image]:
    """Read a 4-D file that holds several 3-D images, such as one of each modality.

    Args:
        path: A file in any format that SimpleITK reads.
        count: Number of images that it must hold.

    Raises:
        InputError: The file cannot be used as in `read_image`, or holds another number of images.
    """
    image = _read(path)
    _require_channels(image.GetSize(), count, path)
    return [check_image(image[:, :, :, channel], f"channel {channel} of file '{path}'") for channel in range(count)]


def read_header(path: Path, *, channels: int = 0) -> sitk.Image:
    """Read only where the voxels of an image lie, which takes milliseconds.

    Args:
        path: A file in any format that SimpleITK reads.
        channels: Number of 3-D images in a 4-D file; 0 for a 3-D file.

    Returns:
        Zeros on the voxels of the file.

    Raises:
        InputError: The file is missing, empty or not an image, or has a shape or geometry that cannot be used.
    """
    reader = _opened(path)
    size = reader.GetSize()
    shown = size[:DIMENSIONS] if channels else size
    if channels:
        _require_channels(size, channels, path)
    kind = sitk.GetPixelIDValueAsString(reader.GetPixelID())
    require_scalar_volume(shown, kind, reader.GetNumberOfComponents(), f"file '{path}'")
    direction = np.array(reader.GetDirection()).reshape(len(size), len(size))[:DIMENSIONS, :DIMENSIONS]
    image = sitk.Image(shown, sitk.sitkUInt8)
    image.SetSpacing(reader.GetSpacing()[:DIMENSIONS])
    image.SetOrigin(reader.GetOrigin()[:DIMENSIONS])
    image.SetDirection(direction.ravel().tolist())
    require_place(image, f"file '{path}'")
    return image


def _read(path: Path) -> sitk.Image:
    """Read a file that is sound, as it is.

    Raises:
        InputError: The file is missing, empty, cut off or not an image.
    """
    _require_usable_name(path)
    _require_content(path)
    if path.name.lower().endswith(NIFTI_ENDINGS):
        require_sound_nifti(path)
    reader = _opened(path)
    return _ask_itk(lambda: sitk.Image(reader.Execute()), path)


def _opened(path: Path) -> sitk.ImageFileReader:
    """Read the header of a file, and no voxel before it is known that they can be there.

    Raises:
        InputError: The file is missing, empty or not an image, or claims what cannot be.
    """
    _require_usable_name(path)
    _require_content(path)
    stored = stored_bytes(path)
    reader = sitk.ImageFileReader()
    reader.SetFileName(str(path))
    _ask_itk(reader.ReadImageInformation, path)
    voxel_bytes = sitk.Image(1, 1, reader.GetPixelID()).GetSizeOfPixelComponent() * reader.GetNumberOfComponents()
    require_possible(reader.GetSize(), path, voxel_bytes=voxel_bytes, stored=stored)
    return reader


def _ask_itk(read: Callable[[], Answer], path: Path) -> Answer:
    """Let ITK read.

    Raises:
        InputError: It cannot.
        MemoryError: There is too little memory.
    """
    try:
        with quiet_c_libraries():
            return read()
    except RuntimeError as error:
        if is_out_of_memory(error):
            raise MemoryError(str(error)) from error
        message = f"The file '{path}' is not an image that can be read: give NIfTI, NRRD, MHA or the like, undamaged."
        raise InputError(message) from error


def _require_channels(size: Sequence[int], count: int, path: Path) -> None:
    """Refuse a file that does not hold that many 3-D images.

    Raises:
        InputError: It is so.
    """
    if len(size) != DIMENSIONS + 1 or size[DIMENSIONS] != count:
        shown = " x ".join(map(str, size))
        message = f"The file '{path}' does not hold {count} volumes (its size is {shown}): check what describes it."
        raise InputError(message)


def _require_usable_name(path: Path) -> None:
    """Refuse names that SimpleITK cannot open, or formats whose damage it does not notice.

    Raises:
        InputError: The name is no UTF-8, or that of a picture or of a pair of files.
    """
    try:
        str(path).encode()
    except UnicodeError as error:
        message = f"The name of the file '{path}' is no UTF-8: rename it."
        raise InputError(message) from error
    if path.name.lower().endswith(PAIR_ENDINGS):
        message = f"The file '{path}' is half of a pair (.hdr and .img): convert it to .nii.gz."
        raise InputError(message)
    if path.name.lower().endswith(PICTURE_ENDINGS) and os.path.isfile(path):  # noqa: PTH113 - bears any name
        message = f"The file '{path}' is a picture, not a 3-D volume: give NIfTI, NRRD, MHA or the like."
        raise InputError(message)


def _require_content(path: Path) -> None:
    """Refuse a path without content.

    Raises:
        InputError: There is no file, or nothing in it.
    """
    if not os.path.isfile(path):  # noqa: PTH113 - unlike Path.is_file, it bears a name that no file can have
        what = "does not exist"
        if os.path.isdir(path):  # noqa: PTH112 - the same
            what = "is a folder, not an image (a folder of DICOM files goes with --dicom)"
        elif os.path.exists(path):  # noqa: PTH110 - the same
            what = "is a pipe or a device, not an image"
        message = f"The file '{path}' {what}: give the path of an image such as scan.nii.gz."
        raise InputError(message)
    if path.stat().st_size == 0:
        message = f"The file '{path}' is empty: copy it again from its source."
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
        with quiet_c_libraries():
            sitk.WriteImage(image, str(temporary), useCompression=True)
        _require_written(temporary, image)

    replace_file(path, write)


def read_plainly(path: Path) -> sitk.Image:
    """Read an image that `write_plainly` wrote.

    Raises:
        InputError: The file is missing or not an image.
    """
    return _ask_itk(lambda: sitk.ReadImage(str(path)), path)


def write_plainly(image: sitk.Image, path: Path) -> None:
    """Write an image for another process: at once, uncompressed and into a folder that nobody else reads.

    Raises:
        OutputError: It cannot be written.
    """
    try:
        with quiet_c_libraries():
            sitk.WriteImage(image, str(path), useCompression=False)
        is_whole = path.stat().st_size >= image.GetNumberOfPixels() * image.GetSizeOfPixelComponent()
    except (OSError, RuntimeError):
        is_whole = False
    if not is_whole:  # ITK's writers say nothing when the disk is full
        with suppress(OSError):
            path.unlink()  # else it would fill the disk that is to be made room on
        message = f"Cannot write '{path}': make room on the disk that holds temporary files and try again."
        raise OutputError(message)


def _require_written(path: Path, image: sitk.Image) -> None:
    """Make sure that a file holds what was written; ITK's writers say nothing when the disk is full.

    Raises:
        OSError: It does not.
    """
    try:
        if path.name.lower().endswith(NIFTI_ENDINGS):
            require_sound_nifti(path)
        with quiet_c_libraries():
            written = sitk.ReadImage(str(path))
    except (InputError, RuntimeError) as error:
        raise OSError(str(error)) from error
    if not np.array_equal(sitk.GetArrayViewFromImage(written), sitk.GetArrayViewFromImage(image)):
        message = f"{path} does not hold what was written"
        raise OSError(message)
