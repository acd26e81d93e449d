"""Checkpoints: everything an interrupted training needs to go on as if nothing had happened.

Samples depend on the seed and their number alone, so a checkpoint needs no random state. The last but one is kept: a
process that is killed, or a machine that loses power, at any moment leaves at least one that is whole.
"""

import os
import typing
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from lckd.errors import TrainingError
from lckd.files import replace_file
from lckd.patients.problems import some_of

CHECKPOINT_NAME = "checkpoint.pt"
PREVIOUS_NAME = "checkpoint.previous.pt"
LEFT_BY_KILLED = ".partial-*"
"""What `lckd.files.replace_file` leaves when its process is killed."""


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
        contents: Digests of what patients are made from, by name, which it must share where it has them.
        origin: Weights that it began from, for the card; empty where they were drawn from the seed.
    """

    step: int
    network: dict[str, Any]
    average: dict[str, Any]
    optimiser: dict[str, Any]
    elections: list[dict[str, Any]]
    settings: dict[str, Any]
    contents: dict[str, str] = field(default_factory=dict)
    origin: str = ""


def has_checkpoint(folder: Path) -> bool:
    """Tell whether a folder holds a training that can be resumed."""
    return any((folder / name).is_file() for name in (CHECKPOINT_NAME, PREVIOUS_NAME))


def save_checkpoint(state: TrainingState, folder: Path) -> None:
    """Write a checkpoint beside the last one, keep that as the last but one, then take its place.

    Raises:
        OutputError: The folder cannot be written.
    """

    def write(temporary: Path) -> None:
        with temporary.open("wb") as stream:
            torch.save(vars(state), stream)
            stream.flush()
            os.fsync(stream.fileno())  # a rename may reach the disk before the content does
        if path.is_file():
            path.replace(folder / PREVIOUS_NAME)

    path = folder / CHECKPOINT_NAME
    replace_file(path, write)


def load_checkpoint(folder: Path, settings: dict[str, Any], *, contents: Mapping[str, str]) -> TrainingState | None:
    """Read the newest whole checkpoint of a training.

    Args:
        folder: Output folder of the training.
        settings: Settings and cohorts of the training that wants to go on.
        contents: Digests of what its patients are made from, by name.

    Returns:
        The state, or None when there is no checkpoint.

    Raises:
        TrainingError: None can be read, or it belongs to a training with other settings or patients.
    """
    paths = [path for path in (folder / CHECKPOINT_NAME, folder / PREVIOUS_NAME) if path.is_file()]
    if not paths:
        return None
    states = (_read(path) for path in paths)
    state = next((state for state in states if state is not None), None)
    if state is None:
        message = f"The checkpoint '{paths[0]}' cannot be read: remove it to start this training anew."
        raise TrainingError(message)
    different = [_difference(name, state.settings.get(name), wanted) for name, wanted in settings.items()]
    if any(different):
        changes = "; ".join(filter(None, different))
        message = f"The training in '{folder}' was begun with other settings ({changes}): use those, or another folder."
        raise TrainingError(message)
    changed = [name for name, digest in contents.items() if state.contents.get(name, digest) != digest]
    if changed:
        message = (
            f"Files of patients changed since the training in '{folder}' was begun ({some_of(changed)}): "
            "bring back what they were, or use another folder."
        )
        raise TrainingError(message)
    return state


def require_kinds(record: object) -> None:
    """Refuse a dataclass whose values are not of the declared kinds; what lists and mappings hold is not looked at.

    Raises:
        TypeError: A value is of another kind.
    """
    for name, kind in typing.get_type_hints(type(record)).items():
        if not isinstance(getattr(record, name), typing.get_origin(kind) or kind):
            message = f"'{name}' is no {kind}"
            raise TypeError(message)


def sweep(folder: Path) -> None:
    """Remove the half-written files of killed processes, which may be large."""
    for left in folder.glob(LEFT_BY_KILLED):
        with suppress(OSError):
            left.unlink()


def _read(path: Path) -> TrainingState | None:
    try:
        state = TrainingState(**torch.load(path, map_location="cpu", weights_only=True))
        require_kinds(state)
    except Exception:  # noqa: BLE001 - a damaged file fails in many ways
        return None
    return state


def _difference(name: str, begun: Any, wanted: Any) -> str:  # noqa: ANN401 - settings are of any plain type
    if begun == wanted:
        return ""
    if not isinstance(begun, dict) or not isinstance(wanted, dict):
        return f"{name} {begun} -> {wanted}"
    changed = [part for part in wanted if begun.get(part) != wanted[part]]
    return f"other patients in {', '.join(changed)}"
