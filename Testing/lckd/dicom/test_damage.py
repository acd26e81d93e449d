"""Damaged files are told to the study that they are of, and to no other."""

from collections.abc import Callable
from pathlib import Path

import pytest
import SimpleITK as sitk
from pydicom import Dataset, dcmread
from pydicom.uid import MediaStorageDirectoryStorage

from lckd.dicom import find_studies
from Testing.lckd.dicom.scanner import Scanner

Scan = Callable[..., sitk.Image]
IN_DOUBT = "Files that cannot be read, and may be of this study or of another: {}."


def spoil(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:700])  # half of the header


@pytest.fixture
def two(make_scanner: Callable[..., Scanner]) -> tuple[Scanner, Scanner]:
    """Scanners of two patients, whose folders are called like them."""
    ada = make_scanner("Lovelace_Ada", PatientName="Lovelace^Ada", PatientID="MRN1")
    return ada, make_scanner("Hopper_Grace", PatientName="Hopper^Grace", PatientID="MRN2")


def notes_of(scanner: Scanner, root: Path) -> tuple[str, ...]:
    (notes,) = (study.notes for study in find_studies(root) if study.uid == scanner.study_uid)
    return notes


def test_a_damaged_file_of_one_patient_is_not_told_of_another(two: tuple[Scanner, Scanner], scan: Scan) -> None:
    ada, grace = two
    spoil(ada.series(scan("t2"), "T2")[0])
    grace.series(scan("t2"), "T2")
    assert notes_of(grace, grace.folder.parent) == ()
    (note,) = notes_of(ada, ada.folder.parent)
    assert "/…_…/DICOM/PA001/ST000/IM000000' names no series" in note


def test_nothing_of_a_patient_without_a_good_file_is_told_of_another(two: tuple[Scanner, Scanner], scan: Scan) -> None:
    ada, grace = two
    for path in ada.series(scan("t2", slices=5), "T2"):
        spoil(path)
    grace.series(scan("t2"), "T2")
    assert notes_of(grace, grace.folder.parent) == (IN_DOUBT.format(5),)


def test_in_a_folder_of_several_patients_damaged_files_are_counted(two: tuple[Scanner, Scanner], scan: Scan) -> None:
    ada, grace = two
    for scanner in two:
        for path in scanner.series(scan("t2", slices=12), "T2"):
            path.rename(ada.folder.parent / f"{scanner.folder.name}_{path.name}")
    spoil(next(ada.folder.parent.glob("Lovelace*_IM*")))
    assert notes_of(ada, ada.folder.parent) == notes_of(grace, grace.folder.parent) == (IN_DOUBT.format(1),)


def test_a_damaged_series_is_of_the_study_whose_other_series_lie_around_it(a_scanner: Scanner, scan: Scan) -> None:
    for name in ("flair", "t2", "t1"):
        paths = a_scanner.series(scan(name), name)
    for path in paths:
        spoil(path)
    (study,) = find_studies(a_scanner.folder)
    assert all(str(path.parent) in note for path, note in zip(paths, study.notes[:3], strict=False))
    assert study.notes[3:] == (f"{len(paths) - 3} more files are damaged.",)


@pytest.mark.parametrize("kept", [132, 200, 400])
def test_a_file_that_ends_before_it_says_what_it_is_is_told(a_scanner: Scanner, scan: Scan, kept: int) -> None:
    a_scanner.series(scan("t2"), "T2")
    (path,) = a_scanner.series(scan("flair", slices=1), "FLAIR")
    path.write_bytes(path.read_bytes()[:kept])
    (study,) = find_studies(a_scanner.folder)
    assert study.notes == (IN_DOUBT.format(1),)


def test_a_directory_of_files_is_no_damage(a_scanner: Scanner, scan: Scan) -> None:
    (path, *_) = a_scanner.series(scan("t2"), "T2")
    directory = Dataset()
    directory.FileSetID, directory.file_meta = "DISC", dcmread(path).file_meta
    directory.file_meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    directory.save_as(a_scanner.folder / "DICOMDIR", enforce_file_format=True)
    (study,) = find_studies(a_scanner.folder)
    assert (list(study.choices), study.notes) == (["t2"], ())


def test_copies_count_for_their_own_study(two: tuple[Scanner, Scanner], scan: Scan) -> None:
    ada, grace = two
    (path, *_) = ada.series(scan("t2"), "T2")
    path.with_name("copy").write_bytes(path.read_bytes())
    grace.series(scan("t2"), "T2")
    assert notes_of(grace, grace.folder.parent) == ()
    assert notes_of(ada, ada.folder.parent) == ("1 images are copies of others and were left out.",)
