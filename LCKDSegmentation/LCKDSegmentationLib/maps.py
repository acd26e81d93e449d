"""Volumes of probability and uncertainty, beside the volume that they were computed for."""

from typing import TYPE_CHECKING

import slicer.util
from slicer import vtkMRMLScalarVolumeNode, vtkMRMLScene

from LCKDSegmentationLib.segmentation import place_beside

if TYPE_CHECKING:
    import SimpleITK as sitk

UNCERTAINTY = "uncertainty"
ROLE = "LCKDSegmentation.map.{name}"
"""Node reference from the segmentation to a map that belongs to it."""


def put_map(
    scene: vtkMRMLScene, image: "sitk.Image", name: str, *, reference: vtkMRMLScalarVolumeNode
) -> vtkMRMLScalarVolumeNode:
    """Put a map into the scene, on the voxels and under the transform of its reference volume.

    Args:
        scene: Scene that gets the volume; an earlier map of the same name and reference is replaced.
        image: Values in [0, 1] on the grid of `reference`.
        name: ``uncertainty``, or the region whose probability it is.
        reference: Volume node that the values belong to.

    Returns:
        The volume node.
    """
    import SimpleITK as sitk

    role = ROLE.format(name=name)
    node = next((node for node in _volumes(scene) if node.GetNodeReference(role) is reference), None)
    if node is None:
        title = f"{reference.GetName()} {UNCERTAINTY if name == UNCERTAINTY else f'probability of {name}'}"
        node = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", scene.GenerateUniqueName(title))
        node.SetNodeReferenceID(role, reference.GetID())
        place_beside(scene, node, reference)
    slicer.util.updateVolumeFromArray(node, sitk.GetArrayFromImage(image))
    node.CopyOrientation(reference)
    node.SetAndObserveTransformNodeID(reference.GetTransformNodeID())
    _show(node, name)
    return node


def _volumes(scene: vtkMRMLScene) -> list[vtkMRMLScalarVolumeNode]:
    return [
        scene.GetNthNodeByClass(index, "vtkMRMLScalarVolumeNode")
        for index in range(scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode"))
    ]


def _show(node: vtkMRMLScalarVolumeNode, name: str) -> None:
    """Show the whole range of values, and nothing where there is nothing."""
    node.CreateDefaultDisplayNodes()
    display = node.GetDisplayNode()
    display.AutoWindowLevelOff()
    display.SetWindowLevelMinMax(0.0, 1.0)
    display.SetAndObserveColorNodeID(
        "vtkMRMLColorTableNodeFileMagma.txt" if name == UNCERTAINTY else "vtkMRMLColorTableNodeFileViridis.txt"
    )
