"""Checkpoints: everything an interrupted training needs to go on as if nothing had happened.

Samples depend on the seed and their number alone, so a checkpoint needs no random state.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from lckd.errors import TrainingError
from lckd.files import replace_file

CHECKPOINT_NAME = "checkpoint.pt"


@dataclass
class TrainingState:
    """State of a training between two steps.

    Attributes:
        step: Steps done.
        network: State of the network.
        average: State of the averaged network.
        optimiser: State of the optimiser.
        elections: Elections held so far, as plain values.
        settings: Settings and cohorts that a resumed training must share.
    """

    step: int
    network: dict[str, Any]
    average: dict[str, Any]
    optimiser: dict[str, Any]
    elections: list[dict[str, Any]]
    settings: dict[str, Any]


def save_checkpoint(state: TrainingState, folder: Path) -> None:
    """Write a checkpoint beside the last one, then replace it.

    Raises:
        OutputError: The folder cannot be written.
    """
    replace_file(folder / CHECKPOINT_NAME, lambda temporary: torch.save(vars(state), temporary))


def load_checkpoint(folder: Path, settings: dict[str, Any]) -> TrainingState | None:
    """Read the checkpoint of a training.

    Args:
        folder: Output folder of the training.
        settings: Settings and cohorts of the training that wants to go on.

    Returns:
        The state, or None when there is no checkpoint.

    Raises:
        TrainingError: It cannot be read, or belongs to a training with other settings.
    """
    path = folder / CHECKPOINT_NAME
    if not path.is_file():
        return None
    try:
        state = TrainingState(**torch.load(path, map_location="cpu", weights_only=True))
    except Exception as error:
        message = f"The checkpoint '{path}' cannot be read: remove it to start this training anew."
        raise TrainingError(message) from error
    different = [_difference(name, state.settings.get(name), wanted) for name, wanted in settings.items()]
    if any(different):
        changes = "; ".join(filter(None, different))
        message = f"The training in '{folder}' was begun with other settings ({changes}): use those, or another folder."
        raise TrainingError(message)
    return state


def _difference(name: str, begun: Any, wanted: Any) -> str:  # noqa: ANN401 - settings are of any plain type
    if begun == wanted:
        return ""
    if not isinstance(begun, dict) or not isinstance(wanted, dict):
        return f"{name} {begun} -> {wanted}"
    changed = [part for part in wanted if begun.get(part) != wanted[part]]
    return f"other patients in {', '.join(changed)}"
