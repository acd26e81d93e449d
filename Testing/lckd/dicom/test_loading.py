"""Pixels and their places, as they were written."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from pydicom import dcmread

from lckd.dicom import find_studies
from lckd.errors import InputError
from lckd.modality import Modality
from Testing.lckd.dicom.scanner import Scanner

Scan = Callable[..., sitk.Image]
FLAIR = {"RepetitionTime": 9000, "InversionTime": 2500}


def loaded(folder: Path) -> dict[Modality, sitk.Image]:
    (study,) = find_studies(folder)
    return study.load().images


def assert_same_scan(image: sitk.Image, scanned: sitk.Image) -> None:
    """Every voxel lies where it was scanned, whatever the order of slices, and has its value."""
    again = sitk.Resample(image, scanned, sitk.Transform(), sitk.sitkNearestNeighbor)
    assert sorted(image.GetSize()) == sorted(scanned.GetSize())
    assert np.array_equal(sitk.GetArrayFromImage(again), sitk.GetArrayFromImage(scanned))


@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal", "oblique"])
def test_a_series_is_read_voxel_by_voxel(
    a_scanner: Scanner, scan: Scan, plane: str, assert_same_grid: Callable[[sitk.Image, sitk.Image], None]
) -> None:
    scanned = scan("flair", plane, spacing_mm=(7.0, 9.0, 12.0))
    a_scanner.series(scanned, "FLAIR")
    image = loaded(a_scanner.folder)["flair"]
    assert_same_grid(image, scanned)
    assert image.GetPixelID() == sitk.sitkFloat32
    assert_same_scan(image, scanned)


def test_a_series_that_was_taken_from_top_to_bottom_lies_where_it_was_taken(a_scanner: Scanner, scan: Scan) -> None:
    scanned = scan("flair", "oblique")[:, :, ::-1]
    a_scanner.series(scanned, "FLAIR")
    assert_same_scan(loaded(a_scanner.folder)["flair"], scanned)


def test_every_slice_has_its_own_scale(a_scanner: Scanner, scan: Scan) -> None:
    scanned = scan("t2")
    for number, path in enumerate(a_scanner.series(scanned, "T2")):
        dataset = dcmread(path)
        dataset.RescaleSlope, dataset.RescaleIntercept, dataset.RescaleType = 1 + number / 4, -number, "US"
        dataset.save_as(path)
    scales = np.arange(scanned.GetSize()[2])[:, None, None]
    wanted = sitk.GetArrayFromImage(scanned) * (1 + scales / 4) - scales
    assert sitk.GetArrayFromImage(loaded(a_scanner.folder)["t2"]) == pytest.approx(wanted)


@pytest.mark.parametrize("plane", ["axial", "oblique"])
def test_a_file_of_many_frames_is_read_voxel_by_voxel(
    a_scanner: Scanner, scan: Scan, plane: str, assert_same_grid: Callable[[sitk.Image, sitk.Image], None]
) -> None:
    scanned = scan("flair", plane)
    a_scanner.enhanced([scanned], "3D FLAIR", EchoTime=330, **FLAIR)
    image = loaded(a_scanner.folder)["flair"]
    assert_same_grid(image, scanned)
    assert_same_scan(image, scanned)


def test_of_two_echoes_in_one_file_the_times_tell_which_is_t2(a_scanner: Scanner, scan: Scan) -> None:
    a_scanner.enhanced(
        [scan("t1"), scan("t2")], "AX PD T2", EchoTime=[20, 90], RepetitionTime=3000, EchoPulseSequence="SPIN"
    )
    (study,) = find_studies(a_scanner.folder)
    assert study.choices["t2"].volume.stack.name == "series 1 'AX PD T2', volume 1 of 2 (echo time 90.0)"
    assert "proton density" in study.refused[0].reason
    assert_same_scan(study.load().images["t2"], scan("t2"))


def cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:-900])
    return path


def test_a_study_of_a_damaged_series_is_refused_by_its_name_and_its_file(a_scanner: Scanner, scan: Scan) -> None:
    path = cut(a_scanner.series(scan("t2"), "T2")[3])
    with pytest.raises(InputError, match=r"holds no series .* that can be used \(series 1 'T2': The pixels") as refusal:
        loaded(a_scanner.folder)
    assert f"of series 1 'T2' cannot be read, in the file '{path}': export it again" in str(refusal.value)


def test_another_series_takes_the_place_of_a_damaged_one(make_scanner: Callable[..., Scanner], scan: Scan) -> None:
    scanner = make_scanner("Grünwald", PatientName="Grünwald^Žofie")
    path = cut(scanner.series(scan("flair"), "3D FLAIR", MRAcquisitionType="3D")[5])
    scanner.series(scan("flair", "coronal"), "COR FLAIR")
    scanner.series(scan("flair", spacing_mm=(9.0, 9.0, 9.0)), "AX FLAIR")
    (found,) = find_studies(scanner.folder)
    study, images = found.read()
    assert study.names == {"flair": "series 2 'COR FLAIR'"}
    assert study.notes == (
        "FLAIR is series 2 'COR FLAIR', since series 1 '3D FLAIR' cannot be used (see what was left out).",
    )
    assert_same_scan(images["flair"], scan("flair", "coronal"))
    assert [refusal.name for refusal in study.refused] == ["series 1 '3D FLAIR'", "series 3 'AX FLAIR'"]
    assert f"/…/DICOM/PA001/ST000/{path.name}': export it again" in study.refused[0].reason
    assert study.refused[1].reason.startswith("FLAIR is series 2 'COR FLAIR'")
    assert study.origin(images).inputs["flair"]["dicom"]["series_uid"] == study.choices["flair"].as_dict()["series_uid"]


def test_a_modality_without_a_series_that_can_be_read_is_missing_with_a_note(a_scanner: Scanner, scan: Scan) -> None:
    a_scanner.series(scan("flair"), "FLAIR")
    path = cut(a_scanner.series(scan("t1ce"), "T1 +C")[0])
    (found,) = find_studies(a_scanner.folder)
    study, images = found.read()
    assert (list(images), list(study.choices)) == (["flair"], ["flair"])
    assert study.notes == (
        "T1ce is missing, although it was taken: no series of it can be used (see what was left out).",
    )
    assert str(path) in study.origin(images).left_out[0]["reason"]


def test_a_later_t1_that_nobody_calls_native_takes_no_place(a_scanner: Scanner, scan: Scan) -> None:
    a_scanner.series(scan("flair"), "FLAIR")
    cut(a_scanner.series(scan("t1"), "AX T1")[0])
    a_scanner.series(scan("t1ce"), "AX T1")
    (found,) = find_studies(a_scanner.folder)
    study, images = found.read()
    assert list(images) == ["flair"]
    assert study.refused[1].reason.startswith("It was taken after series 2 'AX T1', which cannot be used: a contrast")


def test_an_empty_series_is_refused_by_its_name(a_scanner: Scanner, scan: Scan) -> None:
    a_scanner.series(scan("t2") * 0, "T2")
    with pytest.raises(InputError, match=r"The series 1 'T2' shows nothing"):
        loaded(a_scanner.folder)
