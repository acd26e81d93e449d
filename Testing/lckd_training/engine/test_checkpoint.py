"""Checkpoints: whole at any moment, with the last but one behind it."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from lckd.errors import TrainingError
from lckd_training.engine.checkpoint import (
    CHECKPOINT_NAME,
    PREVIOUS_NAME,
    TrainingState,
    has_checkpoint,
    load_checkpoint,
    save_checkpoint,
    sweep,
)

KILLS = 5


def save(folder: Path, *steps: int) -> None:
    for step in steps:
        weights = {"weight": torch.full((3,), float(step))}
        save_checkpoint(TrainingState(step, weights, weights, {}, [], {"seed": 0}), folder)


def step_of(folder: Path) -> int | None:
    state = load_checkpoint(folder, {"seed": 0}, contents={})
    return state.step if state else None


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that are copied")
def test_a_training_killed_at_random_moments_ends_as_an_undisturbed_one(tmp_path: Path, the_repository: Path) -> None:
    script = the_repository / "Testing" / "hostile" / "kills.py"
    paths = [str(the_repository / name) for name in ("LCKDSegmentation", "Training")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, script, tmp_path, str(KILLS)], env=environment, check=True)
    killed, whole = (torch.load(tmp_path / name / CHECKPOINT_NAME, weights_only=True) for name in ("killed", "whole"))
    assert killed["step"] == whole["step"]
    assert killed["elections"] == whole["elections"]
    assert all(torch.equal(killed["average"][name], value) for name, value in whole["average"].items())
    logs = [list(csv.DictReader((tmp_path / name / "log.csv").open())) for name in ("killed", "whole")]
    losses = [[(row["step"], row["loss"]) for row in rows] for rows in logs]
    assert losses[0] == losses[1]
    assert not list((tmp_path / "killed").glob(".partial-*"))


def test_the_last_but_one_checkpoint_is_kept_and_stands_in_for_a_damaged_last(tmp_path: Path) -> None:
    save(tmp_path, 1, 2, 3)
    assert step_of(tmp_path) == 3
    whole = (tmp_path / CHECKPOINT_NAME).read_bytes()
    (tmp_path / CHECKPOINT_NAME).write_bytes(whole[: len(whole) // 2])
    assert step_of(tmp_path) == 2


@pytest.mark.parametrize("change", [{"settings": None}, {"step": "3"}, {"unknown": 1}], ids=str)
def test_a_checkpoint_whose_fields_are_others_counts_as_damaged(tmp_path: Path, change: dict[str, object]) -> None:
    save(tmp_path, 1, 2)
    path = tmp_path / CHECKPOINT_NAME
    torch.save({**torch.load(path, weights_only=True), **change}, path)
    assert step_of(tmp_path) == 1


def test_a_kill_between_the_two_renames_loses_one_interval(tmp_path: Path) -> None:
    save(tmp_path, 1)
    (tmp_path / CHECKPOINT_NAME).rename(tmp_path / PREVIOUS_NAME)
    assert has_checkpoint(tmp_path)
    assert step_of(tmp_path) == 1


def test_a_folder_whose_checkpoints_are_all_damaged_is_refused(tmp_path: Path) -> None:
    for name in (CHECKPOINT_NAME, PREVIOUS_NAME):
        (tmp_path / name).write_bytes(b"damaged")
    with pytest.raises(TrainingError, match="cannot be read"):
        step_of(tmp_path)


def test_an_empty_folder_holds_no_training(tmp_path: Path) -> None:
    assert not has_checkpoint(tmp_path)
    assert step_of(tmp_path) is None


def test_what_a_killed_process_left_half_written_is_removed_and_nothing_else(tmp_path: Path) -> None:
    save(tmp_path, 1)
    (tmp_path / ".partial-0123abcd.pt").write_bytes(b"half")
    sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [CHECKPOINT_NAME]
