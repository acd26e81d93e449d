"""DICOM SEG by Slicer's own plugin: runs in the release check only, with a source tree of Slicer 5.13 and dcmqi."""

import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pydicom
import pytest
import SimpleITK as sitk
import slicer
import slicer.util
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid
from slicer_core import vtkSegmentationCore

from Testing.host import Host

SCRIPTED = Path(os.environ.get("SLICER_SOURCE", "-")) / "Modules" / "Scripted"
PLUGIN = SCRIPTED / "DICOMPlugins" / "DICOMSegmentationPlugin.py"
IS_THERE = PLUGIN.is_file() and importlib.util.find_spec("dcmqi") is not None

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not IS_THERE, reason="needs Slicer's DICOM plugins in SLICER_SOURCE, and dcmqi"),
]

SHAPE = (6, 16, 20)  # D, H, W
SPACING_MM = (1.0, 1.5, 3.0)
ORIGIN_MM = (-20.0, 10.0, 40.0)  # LPS


class Exportable(SimpleNamespace):
    """Stands in for `qSlicerDICOMExportable`."""

    def setTag(self, name: str, value: str) -> None:  # noqa: N802 - Slicer's name
        vars(self)[name] = value

    def tag(self, name: str) -> str:
        return str(vars(self).get(name, ""))


class Database:
    """Stands in for Slicer's DICOM database: files by instance UID."""

    isOpen = True  # noqa: N815 - Slicer's name

    def __init__(self, files: dict[str, Path]) -> None:
        self._files = files
        self.inserted: list[str] = []

    def fileForInstance(self, uid: str) -> str:  # noqa: N802 - Slicer's name
        return str(self._files[uid])

    def fileValue(self, path: str, tag: str) -> str:  # noqa: N802 - Slicer's name
        element = pydicom.dcmread(path).get(pydicom.tag.Tag(tag.replace(",", "")))
        return "" if element is None else str(element.value)

    def insert(self, path: str) -> None:
        self.inserted.append(path)


class Writer:
    """Stands in for Slicer's writers: the node's own storage writes."""

    def fileWriterFileType(self, _node: Any) -> str:  # noqa: ANN401, N802 - a node; Slicer's name
        return "VolumeFile"

    def saveNodes(self, _kind: str, properties: dict[str, str], _messages: object) -> bool:  # noqa: N802 - Slicer's name
        node = slicer.mrmlScene.GetNodeByID(properties["nodeID"])
        node.AddDefaultStorageNode(properties["fileName"])
        return bool(node.GetStorageNode().WriteData(node))


def load(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def a_series(tmp_path: Path) -> dict[str, Path]:
    """Files of a T1 series, by instance UID, from the feet up."""
    study, series, frame = generate_uid(), generate_uid(), generate_uid()
    files: dict[str, Path] = {}
    for index in range(SHAPE[0]):
        slice_ = pydicom.Dataset()
        slice_.SOPClassUID, slice_.SOPInstanceUID, slice_.Modality = MRImageStorage, generate_uid(), "MR"
        slice_.StudyInstanceUID, slice_.SeriesInstanceUID, slice_.FrameOfReferenceUID = study, series, frame
        slice_.PatientID, slice_.PatientName, slice_.StudyID, slice_.SeriesNumber = "made up", "Made^Up", "1", 5
        slice_.PatientBirthDate = slice_.PatientSex = slice_.AccessionNumber = slice_.ReferringPhysicianName = ""
        slice_.StudyDate, slice_.StudyTime, slice_.InstanceNumber = "20260101", "120000", index + 1
        slice_.ImagePositionPatient = [*ORIGIN_MM[:2], ORIGIN_MM[2] + index * SPACING_MM[2]]
        slice_.ImageOrientationPatient, slice_.PixelSpacing = [1, 0, 0, 0, 1, 0], [SPACING_MM[1], SPACING_MM[0]]
        slice_.SliceThickness, slice_.Rows, slice_.Columns = SPACING_MM[2], SHAPE[1], SHAPE[2]
        slice_.SamplesPerPixel, slice_.PhotometricInterpretation, slice_.PixelRepresentation = 1, "MONOCHROME2", 0
        slice_.BitsAllocated, slice_.BitsStored, slice_.HighBit = 16, 16, 15
        slice_.PixelData = np.full(SHAPE[1:], 100 + index, np.uint16).tobytes()
        path = files[slice_.SOPInstanceUID] = tmp_path / f"{index}.dcm"
        slice_.file_meta = pydicom.dataset.FileMetaDataset()
        slice_.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        slice_.save_as(path, enforce_file_format=True)
    return files


@pytest.fixture
def a_volume(host: Host, a_series: dict[str, Path]) -> Any:  # noqa: ANN401 - a node
    """The series as Slicer loads it."""
    volume = host.scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "5: T1")
    slicer.util.updateVolumeFromArray(volume, np.full(SHAPE, 100, np.int16))
    x, y, z = ORIGIN_MM
    matrix = np.diag([-SPACING_MM[0], -SPACING_MM[1], SPACING_MM[2], 1.0])
    matrix[:3, 3] = (-x, -y, z)
    volume.SetIJKToRASMatrix(slicer.util.vtkMatrixFromArray(matrix))
    volume.SetAttribute("DICOM.instanceUIDs", " ".join(a_series))
    return volume


