"""Images: how they are read, and how they come into the scene."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from slicer import vtkMRMLDisplayableNode, vtkMRMLScalarVolumeNode, vtkMRMLScene, vtkMRMLStorableNode

from lckd.modality import Modality
from LCKDSegmentationLib.volumes import volume_from_image

if TYPE_CHECKING:
    import SimpleITK as sitk

ENDINGS = (".nii", ".nii.gz", ".nrrd", ".nhdr", ".mha", ".mhd")
"""Of files that are taken for images."""


@dataclass(frozen=True)
class Found:
    """An image that was read.

    Attributes:
        name: What to call it.
        path: Its file.
        image: Its voxels as 32-bit floating point.
        modality: What it is, where more than its name tells; None where its name is all there is.
        reason: Why, as a sentence; empty without a modality.
    """

    name: str
    path: Path
    image: "sitk.Image"
    modality: Modality | None = None
    reason: str = ""


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
    """Put images into a scene, each as a volume that knows its file; all of them or, if one cannot be put, none."""
    nodes: list[vtkMRMLScalarVolumeNode] = []
    try:
        for one in found:
            nodes.append(_put(scene, one))  # noqa: PERF401 - those before must be known when one fails
    except BaseException:
        remove(scene, nodes)
        raise
    return nodes


def remove(scene: vtkMRMLScene, nodes: Iterable[vtkMRMLStorableNode]) -> None:
    """Remove nodes from a scene, each with what shows and stores it."""
    for node in nodes:
        helpers = [node.GetStorageNode()]
        if isinstance(node, vtkMRMLDisplayableNode):  # a table is not
            helpers += [node.GetNthDisplayNode(index) for index in range(node.GetNumberOfDisplayNodes())]
        scene.RemoveNode(node)
        for helper in helpers:
            if helper is not None and scene.IsNodePresent(helper):
                scene.RemoveNode(helper)


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
