"""Whose images lie in a folder: in a known layout, in files, or as DICOM."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import SimpleITK as sitk

from lckd.errors import InputError
from lckd_app.patient.folder import DICOM_LEFT_OUT, Contents, read_folder
from Testing.lckd.dicom.scanner import FLAIR, Scanner

WriteVolume = Callable[[Path, list[int]], Path]
VALUES = list(range(60))


def names(contents: Contents) -> list[str]:
    return [one.path.name for one in contents.found]


def test_a_patient_in_a_known_layout_is_read_without_the_label_map(tmp_path: Path, write_volume: WriteVolume) -> None:
    for name in ("flair", "t1ce", "seg"):
        write_volume(tmp_path / "BraTS2021_00001" / f"BraTS2021_00001_{name}.nii.gz", VALUES)
    contents = read_folder(tmp_path / "BraTS2021_00001")
    assert names(contents) == ["BraTS2021_00001_flair.nii.gz", "BraTS2021_00001_t1ce.nii.gz"]
    assert contents.name == "BraTS2021_00001"
    assert contents.left_out == ("Left out: 'BraTS2021_00001_seg.nii.gz', a label map by its name.",)


def test_what_a_layout_leaves_out_is_told(tmp_path: Path, write_volume: WriteVolume) -> None:
    for name in ("flair", "dwi"):
        write_volume(tmp_path / "BraTS2021_00001" / f"BraTS2021_00001_{name}.nii.gz", VALUES)
    contents = read_folder(tmp_path / "BraTS2021_00001")
    assert names(contents) == ["BraTS2021_00001_flair.nii.gz"]
    assert contents.left_out == (
        "Left out: 'BraTS2021_00001_dwi.nii.gz', whose name tells none of the four modalities.",
    )


def test_a_study_beside_an_image_is_told_of(tmp_path: Path, a_dicom_folder: Path, write_volume: WriteVolume) -> None:
    write_volume(tmp_path / "contour.nrrd", VALUES)
    (tmp_path / "study").symlink_to(a_dicom_folder)
    assert read_folder(tmp_path).left_out == ()  # links to folders are not followed
    shutil.copytree(a_dicom_folder, tmp_path / "copy")
    assert read_folder(tmp_path).left_out == (DICOM_LEFT_OUT,)


def test_more_files_than_are_looked_at_are_no_reason_to_refuse_images(
    tmp_path: Path, write_volume: WriteVolume, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lckd.dicom.files.MOST_FILES", 2)
    for name in ("one.nrrd", "two.nrrd", "three.nrrd"):
        write_volume(tmp_path / name, VALUES)
    assert len(read_folder(tmp_path).found) == 3


def test_images_that_simply_lie_in_a_folder_are_taken(tmp_path: Path, write_volume: WriteVolume) -> None:
    for name in ("one.nrrd", "two.mha", "two_seg.nrrd"):
        write_volume(tmp_path / name, VALUES)
    (tmp_path / "notes.txt").write_text("nothing", encoding="utf-8")
    assert names(read_folder(tmp_path)) == ["one.nrrd", "two.mha"]


def test_several_patients_are_refused_by_name(tmp_path: Path, write_volume: WriteVolume) -> None:
    for patient in ("BraTS2021_00001", "BraTS2021_00002"):
        write_volume(tmp_path / patient / f"{patient}_flair.nii.gz", VALUES)
    with pytest.raises(InputError, match=r"2 patients in .*BraTS2021_00001, BraTS2021_00002"):
        read_folder(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no folder '.*missing'"):
        read_folder(tmp_path / "missing")


def test_a_file_in_place_of_a_folder_is_called_one(tmp_path: Path) -> None:
    (tmp_path / "flair.nii.gz").touch()
    with pytest.raises(InputError, match=r"flair\.nii\.gz' is a file: give the folder of one patient"):
        read_folder(tmp_path / "flair.nii.gz")


def test_an_empty_folder_says_what_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no image in .* such as flair\.nii\.gz"):
        read_folder(tmp_path)


def test_a_folder_full_of_images_is_none_of_one_patient(tmp_path: Path) -> None:
    for number in range(17):
        (tmp_path / f"{number}.nrrd").touch()
    with pytest.raises(InputError, match="17 images"):
        read_folder(tmp_path)


def test_a_study_is_read_by_what_its_series_say(a_dicom_folder: Path) -> None:
    contents = read_folder(a_dicom_folder)
    assert contents.name == "study of 2024-03-05"
    assert [(one.modality, one.name) for one in contents.found] == [
        ("flair", "1: AX T2 FLAIR"),
        ("t1ce", "2: AX T1 +C"),
    ]
    assert all(one.reason for one in contents.found)
    assert any("AX DWI" in told for told in contents.left_out)


def test_what_only_writes_dicom_is_not_needed(a_dicom_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "highdicom"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "highdicom", None)  # as where only the extra `app` is installed
    assert len(read_folder(a_dicom_folder).found) == 2


def test_two_studies_are_not_mixed(tmp_path: Path, a_scan: Callable[[str], sitk.Image]) -> None:
    for day in ("20240305", "20250607"):
        Scanner(tmp_path / day, {"StudyDate": day}).series(a_scan("flair"), "AX T2 FLAIR", **FLAIR)
    with pytest.raises(InputError, match=r"2 studies in .*study of 2024-03-05, study of 2025-06-07"):
        read_folder(tmp_path)
