"""The network that a training teaches."""

import dataclasses

import pytest

from lckd.errors import TrainingError
from lckd.network.network import PRESETS
from lckd_training.settings.recipes import RECIPES
from lckd_training.settings.student import require_trainable, student_of

BASE = RECIPES["base"]


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_teaches_its_preset(recipe: str) -> None:
    require_trainable(RECIPES[recipe])
    assert student_of(RECIPES[recipe]) == PRESETS[recipe]


def test_settings_change_the_size_and_the_fusion_of_the_network() -> None:
    student = student_of(dataclasses.replace(BASE, channels=(24, 48, 96), fusion="fill"))
    assert (student.channels, student.fusion, student.supervised) == ((24, 48, 96), "fill", 3)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"crop": (60, 64, 64)}, r"multiple of \(8, 8, 8\)"),
        ({"crop": (8, 64, 64)}, "at least twice"),
        ({"preset": "paper", "channels": (16, 32)}, "'channels' does not go"),
    ],
)
def test_a_network_that_cannot_be_trained_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(TrainingError, match=words):
        require_trainable(dataclasses.replace(BASE, **changes))  # type: ignore[arg-type]
