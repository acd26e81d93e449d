"""Measuring weights on a cohort, and the command for it."""

import argparse
import dataclasses
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from lckd.cli import run_command
from lckd.errors import InputError, LckdError, OutputError
from lckd.modality import MODALITIES, Subset
from lckd.network.network import PRESETS, build_network
from lckd.patients.case import Patient
from lckd.region import BRATS
from lckd.weights.card import Card, read_card, write_card
from lckd.weights.load import Model, load_model, save_model
from lckd_training.cohorts.case import SyntheticCase, write_case
from lckd_training.commands.compare import add_parser as add_compare_parser
from lckd_training.commands.evaluate import add_arguments, add_parser, run, write_into_card
from lckd_training.measuring.evaluation import evaluate
from lckd_training.measuring.summary import Table
from lckd_training.reports.table import card_validation, write_table

SHAPE = (20, 24, 28)


def an_image(array: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> sitk.Image:
    image = sitk.GetImageFromArray(array)
    image.SetSpacing([4.0] * 3)
    return image


@dataclasses.dataclass(frozen=True)
class ACase:
    """A small patient with some modalities."""

    name: str
    modalities: Subset = MODALITIES
    is_labelled: bool = True

    def load(self) -> Patient:
        noise = np.random.default_rng(3).uniform(50, 100, (len(self.modalities), *SHAPE)).astype(np.float32)
        noise[:, 0] = 0
        images = {modality: an_image(array) for modality, array in zip(self.modalities, noise, strict=True)}
        labels = np.zeros(SHAPE, dtype=np.uint8)
        labels[4:16, 4:16, 4:16] = BRATS.edema
        labels[8:12, 8:12, 8:12] = BRATS.enhancing
        return Patient(images, an_image(labels) if self.is_labelled else None)


@pytest.fixture(scope="module")
def tiny_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights")
    config = PRESETS["tiny"]
    card = Card("tiny", "tiny", dataclasses.asdict(config), spacing_mm=4.0, tensors_sha256="")
    save_model(folder, build_network(config), card)
    return folder


@pytest.fixture
def tiny_model(tiny_weights: Path) -> Model:
    return load_model(tiny_weights)


@pytest.mark.slow
def test_a_case_that_lacks_a_modality_counts_only_where_it_can(tiny_model: Model) -> None:
    cases = [ACase("full"), ACase("two", ("flair", "t1ce"))]
    table = evaluate(cases, tiny_model, cohort_name="two cases", device="cpu")
    counts = {tuple(row["subset"]): row["n"] for row in table["subsets"]}
    assert [subset for subset, n in counts.items() if n == 2] == [("flair",), ("t1ce",), ("flair", "t1ce")]
    assert sum(counts.values()) == 15 + 3 == len(table["cases"])
    assert table["weights"] == {"name": "tiny", "tensors_sha256": tiny_model.card.tensors_sha256}
    assert table["cohort"] == {"name": "two cases", "n": 2, "names": ["full", "two"], "seen": []}


def test_progress_counts_every_patient_alike_whatever_it_lacks(tiny_model: Model) -> None:
    told: list[tuple[str, int, int]] = []
    cases = [ACase("a", ("t1", "t2")), ACase("b", ("t1", "t2"))]
    evaluate(cases, tiny_model, cohort_name="", device="cpu", progress=lambda *step: told.append(step))
    assert [step[1] for step in told] == [0, 5, 10, 15, 20, 25, 30]
    assert told[-1] == ("b: t1+t2", 30, 30)


def test_a_log_has_a_line_for_every_patient_also_for_one_that_lacks_a_modality(
    tmp_path: Path, tiny_weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for case in (ACase("BraTS20_1", ("t1ce",)), ACase("BraTS20_2", ("flair", "t2"))):
        write_case(case, tmp_path / "cohort")
    words = ["--data", str(tmp_path / "cohort"), "--out", str(tmp_path / "out"), "--device", "cpu"]
    assert run_evaluate(*words, "--weights", str(tiny_weights)) == 0
    assert capsys.readouterr().err.splitlines() == ["[0/2] BraTS20_1", "[1/2] BraTS20_1", "[2/2] BraTS20_2"]


def test_weights_are_found_by_name_and_a_refusal_leaves_no_folder(
    tmp_path: Path, tiny_weights: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(tiny_weights, tmp_path / "own" / "mine")
    monkeypatch.setenv("LCKD_WEIGHTS_DIR", str(tmp_path / "own"))
    write_case(ACase("BraTS20_1", ("t1ce",)), tmp_path / "cohort")
    words = ["--data", str(tmp_path / "cohort"), "--out", str(tmp_path / "out"), "--device", "cpu"]
    assert run_evaluate(*words, "--weights", "nobody") == 2
    assert "There are no weights 'nobody'" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert run_evaluate(*words, "--weights", "mine") == 0


def test_a_case_without_a_label_map_is_refused_by_name(tiny_model: Model) -> None:
    with pytest.raises(InputError, match="'nobody knows' has no label map"):
        evaluate([ACase("nobody knows", is_labelled=False)], tiny_model, cohort_name="")


def test_two_patients_of_one_name_are_refused_because_their_scores_could_not_be_told_apart(tiny_model: Model) -> None:
    with pytest.raises(InputError, match="Two patients are called twin"):
        evaluate([ACase("twin"), ACase("other"), ACase("twin")], tiny_model, cohort_name="")


def test_an_evaluation_of_nothing_is_refused(tiny_model: Model) -> None:
    with pytest.raises(InputError, match="no case"):
        evaluate([], tiny_model, cohort_name="none")


def run_evaluate(*options: str) -> int:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    return run_command(parser, ["evaluate", *options])


@pytest.mark.slow
def test_the_command_leaves_a_table_and_puts_it_into_the_card_it_measured(
    tmp_path: Path, tiny_weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_case(ACase("BraTS20_1"), tmp_path / "cohort")
    options = ["--data", str(tmp_path / "cohort"), "--out", str(tmp_path / "out"), "--device", "cpu"]
    code = run_evaluate(*options, "--weights", str(tiny_weights), "--into-card", "--pictures", "1")
    table = json.loads((tmp_path / "out" / "table.json").read_text())
    page = (tmp_path / "out" / "report.html").read_text()
    assert code == 0
    assert page.count("data:image/png;base64,") == 1
    assert "n = 1" in capsys.readouterr().out
    assert read_card(tiny_weights).validation == card_validation(table)
    assert read_card(tiny_weights).expected_dice(("t1ce", "flair")) == table["subsets"][5]["dice"]
    assert load_model(tiny_weights).card.tensors_sha256 == table["weights"]["tensors_sha256"]


@pytest.mark.slow
def test_weights_are_measured_and_compared_on_one_cohort_by_one_command(
    tmp_path: Path, tiny_weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("BraTS20_1", "BraTS20_2"):
        write_case(ACase(name, ("t1ce", "t2")), tmp_path / "cohort")
    parser = argparse.ArgumentParser()
    add_compare_parser(parser.add_subparsers())
    arms = [f"one={tiny_weights}", f"same={tiny_weights},{tiny_weights}"]
    options = ["--data", str(tmp_path / "cohort"), "--out", str(tmp_path / "out"), "--device", "cpu"]
    assert run_command(parser, ["compare", *arms, *options]) == 0
    record = json.loads((tmp_path / "out" / "comparison.json").read_text())
    assert [arm["trainings"] for arm in record["arms"]] == [1, 2]
    assert record["differences"][0]["columns"]["all"]["WT"] == {"difference": 0.0, "ci": None, "p": None, "n": 2}
    assert record["differences"][0]["columns"]["flair"]["WT"]["difference"] is None
    assert "n = 2 is too small for an interval or a test" in capsys.readouterr().out
    assert (tmp_path / "out" / "tables" / "same-2" / "report.html").is_file()


def test_a_table_of_other_weights_never_goes_into_a_card(tiny_weights: Path) -> None:
    with pytest.raises(LckdError, match="changed while they were measured"):
        write_into_card({"weights": {"tensors_sha256": "of others"}}, tiny_weights)


def a_table_of(names: list[str], weights: Path) -> Table:
    model = {"name": "tiny", "tensors_sha256": read_card(weights).tensors_sha256}
    return {"weights": model, "cohort": {"names": names}, "subsets": [], "cases": []}


def test_real_and_synthetic_patients_are_kept_apart_in_a_card(tiny_weights: Path) -> None:
    real, synthetic = a_table_of(["BraTS20_1"], tiny_weights), a_table_of([SyntheticCase(7).name], tiny_weights)
    write_into_card(real, tiny_weights)
    write_into_card(synthetic, tiny_weights)
    assert read_card(tiny_weights).validation == card_validation(real)
    assert read_card(tiny_weights).synthetic_validation == card_validation(synthetic)
    with pytest.raises(InputError, match="kept apart"):
        write_into_card(a_table_of(["BraTS20_1", SyntheticCase(7).name], tiny_weights), tiny_weights)


def test_a_manifest_is_never_replaced_by_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = tmp_path / "table.csv"
    manifest.write_text("case,t1\nAnna,t1.nii.gz")
    assert run_evaluate("--data", str(manifest), "--out", str(tmp_path)) == 2
    assert "A result would replace" in capsys.readouterr().err
    assert manifest.read_text() == "case,t1\nAnna,t1.nii.gz"


def test_a_place_that_cannot_be_written_is_refused_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    code = run_evaluate("--data", "synthetic:test", "--out", str(tmp_path / "file" / "out"))
    assert code == 2
    assert "cannot be made" in capsys.readouterr().err
    with pytest.raises(OutputError, match="cannot be made"):
        write_table({}, tmp_path / "file")


def help_of(program: Path) -> str:
    """Ask a program for help, in a Python that finds no installed package, not even torch."""
    command = [sys.executable, "-I", "-S", str(program), "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_program_runs_from_a_checkout_where_nothing_is_installed(the_repository: Path) -> None:
    assert "--into-card" in help_of(the_repository / "Training" / "evaluate.py")


def test_the_program_runs_beside_an_installed_module(tmp_path: Path, the_repository: Path) -> None:
    for source in ("LCKDSegmentation/lckd", "Training/lckd_training"):
        place = tmp_path / source.removeprefix("LCKDSegmentation/")
        shutil.copytree(the_repository / source, place, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(the_repository / "Training" / "evaluate.py", tmp_path / "Training")
    assert "--into-card" in help_of(tmp_path / "Training" / "evaluate.py")


@pytest.mark.slow
def test_patients_that_were_trained_on_are_noted_and_kept_out_of_the_card(
    tmp_path: Path, tiny_weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = Path(shutil.copytree(tiny_weights, tmp_path / "weights"))
    patient = write_case(ACase("BraTS20_7"), tmp_path / "patients")
    card = read_card(weights)
    seen = dataclasses.replace(card, cohorts=[{"part": "real", "names": [patient.name]}], validation={})
    write_card(seen, weights)
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    parser.set_defaults(run=run)
    words = ["--data", str(patient), "--weights", str(weights), "--out", str(tmp_path / "out")]
    assert run_command(parser, words) == 0
    assert "1 of 1 patients were trained or elected on" in capsys.readouterr().out
    assert run_command(parser, [*words, "--into-card"]) == 2
    assert read_card(weights).validation == {}
