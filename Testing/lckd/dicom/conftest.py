"""A scanner that writes what tests need: series of synthetic heads as DICOM files, the ordinary and the odd ones."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk
from pydicom import Dataset, FileMetaDataset
from pydicom.uid import EnhancedMRImageStorage, ExplicitVRLittleEndian, MRImageStorage, generate_uid

from lckd.modality import Modality
from lckd_training.cohorts.case import SyntheticCase

Array = npt.NDArray[Any]

FLAIR = {"RepetitionTime": 9000, "EchoTime": 81, "InversionTime": 2500, "ScanningSequence": ["SE", "IR"]}
T1 = {"RepetitionTime": 500, "EchoTime": 12, "ScanningSequence": "SE"}
T2 = {"RepetitionTime": 5000, "EchoTime": 100, "ScanningSequence": "SE"}

TILT = np.array([[0.98, -0.17, 0.1], [0.17, 0.985, 0.0], [-0.0985, 0.017, 0.995]])
DIRECTIONS: dict[str, Array] = {
    "axial": np.eye(3),
    "coronal": np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]),
    "sagittal": np.array([[0.0, 0, -1], [1, 0, 0], [0, -1, 0]]),
    "oblique": np.linalg.qr(TILT)[0] * np.sign(np.diag(np.linalg.qr(TILT)[1])),
}


@dataclass
class Scanner:
    """Writes series of one study of one patient below a folder.

    Attributes:
        folder: Where files go, in a folder for each series.
        common: Values by DICOM keyword that all files have.
    """

    folder: Path
    common: dict[str, Any] = field(default_factory=dict)
    frame_of_reference: str = field(default_factory=generate_uid)
    study_uid: str = field(default_factory=generate_uid)
    written: int = 0

    def series(self, image: sitk.Image, description: str | None = None, **tags: Any) -> list[Path]:  # noqa: ANN401
        """Write an image slice by slice, in files without ending whose names say nothing of their order."""
        self.written += 1
        series = {"SeriesInstanceUID": generate_uid(), "SeriesNumber": self.written, "SeriesDescription": description}
        place = self.folder / f"DICOM/PA{self.written:03d}/ST000"
        place.mkdir(parents=True, exist_ok=True)
        voxels = sitk.GetArrayFromImage(image)
        paths = []
        for number, pixels in enumerate(voxels):
            values = {**series, "InstanceNumber": number + 1, **_place(image, number), **tags}
            dataset = self._file(MRImageStorage, values, pixels)
            paths.append(place / f"IM{(number * 37) % 1009:06d}")
            dataset.save_as(paths[-1], enforce_file_format=True)
        return paths

    def enhanced(self, images: Iterable[sitk.Image], description: str, **tags: Any) -> Path:  # noqa: ANN401
        """Write images into one file of many frames, the frames in disorder."""
        self.written += 1
        series = {"SeriesInstanceUID": generate_uid(), "SeriesNumber": self.written, "SeriesDescription": description}
        frames = [
            (_place(image, number), pixels, echo)
            for echo, image in enumerate(images)
            for number, pixels in enumerate(sitk.GetArrayFromImage(image))
        ][::-1]
        stacked = np.stack([pixels for _, pixels, _ in frames])
        dataset = self._file(EnhancedMRImageStorage, {**series, "InstanceNumber": 1}, stacked)
        dataset.NumberOfFrames = len(frames)
        dataset.PixelPresentation = "MONOCHROME"
        dataset.SharedFunctionalGroupsSequence = [_shared(tags)]
        dataset.PerFrameFunctionalGroupsSequence = [_frame(place, echo, tags) for place, _, echo in frames]
        path = self.folder / f"enhanced{self.written}.dcm"
        path.parent.mkdir(parents=True, exist_ok=True)
        dataset.save_as(path, enforce_file_format=True)
        return path

    def _file(self, kind: str, values: Mapping[str, Any], pixels: Array) -> Dataset:
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID = kind
        meta.MediaStorageSOPInstanceUID = generate_uid()
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset = Dataset()
        dataset.file_meta = meta
        defaults = {
            "SpecificCharacterSet": "ISO_IR 192", "SOPClassUID": kind,
            "SOPInstanceUID": meta.MediaStorageSOPInstanceUID, "Modality": "MR",
            "ImageType": ["ORIGINAL", "PRIMARY", "M", "ND"], "PatientName": "Grünwald^Žofie",
            "PatientID": "MRN4711", "PatientBirthDate": "19600203", "PatientSex": "F", "StudyDate": "20210304",
            "StudyTime": "101112", "StudyID": "7", "AccessionNumber": "A1", "ReferringPhysicianName": "",
            "StudyInstanceUID": self.study_uid, "FrameOfReferenceUID": self.frame_of_reference, "Manufacturer": "ACME",
            "PositionReferenceIndicator": "", "MRAcquisitionType": "2D", "SequenceVariant": "SK", "ScanOptions": "",
            "EchoTrainLength": 1,
        }  # fmt: skip
        dataset.Rows, dataset.Columns = pixels.shape[-2:]
        dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 16, 15, 0
        _put(dataset, {**defaults, **self.common, **values})
        dataset.PixelData = np.clip(np.round(pixels), 0, 65535).astype("<u2").tobytes()
        return dataset


def _put(dataset: Dataset, values: Mapping[str, Any]) -> None:
    """Set what has a value; None takes a tag away."""
    for keyword, value in values.items():
        if value is not None:
            setattr(dataset, keyword, value)
        elif keyword in dataset:
            delattr(dataset, keyword)


def _place(image: sitk.Image, number: int) -> dict[str, list[float]]:
    direction = np.array(image.GetDirection()).reshape(3, 3)
    across, down, _ = image.GetSpacing()
    position = image.TransformIndexToPhysicalPoint([0, 0, number])
    return {
        "ImagePositionPatient": [round(value, 6) for value in position],
        "ImageOrientationPatient": [round(value, 8) for value in [*direction[:, 0], *direction[:, 1]]],
        "PixelSpacing": [round(down, 6), round(across, 6)],
    }


def _item(**values: Any) -> Dataset:  # noqa: ANN401 - DICOM's values are of many types
    item = Dataset()
    _put(item, values)
    return item


def _shared(tags: Mapping[str, Any]) -> Dataset:
    timing = _item(RepetitionTime=tags.get("RepetitionTime"))
    modifier = _item(
        InversionRecovery="YES" if "InversionTime" in tags else "NO", InversionTimes=tags.get("InversionTime")
    )
    scale = _item(RescaleSlope=tags.get("RescaleSlope", 1), RescaleIntercept=0, RescaleType="US")
    return _item(
        MRTimingAndRelatedParametersSequence=[timing],
        MRModifierSequence=[modifier],
        PixelValueTransformationSequence=[scale],
    )


def _frame(place: Mapping[str, Any], echo: int, tags: Mapping[str, Any]) -> Dataset:
    """Say of one frame where it lies; several images are several echoes."""
    echoes = np.atleast_1d(tags["EchoTime"])
    kinds = {"FrameType": tags.get("FrameType", ["ORIGINAL", "PRIMARY", "M", "NONE"])}
    return _item(
        PlanePositionSequence=[_item(ImagePositionPatient=place["ImagePositionPatient"])],
        PlaneOrientationSequence=[_item(ImageOrientationPatient=place["ImageOrientationPatient"])],
        PixelMeasuresSequence=[_item(PixelSpacing=place["PixelSpacing"], SliceThickness=5)],
        MREchoSequence=[_item(EffectiveEchoTime=float(echoes[min(echo, len(echoes) - 1)]))],
        MRImageFrameTypeSequence=[_item(**kinds)],
    )


@pytest.fixture(scope="session")
def a_synthetic_patient() -> dict[Modality, sitk.Image]:
    """Four modalities of a synthetic head, as a scanner counts: whole numbers from 0 on."""
    images = SyntheticCase(11, spacing_mm=6.0).load().images
    return {modality: sitk.RescaleIntensity(image, 0, 2000) for modality, image in images.items()}


@pytest.fixture(scope="session")
def scan(a_synthetic_patient: Mapping[Modality, sitk.Image]) -> Callable[..., sitk.Image]:
    """A maker of scans of the synthetic head: a modality, a named plane, voxels of a size."""

    def make(
        modality: Modality,
        plane: str = "axial",
        *,
        spacing_mm: tuple[float, float, float] = (8.0, 8.0, 8.0),
        slices: int | None = None,
    ) -> sitk.Image:
        head = a_synthetic_patient[modality]
        extents = np.abs(DIRECTIONS[plane]).T @ (np.array(head.GetSize()) * head.GetSpacing())
        size = [int(count) for count in np.ceil(extents / spacing_mm)]
        size[2] = slices or size[2]
        middle = head.TransformContinuousIndexToPhysicalPoint([(count - 1) / 2 for count in head.GetSize()])
        origin = middle - DIRECTIONS[plane] @ ((np.array(size) - 1) * spacing_mm / 2)
        scanned = sitk.Resample(
            head,
            size,
            sitk.Transform(),
            sitk.sitkLinear,
            origin.tolist(),
            spacing_mm,
            DIRECTIONS[plane].ravel().tolist(),
        )
        return sitk.Cast(scanned, sitk.sitkUInt16)

    return make


@pytest.fixture
def a_scanner(tmp_path: Path) -> Scanner:
    return Scanner(tmp_path / "disc")


@pytest.fixture
def make_scanner(tmp_path: Path) -> Callable[..., Scanner]:
    """A maker of scanners for more patients and studies in the same folder."""

    def make(name: str = "more", **common: Any) -> Scanner:  # noqa: ANN401 - DICOM's values are of many types
        return Scanner(tmp_path / "disc" / name, common)

    return make


@pytest.fixture(scope="session")
def a_disc(tmp_path_factory: pytest.TempPathFactory, scan: Callable[..., sitk.Image]) -> Path:
    """An ordinary study: the four modalities in 2-D, a localizer, diffusion and a subtraction; to be read only."""
    a_scanner = Scanner(tmp_path_factory.mktemp("disc"))
    a_scanner.series(scan("t1", "sagittal", slices=5), "3 PLANE LOC", **T1)
    a_scanner.series(scan("flair"), "AX T2 FLAIR", **FLAIR)
    a_scanner.series(scan("t1"), "AX T1", **T1)
    a_scanner.series(scan("t2"), "AX T2 FSE", **T2)
    a_scanner.series(scan("t2"), "AX DWI ASSET", **T2)
    a_scanner.series(scan("t2"), "ADC (10^-6 mm²/s)", **T2, ImageType=["DERIVED", "PRIMARY", "ADC"])
    a_scanner.series(scan("t1ce"), "AX T1 +C", **T1, ContrastBolusAgent="Gadovist")
    a_scanner.series(scan("t1ce"), "AX T1 SUB", **T1, ImageType=["DERIVED", "SECONDARY", "SUB"])
    return a_scanner.folder
