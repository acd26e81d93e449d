"""Splits: nobody is on two sides, whatever the names say."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from lckd.cli import build_parser, run_command
from lckd.errors import InputError, TrainingError
from lckd.patients.find import find_cases
from lckd.patients.folder_case import FolderCase, Part
from lckd.patients.identity import patient_of
from lckd_training.cohorts.case import SyntheticCase, write_case
from lckd_training.cohorts.fingerprint import fingerprint
from lckd_training.cohorts.leakage import require_apart, same_patients
from lckd_training.cohorts.sources import find_all, find_sides
from lckd_training.cohorts.split import Sides, choose_sides, deal, read_split

WriteVolume = Callable[[Path, list[int]], Path]


def a_case(name: str, part: Part | None = None) -> FolderCase:
    return FolderCase(name, {}, None, None, part=part)


def names(cases: list[FolderCase]) -> list[str]:
    return [case.name for case in cases]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Brats18_CBICA_ABM_1", "BraTS19_CBICA_ABM_1"),
        ("BraTS2021_00005", "BraTS-GLI-00005-000"),
        ("BraTS-GLI-02063-100", "BraTS-GLI-02063-101"),
        ("UPENN-GBM-00002_11", "UPENN-GBM-00002_21"),
        ("UCSF-PDGM-0409", "UCSF-PDGM-0409_FU001d"),
        ("sub-01_ses-1", "sub-01_ses-2"),
    ],
)
def test_a_patient_is_recognised_at_another_time_and_in_another_year(one: str, other: str) -> None:
    assert patient_of(one) == patient_of(other)
    assert patient_of(one) != patient_of(one.replace("0", "7").replace("ABM", "XYZ"))


def test_parts_decide_who_learns_and_who_elects() -> None:
    data = [a_case("a", "train"), a_case("b", "elect"), a_case("c", "test"), a_case("d")]
    sides = choose_sides(data)
    assert [names(side) for side in sides] == [["a", "d"], ["b"], ["c"]]
    sides = choose_sides(data, [a_case("e")])
    assert [names(side) for side in sides] == [["a", "d"], ["e"], ["c"]]


def test_cohorts_without_anybody_to_learn_from_are_refused() -> None:
    with pytest.raises(InputError, match="no case to learn from"):
        choose_sides([a_case("a", "test"), a_case("b", "elect")])


def test_every_fifth_patient_is_held_out_with_all_time_points() -> None:
    data = [a_case(f"sub-{number}_ses-{session}") for number in range(6) for session in (1, 2)]
    assert names(choose_sides(data).elect) == ["sub-4_ses-1", "sub-4_ses-2"]
    with pytest.raises(TrainingError, match="4 patients are too few"):
        choose_sides(data[:8])


def test_all_patients_on_two_sides_are_named() -> None:
    sides = Sides(
        [a_case("sub-1_ses-1"), a_case("x"), a_case("y")], [a_case("sub-1_ses-2")], [a_case("z"), a_case("w")]
    )
    with pytest.raises(InputError, match=r"on two sides.*'sub-1_ses-1' to train; 'sub-1_ses-2' to elect.*'y'.*'z'"):
        require_apart(sides, {"x": "1", "y": "2", "z": "2", "w": "3"})


def test_who_is_the_same_by_name_and_by_content_is_one_patient() -> None:
    cases = [a_case("sub-1_ses-1"), a_case("x"), a_case("sub-1_ses-2"), a_case("y")]
    groups = same_patients(cases, {"sub-1_ses-1": "1", "x": "2", "sub-1_ses-2": "2", "y": "3"})
    assert [names(group) for group in groups] == [["sub-1_ses-1", "x", "sub-1_ses-2"], ["y"]]


@pytest.mark.parametrize("change", ["flipped", "turned", "cropped", "in other values"])
def test_a_label_map_is_recognised_however_it_is_stored(tmp_path: Path, write_volume: WriteVolume, change: str) -> None:
    voxels = np.random.default_rng(0).choice(np.array([0, 0, 1, 2, 4], np.uint8), (6, 7, 8))
    voxels[[0, -1]] = 0
    changed = {
        "flipped": voxels[:, ::-1],
        "turned": voxels.transpose(2, 0, 1),
        "cropped": voxels[1:],
        "in other values": np.where(voxels == 4, 3, voxels),
    }[change]
    for name, array in {"BraTS20_1": voxels, "BraTS-GLI-1" if "values" in change else "BraTS20_2": changed}.items():
        write_volume(tmp_path / name / f"{name}_t1.nii.gz", [1, 2])
        sitk.WriteImage(sitk.GetImageFromArray(array), str(tmp_path / name / f"{name}_seg.nii.gz"))
    first, second = (fingerprint(case) for case in find_cases(tmp_path))
    assert first == second


def test_brains_without_tumour_are_not_taken_for_one_another(tmp_path: Path, write_volume: WriteVolume) -> None:
    for number in (1, 2):
        write_volume(tmp_path / f"p{number}" / f"p{number}_t1.nii.gz", [0, 10 * number])
        write_volume(tmp_path / f"p{number}" / f"p{number}_seg.nii.gz", [0])
    first, second = find_cases(tmp_path)
    assert fingerprint(first) != fingerprint(second)


def test_a_patient_under_another_name_is_found_before_the_training(tmp_path: Path, a_cohort: Path) -> None:
    original = a_cohort / "BraTS20_Synthetic_0000001"
    for path in original.iterdir():
        copy = tmp_path / "elect" / "Nobody" / path.name.replace(original.name, "Nobody")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    with pytest.raises(InputError, match=r"'BraTS20_Synthetic_0000001' to train; 'Nobody' to elect"):
        find_sides([str(a_cohort)], [str(tmp_path / "elect")], report=print)


def test_a_deal_keeps_patients_together_and_is_the_same_again() -> None:
    groups = [[f"{number}a", f"{number}b"] for number in range(20)]
    sides = deal(groups, elect=0.15, test=0.2, seed=3)
    assert [len(sides[part]) for part in ("train", "elect", "test")] == [26, 6, 8]
    assert all({name[:-1] + "a", name[:-1] + "b"} <= set(side) for side in sides.values() for name in side)
    assert sides == deal(groups, elect=0.15, test=0.2, seed=3) != deal(groups, elect=0.15, test=0.2, seed=4)
    with pytest.raises(InputError, match="2 patients are too few"):
        deal(groups[:2], elect=0.1, test=0.1, seed=0)


def test_the_command_writes_a_split_that_a_training_reads(tmp_path: Path, a_cohort: Path) -> None:
    split = tmp_path / "split.json"
    command = ["split", "--data", str(a_cohort), "--out", str(split), "--elect", "0.2", "--test", "0.2"]
    assert run_command(build_parser(), command) == 0
    content = json.loads(split.read_text())
    sides = find_sides([str(a_cohort)], None, split=split, report=print)
    assert {part: names(side) for part, side in sides._asdict().items()} == content
    assert [len(side) for side in sides] == [3, 1, 1]


@pytest.mark.parametrize(
    ("name", "words"),
    [("patient_seg.nii.gz", "does not end in '.json'"), ("manifest.json", "is no split file")],
)
def test_the_command_never_writes_over_a_file_that_is_no_split(
    tmp_path: Path, a_cohort: Path, capsys: pytest.CaptureFixture[str], name: str, words: str
) -> None:
    precious = tmp_path / name
    precious.write_text('[{"case": "Anna"}]')
    assert run_command(build_parser(), ["split", "--data", str(a_cohort), "--out", str(precious)]) == 2
    assert words in capsys.readouterr().err
    assert precious.read_text() == '[{"case": "Anna"}]'


def test_a_split_may_be_dealt_anew(tmp_path: Path, a_cohort: Path) -> None:
    command = ["split", "--data", str(a_cohort), "--out", str(tmp_path / "split.json"), "--seed"]
    assert [run_command(build_parser(), [*command, seed]) for seed in ("0", "1")] == [0, 0]


def test_a_split_leaves_out_whom_it_does_not_name_and_must_know_the_rest(tmp_path: Path, a_cohort: Path) -> None:
    split = tmp_path / "split.json"
    split.write_text('{"train": ["BraTS20_Synthetic_0000000"], "elect": ["BraTS20_Synthetic_0000003"]}')
    assert [case.part for case in find_all([str(a_cohort)], split=split)] == ["train", "elect"]
    split.write_text('{"train": ["Anna", "Bert"]}')
    with pytest.raises(InputError, match=r"split\.json.*Anna, Bert"):
        find_all([str(a_cohort)], split=split)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "cannot be read"),
        ("[" * 100_000, "nested too deeply"),
        ('{"train": ["a"], "train": ["b"]}', "'train' stands twice"),
        ("[]", "more than lists of names"),
        ('{"train": 3}', "more than lists of names"),
        ('{"train": "Anna"}', "more than lists of names"),
        ('{"train": [1]}', "more than lists of names"),
        ('{"training": []}', "lists 'training', but the sides are train, elect, test"),
        ("{}", "names no case"),
        ('{"train": []}', "names no case"),
        ('{"train": ["a"], "test": ["a"]}', "names twice: a"),
    ],
)
def test_what_is_no_split_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "split.json").write_text(text)
    with pytest.raises(InputError, match=rf"split\.json.*{words}"):
        read_split(tmp_path / "split.json")


def test_a_split_may_begin_with_the_mark_of_an_editor(tmp_path: Path) -> None:
    (tmp_path / "split.json").write_text('{"elect": ["Änne"]}', encoding="utf-8-sig")
    assert read_split(tmp_path / "split.json") == {"Änne": "elect"}


def test_folders_are_mixed_with_weights(tmp_path: Path, a_cohort: Path) -> None:
    write_case(SyntheticCase(9, spacing_mm=4.0), tmp_path / "odd@name")
    cases = find_all([str(a_cohort), f"{tmp_path / 'odd@name'}@2.5"])
    assert [case.weight for case in cases] == [1.0] * 5 + [2.5]
    with pytest.raises(InputError, match="weight 'many' is no positive number"):
        find_all([f"{a_cohort}@many"])


def test_a_folder_that_is_given_twice_is_refused(a_cohort: Path) -> None:
    with pytest.raises(InputError, match=r"given twice: BraTS20_Synthetic_0000000"):
        find_all([str(a_cohort), f"{a_cohort}@2"])
