"""Patients to measure on: found, chosen by side and checked before anything is measured."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lckd.errors import InputError
from lckd.patients.folder_case import FolderCase
from lckd_training.cohorts.case import SyntheticCase
from lckd_training.cohorts.measured import cohort_title, find_measured

WriteVolume = Callable[[Path, list[int]], Path]


@pytest.fixture
def two_patients(tmp_path: Path, write_volume: WriteVolume) -> Path:
    """A folder with BraTS20_1 and BraTS20_2, who have FLAIR and a label map."""
    for number in (1, 2):
        for ending, values in (("flair", [0, 5, 5]), ("seg", [0, 1, number])):
            write_volume(tmp_path / "cohort" / f"BraTS20_{number}" / f"BraTS20_{number}_{ending}.nii.gz", values)
    return tmp_path / "cohort"


@pytest.mark.parametrize(
    ("text", "seeds"),
    [
        ("synthetic:test", range(2_000_000, 2_000_006)),
        ("synthetic:test:2", range(2_000_000, 2_000_002)),
        ("synthetic:elect:3", range(1_000_000, 1_000_003)),
    ],
)
def test_synthetic_patients_come_from_the_seeds_of_their_split(text: str, seeds: range) -> None:
    assert find_measured([text]) == [SyntheticCase(seed) for seed in seeds]


@pytest.mark.parametrize(
    "text", ["synthetic", "synthetic:", "synthetic:tset", "synthetic:test:0", "synthetic:test:two"]
)
def test_what_names_no_synthetic_patients_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=f"'{text}' names no synthetic patients"):
        find_measured([text])


def test_an_empty_argument_is_not_the_current_folder() -> None:
    with pytest.raises(InputError, match="--data is empty"):
        find_measured([""])


def test_a_folder_without_a_patient_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"No patient in '.*'"):
        find_measured([str(tmp_path)])


def test_all_patients_without_label_map_are_refused_by_name(two_patients: Path) -> None:
    for path in two_patients.glob("*/*_seg.nii.gz"):
        path.unlink()
    with pytest.raises(InputError, match=r"(?s)'BraTS20_1' has no label map.*'BraTS20_2' has no label map"):
        find_measured([str(two_patients)])


def test_labelled_patients_of_a_folder_are_found_beside_synthetic_ones(two_patients: Path) -> None:
    first, second, made = find_measured([str(two_patients), "synthetic:test:1"])
    assert isinstance(first, FolderCase)
    assert list(first.image_paths) == ["flair"]
    assert [second.name, made.name] == ["BraTS20_2", "BraTS20_Synthetic_2000000"]


def test_only_the_asked_side_of_a_split_is_measured(tmp_path: Path, two_patients: Path) -> None:
    split = tmp_path / "split.json"
    split.write_text('{"train": ["BraTS20_1"], "test": ["BraTS20_2"]}')
    assert [case.name for case in find_measured([str(two_patients)], split=split)] == ["BraTS20_2"]
    assert [case.name for case in find_measured([str(two_patients)], split=split, part="train")] == ["BraTS20_1"]
    with pytest.raises(InputError, match="No case is on the side 'elect'"):
        find_measured([str(two_patients)], split=split, part="elect")


def test_a_manifest_is_measured_on_its_test_side_and_a_folder_beside_it_whole(
    tmp_path: Path, two_patients: Path
) -> None:
    files = {"flair": "cohort/BraTS20_1/BraTS20_1_flair.nii.gz", "label": "cohort/BraTS20_1/BraTS20_1_seg.nii.gz"}
    sides = {"a": "train", "b": "test", "c": ""}
    rows = [{"case": name, "split": side, "labels": "brats", **files} for name, side in sides.items()]
    (tmp_path / "table.json").write_text(json.dumps(rows))
    cases = find_measured([str(tmp_path / "table.json"), str(two_patients)])
    assert [case.name for case in cases] == ["b", "BraTS20_1", "BraTS20_2"]


def test_a_cohort_is_named_without_the_places_of_its_folders(tmp_path: Path) -> None:
    assert cohort_title([str(tmp_path / "test"), "synthetic:test:3"]) == "test + synthetic:test:3"
