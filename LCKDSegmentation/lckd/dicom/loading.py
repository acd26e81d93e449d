"""Reading the pixels of a volume: slices in the order of their places, on the voxels that their headers tell."""

from pathlib import Path

import numpy as np
import SimpleITK as sitk

from lckd.dicom.damage import MOST_TOLD
from lckd.dicom.stack import Geometry, Volume
from lckd.errors import InputError, is_out_of_memory
from lckd.grid import same_grid
from lckd.images.soundness import check_image
from lckd.quiet import quiet_c_libraries


def read_volume(volume: Volume) -> sitk.Image:
    """Read a volume.

    Args:
        volume: What was chosen for a modality.

    Returns:
        The image as 32-bit floating point, LPS, mm.

    Raises:
        InputError: A file cannot be read, holds other pixels than its header tells, or shows nothing.
        MemoryError: There is too little memory.
    """
    try:
        with quiet_c_libraries():
            image = _read_frames(volume) if volume.stack.head.frame is not None else _read_files(volume)
    except RuntimeError as error:
        if is_out_of_memory(error):
            raise MemoryError(str(error)) from error
        with quiet_c_libraries():
            where = ", ".join(f"in the file '{path}'" for path in _damaged_files(volume)[:MOST_TOLD])
        told = f"{volume.stack.name} cannot be read{', ' if where else ''}{where}"
        message = f"The pixels of {told}: export it again, uncompressed."
        raise InputError(message) from error
    return check_image(image, volume.stack.name)


def _damaged_files(volume: Volume) -> list[Path]:
    """List the files that cannot be read by themselves; none where they only do not go together."""
    return [path for path in dict.fromkeys(one.path for one in volume.stack.slices) if _is_damaged(path)]


def _is_damaged(path: Path) -> bool:
    try:
        _read_file(str(path))
    except RuntimeError:
        return True
    return False


def _read_files(volume: Volume) -> sitk.Image:
    """Read slices that have a file each.

    Raises:
        InputError: They lie elsewhere than their headers tell.
    """
    reader = sitk.ImageSeriesReader()
    reader.SetImageIO("GDCMImageIO")
    reader.SetOutputPixelType(sitk.sitkFloat32)  # the first slice alone would decide for all, whatever their scales
    reader.SetFileNames([str(one.path) for one in volume.stack.slices])
    image = reader.Execute()
    placed = _on_voxels(sitk.GetArrayFromImage(image), volume)
    if not same_grid(image, placed):
        message = f"The slices of {volume.stack.name} lie elsewhere than their headers tell: export it again."
        raise InputError(message)
    return placed


def _read_frames(volume: Volume) -> sitk.Image:
    """Read slices that are frames of files.

    Raises:
        InputError: Their values have several scales.
    """
    if len({one.rescale for one in volume.stack.slices}) > 1:
        message = f"The frames of {volume.stack.name} have several scales of grey: export it as single slices."
        raise InputError(message)
    files = {}
    for path in {one.path for one in volume.stack.slices}:
        files[path] = sitk.GetArrayFromImage(_read_file(str(path)))
    frames = [files[one.path][one.frame] for one in volume.stack.slices]
    return _on_voxels(np.stack(frames), volume)


def _read_file(path: str) -> sitk.Image:
    reader = sitk.ImageFileReader()
    reader.SetImageIO("GDCMImageIO")
    reader.SetOutputPixelType(sitk.sitkFloat32)
    reader.SetFileName(path)
    image: sitk.Image = reader.Execute()
    return image


def _on_voxels(array: "np.typing.NDArray[np.float32]", volume: Volume) -> sitk.Image:
    """Lay pixels ``(slice, row, column)`` onto the voxels of a volume.

    Raises:
        InputError: They are more or fewer than the headers tell.
    """
    geometry: Geometry = volume.geometry
    if array.shape != geometry.size[::-1]:
        shown = " x ".join(map(str, array.shape[::-1]))
        message = f"The files of {volume.stack.name} hold {shown} pixels, not what their headers tell: export it again."
        raise InputError(message)
    image = sitk.GetImageFromArray(array)
    image.SetOrigin(geometry.origin)
    image.SetSpacing(geometry.spacing_mm)
    image.SetDirection(geometry.direction)
    return image
