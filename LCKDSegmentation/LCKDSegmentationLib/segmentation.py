"""A label map becomes a segmentation node on the voxels of its reference volume."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import vtk
from slicer import (
    vtkMRMLNode,
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
    import numpy as np
    import numpy.typing as npt
    import SimpleITK as sitk

OPACITY_OF_EDEMA = 0.3
"""In 3-D, where it would hide what it surrounds."""

TAG = "LCKDSegmentation.segment"
"""Tag of a segment that was made here, with its first name: such a segment gives way to a new result."""


ALGORITHM = {"DICOM.SegmentAlgorithmType": "AUTOMATIC", "DICOM.SegmentAlgorithmName": "LCKDSegmentation"}
"""Tags of a segment that Slicer's writer of DICOM SEG reads; without them it says that a person drew it."""


def put_segmentation(
    scene: vtkMRMLScene,
    labels: "sitk.Image",
    *,
    reference: vtkMRMLScalarVolumeNode,
    output: vtkMRMLSegmentationNode | None = None,
    styles: Sequence[SegmentStyle] = TISSUE_SEGMENTS,
) -> vtkMRMLSegmentationNode:
    """Put a result into the scene, on the voxels and under the transform of its reference volume.

    Segments of an earlier result in `output` are replaced; other segments in it stay.

    Args:
        scene: Scene that gets the result; unchanged when anything fails.
        labels: uint8 label map on the grid of `reference`, values of `lckd.region.BRATS`.
        reference: Volume node that the labels belong to.
        output: Segmentation node to fill, or None for a new one.
        styles: Which segments: tissues, or the regions that overlap.

    Returns:
        The segmentation node.

    Raises:
        OutputError: The label map has other dimensions than the volume, or other segments in `output` would move.
    """
    return _put(scene, _segments(styles, labels, reference), reference, output=output, name=_name(reference))


def put_masks(
    scene: vtkMRMLScene,
    masks: "Mapping[SegmentStyle, npt.NDArray[np.bool_]]",
    *,
    reference: vtkMRMLScalarVolumeNode,
    output: vtkMRMLSegmentationNode | None,
    name: str,
) -> vtkMRMLSegmentationNode:
    """Put masks into the scene as segments, as `put_segmentation` does with labels.

    Args:
        scene: Scene that gets them.
        masks: For each segment the voxels of `reference` that it holds, ``(D, H, W)``.
        reference: Volume node that the masks belong to.
        output: Segmentation node to fill, or None for a new one.
        name: What a new one is called.

    Raises:
        OutputError: See `put_segmentation`.
    """
    segments = [_segment(style, _oriented_image(mask.astype("uint8"), reference), 1) for style, mask in masks.items()]
    return _put(scene, segments, reference, output=output, name=name)


def _put(
    scene: vtkMRMLScene,
    segments: Sequence[vtkSegment],
    reference: vtkMRMLScalarVolumeNode,
    *,
    output: vtkMRMLSegmentationNode | None,
    name: str,
) -> vtkMRMLSegmentationNode:
    if output:
        _require_writable(output, reference)
    # From here on nothing is expected to fail, so that a failure leaves the scene as it was.
    node = output or scene.AddNewNodeByClass("vtkMRMLSegmentationNode", scene.GenerateUniqueName(name))
    node.CreateDefaultDisplayNodes()
    node.SetAndObserveTransformNodeID(reference.GetTransformNodeID())
    node.SetReferenceImageGeometryParameterFromVolumeNode(reference)
    opacity = _opacity_of_edema(node)
    _replace_segments(node, segments)
    if "ED" in own_segments(node):
        node.GetDisplayNode().SetSegmentOpacity3D(own_segments(node)["ED"], opacity)
    place_beside(scene, node, reference)
    return node


def _opacity_of_edema(node: vtkMRMLSegmentationNode) -> float:
    """Give the opacity in 3-D that somebody may have chosen, or ours."""
    own = own_segments(node)
    return float(node.GetDisplayNode().GetSegmentOpacity3D(own["ED"])) if "ED" in own else OPACITY_OF_EDEMA


def require_unlocked(output: vtkMRMLSegmentationNode) -> None:
    """Refuse an output that nobody may select.

    Raises:
        OutputError: It is locked.
    """
    if not output.GetSelectable():
        message = f"The segmentation '{output.GetName()}' is locked: choose another output."
        raise OutputError(message)


