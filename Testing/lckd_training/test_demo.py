"""The demonstration: what it segments, what it leaves and what it says."""

import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from lckd.cli import run_command
from lckd.errors import InputError
from lckd.modality import MODALITIES, Modality, Subset
from lckd.network.network import PRESETS, build_network
from lckd.weights.card import Card
from lckd.weights.load import save_model
from lckd_training.cohorts.case import SyntheticCase, write_case
from lckd_training.demo import build_parser, demo_subsets, read_patient, run_demo, table_text

WriteVolume = Callable[[Path, list[int]], Path]

CARD = Card("tiny", "tiny", dataclasses.asdict(PRESETS["tiny"]), spacing_mm=4.0, tensors_sha256="")


@pytest.fixture(scope="module")
def tiny_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights")
    save_model(folder, build_network(PRESETS["tiny"]), CARD)
    return folder


@pytest.fixture(scope="module")
def a_patient_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_case(SyntheticCase(2_000_001, spacing_mm=5.0), tmp_path_factory.mktemp("cohort"))


def a_copy(folder: Path, place: Path, endings: tuple[str, ...]) -> Path:
    copy = place / folder.name
    copy.mkdir(parents=True)
    for path in folder.iterdir():
        if path.name.endswith(tuple(f"_{ending}.nii.gz" for ending in endings)):
            (copy / path.name).write_bytes(path.read_bytes())
    return copy


def test_the_four_subsets_are_all_without_t1ce_without_flair_and_flair_alone() -> None:
    assert demo_subsets(MODALITIES, CARD) == [
        ("flair", "t1", "t1ce", "t2"),
        ("flair", "t1", "t2"),
        ("t1", "t1ce", "t2"),
        ("flair",),
    ]


def test_the_modality_alone_is_the_elected_teacher_of_the_whole_tumour() -> None:
    card = dataclasses.replace(CARD, teachers={"WT": "t2"})
    assert demo_subsets(MODALITIES, card)[-1] == ("t2",)


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        (("t1", "t2"), [("t1", "t2"), ("t1",)]),
        (("flair", "t1ce"), [("flair", "t1ce"), ("flair",), ("t1ce",)]),
        (("t1ce",), [("t1ce",)]),
    ],
    ids=["t1+t2", "flair+t1ce", "t1ce"],
)
def test_a_patient_that_lacks_modalities_is_shown_from_the_subsets_that_exist(
    present: Subset, expected: list[Subset]
) -> None:
    assert demo_subsets(present, CARD) == expected


@pytest.mark.slow
def test_a_demonstration_leaves_label_maps_figures_and_its_list(
    tmp_path: Path, tiny_weights: Path, a_patient_folder: Path
) -> None:
    rows = run_demo(tmp_path, a_patient_folder, tiny_weights)
    reference = sitk.ReadImage(str(next(a_patient_folder.glob("*_flair.nii.gz"))))
    assert json.loads((tmp_path / "demo.json").read_text()) == rows
    assert [row["subset"] for row in rows] == [list(subset) for subset in demo_subsets(MODALITIES, CARD)]
    for row in rows:
        labels = sitk.ReadImage(str(tmp_path / row["labels"]))
        assert (labels.GetSize(), labels.GetOrigin()) == (reference.GetSize(), reference.GetOrigin())
        assert set(np.unique(sitk.GetArrayViewFromImage(labels)).tolist()) <= {0, 1, 2, 4}
        assert (tmp_path / row["figure"]).is_file()
        assert row["dice"].keys() == {"ET", "TC", "WT"}
        assert row["seconds"] > 0
    assert (tmp_path / "overview.png").is_file()


@pytest.mark.slow
def test_a_patient_without_a_label_map_is_shown_without_dice(
    tmp_path: Path, tiny_weights: Path, a_patient_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = a_copy(a_patient_folder, tmp_path / "bare", ("t1", "t2"))
    options = ["--out", str(tmp_path / "out"), "--patient", str(folder), "--weights", str(tiny_weights)]
    assert run_command(build_parser(), options) == 0
    rows = json.loads((tmp_path / "out" / "demo.json").read_text())
    assert [row["dice"] for row in rows] == [None, None]
    said = capsys.readouterr().out
    assert f"patient '{folder.name}'" in said
    assert "no label map" in said


def test_a_folder_of_several_patients_is_refused_with_an_example(tmp_path: Path, a_patient_folder: Path) -> None:
    for name in ("a", "b"):
        a_copy(a_patient_folder, tmp_path / name, ("flair",)).rename(tmp_path / name / name)
    with pytest.raises(InputError, match="holds 2 patients: give the folder of one, such as"):
        read_patient(tmp_path)


def test_a_demonstration_leaves_out_labels_that_nothing_declares(tmp_path: Path, write_volume: WriteVolume) -> None:
    write_volume(tmp_path / "sub-01" / "anat" / "sub-01_FLAIR.nii.gz", [0, 10, 10])
    write_volume(tmp_path / "sub-01" / "anat" / "sub-01_dseg.nii.gz", [0, 1, 2, 3])
    patient = read_patient(tmp_path / "sub-01")
    assert patient.truth is None
    assert patient.ignored == ("sub-01_dseg.nii.gz",)


def test_a_truth_is_given_in_the_values_of_a_result(a_patient_folder: Path) -> None:
    patient = read_patient(a_patient_folder)
    assert patient.truth is not None
    assert set(np.unique(sitk.GetArrayViewFromImage(patient.truth)).tolist()) <= {0, 1, 2, 4}
    assert list(patient.images) == list(MODALITIES)


def test_the_table_names_the_patient_each_subset_and_its_dice() -> None:
    subset: list[Modality] = ["flair", "t2"]
    text = table_text([{"subset": subset, "dice": {"ET": 0.5, "TC": 0.625, "WT": 0.9}, "seconds": 1.23}], "someone")
    assert text.splitlines()[0] == "Segmentation of someone"
    assert text.splitlines()[2].split() == ["FLAIR", "+", "T2", "0.50", "0.62", "0.90", "1.2"]


@pytest.mark.slow
def test_a_wrong_folder_ends_the_program_with_one_sentence_and_code_2(
    tmp_path: Path, tiny_weights: Path, the_repository: Path
) -> None:
    paths = [str(the_repository / name) for name in ("LCKDSegmentation", "Training")]
    start = f"import sys, runpy; sys.path[:0] = {paths}; runpy.run_module('lckd_training.demo', run_name='__main__')"
    options = ["--out", str(tmp_path / "out"), "--patient", str(tmp_path / "none"), "--weights", str(tiny_weights)]
    ended = subprocess.run([sys.executable, "-c", start, *options], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "There is no folder" in ended.stderr


@pytest.mark.slow
def test_the_files_of_an_earlier_patient_do_not_stay_in_the_folder(
    tmp_path: Path, tiny_weights: Path, a_patient_folder: Path
) -> None:
    run_demo(tmp_path / "out", a_patient_folder, tiny_weights)
    only_flair = a_copy(a_patient_folder, tmp_path, ("flair",))
    (rows,) = [run_demo(tmp_path / "out", only_flair, tiny_weights)]
    assert [row["subset"] for row in rows] == [["flair"]]
    assert {path.name for path in (tmp_path / "out").glob("*.nii.gz")} == {"flair.nii.gz"}
