"""Trainings on cohorts as people have them: modalities missing, manifests, weights."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from lckd.cli import build_parser, run_command
from lckd.modality import MODALITIES
from lckd.weights.load import verify

FAST = ["--recipe", "tiny", "--steps", "2", "--device", "cpu"]
HAVE: dict[int, Sequence[str]] = {0: ["flair"], 1: ["t1", "t2"], 2: MODALITIES, 3: ["flair", "t1", "t2"]}
"""Modalities of each patient of the manifest; only one has T1ce."""


@pytest.fixture
def a_manifest(tmp_path: Path, a_cohort: Path) -> Path:
    """Four patients of a cohort, most of whom lack modalities; number 3 elects."""
    rows = []
    for number, modalities in HAVE.items():
        stem = a_cohort / f"BraTS20_Synthetic_{number:07d}" / f"BraTS20_Synthetic_{number:07d}"
        images = {modality: f"{stem}_{modality}.nii.gz" for modality in modalities}
        row = {"case": f"P{number}", "label": f"{stem}_seg.nii.gz", "labels": "brats", **images}
        rows.append({**row, "split": "elect" if number == 3 else "train", "weight": 1 + number})
    path = tmp_path / "cohort.json"
    path.write_text(json.dumps(rows))
    return path


def train(out: Path, data: Path, options: Sequence[str] = ()) -> int:
    return run_command(build_parser(), ["train", *FAST, "--data", str(data), "--out", str(out), *options])


@pytest.mark.slow
def test_patients_that_lack_modalities_are_trained_and_elected_on(tmp_path: Path, a_manifest: Path) -> None:
    assert train(tmp_path / "run", a_manifest) == 0
    card = verify(tmp_path / "run" / "weights")
    assert {part["part"]: part["names"] for part in card.cohorts} == {"real": ["P0", "P1", "P2"], "election": ["P3"]}
    assert set(card.elections[-1]["dice"]) == {"flair", "t1", "t2"}
    assert json.loads((tmp_path / "run" / "run.json").read_text())["weights"] == {"P1": 2.0, "P2": 3.0}


@pytest.mark.slow
def test_a_training_is_not_resumed_with_other_weights(
    tmp_path: Path, a_manifest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(tmp_path / "run", a_manifest, ["--time-limit", "0"]) == 0
    a_manifest.write_text(a_manifest.read_text().replace('"weight": 3', '"weight": 5'))
    assert train(tmp_path / "run", a_manifest, ["--resume"]) == 2
    assert "other settings" in capsys.readouterr().err


@pytest.mark.slow
def test_a_training_is_not_resumed_with_a_patient_whose_file_changed(
    tmp_path: Path, a_cohort: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cohort = shutil.copytree(a_cohort, tmp_path / "cohort")
    assert train(tmp_path / "run", cohort, ["--time-limit", "0"]) == 0
    moved = cohort.rename(tmp_path / "moved")
    one, other = (moved / f"BraTS20_Synthetic_000000{number}" for number in (1, 2))
    shutil.copy(other / f"{other.name}_t2.nii.gz", one / f"{one.name}_t2.nii.gz")
    assert train(tmp_path / "run", moved, ["--resume"]) == 2
    assert f"changed since the training in '{tmp_path / 'run'}' was begun ({one.name})" in capsys.readouterr().err
    shutil.copy(a_cohort / one.name / f"{one.name}_t2.nii.gz", one)
    assert train(tmp_path / "run", moved, ["--resume"]) == 0