def own_segments(node: vtkMRMLSegmentationNode) -> dict[str, str]:
    """Find the segments that were made here: their IDs by their first names."""
    segmentation, found = node.GetSegmentation(), {}
    for identifier in segmentation.GetSegmentIDs():
        name = vtk.reference("")
        if segmentation.GetSegment(identifier).GetTag(TAG, name):
            found[str(name)] = identifier
    return found


def _require_writable(output: vtkMRMLSegmentationNode, reference: vtkMRMLScalarVolumeNode) -> None:
    """Refuse an output that is locked, or whose other segments would move with the transform of the reference.

    Raises:
        OutputError: It is.
    """
    require_unlocked(output)
    others = set(output.GetSegmentation().GetSegmentIDs()) - set(own_segments(output).values())
    if others and output.GetTransformNodeID() != reference.GetTransformNodeID():
        message = (
            f"The segmentation '{output.GetName()}' holds other segments and lies under another transform than "
            f"'{reference.GetName()}': choose another output."
        )
        raise OutputError(message)


def _name(reference: vtkMRMLScalarVolumeNode) -> str:
    return f"{reference.GetName()} tumour"


def _segments(
    styles: Sequence[SegmentStyle], labels: "sitk.Image", reference: vtkMRMLScalarVolumeNode
) -> list[vtkSegment]:
    """Make the segments; tissues share one image, as Slicer's shared label maps do, regions have one each.

    Raises:
        OutputError: The label map has other dimensions than the volume.
    """
    import SimpleITK as sitk

    from lckd.region import BRATS, regions_from_labels

    voxels = sitk.GetArrayViewFromImage(labels)
    size = reference.GetImageData().GetDimensions()
    if labels.GetSize() != size:
        message = f"The result has {labels.GetSize()} voxels, '{reference.GetName()}' has {size}: please report this."
        raise OutputError(message)
    if styles is TISSUE_SEGMENTS:
        image = _oriented_image(voxels, reference)
        return [_segment(style, image, style.label) for style in styles]
    masks = regions_from_labels(voxels, BRATS).astype("uint8")
    return [_segment(style, _oriented_image(mask, reference), 1) for style, mask in zip(styles, masks, strict=True)]


def _oriented_image(voxels: "npt.NDArray[np.uint8]", reference: vtkMRMLScalarVolumeNode) -> vtkOrientedImageData:
    """Copy voxels ``(D, H, W)`` onto the reference's own: its geometry before any transform above it."""
    from vtk.util import numpy_support

    image = vtkOrientedImageData()
    image.SetDimensions(reference.GetImageData().GetDimensions())
    scalars = numpy_support.numpy_to_vtk(voxels.ravel(), deep=True, array_type=vtk.VTK_UNSIGNED_CHAR)
    scalars.SetName("ImageScalars")  # exporters take a segment whose voxels have another name for empty
    image.GetPointData().SetScalars(scalars)
    matrix = vtk.vtkMatrix4x4()
    reference.GetIJKToRASMatrix(matrix)
    image.SetImageToWorldMatrix(matrix)
    return image


def _segment(style: SegmentStyle, image: vtkOrientedImageData, value: int) -> vtkSegment:
    segment = vtkSegment()
    segment.SetName(style.name)
    segment.SetColor(style.colour)
    segment.SetLabelValue(value)
    segment.SetTerminology(style.terminology)
    segment.SetTag(TAG, style.name)
    for tag, text in ALGORITHM.items():
        segment.SetTag(tag, text)
    name = vtkSegmentationConverter.GetSegmentationBinaryLabelmapRepresentationName()
    segment.AddRepresentation(name, image)
    return segment


def _replace_segments(node: vtkMRMLSegmentationNode, segments: Sequence[vtkSegment]) -> None:
    segmentation, before = node.GetSegmentation(), own_segments(node)
    node.SetSourceRepresentationToBinaryLabelmap()
    for segment in segments:  # one by one: the others pass the surfaces that are shown on to the new one
        name = segment.GetName()
        if name in before:
            segmentation.RemoveSegment(before.pop(name))
        segmentation.AddSegment(segment, segmentation.GenerateUniqueSegmentID(name))
    for identifier in before.values():
        segmentation.RemoveSegment(identifier)


def place_beside(scene: vtkMRMLScene, node: vtkMRMLNode, reference: vtkMRMLScalarVolumeNode) -> None:
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
