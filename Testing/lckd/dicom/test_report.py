"""The structured report, read by nothing but its content items."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from pydicom import Dataset, dcmread

from lckd.dicom import find_studies
from lckd.dicom.report import build_report, write_report
from lckd.dicom.segmentation_object import build_segmentation_object
from lckd.dicom.stack import Volume
from lckd.measure import measure_regions, measure_values
from lckd.weights.load import Model
from Testing.lckd.dicom.scanner import Scanner

UNITS = {"Volume": "cm3", "Maximum 3D Diameter of a Mesh": "mm", "Long axis": "mm", "Perpendicular Axis": "mm"}


@pytest.fixture
def a_volume(a_scanner: Scanner, scan: Callable[..., sitk.Image]) -> Volume:
    a_scanner.series(scan("flair"), "FLAIR")
    (study,) = find_studies(a_scanner.folder)
    return study.choices["flair"].volume


@pytest.fixture
def labels(a_volume: Volume) -> sitk.Image:
    """A tumour of boxes inside each other, on the voxels of the volume."""
    columns, rows, slices = a_volume.geometry.size
    voxels = np.zeros((slices, rows, columns), np.uint8)
    voxels[5:15, 8:19, 9:20] = 2
    voxels[8:12, 10:15, 10:17] = 4
    voxels[9:11, 12:14, 12:15] = 1
    image = sitk.GetImageFromArray(voxels)
    image.SetOrigin(a_volume.geometry.origin)
    image.SetSpacing(a_volume.geometry.spacing_mm)
    return image


def groups_of(report: Dataset) -> list[Dataset]:
    (measured,) = [item for item in report.ContentSequence if named(item) == "Imaging Measurements"]
    return list(measured.ContentSequence)


def named(item: Dataset) -> str:
    return str(item.ConceptNameCodeSequence[0].CodeMeaning)


def numbers(group: Dataset) -> dict[str, tuple[float, str]]:
    """Value and unit of each measurement of a group, by name."""
    measured = [item for item in group.ContentSequence if item.ValueType == "NUM"]
    values = {named(item): item.MeasuredValueSequence[0] for item in measured}
    return {
        name: (float(value.NumericValue), value.MeasurementUnitsCodeSequence[0].CodeValue)
        for name, value in values.items()
    }


def title(group: Dataset) -> str:
    return next(str(item.TextValue) for item in group.ContentSequence if named(item) == "Tracking Identifier")


@pytest.fixture
def a_segmentation_object(a_volume: Volume, labels: sitk.Image, tiny_model: Model) -> Dataset:
    return build_segmentation_object(labels, a_volume, tiny_model.card)


@pytest.fixture
def a_report(
    a_volume: Volume, labels: sitk.Image, a_segmentation_object: Dataset, tiny_model: Model, tmp_path: Path
) -> Dataset:
    write_report(build_report(a_segmentation_object, labels, a_volume, tiny_model.card), tmp_path / "report.dcm")
    return dcmread(tmp_path / "report.dcm")


def test_a_report_holds_what_is_measured_everywhere_else(a_report: Dataset, labels: sitk.Image) -> None:
    regions = measure_regions(labels)
    measured = [*measure_values(labels, [4, 1, 2]).values(), regions["TC"], regions["WT"]]
    groups = groups_of(a_report)
    assert [title(group).split()[0] for group in groups] == ["ET", "NCR", "ED", "TC", "WT"]
    for group, measures in zip(groups, measured, strict=True):
        found = numbers(group)
        assert measures.axial_diameters_mm is not None
        wanted = (measures.volume_cm3, measures.diameter_mm, *measures.axial_diameters_mm)
        for (name, unit), value in zip(UNITS.items(), wanted, strict=True):
            assert found[name][0] == pytest.approx(value, abs=1e-3)
            assert found[name][1] == unit
        product, unit = found["Product of long axis and perpendicular axis"]
        assert product == pytest.approx(measures.bidimensional_mm2, abs=1e-3)
        assert unit == "mm2"


def test_each_group_refers_to_its_segment(a_report: Dataset, a_segmentation_object: Dataset) -> None:
    groups = groups_of(a_report)
    for number, (group, segment) in enumerate(
        zip(groups[:3], a_segmentation_object.SegmentSequence, strict=True), start=1
    ):
        (reference,) = [item for item in group.ContentSequence if named(item) == "Referenced Segment"]
        (referred,) = reference.ReferencedSOPSequence
        assert referred.ReferencedSOPInstanceUID == a_segmentation_object.SOPInstanceUID
        assert referred.ReferencedSegmentNumber == number
        tracked = [item.UID for item in group.ContentSequence if named(item) == "Tracking Unique Identifier"]
        assert tracked == [segment.TrackingUID]


def test_regions_are_measured_where_they_were_written(a_volume: Volume, labels: sitk.Image, tiny_model: Model) -> None:
    written = build_segmentation_object(labels, a_volume, tiny_model.card, kind="regions")
    groups = groups_of(build_report(written, labels, a_volume, tiny_model.card, kind="regions"))
    assert [title(group).split()[0] for group in groups] == ["ET", "TC", "WT"]
    volumes = [measures.volume_cm3 for measures in measure_regions(labels).values()]
    assert [numbers(group)["Volume"][0] for group in groups] == pytest.approx(volumes, abs=1e-3)


def test_what_there_is_none_of_has_a_volume_of_nothing_and_no_diameter(
    a_volume: Volume, labels: sitk.Image, tiny_model: Model
) -> None:
    empty = labels * 0
    written = build_segmentation_object(empty, a_volume, tiny_model.card)
    for group in groups_of(build_report(written, empty, a_volume, tiny_model.card)):
        assert numbers(group) == {"Volume": (0.0, "cm3")}


@pytest.mark.skipif(not shutil.which("dciodvfy"), reason="dciodvfy (Debian: dicom3tools) is not installed")
@pytest.mark.usefixtures("a_report")
def test_the_validator_of_the_standard_finds_no_error(tmp_path: Path) -> None:
    done = subprocess.run(["dciodvfy", tmp_path / "report.dcm"], capture_output=True, text=True, check=False)  # noqa: S607
    assert "Error" not in done.stdout + done.stderr
    assert "Comprehensive3DSR" in done.stderr
