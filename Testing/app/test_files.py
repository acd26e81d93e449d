"""Which images of a folder are those of one patient."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
import slicer.util
from slicer import vtkMRMLScene

from lckd.errors import InputError
from lckd_app.files import images_in, put, read, stem_of

WriteVolume = Callable[[Path, list[int]], Path]
VALUES = list(range(60))


def test_a_patient_in_a_known_layout_is_read_without_the_label_map(tmp_path: Path, write_volume: WriteVolume) -> None:
    for name in ("flair", "t1ce", "seg"):
        write_volume(tmp_path / "BraTS2021_00001" / f"BraTS2021_00001_{name}.nii.gz", VALUES)
    found = images_in(tmp_path / "BraTS2021_00001")
    assert [path.name for path in found] == ["BraTS2021_00001_flair.nii.gz", "BraTS2021_00001_t1ce.nii.gz"]


def test_images_that_simply_lie_in_a_folder_are_taken(tmp_path: Path, write_volume: WriteVolume) -> None:
    for name in ("one.nrrd", "two.mha", "two_seg.nrrd"):
        write_volume(tmp_path / name, VALUES)
    (tmp_path / "notes.txt").write_text("nothing", encoding="utf-8")
    assert [path.name for path in images_in(tmp_path)] == ["one.nrrd", "two.mha"]


def test_several_patients_are_refused_by_name(tmp_path: Path, write_volume: WriteVolume) -> None:
    for patient in ("BraTS2021_00001", "BraTS2021_00002"):
        write_volume(tmp_path / patient / f"{patient}_flair.nii.gz", VALUES)
    with pytest.raises(InputError, match=r"2 patients in .*BraTS2021_00001, BraTS2021_00002"):
        images_in(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no folder '.*missing'"):
        images_in(tmp_path / "missing")


def test_a_file_in_place_of_a_folder_is_called_one(tmp_path: Path) -> None:
    (tmp_path / "flair.nii.gz").touch()
    with pytest.raises(InputError, match=r"flair\.nii\.gz' is a file: give the folder of one patient"):
        images_in(tmp_path / "flair.nii.gz")


def test_an_empty_folder_says_what_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no image in .* such as flair\.nii\.gz"):
        images_in(tmp_path)


def test_a_folder_full_of_images_is_none_of_one_patient(tmp_path: Path) -> None:
    for number in range(17):
        (tmp_path / f"{number}.nrrd").touch()
    with pytest.raises(InputError, match="17 images"):
        images_in(tmp_path)


@pytest.mark.parametrize(("name", "stem"), [("a.nii.gz", "a"), ("a.b.nrrd", "a.b"), ("A.NII", "A"), (".nii", ".nii")])
def test_the_ending_of_a_format_is_no_part_of_the_name(name: str, stem: str) -> None:
    assert stem_of(Path(name)) == stem


def test_a_broken_image_is_named(tmp_path: Path) -> None:
    (tmp_path / "flair.nrrd").write_bytes(b"no image")
    with pytest.raises(InputError, match=r"flair\.nrrd"):
        read([tmp_path / "flair.nrrd"])


def test_whole_numbers_take_half_the_memory_and_keep_their_values(tmp_path: Path, write_volume: WriteVolume) -> None:
    whole = read([write_volume(tmp_path / "whole.nrrd", VALUES)])[0]
    half = replace(whole, image=whole.image * 0.5)
    nodes = put(vtkMRMLScene(), [whole, half])
    assert [slicer.util.arrayFromVolume(node).dtype for node in nodes] == [np.int16, np.float32]
    for node, found in zip(nodes, (whole, half), strict=True):
        assert np.array_equal(slicer.util.arrayFromVolume(node), sitk.GetArrayViewFromImage(found.image))
