"""On which side of a split a case is: to learn from, to elect on, or to measure on."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lckd.errors import InputError, OutputError, TrainingError, brief
from lckd.files import write_text
from lckd.patients.folder_case import FolderCase, Part
from lckd.patients.manifest import PARTS
from lckd.patients.problems import some_of
from lckd.text import read_json, repeated

HELD_OUT_EVERY = 5
"""Where nothing says who elects, every fifth patient is held out for it."""

EXAMPLE = '{"train": ["NAME"]}'
"""A split file."""


class Sides(NamedTuple):
    """Cases by what they are for; no patient may be on two sides.

    Attributes:
        train: To learn from.
        elect: To elect on.
        test: To measure on, later.
    """

    train: list[FolderCase]
    elect: list[FolderCase]
    test: list[FolderCase]


def choose_sides(data: Sequence[FolderCase], elect: Sequence[FolderCase] | None = None) -> Sides:
    """Tell the cases to learn from apart from those that decide.

    Args:
        data: Cases of ``--data``; those whose part is open are learnt from.
        elect: Cases of ``--elect``, all of which elect; without, those of `data` whose part says so, else every fifth
            patient.

    Raises:
        InputError: ``--data`` names cases, but none to learn from.
        TrainingError: There are too few patients to hold some out.
    """
    train = [case for case in data if case.part in {None, "train"}]
    test = [case for case in data if case.part == "test"]
    if data and not train:
        message = "--data names no case to learn from: its manifests or the split file put all on other sides."
        raise InputError(message)
    if elect is None:
        chosen = [case for case in data if case.part == "elect"]
        return Sides(train, chosen, test) if chosen or not data else Sides(*_hold_out(train), test)
    return Sides(train, list(elect), test)


def _hold_out(cases: Sequence[FolderCase]) -> tuple[list[FolderCase], list[FolderCase]]:
    """Hold out every fifth patient.

    Raises:
        TrainingError: There are fewer than five.
    """
    patients = list(dict.fromkeys(case.patient for case in cases))
    held_out = set(patients[HELD_OUT_EVERY - 1 :: HELD_OUT_EVERY])
    if not held_out:
        message = f"{len(patients)} patients are too few to hold some out for the election: give --elect DIR."
        raise TrainingError(message)
    return [case for case in cases if case.patient not in held_out], [
        case for case in cases if case.patient in held_out
    ]


def read_split(path: Path) -> dict[str, Part]:
    """Read a split file: a JSON object with lists of names under ``train``, ``elect`` and ``test``.

    Returns:
        The side of each case.

    Raises:
        InputError: The file cannot be read, names nobody, or names a case twice.
    """
    try:
        content = read_json(path)
    except (OSError, ValueError) as error:
        message = f"The split file '{path}' cannot be read ({brief(error)}): make it with 'lckd split'."
        raise InputError(message) from error
    names = _named_sides(content, path)
    twice = sorted(repeated(name for name, _ in names))
    if twice:
        message = f"The split file '{path}' names twice: {', '.join(twice)}; keep each on one side."
        raise InputError(message)
    return dict(names)


def _named_sides(content: Any, path: Path) -> list[tuple[str, Part]]:  # noqa: ANN401 - JSON of any kind
    """List the names in a split file, each with its side.

    Raises:
        InputError: It is no object of lists of names, has other keys than the sides, or names nobody.
    """
    if not (isinstance(content, dict) and all(_is_list_of_names(value) for value in content.values())):
        message = f"The split file '{path}' is more than lists of names: write for example {EXAMPLE}."
        raise InputError(message)
    unknown = [f"'{key}'" for key in content if key not in PARTS]
    if unknown:
        message = f"The split file '{path}' lists {some_of(unknown)}, but the sides are {', '.join(PARTS)}: rename it."
        raise InputError(message)
    names = [(name, part) for part in PARTS for name in content.get(part, [])]
    if not names:
        message = f"The split file '{path}' names no case: list some under {', '.join(PARTS)}."
        raise InputError(message)
    return names


def _is_list_of_names(value: Any) -> bool:  # noqa: ANN401 - JSON of any kind
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def apply_split(cases: Sequence[FolderCase], path: Path) -> list[FolderCase]:
    """Put cases on the sides that a split file says, and leave out those that it does not name.

    Raises:
        InputError: The file cannot be read, or names cases that are not there.
    """
    sides = read_split(path)
    missing = sorted(set(sides) - {case.name for case in cases})
    if missing:
        message = f"The split file '{path}' names cases that --data does not hold: {', '.join(missing)}."
        raise InputError(message)
    return [replace(case, part=sides[case.name]) for case in cases if case.name in sides]


def require_replaceable(path: Path) -> None:
    """Refuse to write a split file over anything but one, such as a manifest.

    Raises:
        OutputError: Something else is there.
    """
    if not path.exists():
        return
    try:
        read_split(path)
    except InputError as error:
        message = f"'{path}' is there already and is no split file: give another name, or remove it first."
        raise OutputError(message) from error


def write_split(sides: Mapping[Part, Iterable[str]], path: Path) -> None:
    """Write a split file.

    Raises:
        OutputError: It cannot be written.
    """
    content = {part: sorted(sides.get(part, ())) for part in PARTS}
    write_text(json.dumps(content, indent=1) + "\n", path)


def deal(groups: Sequence[Sequence[str]], *, elect: float, test: float, seed: int) -> dict[Part, list[str]]:
    """Deal groups of cases at random; a group stays together.

    Args:
        groups: Names of the cases of each patient.
        elect: Share of the cases to elect on; above 0, at least one patient does.
        test: Share of the cases to measure on, likewise.
        seed: Decides who.

    Returns:
        Names by side.

    Raises:
        InputError: There are too few patients to fill every side.
    """
    rest = [list(groups[index]) for index in np.random.default_rng(seed).permutation(len(groups))]
    total = sum(map(len, groups))
    sides: dict[Part, list[str]] = {"train": [], "elect": [], "test": []}
    wanted: dict[Part, float] = {"test": test, "elect": elect}
    for part, share in wanted.items():
        while rest and share > 0 and len(sides[part]) < max(1, round(share * total)):
            sides[part] += rest.pop()
    sides["train"] = [name for group in rest for name in group]
    if not sides["train"]:
        message = (
            f"{len(groups)} patients are too few for these shares: lower --elect or --test, or give more patients."
        )
        raise InputError(message)
    return sides
