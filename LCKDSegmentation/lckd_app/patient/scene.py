"""A patient's nodes: how images come into the scene, and how all that is a patient's leaves it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from slicer import vtkMRMLDisplayableNode, vtkMRMLScalarVolumeNode, vtkMRMLScene, vtkMRMLStorableNode

from lckd_app.patient.files import Found
from LCKDSegmentationLib.volumes import volume_from_image

if TYPE_CHECKING:
    import SimpleITK as sitk

OF_A_PATIENT = ("vtkMRMLMarkupsNode", "vtkMRMLSegmentationNode", "vtkMRMLTableNode", "vtkMRMLVolumeNode")
"""Nodes that leave the scene with the patient."""

Nodes: TypeAlias = list[tuple[vtkMRMLScalarVolumeNode, Found]]
"""Volumes in the scene, and what each was made from."""


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


def name_as_found(scene: vtkMRMLScene, nodes: Nodes) -> None:
    """Call volumes as what they were made from: they got a number where a patient who has left had the same names."""
    for node, one in nodes:
        if scene.GetFirstNodeByName(one.name) is None:
            node.SetName(one.name)


def remove(scene: vtkMRMLScene, nodes: Iterable[vtkMRMLStorableNode]) -> None:
    """Remove nodes from a scene, each with what shows and stores it; some may have left it since they were listed."""
    for node in nodes:
        if not scene.IsNodePresent(node):
            continue
        helpers = [node.GetStorageNode()]
        if isinstance(node, vtkMRMLDisplayableNode):  # a table is not
            helpers += [node.GetNthDisplayNode(index) for index in range(node.GetNumberOfDisplayNodes())]
        scene.RemoveNode(node)
        for helper in helpers:
            if helper is not None and scene.IsNodePresent(helper):
                scene.RemoveNode(helper)


def of_a_patient(scene: vtkMRMLScene) -> list[vtkMRMLStorableNode]:
    """List what leaves the scene with the patient."""
    return [
        scene.GetNthNodeByClass(index, kind)
        for kind in OF_A_PATIENT
        for index in range(scene.GetNumberOfNodesByClass(kind))
    ]


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
