"""Recipes and forms: each trains, and what was chosen is on record."""

import dataclasses
import json
from pathlib import Path

import pytest
import torch

from lckd.cli import build_parser, run_command
from lckd.weights.load import verify
from lckd_training.cohorts.prepared import PreparedCase
from lckd_training.engine.trainer import Cohorts, Trainer
from lckd_training.settings.recipes import RECIPES

FORMS = {
    "nothing distilled": {"distillation": 0.0},
    "every region its teacher": {"distillation": 0.1},
    "one teacher, the paper's fusion": {"election": "single", "fusion": "fill"},
    "the paper's optimiser": {"optimiser": "sgd", "schedule": "poly"},
}


@pytest.mark.slow
@pytest.mark.parametrize("changes", FORMS.values(), ids=FORMS)
def test_every_form_trains_and_distils_once_there_are_teachers(
    tmp_path: Path, a_prepared_case: PreparedCase, changes: dict[str, object]
) -> None:
    tiny = dataclasses.replace(RECIPES["tiny"], crop=(16, 16, 16), batch=4, steps=3, elect_every=1)
    config = dataclasses.replace(tiny, **changes)  # type: ignore[arg-type]
    cohorts = Cohorts(real=[a_prepared_case], synthetic=[], election=[a_prepared_case])
    trainer = Trainer(config, cohorts, out=tmp_path, device=torch.device("cpu"), report=print)
    trainer.run()
    rows = [row.split(",") for row in (tmp_path / "log.csv").read_text(encoding="utf-8").splitlines()]
    distilled = [float(row[rows[0].index("distillation")]) for row in rows[1:]]
    assert any(distilled) == (config.distillation > 0)


@pytest.mark.slow
def test_what_differs_from_the_recipe_is_in_the_run_and_on_the_card(tmp_path: Path, a_cohort: Path) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text('{"fusion": "fill", "channels": [4, 8], "steps": 1}', encoding="utf-8")
    out = tmp_path / "out"
    arguments = ["--recipe", "tiny", "--settings", settings, "--seed", "3", "--data", a_cohort, "--out", out]
    assert run_command(build_parser(), ["train", *map(str, arguments)]) == 0
    card = verify(out / "weights")
    assert card.training["settings"] == {"fusion": "fill", "channels": [4, 8], "steps": 1, "seed": 3}
    assert json.loads((out / "run.json").read_text())["settings"] == card.training["settings"]
    assert (card.network["fusion"], card.network["channels"]) == ("fill", [4, 8])


@pytest.mark.slow
def test_the_papers_recipe_starts_from_a_folder_of_patients_without_another_word(
    tmp_path: Path, a_cohort: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    coarse = tmp_path / "settings.json"  # of the paper's network and protocol, the least that a CPU does in seconds
    coarse.write_text('{"spacing_mm": 4.0, "crop": [32, 64, 64]}', encoding="utf-8")
    arguments = ["--recipe", "paper", "--data", a_cohort, "--settings", coarse, "--time-limit", "0"]
    assert run_command(build_parser(), ["train", *map(str, arguments)]) == 0
    card = verify(tmp_path / "runs" / "paper" / "weights")
    assert card.network == {"architecture": "paper", "channels": [], "supervised": 1, "fusion": "fill"}
    assert (card.training["optimiser"], card.training["steps_done"]) == ("sgd", 1)
