"""Segmentation objects as others read them: places, codes and pixels from their tags and bits alone, by pydicom."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk
from pydicom import Dataset, dcmread

from lckd.dicom import find_studies
from lckd.dicom.segmentation_object import build_segmentation_object, write_segmentation_object
from lckd.dicom.stack import Volume
from lckd.errors import OutputError
from lckd.output import Kind
from lckd.region import BRATS, regions_from_labels
from lckd.weights.load import Model
from Testing.lckd.dicom.scanner import Scanner

Scan = Callable[..., sitk.Image]
Masks = npt.NDArray[np.bool_]


@pytest.fixture(params=["axial", "oblique", "sagittal", "enhanced"])
def a_volume(request: pytest.FixtureRequest, a_scanner: Scanner, scan: Scan) -> Volume:
    if request.param == "enhanced":
        a_scanner.enhanced([scan("flair", "oblique")], "FLAIR", EchoTime=330)
    else:
        a_scanner.series(scan("flair", request.param), "FLAIR")
    (study,) = find_studies(a_scanner.folder)
    return study.choices["flair"].volume


def labels_on(volume: Volume) -> sitk.Image:
    """A nested tumour off the middle of a volume."""
    columns, rows, slices = volume.geometry.size
    places = np.indices((slices, rows, columns)).transpose(1, 2, 3, 0) - (0.4 * slices, 0.45 * rows, 0.4 * columns)
    distance_mm = np.linalg.norm(places * volume.geometry.spacing_mm[::-1], axis=-1)
    voxels = np.select([distance_mm < 10, distance_mm < 22, distance_mm < 40], [1, 4, 2])
    image = sitk.GetImageFromArray(voxels.astype(np.uint8))
    image.SetOrigin(volume.geometry.origin)
    image.SetSpacing(volume.geometry.spacing_mm)
    image.SetDirection(volume.geometry.direction)
    return image


def segments_in_space(path: Path, like: sitk.Image) -> Masks:
    """Masks of the segments on the voxels of an image, from nothing but tags and bits.

    GDCM misreads the last pixels where these do not fill a byte.
    """
    dataset = dcmread(path)
    bits = np.unpackbits(np.frombuffer(dataset.PixelData, np.uint8), bitorder="little")
    frames = bits[: dataset.NumberOfFrames * dataset.Rows * dataset.Columns].reshape(-1, dataset.Rows, dataset.Columns)
    masks = np.zeros((len(dataset.SegmentSequence), *like.GetSize()[::-1]), bool)
    for pixels, groups in zip(frames, dataset.PerFrameFunctionalGroupsSequence, strict=True):
        position = [float(value) for value in groups.PlanePositionSequence[0].ImagePositionPatient]
        column, row, place = like.TransformPhysicalPointToContinuousIndex(position)
        assert (column, row) == pytest.approx((0, 0), abs=1e-3)
        assert place == pytest.approx(round(place), abs=1e-3)
        number = groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber
        masks[number - 1, round(place)] = pixels > 0
    return masks


def expected(labels: sitk.Image, kind: Kind) -> Masks:
    voxels = sitk.GetArrayFromImage(labels)
    return regions_from_labels(voxels, BRATS) if kind == "regions" else np.stack([voxels == n for n in (4, 1, 2)])


@pytest.mark.parametrize("kind", ["brats", "regions"])
def test_segments_lie_where_they_were_found(a_volume: Volume, tiny_model: Model, tmp_path: Path, kind: Kind) -> None:
    labels = labels_on(a_volume)
    written = build_segmentation_object(labels, a_volume, tiny_model.card, kind=kind)
    write_segmentation_object(written, tmp_path / "seg.dcm")
    assert np.array_equal(segments_in_space(tmp_path / "seg.dcm", labels), expected(labels, kind))
    shared = dcmread(tmp_path / "seg.dcm").SharedFunctionalGroupsSequence[0]
    across, down, step = a_volume.geometry.spacing_mm
    assert shared.PixelMeasuresSequence[0].PixelSpacing == pytest.approx([down, across])
    assert shared.PixelMeasuresSequence[0].SpacingBetweenSlices == pytest.approx(step)
    directions = np.array(a_volume.geometry.direction).reshape(3, 3)
    orientation = shared.PlaneOrientationSequence[0].ImageOrientationPatient
    assert orientation == pytest.approx([*directions[:, 0], *directions[:, 1]], abs=1e-5)


@pytest.fixture
def a_plain_volume(a_scanner: Scanner, scan: Scan) -> Volume:
    a_scanner.series(scan("flair"), "FLAIR")
    (study,) = find_studies(a_scanner.folder)
    return study.choices["flair"].volume


@pytest.fixture
def an_object(a_plain_volume: Volume, tiny_model: Model, tmp_path: Path) -> Dataset:
    written = build_segmentation_object(labels_on(a_plain_volume), a_plain_volume, tiny_model.card)
    write_segmentation_object(written, tmp_path / "seg.dcm")
    return dcmread(tmp_path / "seg.dcm")


def codes(sequence: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - DICOM's sequences are of many types
    return [(item.CodingSchemeDesignator, item.CodeValue) for item in sequence]


def test_segments_are_named_and_coded_as_in_slicer(an_object: Dataset) -> None:
    segments = an_object.SegmentSequence
    assert [segment.SegmentLabel for segment in segments] == ["ET", "NCR", "ED"]
    kinds = [codes(segment.SegmentedPropertyTypeCodeSequence)[0] for segment in segments]
    assert kinds == [("NCIt", "C113842"), ("SCT", "6574001"), ("SCT", "79654002")]
    for segment in segments:
        assert codes(segment.SegmentedPropertyCategoryCodeSequence) == [("SCT", "49755003")]
        assert codes(segment.AnatomicRegionSequence) == [("SCT", "12738006")]
        assert segment.SegmentAlgorithmType == "AUTOMATIC"
    assert len({segment.TrackingUID for segment in segments}) == 3


def test_an_object_says_which_weights_made_it(an_object: Dataset, tiny_model: Model) -> None:
    (algorithm,) = an_object.SegmentSequence[0].SegmentationAlgorithmIdentificationSequence
    assert algorithm.AlgorithmName == "LCKD"
    assert f"weights=untrained,sha256={tiny_model.card.tensors_sha256}" in algorithm.AlgorithmParameters
    assert codes(algorithm.AlgorithmFamilyCodeSequence) == [("DCM", "123110")]


def test_an_object_belongs_to_the_study_and_refers_to_the_series(an_object: Dataset, a_plain_volume: Volume) -> None:
    head = a_plain_volume.stack.head
    assert an_object.SegmentationType == "BINARY"
    assert (an_object.PatientName, an_object.PatientID) == ("Grünwald^Žofie", "MRN4711")
    assert an_object.StudyInstanceUID == head.study_uid
    assert an_object.FrameOfReferenceUID == head.texts["FrameOfReferenceUID"]
    assert an_object.SeriesInstanceUID != head.series_uid
    (series,) = an_object.ReferencedSeriesSequence
    assert series.SeriesInstanceUID == head.series_uid
    referred = {item.ReferencedSOPInstanceUID for item in series.ReferencedInstanceSequence}
    assert referred == {one.sop_uid for one in a_plain_volume.stack.slices}


def test_a_head_without_tumour_gives_three_empty_segments(
    a_plain_volume: Volume, tiny_model: Model, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    labels = labels_on(a_plain_volume) * 0
    written = build_segmentation_object(labels, a_plain_volume, tiny_model.card)
    write_segmentation_object(written, tmp_path / "seg.dcm")
    assert not segments_in_space(tmp_path / "seg.dcm", labels).any()
    assert capfd.readouterr() == ("", "")


def test_labels_on_other_voxels_are_refused(a_plain_volume: Volume, tiny_model: Model) -> None:
    labels = labels_on(a_plain_volume)
    labels.SetOrigin([0.5, 0, 0])
    with pytest.raises(OutputError, match=r"does not lie on the voxels of series 1 'FLAIR': write \.nii\.gz or"):
        build_segmentation_object(labels, a_plain_volume, tiny_model.card)


def test_a_source_that_lacks_what_an_object_needs_is_completed(
    a_scanner: Scanner, scan: Scan, tiny_model: Model, tmp_path: Path
) -> None:
    bare = dict.fromkeys(["PatientName", "PatientSex", "StudyTime", "FrameOfReferenceUID", "Manufacturer", "StudyID"])
    a_scanner.series(scan("flair"), "FLAIR", **bare)
    (study,) = find_studies(a_scanner.folder)
    volume = study.choices["flair"].volume
    write_segmentation_object(build_segmentation_object(labels_on(volume), volume, tiny_model.card), tmp_path / "s.dcm")
    assert dcmread(tmp_path / "s.dcm").PatientName == ""


@pytest.mark.skipif(not shutil.which("dciodvfy"), reason="dciodvfy (Debian: dicom3tools) is not installed")
@pytest.mark.usefixtures("an_object")
def test_the_validator_of_the_standard_finds_no_error(tmp_path: Path) -> None:
    done = subprocess.run(["dciodvfy", tmp_path / "seg.dcm"], capture_output=True, text=True, check=False)  # noqa: S607
    assert "Error" not in done.stdout + done.stderr
    assert "Segmentation" in done.stderr


def test_an_object_that_cannot_be_written_is_refused(a_plain_volume: Volume, tiny_model: Model) -> None:
    written = build_segmentation_object(labels_on(a_plain_volume), a_plain_volume, tiny_model.card)
    with pytest.raises(OutputError, match=r"Cannot write '/proc/self/seg\.dcm'"):
        write_segmentation_object(written, Path("/proc/self/seg.dcm"))
