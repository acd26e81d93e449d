"""Writing a result to files; what somebody has changed in the Segment Editor since is written as it is now."""

import csv
import io
import json
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import slicer
import slicer.util
from slicer import (
    vtkMRMLScalarVolumeNode,
    vtkMRMLSegmentationNode,
    vtkMRMLSegmentationStorageNode,
    vtkMRMLSubjectHierarchyNode,
    vtkMRMLTableNode,
    vtkSlicerSegmentationsModuleLogic,
)

from lckd.errors import OutputError
from lckd.files import write_text
from lckd.segments import REGION_SEGMENTS, TISSUE_SEGMENTS
from LCKDSegmentationLib.measurements import rows_of
from LCKDSegmentationLib.result import record_of
from LCKDSegmentationLib.volumes import image_from_volume

if TYPE_CHECKING:
    import SimpleITK as sitk

MILLIMETRES = 1.0


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


def write_label_map(node: vtkMRMLSegmentationNode, path: Path) -> None:
    """Write one value per voxel: 1 NCR, 2 ED, 4 ET, or the nested regions 1 WT, 2 TC, 3 ET.

    Raises:
        OutputError: The file cannot be written, or the reference volume is gone.
    """
    from lckd.images import write_atomically

    write_atomically(_label_map(node), path)


def write_segmentation(node: vtkMRMLSegmentationNode, path: Path) -> None:
    """Write Slicer's own segmentation file, with names, colours and codes.

    Raises:
        OutputError: The file cannot be written.
    """
    storage = vtkMRMLSegmentationStorageNode()
    storage.SetFileName(str(path))
    _require(bool(storage.WriteData(node)), path)


def write_surfaces(node: vtkMRMLSegmentationNode, path: Path) -> None:
    """Write the surface of each segment as STL (LPS, mm) beside `path`, with the segment's name added to its own.

    Raises:
        OutputError: The files cannot be written.
    """
    node.CreateClosedSurfaceRepresentation()
    write = vtkSlicerSegmentationsModuleLogic.ExportSegmentsClosedSurfaceRepresentationToFiles
    names = [name for name in node.GetSegmentation().GetSegmentIDs() if _has_surface(node, name)]
    written = 0
    with suppress(OSError), tempfile.TemporaryDirectory(dir=path.parent) as folder:  # Slicer does not say how it went
        write(folder, node, None, "STL", True, MILLIMETRES, False)
        for name in names:
            for file in Path(folder).glob(f"*_{name}.stl"):
                file.replace(path.with_name(f"{path.stem}_{name}.stl"))
                written += 1
    _require(written == len(names), path)


def write_run_record(node: vtkMRMLSegmentationNode, path: Path) -> None:
    """Write the record of the run that made the segmentation.

    Raises:
        OutputError: There is none, or the file cannot be written.
    """
    record = record_of(node)
    if record is None:
        message = f"'{node.GetName()}' was not made here, so there is no record of its run."
        raise OutputError(message)
    write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", path)


def write_measurements(table: vtkMRMLTableNode | None, path: Path) -> None:
    """Write the table of measurements as CSV.

    Raises:
        OutputError: The file cannot be written.
    """
    heads, rows = rows_of(table)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([heads, *rows])
    write_text(text.getvalue(), path)


def write_dicom(node: vtkMRMLSegmentationNode, path: Path) -> None:
    """Write a DICOM SEG object into the folder of `path`, by the plugin of the extension QuantitativeReporting.

    Raises:
        OutputError: The plugin is missing, or the reference volume does not come from DICOM.
    """
    try:
        from DICOMSegmentationPlugin import DICOMSegmentationPluginClass
    except ImportError as error:
        message = "DICOM SEG needs the extension 'QuantitativeReporting': install it in the Extensions Manager."
        raise OutputError(message) from error
    if not reference_of(node).GetAttribute("DICOM.instanceUIDs"):
        message = f"'{reference_of(node).GetName()}' was not loaded from DICOM, so no DICOM SEG can refer to it."
        raise OutputError(message)
    plugin = DICOMSegmentationPluginClass()
    hierarchy = vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(slicer.mrmlScene)
    exportables = plugin.examineForExport(hierarchy.GetItemByDataNode(node))
    for exportable in exportables:
        exportable.directory = str(path.parent)
    problem = plugin.export(exportables)
    if problem:
        raise OutputError(str(problem))


WRITERS: dict[str, Callable[[vtkMRMLSegmentationNode, Path], None]] = {
    ".nii.gz": write_label_map,
    ".seg.nrrd": write_segmentation,
    ".stl": write_surfaces,
    ".json": write_run_record,
    ".dcm": write_dicom,
}
"""By the ending of the file."""


def _has_surface(node: vtkMRMLSegmentationNode, name: str) -> bool:
    """Tell whether there is anything of a segment."""
    surface = node.GetClosedSurfaceInternalRepresentation(name)
    return surface is not None and surface.GetNumberOfPoints() > 0


def _label_map(node: vtkMRMLSegmentationNode) -> "sitk.Image":
    import numpy as np
    import SimpleITK as sitk

    reference = reference_of(node)
    present = set(node.GetSegmentation().GetSegmentIDs())
    has_tissues = present & {"NCR", "ED"}
    styles = TISSUE_SEGMENTS if has_tissues else tuple(reversed(REGION_SEGMENTS))  # the innermost last
    labels = np.zeros(slicer.util.arrayFromVolume(reference).shape, np.uint8)
    for style in styles:
        if style.name in present:
            labels[slicer.util.arrayFromSegmentBinaryLabelmap(node, style.name, reference) > 0] = style.label
    image = sitk.GetImageFromArray(labels)
    image.CopyInformation(image_from_volume(reference))
    return image


def _require(is_written: bool, path: Path) -> None:  # noqa: FBT001 - the only question
    if not is_written:
        message = f"Cannot write '{path}': check that its folder may be written and that the disk has room."
        raise OutputError(message)
