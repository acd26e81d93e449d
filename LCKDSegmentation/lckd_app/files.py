"""Which images a folder holds for one patient, and how they come into the scene."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from slicer import vtkMRMLScalarVolumeNode, vtkMRMLScene

from lckd.errors import InputError
from LCKDSegmentationLib.startup import SAMPLE_FOLDER
from LCKDSegmentationLib.volumes import volume_from_image

if TYPE_CHECKING:
    import SimpleITK as sitk

ENDINGS = (".nii", ".nii.gz", ".nrrd", ".nhdr", ".mha", ".mhd")
"""Files that are tried where no layout says what belongs to the patient."""

LABEL_MAP_ENDINGS = ("_seg", "-seg", "_label", "-label", "_mask", "-mask", ".seg")

MOST_IMAGES = 16
"""More images than this lie in no folder of one patient that was prepared for segmentation."""


@dataclass(frozen=True)
class Found:
    """An image that was read.

    Attributes:
        name: What to call it.
        path: Its file.
        image: Its voxels as 32-bit floating point.
    """

    name: str
    path: Path
    image: "sitk.Image"


def sample_folder() -> Path:
    """Give the folder of the synthetic patient; an installed package carries it within itself."""
    installed = Path(__file__).parent / "sample"
    return installed if installed.is_dir() else SAMPLE_FOLDER


def images_in(folder: Path) -> list[Path]:
    """List the images of one patient.

    Args:
        folder: Of a patient in any layout of `lckd.patients`, or one in which the images simply lie.

    Raises:
        InputError: There is no such folder, no image in it, or more than one patient.
    """
    if not folder.is_dir():
        what = f"'{folder}' is a file" if folder.exists() else f"There is no folder '{folder}'"
        message = f"{what}: give the folder of one patient."
        raise InputError(message)
    paths = _images_by_layout(folder) or _plain_images(folder)
    if not paths:
        message = f"There is no image in '{folder}': give a folder that holds files such as flair.nii.gz."
        raise InputError(message)
    if len(paths) > MOST_IMAGES:
        message = f"There are {len(paths)} images in '{folder}': give the folder of one patient."
        raise InputError(message)
    return paths


def _images_by_layout(folder: Path) -> list[Path]:
    """List the files of the only patient in a layout that is known; empty where none is.

    Raises:
        InputError: There are several patients.
    """
    from lckd.patients.find import search_cases
    from lckd.patients.folder_case import FolderCase

    cases = [case for case in search_cases(folder, with_labels=False) if isinstance(case, FolderCase)]
    if len(cases) > 1:
        names = ", ".join(sorted(case.name for case in cases)[:3])
        message = f"There are {len(cases)} patients in '{folder}' ({names}, ...): give the folder of one of them."
        raise InputError(message)
    return [path for case in cases if not case.channels for path in case.image_paths.values()]


def _plain_images(folder: Path) -> list[Path]:
    paths = sorted(path for path in folder.iterdir() if path.name.lower().endswith(ENDINGS) and path.is_file())
    return [path for path in paths if not stem_of(path).lower().endswith(LABEL_MAP_ENDINGS)]


def stem_of(path: Path) -> str:
    """Give the name of a file without the ending of its format."""
    name = path.name
    ending = next((one for one in sorted(ENDINGS, key=len, reverse=True) if name.lower().endswith(one)), "")
    return name[: len(name) - len(ending)] or name


def read(paths: Iterable[Path]) -> list[Found]:
    """Read images; nothing has changed anywhere when one is refused.

    Raises:
        InputError: One cannot be used; the sentence names it.
    """
    from lckd.images.read_write import read_image

    return [Found(stem_of(path), path, read_image(path)) for path in paths]


def put(scene: vtkMRMLScene, found: Iterable[Found]) -> list[vtkMRMLScalarVolumeNode]:
    """Put images into a scene, each as a volume that knows its file."""
    return [_put(scene, one) for one in found]


def _compact(image: "sitk.Image") -> "sitk.Image":
    """Keep whole numbers in half the memory, here and in the process that computes; no value changes."""
    import numpy as np
    import SimpleITK as sitk

    voxels = sitk.GetArrayViewFromImage(image)
    whole = voxels.astype(np.int16) if np.abs(voxels).max() < np.iinfo(np.int16).max else voxels
    return sitk.Cast(image, sitk.sitkInt16) if whole.dtype == np.int16 and np.array_equal(whole, voxels) else image


def _put(scene: vtkMRMLScene, found: Found) -> vtkMRMLScalarVolumeNode:
    node = volume_from_image(scene, _compact(found.image), found.name)
    node.AddDefaultStorageNode()
    node.GetStorageNode().SetFileName(str(found.path))  # tells `LCKDSegmentationLib.home` whose it is
    return node
