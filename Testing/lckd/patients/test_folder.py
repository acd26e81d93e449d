"""Folders in BraTS layout, 2018 to 2023."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from lckd.errors import InputError
from lckd.patients.case import load_labelled
from lckd.patients.find import find_cases


def write(path: Path, values: list[int]) -> Path:
    """Write a small volume whose voxels repeat some values."""
    path.parent.mkdir(parents=True, exist_ok=True)
    voxels = np.resize(np.array(values, dtype=np.int16), (4, 4, 4))
    sitk.WriteImage(sitk.GetImageFromArray(voxels), str(path))
    return path


def a_case(folder: Path, *, style: str = "_", ending: str = ".nii.gz", labels: list[int] | None = None) -> Path:
    """Write a patient in one of the two namings of BraTS."""
    names = ("flair", "t1", "t1ce", "t2") if style == "_" else ("t2f", "t1n", "t1c", "t2w")
    for number, name in enumerate(names):
        write(folder / f"{folder.name}{style}{name}{ending}", [0, 10 + number])
    write(folder / f"{folder.name}{style}seg{ending}", labels or [0, 1, 2, 4])
    return folder


@pytest.mark.parametrize(
    ("place", "style", "labels"),
    [
        ("HGG/Brats18_CBICA_X_1", "_", [0, 1, 2, 4]),
        ("LGG/BraTS19_TCIA_X_1", "_", [0, 1, 2, 4]),
        ("BraTS20_Training_001", "_", [0, 1, 2, 4]),
        ("BraTS2021_00000", "_", [0, 1, 2, 4]),
        ("BraTS-GLI-00000-000", "-", [0, 1, 2, 3]),
        ("BraTS-GLI-0009", "_", [0, 1, 2, 3]),
    ],
)
def test_every_brats_layout_is_read_with_its_own_label_convention(
    tmp_path: Path, place: str, style: str, labels: list[int]
) -> None:
    a_case(tmp_path / place, style=style, labels=labels)
    (case,) = find_cases(tmp_path)
    images, truth = load_labelled(case)
    brightest = {modality: sitk.GetArrayFromImage(image).max() for modality, image in images.items()}
    assert brightest == {"flair": 10, "t1": 11, "t1ce": 12, "t2": 13}
    assert sorted(np.unique(sitk.GetArrayFromImage(truth))) == [0, 1, 2, 4]


def test_uncompressed_files_and_a_patient_folder_itself_are_found(tmp_path: Path) -> None:
    folder = a_case(tmp_path / "BraTS20_Training_002", ending=".nii")
    assert [case.name for case in find_cases(folder)] == ["BraTS20_Training_002"]


def test_a_missing_file_is_a_missing_modality(tmp_path: Path) -> None:
    folder = a_case(tmp_path / "BraTS20_Training_003")
    (folder / "BraTS20_Training_003_t1ce.nii.gz").unlink()
    assert set(find_cases(tmp_path)[0].load().images) == {"flair", "t1", "t2"}


def test_a_patient_without_label_map_is_read_but_not_for_training(tmp_path: Path) -> None:
    folder = a_case(tmp_path / "BraTS20_Training_004")
    (folder / "BraTS20_Training_004_seg.nii.gz").unlink()
    (case,) = find_cases(tmp_path)
    assert case.load().labels is None
    with pytest.raises(InputError, match=r"BraTS20_Training_004.*no label map"):
        load_labelled(case)


def test_a_label_value_that_the_convention_does_not_know_is_refused_with_the_file(tmp_path: Path) -> None:
    a_case(tmp_path / "BraTS20_Training_005", labels=[0, 1, 2, 3])
    with pytest.raises(InputError, match=r"BraTS20_Training_005_seg\.nii\.gz.*\[3"):
        find_cases(tmp_path)[0].load()


def test_a_label_map_on_another_grid_is_refused(tmp_path: Path) -> None:
    folder = a_case(tmp_path / "BraTS20_Training_006")
    path = folder / "BraTS20_Training_006_seg.nii.gz"
    labels = sitk.ReadImage(str(path))
    labels.SetOrigin([1.0, 0.0, 0.0])
    sitk.WriteImage(labels, str(path))
    with pytest.raises(InputError, match="another grid"):
        find_cases(tmp_path)[0].load()


def test_a_broken_image_is_refused_with_its_name(tmp_path: Path) -> None:
    folder = a_case(tmp_path / "BraTS20_Training_007")
    (folder / "BraTS20_Training_007_t2.nii.gz").write_bytes(b"not an image")
    with pytest.raises(InputError, match=r"BraTS20_Training_007_t2\.nii\.gz"):
        find_cases(tmp_path)[0].load()


def test_two_files_of_one_modality_are_asked_about(tmp_path: Path) -> None:
    folder = a_case(tmp_path / "BraTS20_Training_008")
    write(folder / "copy_flair.nii.gz", [0, 1])
    with pytest.raises(InputError, match="Two files claim flair"):
        find_cases(tmp_path)


def test_two_patients_of_one_name_are_refused(tmp_path: Path) -> None:
    a_case(tmp_path / "a" / "BraTS20_Training_009")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    with pytest.raises(InputError, match="same name"):
        find_cases(tmp_path)


@pytest.mark.parametrize("name", ["nothing here", "nowhere"])
def test_a_folder_without_patients_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "nothing here").mkdir()
    with pytest.raises(InputError, match=name):
        find_cases(tmp_path / name)


def test_patients_behind_links_are_found(tmp_path: Path) -> None:
    a_case(tmp_path / "disk" / "BraTS20_Training_010")
    (tmp_path / "cohort").mkdir()
    (tmp_path / "cohort" / "BraTS20_Training_010").symlink_to(tmp_path / "disk" / "BraTS20_Training_010")
    assert [case.name for case in find_cases(tmp_path / "cohort")] == ["BraTS20_Training_010"]


@pytest.mark.parametrize("links", [{"a/back": "."}, {"a/to_b": "b", "b/to_a": "a"}], ids=["up", "to each other"])
def test_a_link_that_leads_back_to_where_it_lies_is_named(tmp_path: Path, links: dict[str, str]) -> None:
    for name in ("a", "b"):
        a_case(tmp_path / name / f"BraTS20_{name}")
    for place, target in links.items():
        (tmp_path / place).symlink_to(tmp_path / target)
    with pytest.raises(InputError, match=rf"The link '.*{next(iter(links))}.*' leads back to '.*', which holds it"):
        find_cases(tmp_path)


def test_hidden_companions_of_files_are_no_images(tmp_path: Path) -> None:
    folder = a_case(tmp_path / "BraTS20_Training_011")
    (folder / "._BraTS20_Training_011_flair.nii.gz").write_bytes(b"macOS")
    assert set(find_cases(tmp_path)[0].image_paths) == {"flair", "t1", "t1ce", "t2"}


def test_two_label_maps_are_asked_about(tmp_path: Path) -> None:
    folder = a_case(tmp_path / "BraTS20_Training_012")
    write(folder / "second_seg.nii.gz", [0, 1])
    with pytest.raises(InputError, match="Two label maps"):
        find_cases(tmp_path)


def test_images_that_the_layout_does_not_know_are_named(tmp_path: Path) -> None:
    folder = a_case(tmp_path / "BraTS20_Training_013")
    write(folder / "study1_T1W.nii.gz", [0, 1])
    assert find_cases(tmp_path)[0].ignored == ("study1_T1W.nii.gz",)
