"""A label map becomes a segmentation node on the voxels of its reference volume."""

from typing import TYPE_CHECKING

import vtk
from slicer import (
    vtkMRMLScalarVolumeNode,
    vtkMRMLScene,
    vtkMRMLSegmentationNode,
    vtkMRMLSubjectHierarchyNode,
    vtkOrientedImageData,
    vtkSegment,
    vtkSegmentationConverter,
)

from lckd.errors import OutputError
from lckd.segments import TISSUE_SEGMENTS, SegmentStyle

if TYPE_CHECKING:
    import SimpleITK as sitk


def put_segmentation(
    scene: vtkMRMLScene,
    labels: "sitk.Image",
    *,
    reference: vtkMRMLScalarVolumeNode,
    output: vtkMRMLSegmentationNode | None = None,
) -> vtkMRMLSegmentationNode:
    """Put a result into the scene, on the voxels and under the transform of its reference volume.

    Segments of an earlier result in `output` are replaced; other segments in it stay.

    Args:
        scene: Scene that gets the result; unchanged when anything fails.
        labels: uint8 label map on the grid of `reference`, values of `lckd.region.BRATS`.
        reference: Volume node that the labels belong to.
        output: Segmentation node to fill, or None for a new one.

    Returns:
        The segmentation node.

    Raises:
        OutputError: The label map has other dimensions than the volume, or other segments in `output` would move.
    """
    image = _oriented_image(labels, reference)
    if output:
        _require_that_others_stay(output, reference)
    segments = [(style.identifier, _segment(style, image)) for style in TISSUE_SEGMENTS]
    # From here on nothing is expected to fail, so that a failure leaves the scene as it was.
    node = output or scene.AddNewNodeByClass("vtkMRMLSegmentationNode", scene.GenerateUniqueName(_name(reference)))
    node.CreateDefaultDisplayNodes()
    node.SetAndObserveTransformNodeID(reference.GetTransformNodeID())
    node.SetReferenceImageGeometryParameterFromVolumeNode(reference)
    _replace_segments(node, segments)
    _place_beside(scene, node, reference)
    return node


def _require_that_others_stay(output: vtkMRMLSegmentationNode, reference: vtkMRMLScalarVolumeNode) -> None:
    """Refuse an output whose other segments would move with the transform of the reference.

    Raises:
        OutputError: There are other segments, under another transform.
    """
    ours = {segment.identifier for segment in TISSUE_SEGMENTS}
    others = set(output.GetSegmentation().GetSegmentIDs()) - ours
    if others and output.GetTransformNodeID() != reference.GetTransformNodeID():
        message = (
            f"The segmentation '{output.GetName()}' holds other segments and lies under another transform than "
            f"'{reference.GetName()}': choose another output."
        )
        raise OutputError(message)


def _name(reference: vtkMRMLScalarVolumeNode) -> str:
    return f"{reference.GetName()} tumour"


def _oriented_image(labels: "sitk.Image", reference: vtkMRMLScalarVolumeNode) -> vtkOrientedImageData:
    """Copy the labels onto the reference's own voxels: its geometry before any transform above it.

    Raises:
        OutputError: The label map has other dimensions than the volume.
    """
    import SimpleITK as sitk
    from vtk.util import numpy_support

    size = reference.GetImageData().GetDimensions()
    if labels.GetSize() != size:
        message = f"The result has {labels.GetSize()} voxels, '{reference.GetName()}' has {size}: please report this."
        raise OutputError(message)
    image = vtkOrientedImageData()
    image.SetDimensions(size)
    flat = sitk.GetArrayViewFromImage(labels).ravel()
    image.GetPointData().SetScalars(numpy_support.numpy_to_vtk(flat, deep=True, array_type=vtk.VTK_UNSIGNED_CHAR))
    matrix = vtk.vtkMatrix4x4()
    reference.GetIJKToRASMatrix(matrix)
    image.SetImageToWorldMatrix(matrix)
    return image


def _segment(style: SegmentStyle, image: vtkOrientedImageData) -> vtkSegment:
    """Make one segment; all segments share one image, as Slicer's shared label maps do."""
    segment = vtkSegment()
    segment.SetName(style.name)
    segment.SetColor(style.colour)
    segment.SetLabelValue(style.label)
    segment.SetTerminology(style.terminology)
    name = vtkSegmentationConverter.GetSegmentationBinaryLabelmapRepresentationName()
    segment.AddRepresentation(name, image)
    return segment


def _replace_segments(node: vtkMRMLSegmentationNode, segments: list[tuple[str, vtkSegment]]) -> None:
    segmentation = node.GetSegmentation()
    node.SetSourceRepresentationToBinaryLabelmap()
    for identifier, segment in segments:  # one by one: the others pass the surfaces that are shown on to the new one
        if segmentation.GetSegment(identifier):
            segmentation.RemoveSegment(identifier)
        segmentation.AddSegment(segment, identifier)


def _place_beside(scene: vtkMRMLScene, node: vtkMRMLSegmentationNode, reference: vtkMRMLScalarVolumeNode) -> None:
    """Put the node under the reference's study or folder in the subject hierarchy."""
    hierarchy = vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    item = hierarchy.GetItemByDataNode(reference)
    if not item:
        return
    parent = hierarchy.GetItemParent(item)
    own = hierarchy.GetItemByDataNode(node)
    if own:
        hierarchy.SetItemParent(own, parent)
    else:
        hierarchy.CreateItem(parent, node)
