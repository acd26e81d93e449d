"""Writing a result to files; what somebody has changed in the Segment Editor since is written as it is now."""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
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
    vtkSegmentationConverter,
    vtkSlicerSegmentationsModuleLogic,
)

from lckd.errors import OutputError
from lckd.files import write_text
from lckd.segments import REGION_SEGMENTS, TISSUE_SEGMENTS, SegmentStyle
from LCKDSegmentationLib.measurements import rows_of
from LCKDSegmentationLib.result import read_record
from LCKDSegmentationLib.segmentation import OURS
from LCKDSegmentationLib.volumes import on_own_voxels

if TYPE_CHECKING:
    import SimpleITK as sitk

MILLIMETRES = 1.0
EMPTY_STL_BYTES = 84
"""Header of a binary STL file, which is all that a segment without a voxel gives."""


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
    """Write one value per voxel of the reference volume: 1 NCR, 2 ED, 4 ET, or the nested regions 1 WT, 2 TC, 3 ET.

    It lies where the volume's own file does: a transform above the volume does not count.

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
    """Write the surface of each segment as STL (LPS, mm, where the segmentation lies in the world) beside `path`.

    The name of the segment is added to that of the file; a segment without a voxel has no surface.

    Raises:
        OutputError: The files cannot be written.
    """
    surface = vtkSegmentationConverter.GetSegmentationClosedSurfaceRepresentationName()
    had_surfaces = node.GetSegmentation().ContainsRepresentation(surface)
    node.CreateClosedSurfaceRepresentation()
    names = [name for name in node.GetSegmentation().GetSegmentIDs() if _has_surface(node, name)]
    write = vtkSlicerSegmentationsModuleLogic.ExportSegmentsClosedSurfaceRepresentationToFiles
    is_whole = False
    with suppress(OSError), tempfile.TemporaryDirectory(dir=path.parent) as folder:
        write(folder, node, None, "STL", True, MILLIMETRES, False)  # it does not say how it went
        files = sorted(file for file in Path(folder).iterdir() if file.stat().st_size > EMPTY_STL_BYTES)
        is_whole = len(files) == len(names)
        for file in files if is_whole else ():
            file.replace(path.with_name(path.stem + file.name.removeprefix(node.GetName())))
    if not had_surfaces:
        node.RemoveClosedSurfaceRepresentation()
    _require(is_whole, path)


def write_run_record(node: vtkMRMLSegmentationNode, path: Path) -> None:
    """Write the record of the run that made the segmentation.

    Raises:
        OutputError: There is none, or the file cannot be written.
    """
    record = read_record(node)
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
    """Write a DICOM SEG object, by Slicer's own plugin; it enters Slicer's DICOM database, too.

    Raises:
        OutputError: The plugin is missing or finds nothing to write, or the reference volume does not come from DICOM.
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
    if not exportables:
        message = f"Slicer's plugin finds nothing in '{node.GetName()}' that DICOM SEG could hold."
        raise OutputError(message)
    files: list[Path] = []
    problem = ""
    with suppress(OSError), tempfile.TemporaryDirectory(dir=path.parent) as folder:
        for exportable in exportables:
            exportable.directory = folder
        problem = plugin.export(exportables)
        files = sorted(Path(folder).rglob("*.dcm"))
        for file in files[:1]:
            file.replace(path)
    if problem:
        raise OutputError(str(problem))
    _require(bool(files), path)


@dataclass(frozen=True)
class Format:
    """A format that a result can be saved in.

    Attributes:
        ending: Ending of its files.
        title: What the list of the panel says.
        write: Writes a segmentation to a path.
    """

    ending: str
    title: str
    write: Callable[[vtkMRMLSegmentationNode, Path], None]


FORMATS = (
    Format(".nii.gz", "Label map (NIfTI)", write_label_map),
    Format(".seg.nrrd", "Segmentation (.seg.nrrd)", write_segmentation),
    Format(".stl", "Surfaces (STL)", write_surfaces),
    Format(".json", "Record of the run (JSON)", write_run_record),
    Format(".dcm", "DICOM SEG", write_dicom),
)


def left_out(node: vtkMRMLSegmentationNode) -> list[str]:
    """Name the segments that a label map cannot hold, because they are not ours."""
    segmentation = node.GetSegmentation()
    return [segmentation.GetSegment(name).GetName() for name in segmentation.GetSegmentIDs() if name not in OURS]


def _has_surface(node: vtkMRMLSegmentationNode, name: str) -> bool:
    """Tell whether there is anything of a segment."""
    surface = node.GetClosedSurfaceInternalRepresentation(name)
    return surface is not None and surface.GetNumberOfPoints() > 0


def _label_map(node: vtkMRMLSegmentationNode) -> "sitk.Image":
    """Paint the segments onto the voxels of the reference, in its own geometry: before any transform above it."""
    import numpy as np
    import SimpleITK as sitk

    reference = reference_of(node)
    labels = np.zeros(slicer.util.arrayFromVolume(reference).shape, np.uint8)
    for style in _styles_of(node):
        if node.GetSegmentation().GetSegment(style.name):
            labels[slicer.util.arrayFromSegmentBinaryLabelmap(node, style.name, reference) > 0] = style.label
    return on_own_voxels(sitk.GetImageFromArray(labels), reference)


def _styles_of(node: vtkMRMLSegmentationNode) -> Sequence[SegmentStyle]:
    """Tell tissues from regions, the innermost region last."""
    names = set(node.GetSegmentation().GetSegmentIDs())
    return tuple(reversed(REGION_SEGMENTS)) if names & {"TC", "WT"} else TISSUE_SEGMENTS


def _require(is_written: bool, path: Path) -> None:  # noqa: FBT001 - the only question
    if not is_written:
        message = f"Cannot write '{path}': check that its folder may be written and that the disk has room."
        raise OutputError(message)
