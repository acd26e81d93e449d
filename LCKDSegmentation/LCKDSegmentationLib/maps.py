"""Volumes of probability and uncertainty, beside the volume that they were computed for."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import slicer.util
from slicer import vtkMRMLScalarVolumeNode, vtkMRMLScene

from lckd.maps import UNCERTAINTY
from lckd.modality import Modality
from LCKDSegmentationLib.patient import belongs, remember
from LCKDSegmentationLib.segmentation import place_beside

if TYPE_CHECKING:
    import SimpleITK as sitk

MAP_ATTRIBUTE = "LCKDSegmentation.map"
"""Attribute of a volume that is a map: ``uncertainty``, or the region whose probability it is."""

COLOURS = {UNCERTAINTY: "vtkMRMLColorTableNodeFileMagma.txt"}
OTHER_COLOURS = "vtkMRMLColorTableNodeFileViridis.txt"


def put_map(
    scene: vtkMRMLScene,
    image: "sitk.Image",
    name: str,
    volumes: Mapping[Modality, vtkMRMLScalarVolumeNode],
    *,
    reference: vtkMRMLScalarVolumeNode,
) -> vtkMRMLScalarVolumeNode:
    """Put a map into the scene, on the voxels and under the transform of its reference volume.

    Args:
        scene: Scene that gets the volume; an earlier map of the same name and patient is replaced.
        image: Values in [0, 1] on the grid of `reference`.
        name: ``uncertainty``, or the region whose probability it is.
        volumes: Volumes that were used.
        reference: The one of them that the values belong to.

    Returns:
        The volume node.
    """
    import SimpleITK as sitk

    node = next((node for node in maps_of(scene, name) if belongs(node, scene, volumes.values())), None)
    if node is None:
        title = f"{reference.GetName()} {UNCERTAINTY if name == UNCERTAINTY else f'probability of {name}'}"
        node = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", scene.GenerateUniqueName(title))
        node.SetAttribute(MAP_ATTRIBUTE, name)
        place_beside(scene, node, reference)
    remember(node, volumes.values())
    slicer.util.updateVolumeFromArray(node, sitk.GetArrayFromImage(image))
    node.CopyOrientation(reference)
    node.SetAndObserveTransformNodeID(reference.GetTransformNodeID())
    _show(node, name)
    return node


def maps_of(scene: vtkMRMLScene, name: str) -> list[vtkMRMLScalarVolumeNode]:
    """List the maps of one name in a scene, whichever patient they belong to."""
    kind = "vtkMRMLScalarVolumeNode"
    volumes = [scene.GetNthNodeByClass(index, kind) for index in range(scene.GetNumberOfNodesByClass(kind))]
    return [volume for volume in volumes if volume.GetAttribute(MAP_ATTRIBUTE) == name]


def _show(node: vtkMRMLScalarVolumeNode, name: str) -> None:
    """Show the whole range of values, whatever the largest one is."""
    node.CreateDefaultDisplayNodes()
    display = node.GetDisplayNode()
    display.AutoWindowLevelOff()
    display.SetWindowLevelMinMax(0.0, 1.0)
    display.SetAndObserveColorNodeID(COLOURS.get(name, OTHER_COLOURS))
