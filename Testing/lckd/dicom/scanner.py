"""A scanner that writes series of images as DICOM files, the ordinary ones and the odd ones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk
from pydicom import Dataset, FileMetaDataset
from pydicom.uid import UID, EnhancedMRImageStorage, ExplicitVRLittleEndian, MRImageStorage, generate_uid

Array = npt.NDArray[Any]

FLAIR = {"RepetitionTime": 9000, "EchoTime": 81, "InversionTime": 2500, "ScanningSequence": ["SE", "IR"]}
T1 = {"RepetitionTime": 500, "EchoTime": 12, "ScanningSequence": "SE"}
T2 = {"RepetitionTime": 5000, "EchoTime": 100, "ScanningSequence": "SE"}


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
        meta.MediaStorageSOPClassUID = UID(kind)
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
