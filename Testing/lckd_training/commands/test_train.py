"""`lckd train` and `Training/train.py`: from cohorts to a weights folder."""

import csv
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from lckd.cli import build_parser, run_command
from lckd.weights.load import load_model, verify
from lckd_training.engine.trainer import Cohorts, Trainer
from lckd_training.engine.training import load_cohorts

FAST = ["--recipe", "tiny", "--steps", "4", "--device", "cpu"]


def train(*arguments: str | Path) -> int:
    return run_command(build_parser(), ["train", *FAST, *map(str, arguments)])


@pytest.mark.slow
def test_a_training_leaves_weights_elections_and_log(tmp_path: Path, a_cohort: Path) -> None:
    assert train("--data", a_cohort, "--synthetic", "1", "--out", tmp_path) == 0
    card = verify(tmp_path / "weights")
    assert card.elections == json.loads((tmp_path / "elections.json").read_text())
    assert set(card.teachers) == {"ET", "TC", "WT"}
    assert {part["part"]: part["cases"] for part in card.cohorts} == {"real": 4, "synthetic": 1, "election": 1}
    assert len(list(csv.DictReader((tmp_path / "log.csv").open()))) == 4


@pytest.mark.slow
def test_a_training_stopped_in_time_is_resumed_to_its_end(tmp_path: Path, a_cohort: Path) -> None:
    assert train("--data", a_cohort, "--out", tmp_path, "--time-limit", "0") == 0
    assert load_model(tmp_path / "weights").card.training["steps_done"] < 4
    assert train("--data", a_cohort, "--out", tmp_path, "--resume") == 0
    assert load_model(tmp_path / "weights").card.training["steps_done"] == 4


@pytest.mark.slow
def test_the_time_limit_counts_from_the_start_of_the_command(
    tmp_path: Path, a_cohort: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[float] = []

    def prepare_slowly(*arguments: Any, **named: Any) -> Cohorts:  # noqa: ANN401 - those of load_cohorts
        time.sleep(1.0)
        return load_cohorts(*arguments, **named)

    monkeypatch.setattr("lckd_training.engine.training.load_cohorts", prepare_slowly)
    monkeypatch.setattr(Trainer, "run", lambda _, *, time_limit_s, **__: left.append(time_limit_s))
    assert train("--data", a_cohort, "--out", tmp_path, "--time-limit", "1") == 0
    assert left[0] < 59.0


@pytest.mark.slow
def test_a_folder_with_a_training_is_not_overwritten(
    tmp_path: Path, a_cohort: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train("--data", a_cohort, "--out", tmp_path, "--time-limit", "0")
    assert train("--data", a_cohort, "--out", tmp_path) == 2
    assert "--resume" in capsys.readouterr().err


def test_a_patient_in_training_and_election_is_refused(
    tmp_path: Path, a_cohort: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train("--data", a_cohort, "--elect", a_cohort, "--out", tmp_path) == 2
    assert "BraTS20_Synthetic_0000000" in capsys.readouterr().err


@pytest.mark.parametrize(("option", "weight"), [("--data", ""), ("--data", "@2"), ("--elect", "")])
def test_a_training_is_not_put_among_the_patients(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, weight: str
) -> None:
    cohort = tmp_path / "cohort"
    cohort.mkdir()
    assert train("--synthetic", "1", option, f"{cohort}{weight}", "--out", cohort / "runs" / "one") == 2
    assert f"lies in '{cohort}', which holds patients: give another --out" in capsys.readouterr().err
    assert list(cohort.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "nothing to train on"),
        (["--synthetic", "-1"], "--synthetic"),
        (["--data", "nowhere"], "nowhere"),
        (["--synthetic", "1", "--steps", "0"], "--steps"),
        (["--synthetic", "1", "--seed", "-1"], "--seed"),
        (["--synthetic", "1", "--seed", "9" * 23], "--seed"),
        (["--synthetic", "1", "--time-limit", "nan"], "--time-limit"),
        (["--synthetic", "1", "--save-every", "nan"], "--save-every"),
        (["--synthetic", "1", "--init-from", "nowhere"], "nowhere"),
    ],
)
def test_bad_arguments_are_answered_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert train("--out", tmp_path / "out", *arguments) == 2
    error = capsys.readouterr().err
    assert words in error
    assert len(error.splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_the_script_trains_with_plain_python_and_slicers_double_dash(
    tmp_path: Path, a_cohort: Path, the_repository: Path
) -> None:
    script = the_repository / "Training" / "train.py"
    command = [sys.executable, str(script), "--", *FAST, "--data", str(a_cohort), "--out", str(tmp_path)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    assert subprocess.run(command, env=environment, cwd=tmp_path, check=False).returncode == 0
    verify(tmp_path / "weights")


@pytest.mark.parametrize(("rank", "lines"), [("0", 1), ("1", 0)])
def test_arguments_that_all_processes_have_are_refused_by_the_first(
    the_repository: Path, rank: str, lines: int
) -> None:
    command = [sys.executable, str(the_repository / "Training" / "train.py"), "--recipe", "nowhere"]
    environment = {**os.environ, "RANK": rank}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("error: ") == lines


@pytest.mark.parametrize(("arguments", "status"), [(["--help"], 0), (["--out", "x"], 2)])
def test_inside_the_application_the_script_asks_it_to_end(
    tmp_path: Path, the_repository: Path, arguments: list[str], status: int
) -> None:
    host = tmp_path / "host.py"
    host.write_text(
        "import runpy, sys, types\n"
        "slicer = types.ModuleType('slicer')\n"
        "slicer.app = object()\n"
        "slicer.util = types.SimpleNamespace(exit=lambda status: print('asked to end with', status))\n"
        "sys.modules['slicer'] = slicer\n"
        f"sys.argv = ['train.py', '--', *{arguments!r}]\n"
        f"runpy.run_path({str(the_repository / 'Training' / 'train.py')!r}, run_name='__main__')\n",
        encoding="utf-8",
    )
    result = subprocess.run([sys.executable, host], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert f"asked to end with {status}" in result.stdout
    assert result.returncode == 0
