"""A segmentation node becomes a label map on the voxels of its reference volume, as somebody may have changed it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import slicer.util
import vtk
from slicer import vtkMRMLScalarVolumeNode, vtkMRMLSegmentationNode, vtkSlicerSegmentationsModuleLogic

from lckd.errors import OutputError
from lckd.region import BRATS, NESTED_VALUES, REGIONS
from lckd.segments import REGION_SEGMENTS, TISSUE_SEGMENTS, SegmentStyle
from LCKDSegmentationLib.segmentation import own_segments
from LCKDSegmentationLib.volumes import on_own_voxels

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import SimpleITK as sitk


def reference_of(node: vtkMRMLSegmentationNode) -> vtkMRMLScalarVolumeNode:
    """Give the volume on whose voxels a segmentation lies.

    Raises:
        OutputError: It is no longer in the scene.
    """
    reference = node.GetNodeReference(node.GetReferenceImageGeometryReferenceRole())
    if reference is None:
        message = f"The volume that '{node.GetName()}' was made from is gone: load it again, or save as .seg.nrrd."
        raise OutputError(message)
    return reference


def label_map_of(node: vtkMRMLSegmentationNode) -> "sitk.Image":
    """Paint the segments onto the voxels of the reference, in its own geometry: before any transform above it.

    Raises:
        OutputError: The reference volume is gone.
    """
    import numpy as np
    import SimpleITK as sitk

    reference = reference_of(node)
    labels = np.zeros(slicer.util.arrayFromVolume(reference).shape, np.uint8)
    own = own_segments(node)
    for style in _styles_of(own):
        if style.name in own:
            labels[_voxels_of(node, own[style.name], reference)] = style.label
    return on_own_voxels(sitk.GetImageFromArray(labels), reference)


def tissues_of(node: vtkMRMLSegmentationNode) -> "sitk.Image":
    """Paint the segments as tissues, values of `lckd.region.BRATS`, whether they are tissues or regions.

    Raises:
        OutputError: The reference volume is gone.
    """
    import SimpleITK as sitk

    labels = label_map_of(node)
    if _styles_of(own_segments(node)) is TISSUE_SEGMENTS:
        return labels
    values = {"WT": BRATS.edema, "TC": BRATS.necrosis, "ET": BRATS.enhancing}  # what only the outer one holds
    tissues: sitk.Image = sitk.ChangeLabel(labels, {NESTED_VALUES[region]: values[region] for region in REGIONS})
    return tissues


def left_out(node: vtkMRMLSegmentationNode) -> list[str]:
    """Name the segments that a label map cannot hold, because they are not ours."""
    segmentation = node.GetSegmentation()
    own = own_segments(node).values()
    return [segmentation.GetSegment(name).GetName() for name in segmentation.GetSegmentIDs() if name not in own]


def _voxels_of(
    node: vtkMRMLSegmentationNode, identifier: str, reference: vtkMRMLScalarVolumeNode
) -> "npt.NDArray[np.bool_]":
    """Tell which voxels ``(D, H, W)`` one segment holds, without the application that `slicer.util` asks for them.

    Raises:
        OutputError: Slicer's logic cannot give them.
    """
    scene, names = node.GetScene(), vtk.vtkStringArray()
    names.InsertNextValue(identifier)
    painted = scene.AddNewNodeByClass("vtkMRMLLabelMapVolumeNode")
    try:
        if not vtkSlicerSegmentationsModuleLogic.ExportSegmentsToLabelmapNode(node, names, painted, reference):
            message = f"The segment '{identifier}' of '{node.GetName()}' cannot be painted: save as .seg.nrrd instead."
            raise OutputError(message)
        voxels: npt.NDArray[np.bool_] = slicer.util.arrayFromVolume(painted) > 0
        return voxels
    finally:
        if painted.GetDisplayNode():
            scene.RemoveNode(painted.GetDisplayNode().GetColorNode())
        scene.RemoveNode(painted)


def _styles_of(own: Mapping[str, str]) -> Sequence[SegmentStyle]:
    """Tell tissues from regions, the innermost region last."""
    return tuple(reversed(REGION_SEGMENTS)) if own.keys() & {"TC", "WT"} else TISSUE_SEGMENTS
