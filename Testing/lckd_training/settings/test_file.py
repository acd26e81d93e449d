"""Settings: a recipe, and a file of what differs from it."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from lckd.errors import TrainingError
from lckd_training.settings.config import TrainingConfig
from lckd_training.settings.file import differences, read_settings
from lckd_training.settings.recipes import RECIPES
from lckd_training.settings.student import require_trainable

RUNS = Path(__file__).resolve().parents[3] / "Resources" / "runs"


def write(folder: Path, content: Any) -> Path:  # noqa: ANN401 - right and wrong settings
    path = folder / "settings.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    path = write(tmp_path, {"fusion": "fill", "crop": [48, 48, 48], "distillation": 1})
    expected = dataclasses.replace(RECIPES["base"], fusion="fill", crop=(48, 48, 48), distillation=1.0)
    assert read_settings(path, RECIPES["base"]) == expected


def test_the_mark_that_some_editors_put_at_the_start_is_no_content(tmp_path: Path) -> None:
    assert read_settings(write(tmp_path, '\ufeff{"batch": 4}'), RECIPES["base"]).batch == 4


@pytest.mark.parametrize("path", sorted(RUNS.glob("*.json")), ids=lambda path: path.stem)
def test_the_settings_of_every_published_run_can_be_trained_with(path: Path) -> None:
    require_trainable(read_settings(path, RECIPES["base"]))


def test_what_differs_from_a_recipe_makes_the_same_settings_again(tmp_path: Path) -> None:
    config = dataclasses.replace(RECIPES["paper"], batch=2, crop=(64, 64, 64))
    assert read_settings(write(tmp_path, differences(config)), RECIPES["paper"]) == config
    assert set(differences(config)) == {"batch", "crop"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"learningrate": 1e-3}, "nearest is 'learning_rate'"),
        ({"recipe": "paper"}, "no setting 'recipe'"),
        ({"batch": 2.5}, "'batch' is 2.5: use a whole number"),
        ({"batch": True}, "'batch' is True"),
        ({"batch": 0}, "from 1"),
        ({"learning_rate": "fast"}, "use a number"),
        ('{"learning_rate": NaN}', "'learning_rate' is nan"),
        ({"crop": [64, 64]}, "a list of whole numbers"),
        ({"crop": [64, 64, -1]}, "'crop'"),
        ({"channels": [16]}, "'channels'"),
        ({"channels": [1] * 1_000_000}, "2 to 9 numbers"),
        ({"channels": [16, 10**30]}, "from 1 to 2048"),
        ({"batch": 1_000_000_000}, "'batch' is 1000000000 and 'crop' (64, 64, 64)"),
        ({"crop": [10**30, 64, 64]}, "at most 134217728 voxels"),
        ({"steps": 10**400}, "from 1 to 1e+09"),
        ({"learning_rate": 10**400}, "'learning_rate' is 1000"),
        ('{"learning_rate": 1e400}', "'learning_rate' is inf"),
        ('{"batch": ' + "9" * 100_000 + "}", "settings.json"),
        ({"ema_decay": 1}, "from 0 to 0.99999"),
        ("[" * 10_000, "cannot be read"),
        ('{"optimiser": ' + "[" * 500 + "]" * 500 + "}", "'optimiser'"),
        ({"fusion": "man"}, "use one of mean, fill"),
        ({"optimiser": ["sgd"]}, "'optimiser'"),
        ([1], "no JSON object"),
        ("{", "cannot be read"),
        ('{"batch": 2, "crop": [16, 16, 16], "batch": 4}', "'batch' stands twice"),
    ],
)
def test_what_is_no_setting_is_refused_with_the_file_and_the_value(tmp_path: Path, content: Any, words: str) -> None:  # noqa: ANN401
    with pytest.raises(TrainingError, match=r"settings\.json") as refusal:
        read_settings(write(tmp_path, content), RECIPES["base"])
    assert words in str(refusal.value)
    assert len(str(refusal.value)) < 1000


def test_the_share_of_full_sets_falls_from_one_over_the_curriculum() -> None:
    config = TrainingConfig(full_set_steps=10, curriculum_steps=100, full_set_share=0.2)
    shares = [config.full_set_share_at(step) for step in (0, 9, 10, 60, 110, 4000)]
    assert shares == pytest.approx([1.0, 1.0, 1.0, 0.6, 0.2, 0.2])


def test_without_a_curriculum_the_final_share_holds_from_the_first_step() -> None:
    assert RECIPES["base"].full_set_share_at(0) == pytest.approx(1 / 15)
    assert [RECIPES["paper"].full_set_share_at(step) for step in (0, 79_999, 80_000)] == [1.0, 1.0, 0.0]


def test_elections_begin_after_the_warm_up_and_end_with_the_training() -> None:
    config = TrainingConfig(steps=45, elect_every=10, elect_from=25)
    assert [step for step in range(1, 46) if config.election_due(step)] == [30, 40, 45]
