"""Writing a result to files; what somebody has changed in the Segment Editor since is written as it is now."""

import csv
import io
import json
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import vtk
from slicer import (
    vtkMRMLSegmentationNode,
    vtkMRMLSegmentationStorageNode,
    vtkMRMLSubjectHierarchyNode,
    vtkMRMLTableNode,
    vtkSegmentationConverter,
)

from lckd.errors import OutputError
from lckd.files import replace_file, write_text
from LCKDSegmentationLib.labelmap import label_map_of, reference_of
from LCKDSegmentationLib.measurements import rows_of
from LCKDSegmentationLib.result import read_record

UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes units for letters of another alphabet."""
LONGEST_NAME = 60
"""What the name of a segment may add to that of a file."""


def write_label_map(node: vtkMRMLSegmentationNode, path: Path) -> None:
    """Write one value per voxel of the reference volume: 1 NCR, 2 ED, 4 ET, or the nested regions 1 WT, 2 TC, 3 ET.

    It lies where the volume's own file does: a transform above the volume does not count.

    Raises:
        OutputError: The file cannot be written, or the reference volume is gone.
    """
    from lckd.images.read_write import write_atomically

    write_atomically(label_map_of(node), path)


def write_segmentation(node: vtkMRMLSegmentationNode, path: Path) -> None:
    """Write Slicer's own segmentation file, with names, colours and codes.

    Raises:
        OutputError: The file cannot be written.
    """

    def write(temporary: Path) -> None:
        storage = vtkMRMLSegmentationStorageNode()
        storage.SetFileName(str(temporary))
        _require(bool(storage.WriteData(node)), path)

    replace_file(path, write)


def write_surfaces(node: vtkMRMLSegmentationNode, path: Path) -> None:
    """Write the surface of each segment as STL (LPS, mm, where the segmentation lies in the world): `surface_files`.

    Raises:
        OutputError: A file cannot be written.
    """
    surface = vtkSegmentationConverter.GetSegmentationClosedSurfaceRepresentationName()
    had_surfaces = node.GetSegmentation().ContainsRepresentation(surface)
    node.CreateClosedSurfaceRepresentation()
    try:
        for identifier, file in surface_files(node, path).items():
            _write_surface(node, identifier, file)
    finally:
        if not had_surfaces:
            node.RemoveClosedSurfaceRepresentation()


def surface_files(node: vtkMRMLSegmentationNode, path: Path) -> dict[str, Path]:
    """Name the file of each segment by its ID: the name of the segment is added to that of `path`."""
    segmentation = node.GetSegmentation()
    names = {identifier: segmentation.GetSegment(identifier).GetName() for identifier in segmentation.GetSegmentIDs()}
    return {
        identifier: path.with_name(f"{path.stem}_{UNSAFE.sub('_', name)[:LONGEST_NAME]}.stl")
        for identifier, name in names.items()
    }


def _write_surface(node: vtkMRMLSegmentationNode, identifier: str, path: Path) -> None:
    """Write one surface; a segment without a voxel has none."""
    surface = vtk.vtkPolyData()
    if not node.GetClosedSurfaceRepresentation(identifier, surface) or not surface.GetNumberOfPoints():
        return
    to_lps = vtk.vtkTransform()
    to_lps.Scale(-1.0, -1.0, 1.0)
    turned = vtk.vtkTransformPolyDataFilter()
    turned.SetTransform(to_lps)
    turned.SetInputData(surface)
    writer = vtk.vtkSTLWriter()
    writer.SetFileTypeToBinary()
    writer.SetInputConnection(turned.GetOutputPort())

    def write(temporary: Path) -> None:
        writer.SetFileName(str(temporary))
        _require(bool(writer.Write()), path)

    replace_file(path, write)


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
    if not rows:
        message = "There are no measurements: press Apply first."
        raise OutputError(message)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([heads, *rows])
    write_text(BYTE_ORDER_MARK + text.getvalue(), path)


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
    hierarchy = vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(node.GetScene())
    exportables = plugin.examineForExport(hierarchy.GetItemByDataNode(node))
    if not exportables:
        message = f"Slicer's plugin finds nothing in '{node.GetName()}' that DICOM SEG could hold."
        raise OutputError(message)
    files: list[Path] = []
    problem = ""
    with suppress(OSError), tempfile.TemporaryDirectory(dir=path.parent) as folder:
        for exportable in exportables:
            exportable.directory = folder
        problem = _ask(plugin, exportables)
        files = sorted(Path(folder).rglob("*.dcm"))
        for file in files[:1]:
            file.replace(path)
    if problem:
        raise OutputError(str(problem))
    _require(bool(files), path)


def _ask(plugin: Any, exportables: Any) -> str:  # noqa: ANN401 - of another extension
    """Let the plugin write; returns what it complains of."""
    try:
        return str(plugin.export(exportables) or "")
    except Exception as error:  # noqa: BLE001 - whatever another extension raises, a person must read it
        return f"DICOM SEG was not written: {error}"


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


def _require(is_written: bool, path: Path) -> None:  # noqa: FBT001 - the only question
    if not is_written:
        message = f"Cannot write '{path}': check that its folder may be written and that the disk has room."
        raise OutputError(message)
