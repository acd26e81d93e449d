"""Settings files: JSON that holds only what differs from a recipe."""

import dataclasses
import difflib
import typing
from pathlib import Path
from reprlib import repr as shorten
from typing import Any

from lckd.errors import TrainingError
from lckd.text import read_json
from lckd_training.settings.config import TrainingConfig
from lckd_training.settings.recipes import RECIPES

KINDS: dict[Any, str] = {int: "a whole number", float: "a number", str: "a word", tuple: "a list of whole numbers"}


def read_settings(path: Path, recipe: TrainingConfig) -> TrainingConfig:
    """Apply a settings file to a recipe.

    Args:
        path: JSON object from names of `TrainingConfig` to values.
        recipe: What the file differs from.

    Returns:
        The recipe with the values of the file.

    Raises:
        TrainingError: The file cannot be read, or a name or value is not one of a training.
    """
    try:
        content = read_json(path)
    except (OSError, ValueError) as error:
        message = f"The settings file '{path}' cannot be read ({error}): give a JSON object such as {{\"batch\": 4}}."
        raise TrainingError(message) from error
    if not isinstance(content, dict):
        message = f"The settings file '{path}' holds no JSON object: write for example {{\"batch\": 4}}."
        raise TrainingError(message)
    try:
        changes = {name: _value_of(name, value) for name, value in content.items()}
        return dataclasses.replace(recipe, **changes)
    except TrainingError as error:
        message = f"In the settings file '{path}': {error}"
        raise TrainingError(message) from error


def differences(config: TrainingConfig) -> dict[str, Any]:
    """Return what differs from the recipe that the settings started from: the settings file that makes them again."""
    recipe = RECIPES[config.recipe].as_dict()
    return {name: value for name, value in config.as_dict().items() if value != recipe[name]}


def _value_of(name: str, value: Any) -> Any:  # noqa: ANN401 - JSON of any kind
    """Bring a JSON value to the type of a setting.

    Raises:
        TrainingError: There is no such setting, or the value is of another type.
    """
    kinds = {field: kind for field, kind in typing.get_type_hints(TrainingConfig).items() if field != "recipe"}
    if name not in kinds:
        near = difflib.get_close_matches(name, kinds, n=1, cutoff=0.0)[0]
        message = f"There is no setting '{name}': the nearest is '{near}'."
        raise TrainingError(message)
    kind = typing.get_origin(kinds[name]) or kinds[name]
    if kind is typing.Literal:
        return value  # the settings themselves know their words
    if kind is tuple and _is_list_of_whole_numbers(value, typing.get_args(kinds[name])):
        return tuple(value)
    if type(value) is kind or (kind is float and type(value) is int):
        return value
    message = f"The setting '{name}' is {shorten(value)}: use {KINDS[kind]}."
    raise TrainingError(message)


def _is_list_of_whole_numbers(value: Any, kinds: tuple[Any, ...]) -> bool:  # noqa: ANN401 - JSON of any kind
    fits = isinstance(value, list) and (Ellipsis in kinds or len(value) == len(kinds))
    return fits and all(type(part) is int for part in value)