@pytest.fixture
def database(a_series: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Database:
    """Slicer around its plugin: the plugin's own code is real, and so is dcmqi."""
    found = Database(a_series)
    monkeypatch.setattr(slicer, "dicomDatabase", found)
    monkeypatch.setattr(slicer, "qSlicerDICOMExportable", Exportable, raising=False)
    monkeypatch.setattr(type(slicer.app), "coreIOManager", lambda _app: Writer(), raising=False)
    monkeypatch.setitem(sys.modules, "vtkSegmentationCorePython", vtkSegmentationCore)
    load(SCRIPTED / "DICOMLib" / "DICOMPlugin.py", "DICOMLib")
    load(PLUGIN, "DICOMSegmentationPlugin")
    return found


Put = Callable[[npt.NDArray[np.uint8]], Any]


@pytest.fixture
def put(a_volume: Any, host: Host, database: Database) -> Put:  # noqa: ANN401 - a node
    """Put labels into the scene as the panel does."""
    from LCKDSegmentationLib.segmentation import put_segmentation  # noqa: PLC0415 - it needs the application

    assert database
    return lambda labels: put_segmentation(host.scene, sitk.GetImageFromArray(labels), reference=a_volume)


def labels_of(**boxes: tuple[slice, ...]) -> npt.NDArray[np.uint8]:
    labels = np.zeros(SHAPE, np.uint8)
    for name, box in boxes.items():
        labels[box] = {"NCR": 1, "ED": 2, "ET": 4}[name]
    return labels


def read(path: Path) -> tuple[pydicom.Dataset, dict[str, int]]:
    """Read a SEG object, and count the voxels of each of its segments."""
    seg = pydicom.dcmread(path)
    names = {item.SegmentNumber: item.SegmentLabel for item in seg.SegmentSequence}
    counts = dict.fromkeys(names.values(), 0)
    for frame, groups in zip(seg.pixel_array, seg.PerFrameFunctionalGroupsSequence, strict=True):
        counts[names[groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber]] += int((frame > 0).sum())
    return seg, counts


EDEMA = (slice(1, 5), slice(2, 12), slice(3, 15))
RIM = (slice(2, 4), slice(4, 9), slice(5, 10))
CORE = (slice(2, 3), slice(5, 7), slice(6, 8))


def test_dicom_seg_holds_segments_codes_voxels_and_the_series(
    put: Put, a_series: dict[str, Path], database: Database, tmp_path: Path
) -> None:
    from LCKDSegmentationLib.export import write_dicom  # noqa: PLC0415 - it needs the application

    labels = labels_of(ED=EDEMA, ET=RIM, NCR=CORE)
    write_dicom(put(labels), tmp_path / "tumour.dcm")
    seg, counts = read(tmp_path / "tumour.dcm")
    assert counts == {"ET": int((labels == 4).sum()), "NCR": 4, "ED": int((labels == 2).sum())}
    assert seg.PatientID == "made up"
    assert {item.SegmentAlgorithmType for item in seg.SegmentSequence} == {"AUTOMATIC"}
    assert all("LCKD" in item.SegmentAlgorithmName for item in seg.SegmentSequence)
    assert all(item.SegmentedPropertyTypeCodeSequence[0].CodeValue for item in seg.SegmentSequence)
    used = {str(item.ReferencedSOPInstanceUID) for item in seg.ReferencedSeriesSequence[0].ReferencedInstanceSequence}
    assert used <= set(a_series)
    assert len(database.inserted) == 1


def test_dicom_seg_of_a_tumour_without_enhancement_is_written_too(put: Put, tmp_path: Path) -> None:
    from LCKDSegmentationLib.export import write_dicom  # noqa: PLC0415 - it needs the application

    write_dicom(put(labels_of(ED=EDEMA, NCR=CORE)), tmp_path / "tumour.dcm")
    _seg, counts = read(tmp_path / "tumour.dcm")
    assert counts["NCR"] == 4
    assert not counts.get("ET")
